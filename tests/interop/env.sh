# Shared by the interop scripts: where things are, and how Java programs are resolved, compiled and
# run. Sourced, never executed.

INTEROP_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
REPO_DIR="$(cd "$INTEROP_DIR/../.." && pwd)"
# Everything fetched or compiled lives here, outside version control.
INTEROP_BUILD="${INTEROP_BUILD_DIR:-$REPO_DIR/build/interop}"
JAVA_NEW=5.5.0
JAVA_OLD=4.9.7

# What RocketMQ's own start scripts open, so that 4.9.7 can unmap files on a current JDK.
JAVA_OPENS=(
  --add-opens=java.base/java.nio=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.util=ALL-UNNAMED
  --add-opens=java.base/jdk.internal.ref=ALL-UNNAMED
  --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED
  --add-exports=java.base/sun.nio.ch=ALL-UNNAMED
)
# Short-lived programs on a small machine: the serial collector and the first compiler tier start
# fastest and leave the other core to the broker.
JAVA_SMALL=(
  -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xmx512m
  "-Drmq.logback.configurationFile=$INTEROP_DIR/java/logback.xml" "-Dlogback.configurationFile=$INTEROP_DIR/java/logback.xml" -Drocketmq.client.logLevel=ERROR
)

have() { command -v "$1" >/dev/null 2>&1; }

have_java() { have java && have javac && have mvn; }

# Prints the class path of RocketMQ version $1; $2 may name a profile of pom.xml. Resolved once.
java_classpath() {
  local version=$1 profile=${2:-}
  local file="$INTEROP_BUILD/classpath-$version${profile:+-$profile}.txt"
  if [[ ! -s $file || $INTEROP_DIR/java/pom.xml -nt $file ]]; then
    mkdir -p "$INTEROP_BUILD"
    mvn -q -B -ntp -Dstyle.color=never -f "$INTEROP_DIR/java/pom.xml" ${profile:+-P"$profile"} \
      -Drocketmq.version="$version" dependency:build-classpath \
      -Dmdep.outputFile="$file.new" >&2 </dev/null || return 1
    mv "$file.new" "$file"
    touch "$file"
  fi
  cat "$file"
}

# Compiles every source below the folders $2.. against RocketMQ version $1, unless the result is
# newer than all of them, and prints the full class path to run with. The same source compiles
# against every version: it must not name classes that moved between 4.x and 5.x.
java_program() {
  local version=$1
  shift
  local names
  names="$(printf '%s\n' "$@" | sed "s|^$REPO_DIR/||; s|/|-|g" | paste -sd+)"
  local out="$INTEROP_BUILD/classes-$version-$names"
  local classpath
  classpath="$(java_classpath "$version")" || return 1
  if [[ ! -f $out/.done ]] ||
    [[ -n $(find "$@" -name '*.java' -newer "$out/.done" -print -quit) ]] ||
    [[ $INTEROP_BUILD/classpath-$version.txt -nt $out/.done ]]; then
    rm -rf "$out"
    mkdir -p "$out"
    find "$@" -name '*.java' -print0 |
      xargs -0 javac -nowarn -XDsuppressNotes -proc:none -encoding UTF-8 -d "$out" -cp "$classpath" >&2 || return 1
    touch "$out/.done"
  fi
  printf '%s:%s' "$out" "$classpath"
}

# Waits up to $3 seconds for a line of file $1 that begins with $2, and prints it. Gives up as soon
# as process $4, if named, has ended.
wait_line() {
  local file=$1 start=$2 seconds=$3 pid=${4:-}
  local deadline=$((SECONDS + seconds)) line
  while ((SECONDS <= deadline)); do
    if line="$(grep -m1 "^$start" "$file" 2>/dev/null)"; then
      printf '%s\n' "$line"
      return 0
    fi
    if [[ -n $pid ]] && ! kill -0 "$pid" 2>/dev/null; then
      # It may have written the line and ended between the two looks.
      grep -m1 "^$start" "$file" 2>/dev/null
      return
    fi
    sleep 0.05
  done
  return 1
}

# Prints the value of name $2 in a ready line $1: `ready namesrv=127.0.0.1:1 broker=127.0.0.1:2`.
ready_value() {
  sed -n "s/.*[ ]$2=\([^ ]*\).*/\1/p" <<<"$1 "
}

# Builds the Go programs once and prints the path of the result.
go_program() {
  local out="$INTEROP_BUILD/interop-go"
  mkdir -p "$INTEROP_BUILD"
  (cd "$INTEROP_DIR/go" && go build -o "$out" .) >&2 || return 1
  printf '%s' "$out"
}

# Fetches the Python package that carries the C++ client, once, and prints the folder to import it from.
PYTHON_CLIENT=rocketmq==0.4.4
python_client() {
  local out="$INTEROP_BUILD/python-${PYTHON_CLIENT//==/-}"
  if [[ ! -f $out/.done ]]; then
    rm -rf "$out"
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
      --target "$out" "$PYTHON_CLIENT" >&2 </dev/null || return 1
    touch "$out/.done"
  fi
  printf '%s' "$out"
}
