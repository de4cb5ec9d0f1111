#!/usr/bin/env bash
# The benchmark programs that RocketMQ ships as examples, 5.5.0: a producer and a consumer run side by
# side against a name server. No send may fail, and messages must flow both ways.
#
#   benchmark_example.sh NAMESRV [SECONDS]
set -euo pipefail
. "$(dirname "$0")/env.sh"

namesrv=$1
seconds=${2:-20}
if ! have_java; then
  echo "SKIP benchmark-example: java or mvn is missing"
  exit 0
fi
classpath="$(java_classpath "$JAVA_NEW" example)"
work="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
topic="benchmark-$(date +%s)"

run() {
  timeout -s TERM -k 5 "$1" java "${JAVA_SMALL[@]}" -Duser.home="$work" -cp "$classpath" \
    "org.apache.rocketmq.example.benchmark.$2" -n "$namesrv" -t "$topic" "${@:3}"
}

# The consumer starts once messages flow, because its client asks for the route of a new topic only
# every 30 s.
run $((seconds + 15)) Producer -w 8 -s 128 -ri 2000 >"$work/producer" 2>&1 &
producer=$!
for ((i = 0; i < 150; i++)); do
  grep -qE 'Send TPS: *[1-9]' "$work/producer" && break
  sleep 0.1
done
run $((seconds + 5)) Consumer -g "group-$topic" -p false -ri 2000 >"$work/consumer" 2>&1 &
consumer=$!
wait $producer || true
wait $consumer || true

# Producer: "... Send TPS: 123 ... Send Failed: 0 Response Failed: 0"; Consumer: "... TPS: 123 ... FAIL: 0".
failed=$(grep -oE '(Send|Response) Failed: *[0-9]+' "$work/producer" | grep -vcE ': *0$' || true)
reports=$(grep -cE 'Send TPS: *[1-9]' "$work/producer" || true)
consumed=$(grep -cE 'TPS: *[1-9]' "$work/consumer" || true)
lost=$(grep -oE 'FAIL: *[0-9]+' "$work/consumer" | grep -vcE ': *0$' || true)
if ((failed == 0 && reports > 0)); then
  echo "PASS benchmark-example-producer"
else
  echo "FAIL benchmark-example-producer: $reports reports, $failed of them with failed sends"
  tail -n 5 "$work/producer"
fi
if ((lost == 0 && consumed > 0)); then
  echo "PASS benchmark-example-consumer"
else
  echo "FAIL benchmark-example-consumer: $consumed reports, $lost of them with failures"
  tail -n 5 "$work/consumer"
fi
((failed == 0 && reports > 0 && lost == 0 && consumed > 0))
