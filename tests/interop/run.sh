#!/usr/bin/env bash
# The interop tests: programs that others wrote against our broker.
#
#   run.sh [PINTLE]                  default: build/release/pintle
#   run.sh java-broker [VERSION]     the same against a real Java broker: validates the tests themselves
#
# The official Java clients 5.5.0 and 4.9.7 with JSON and binary headers, the official Go client, the C++ client
# in its Python package, RocketMQ's mqadmin, its example module, and real input through `pintle produce` and `consume`.
# Prints PASS, FAIL and SKIP lines and, last, `N passed, N failed, N skipped`. INTEROP_ONLY may
# name the parts to run: filter java go python mqadmin sdk killed benchmark
# examples real autocreate.
set -uo pipefail
. "$(dirname "$0")/env.sh"
. "$INTEROP_DIR/real_input.sh"

mode=pintle
pintle="${1:-$REPO_DIR/build/release/pintle}"
if [[ ${1:-} == java-broker ]]; then
  mode=java
  broker_version="${2:-$JAVA_NEW}"
elif [[ ! -x $pintle ]]; then
  echo "no executable at $pintle" >&2
  echo "0 passed, 1 failed"
  exit 1
fi
pintle="$(realpath "$pintle" 2>/dev/null || echo "$pintle")"
parts="${INTEROP_ONLY:-filter java go python mqadmin sdk killed autocreate benchmark examples real}"
# Ours, also when the broker is not.
sdk="$(dirname "$([[ $mode == java ]] && echo "$REPO_DIR/build/release/pintle" || echo "$pintle")")/test/sdk_scenarios"

work="$(mktemp -d)"
server=
namesrv=
trap 'server_kill; rm -rf "$work"' EXIT

# Starts the server in $work/data and sets namesrv. Settings are in the array `settings`, each under
# its name in both kinds of broker.
settings=()
server_start() {
  rm -f "$work/server.out"
  if [[ $mode == java ]]; then
    local options=() one
    for one in "${settings[@]}"; do
      case $one in
        store.flush=sync) options+=(--set flushDiskType=SYNC_FLUSH) ;;
        topics.auto_create=false) options+=(--set autoCreateTopicEnable=false) ;;
      esac
    done
    "$INTEROP_DIR/java_broker.sh" "$broker_version" "$work/data" --heap 1g --set messageDelayLevel="1s 5s" \
      --set enablePropertyFilter=true --set transactionTimeOut=1000 --set transactionCheckInterval=1000 \
      "${options[@]}" >"$work/server.out" 2>>"$work/server.err" &
  else
    local options=() one
    for one in "${settings[@]}"; do
      options+=(--set "$one")
    done
    "$pintle" start --data-dir "$work/data" --set namesrv.listen=127.0.0.1:0 \
      --set broker.listen=127.0.0.1:0 --set pull.sql_filter=true --set transactions.timeout_ms=1000 \
      --set transactions.check_interval_ms=1000 "${options[@]}" >"$work/server.out" 2>>"$work/server.err" &
  fi
  server=$!
  local ready
  if ! ready="$(wait_line "$work/server.out" ready 120 $server)"; then
    echo "the server did not get ready:" >&2
    tail -n 5 "$work/server.out" "$work/server.err" >&2
    return 1
  fi
  namesrv="$(ready_value "$ready" namesrv)"
}

# SIGKILL, as a crash would.
server_kill() {
  [[ -z $server ]] || kill -9 "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  server=
}

server_restart_empty() {
  server_kill
  rm -rf "$work/data"
  settings=("$@")
  server_start
}

java_tool() {
  local classpath
  classpath="$(java_program "$JAVA_NEW" "$INTEROP_DIR/java/tools")" &&
    timeout -k 5 120 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$work" -cp "$classpath" "$@"
}

create_topic() {
  if [[ $mode == java ]]; then
    java_tool CreateTopic "$namesrv" "$1" "$2"
  else
    "$pintle" topic create "$1" --namesrv "$namesrv" >/dev/null
  fi
}

produce_lines() {
  if [[ $mode == java ]]; then
    java_tool ProduceLines "$namesrv" "$1"
  else
    timeout -k 5 120 "$pintle" produce "$1" --namesrv "$namesrv" -o json
  fi
}

consume_lines() {
  if [[ $mode == java ]]; then
    java_tool ConsumeLines "$namesrv" "$1" "$2" "$3"
  else
    timeout -k 5 120 "$pintle" consume "$1" --namesrv "$namesrv" --group "$2" --from-beginning --count "$3"
  fi
}

# One side asks of the other: asks_replies NAME ASKER REPLIER, each of them a command to which a topic
# and a count are appended.
asks_replies() {
  local name=$1 topic="asks-$RANDOM-$SECONDS" status=0
  create_topic "$topic" 2
  $3 "$topic" 5 >"$work/replier.out" 2>"$work/replier.err" &
  local replier=$!
  if ! wait_line "$work/replier.out" ready 60 $replier >/dev/null; then
    echo "FAIL $name: the replier did not start: $(tail -n 1 "$work/replier.err")"
    kill $replier 2>/dev/null
    return
  fi
  $2 "$topic" 5 >"$work/asker.out" 2>"$work/asker.err" || status=$?
  if ((status == 0)) && wait $replier; then
    echo "PASS $name"
  else
    echo "FAIL $name: $(tail -qn 1 "$work/asker.out" "$work/asker.err" "$work/replier.out" | tr '\n' ' ')"
  fi
  kill $replier 2>/dev/null
}

# RocketMQ's mqadmin reads what the SDK traced: traced NAME.
traced() {
  local name=$1 topic="traced-$RANDOM-$SECONDS" id i
  create_topic "$topic" 2
  if ! id=$(timeout -k 5 120 "$sdk" "$namesrv" trace "$topic" 2>"$work/trace.err"); then
    echo "FAIL $name: $id $(tail -n 1 "$work/trace.err")"
    return
  fi
  mkdir -p "$work/conf"
  cp "$INTEROP_DIR/java/logback.xml" "$work/conf/logback_tools.xml"
  for i in 1 2 3 4 5; do
    NAMESRV_ADDR="$namesrv" java_tool -Drocketmq.home.dir="$work" org.apache.rocketmq.tools.command.MQAdminStartup \
      queryMsgTraceById -i "$id" >"$work/traces" 2>&1
    if grep -q '^Pub *traced-producers .*success' "$work/traces" &&
      grep -q "^Sub *group-$topic .*success" "$work/traces"; then
      echo "PASS $name"
      return
    fi
    sleep 1
  done
  echo "FAIL $name: mqadmin tells of $id: $(tr '\n' ' ' <"$work/traces")"
}

# The C++ SDK against the server that runs.
sdk_scenarios() {
  if [[ ! -x $sdk ]]; then
    echo "FAIL $1: $sdk is not built"
    return
  fi
  group "$1" timeout -k 5 300 "$sdk" "$namesrv" run "$1"
  have_java || { echo "SKIP $1 with java: java, javac or mvn is missing"; return; }
  asks_replies "$1/request-of-java" "java_tool AskRequests $namesrv" \
    "timeout -k 5 120 $sdk $namesrv answer"
  asks_replies "$1/reply-of-java" "timeout -k 5 120 $sdk $namesrv ask" \
    "java_tool AnswerRequests $namesrv"
  traced "$1/trace"
}

wants() { [[ " $parts " == *" $1 "* ]]; }

# Ours and RocketMQ's evaluator of SQL92 expressions agree on random ones: the program beside ours
# reads what FilterCorpus prints.
filter_agrees() {
  local version=$1 expressions=$2 seed=${3:-$RANDOM} classpath
  shift 2
  classpath="$(java_program "$version" "$INTEROP_DIR/java/filter")" || { echo "FAIL filter-$version: does not compile"; return; }
  timeout -k 5 300 java "${JAVA_SMALL[@]}" -cp "$classpath" FilterCorpus "$expressions" "$@" |
    "$(dirname "$pintle")/test/filter_verdicts" "filter-$version/seed-$seed"
}

run_all() {
  if wants filter && [[ $mode == pintle ]]; then
    if ! have_java; then
      echo "SKIP filter: java, javac or mvn is missing"
    elif [[ ! -x $(dirname "$pintle")/test/filter_verdicts ]]; then
      echo "FAIL filter: test/filter_verdicts is not built beside $pintle"
    else
      filter_agrees "$JAVA_NEW" 20000 "$RANDOM"
      filter_agrees "$JAVA_OLD" 10000 "$RANDOM" no-searches
    fi
  fi
  if wants java; then
    if have_java; then
      local version encoding
      for version in "$JAVA_NEW" "$JAVA_OLD"; do
        for encoding in JSON ROCKETMQ; do
          group "java-$version-$encoding" \
            "$INTEROP_DIR/run_java.sh" "$namesrv" "$version" "$encoding" first
        done
        # What concerns the whole broker, alone.
        group "java-$version-later" "$INTEROP_DIR/run_java.sh" "$namesrv" "$version" JSON later
      done
    else
      echo "SKIP java: java, javac or mvn is missing"
    fi
  fi
  if wants go; then
    if ! have go; then
      echo "SKIP go: go is missing"
    elif ! program="$(go_program 2>"$work/go.err")"; then
      echo "FAIL go: does not build: $(tail -n 1 "$work/go.err")"
    else
      group go timeout -k 5 300 "$program" "$namesrv"
    fi
  fi
  if wants python; then
    if ! have python3 || ! python3 -m pip --version >/dev/null 2>&1; then
      echo "SKIP python: python3 or its pip is missing"
    elif ! package="$(python_client 2>"$work/python.err")"; then
      echo "FAIL python: no $PYTHON_CLIENT: $(tail -n 1 "$work/python.err")"
    else
      PYTHONPATH="$package" HOME="$work" group python timeout -k 5 300 \
        python3 "$INTEROP_DIR/python/scenarios.py" "$namesrv"
    fi
  fi
  if wants mqadmin; then
    if have_java; then
      local version
      for version in "$JAVA_NEW" "$JAVA_OLD"; do
        group "mqadmin-$version" "$INTEROP_DIR/mqadmin.sh" "$namesrv" "$mode" "$version"
      done
    else
      echo "SKIP mqadmin: java, javac or mvn is missing"
    fi
  fi
  wants sdk && sdk_scenarios sdk
  if wants killed && [[ $mode == pintle ]]; then
    if have_java; then
      group killed "$INTEROP_DIR/killed_brokers.sh" "$pintle"
    else
      echo "SKIP killed: java, javac or mvn is missing"
    fi
  fi
  if wants benchmark; then
    group benchmark "$INTEROP_DIR/benchmark_example.sh" "$namesrv" 20
  fi
  if wants sdk && [[ $mode == pintle ]] && have_java; then
    broker_version=$JAVA_NEW mode=java server_restart_empty || { echo "FAIL sdk-java-broker: no start"; return; }
    mode=java sdk_scenarios sdk-java-broker
    server_restart_empty || { echo "FAIL server: no start after sdk-java-broker"; return; }
  fi
  if wants examples; then
    server_restart_empty || { echo "FAIL examples: no start"; return; }
    group examples "$INTEROP_DIR/examples.sh" "$namesrv"
  fi
  if wants real; then
    if have_java; then
      server_restart_empty store.flush=sync || { echo "FAIL real-input: no start"; return; }
      real_input_identical
      real_input_killed
    else
      echo "SKIP real-input: java, javac or mvn is missing"
    fi
  fi
  if wants autocreate && have_java; then
    server_restart_empty topics.auto_create=false || { echo "FAIL auto-create-off: no start"; return; }
    group auto-create-off "$INTEROP_DIR/run_java.sh" "$namesrv" "$JAVA_NEW" JSON unknown-topic send-sync |
      sed 's/java-[^ ]*json/auto-create-off/'
  fi
}

# Runs a program that prints PASS and FAIL lines. One that ends badly without a FAIL line, or says
# nothing at all, has failed too.
group() {
  local name=$1 status=0
  shift
  "$@" 2>"$work/$name.err" | tee "$work/$name.out"
  status=${PIPESTATUS[0]}
  if ! grep -qE '^(PASS|FAIL|SKIP) ' "$work/$name.out"; then
    echo "FAIL $name: no scenario ran, exit code $status: $(tail -n 1 "$work/$name.err")"
  elif ((status != 0)) && ! grep -q '^FAIL ' "$work/$name.out"; then
    echo "FAIL $name: did not run to its end, exit code $status: $(tail -n 1 "$work/$name.err")"
  fi
  kill -0 "$server" 2>/dev/null || echo "FAIL server: ended during $name: $(tail -n 1 "$work/server.err")"
}

run_all_from_start() {
  server_start || { echo "FAIL server: did not start"; return; }
  run_all
}

# Through a file, not a pipe: the functions above change variables of this shell.
exec 4>&1
run_all_from_start > >(tee "$work/lines" >&4)
server_kill
sleep 0.2
passed=$(grep -c '^PASS ' "$work/lines")
failed=$(grep -c '^FAIL ' "$work/lines")
skipped=$(grep -c '^SKIP ' "$work/lines")
((failed == 0)) || { echo "-- last lines of the server:"; tail -n 5 "$work/server.err"; }
((passed + failed > 0)) || [[ $skipped -gt 0 ]] || failed=1
if ((skipped > 0)); then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
((failed == 0))
