#!/usr/bin/env bash
# Runs the programs of examples/ against a broker of their own, as their comments say.
#
# usage: tests/examples/run.sh PINTLE      the examples are built beside the binary
set -uo pipefail
pintle=$1
examples=$(dirname "$pintle")/examples
work=$(mktemp -d)
broker=""
trap '[ -z "$broker" ] || kill -KILL "$broker" 2>/dev/null; rm -rf "$work"' EXIT

passed=0 failed=0
exec 3>&1  # the report, also while a check writes into a file
# check <what> <command...>
check() {
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $what" >&3
    tail -n 20 "$work"/*.out "$work"/*.err >&3
  fi
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
  exit
}

"$pintle" start --data-dir "$work/data" --set namesrv.listen=127.0.0.1:0 \
  --set broker.listen=127.0.0.1:0 >"$work/broker.out" 2>"$work/broker.err" &
broker=$!
await_ready() {
  local i
  for i in $(seq 300); do
    grep -qs '^ready' "$work/broker.out" && return 0
    kill -0 "$broker" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}
check "the broker gets ready" await_ready
[ "$failed" = 0 ] || finish
namesrv=$(sed -n 's/^ready .*namesrv=\([^ ]*\).*/\1/p' "$work/broker.out")

check "produce ends well" timeout 60 "$examples/example_produce" "$namesrv" Examples \
  >"$work/produce.out" 2>"$work/produce.err"
check "every send that waits is acknowledged" \
  grep -qx 'acknowledged 104, failed 0' "$work/produce.out"

check "consume ends well" timeout 90 "$examples/example_consume" "$namesrv" Examples readers 105 \
  >"$work/consume.out" 2>"$work/consume.err"

# A line is `QUEUE:OFFSET TAG BODY`.
{
  echo hello
  for i in $(seq 0 99); do echo "async $i"; done
  printf '%s\n' created paid shipped one-way
} | sort >"$work/sent"
sed 's/^[^ ]* [^ ]* //' "$work/consume.out" | sort >"$work/received"
check "what was sent is what arrives" diff "$work/sent" "$work/received"

check "read_range ends well" timeout 60 "$examples/example_read_range" "$namesrv" Examples jobs 0 \
  9000000000000 >"$work/range.out" 2>"$work/range.err"
check "a range of time has what was sent" diff "$work/sent" <(sort "$work/range.out")

order() { [ "$(awk '$2 == "order" { printf "%s ", $3 }' "$work/consume.out")" = "created paid shipped " ]; }
check "one order keeps its order" order

stop() {
  kill -TERM "$broker" && wait "$broker" || return 1
  broker=""
}
check "the broker drains and exits with 0" stop
finish
