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
passed=0 failed=0
stop() {
  kill -9 $java $ours 2>/dev/null
  wait 2>/dev/null
  java= ours=
}
finish() {
  stop
  rm -rf "$work"
}
trap finish EXIT
classpath="$(java_program "$JAVA_NEW" "$here/java")" || { echo "0 passed, 1 failed"; exit 1; }

# Starts both, with RocketMQ's settings up to `--` and ours behind it.
start() {
  local theirs=()
  while [[ $1 != -- ]]; do theirs+=(--set "$1"); shift; done
  shift
  rm -rf "${work:?}"/*
  mkdir -p "$work/java" "$work/ours"
  "$INTEROP_DIR/java_broker.sh" "$JAVA_NEW" "$work/java" --heap 512m --set brokerName=broker-a "${theirs[@]}" \
    >"$work/java.out" 2>"$work/java.err" &
  java=$!
  "$pintle" start --data-dir "$work/ours" --set namesrv.listen=127.0.0.1:0 --set broker.listen=127.0.0.1:0 \
    --set broker.name=broker-a "${@/#/--set=}" >"$work/ours.out" 2>"$work/ours.err" &
  ours=$!
  if ! theirs_ready="$(wait_line "$work/java.out" ready 120 $java)" ||
    ! ours_ready="$(wait_line "$work/ours.out" ready 60 $ours)"; then
    tail -n 5 "$work"/*.err
    echo "a broker did not get ready"
    echo "$passed passed, $((failed + 1)) failed"
    exit 1
  fi
}

# Runs the program $1 with the brokers' addresses and the other arguments, and adds what it counts.
compare() {
  local program=$1 line
  shift
  timeout -k 5 600 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$work" -cp "$classpath" "$program" \
    "$(ready_value "$theirs_ready" broker)" "$(ready_value "$ours_ready" broker)" "$@" >"$work/compared"
  line="$(tail -n 1 "$work/compared")"
  head -n -1 "$work/compared"
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    echo "$line"
    failed=$((failed + 1))
  fi
}

start transactionCheckInterval=3600000 -- transactions.check_interval_ms=3600000
compare Differential "$first" "$count" "$here/accepted.tsv"
used=$(df --output=pcent "$work" | tail -n 1 | tr -dc 0-9)
if ((count > 1 && used <= 30)); then
  echo "SKIP deleted: the disk is used to $used % only, ours deletes nothing below 30 %"
elif ((count > 1)); then
  # Small files, and whatever is not the last one is too old (RocketMQ) or too much (ours).
  stop
  start mappedFileSizeCommitLog=65536 maxMessageSize=32768 mappedFileSizeConsumeQueue=600 fileReservedTime=0 \
    diskMaxUsedSpaceRatio=10 "deleteWhen=$(seq -s ';' 0 23)" \
    -- store.segment_bytes=64KiB store.queue_file_entries=30 store.pretouch_bytes=0 store.disk_clean_percent=10 \
    store.disk_force_clean_percent=30 store.disk_full_percent=100 store.disk_free_bytes_min=0
  compare Deleted
fi
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
