#!/usr/bin/env bash
# The same random requests to a Java broker and to ours; every answer is compared.
#
#   run.sh [PINTLE] [FIRST_SEED COUNT]      default: build/release/pintle 1 200
#
# Prints the differences that are not in accepted.tsv and, last, `N passed, N failed`: scripts.
set -uo pipefail
. "$(dirname "$0")/../interop/env.sh"
here="$REPO_DIR/tests/differential"
pintle="${1:-$REPO_DIR/build/release/pintle}"
first=${2:-1}
count=${3:-200}
if ! have_java; then
  echo "SKIP differential: java, javac or mvn is missing"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
work="$(mktemp -d)"
java= ours=
finish() {
  kill -9 $java $ours 2>/dev/null
  wait 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
mkdir -p "$work/java" "$work/ours"
classpath="$(java_program "$JAVA_NEW" "$here/java")" || { echo "0 passed, 1 failed"; exit 1; }

"$INTEROP_DIR/java_broker.sh" "$JAVA_NEW" "$work/java" --heap 512m --set brokerName=broker-a \
  --set transactionCheckInterval=3600000 \
  >"$work/java.out" 2>"$work/java.err" &
java=$!
"$pintle" start --data-dir "$work/ours" --set namesrv.listen=127.0.0.1:0 --set broker.listen=127.0.0.1:0 \
  --set broker.name=broker-a --set transactions.check_interval_ms=3600000 >"$work/ours.out" 2>"$work/ours.err" &
ours=$!
if ! theirs_ready="$(wait_line "$work/java.out" ready 120 $java)" ||
  ! ours_ready="$(wait_line "$work/ours.out" ready 60 $ours)"; then
  tail -n 5 "$work"/*.err
  echo "a broker did not get ready"
  echo "0 passed, 1 failed"
  exit 1
fi
timeout -k 5 600 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$work" -cp "$classpath" Differential \
  "$(ready_value "$theirs_ready" broker)" "$(ready_value "$ours_ready" broker)" "$first" "$count" \
  "$here/accepted.tsv"
