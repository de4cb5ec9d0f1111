#!/usr/bin/env bash
# Two brokers share a topic, and one after the other is killed and started again while RocketMQ's
# clients send and consume: one PASS or FAIL line.
#
#   killed_brokers.sh PINTLE [VERSION]
set -euo pipefail
. "$(dirname "$0")/env.sh"

pintle="$(realpath "$1")" version=${2:-$JAVA_NEW}
name="killed-brokers-java-$version"
classpath="$(java_program "$version" "$INTEROP_DIR/java/tools")"
work="$(mktemp -d)"
declare -A process address
java=
finish() {
  for one in "${process[@]}" $java; do kill -9 "$one" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap finish EXIT

fail() {
  echo "FAIL $name: $*"
  exit 1
}

"$pintle" namesrv --data-dir "$work/namesrv" --set namesrv.listen=127.0.0.1:0 \
  >"$work/namesrv.out" 2>"$work/namesrv.err" &
process[namesrv]=$!
ready="$(wait_line "$work/namesrv.out" ready 60 "${process[namesrv]}")" || fail "no name server"
namesrv="$(ready_value "$ready" namesrv)"

# Where it was before, if it was.
start_broker() {
  rm -f "$work/$1.out"
  "$pintle" broker --data-dir "$work/$1" --set broker.name="$1" --set broker.namesrv="$namesrv" \
    --set broker.listen="${address[$1]:-127.0.0.1:0}" --set broker.vip=false --set store.segment_bytes=64MiB \
    >"$work/$1.out" 2>>"$work/$1.err" &
  process[$1]=$!
  ready="$(wait_line "$work/$1.out" ready 60 "${process[$1]}")" || fail "$1 does not start: $(tail -n 1 "$work/$1.err")"
  address[$1]="$(ready_value "$ready" broker)"
}
start_broker broker-a
start_broker broker-b

timeout -k 5 150 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$work" -cp "$classpath" \
  KilledBrokers "$namesrv" "killed-brokers" 14 >"$work/java.out" 2>"$work/java.err" &
java=$!
wait_line "$work/java.out" load 90 $java >/dev/null || fail "no load: $(tail -qn 1 "$work/java.out" "$work/java.err")"
for one in broker-b broker-a broker-b; do
  sleep 1.5
  kill -9 "${process[$one]}"
  wait "${process[$one]}" 2>/dev/null || true
  sleep 1.5
  start_broker "$one"
done
wait $java || true
java=
line="$(grep -E '^(fine|wrong) ' "$work/java.out")" || fail "$(tail -qn 1 "$work/java.out" "$work/java.err")"
[[ $line == fine* ]] || fail "${line#wrong }"
echo "PASS $name: ${line#fine }"
