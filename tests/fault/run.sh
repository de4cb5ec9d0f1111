#!/usr/bin/env bash
# The fault tests: a broker is killed, its disk fills up, hangs, fails, loses its power; the ledger tells
# whether it kept its word.
#
#   run.sh [PINTLE]        default: build/release/pintle; --long or LONG_TESTS=1: 200 kills
#
# Prints PASS, FAIL and SKIP lines and, last, `N passed, N failed[, N skipped]`.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pintle=$here/../../build/release/pintle
for argument in "$@"; do
  case $argument in
    --long) LONG_TESTS=1 ;;
    *) pintle=$argument ;;
  esac
done
faults=$(dirname "$pintle")/test/faults
if [ ! -x "$faults" ]; then
  echo "FAIL no executable at $faults"
  echo "0 passed, 1 failed"
  exit 1
fi
rounds=25 cuts=10
[ -z "${LONG_TESTS:-}" ] || rounds=100 cuts=50

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run <limit in seconds> <command...>: each run ends by itself; one that hangs has failed.
run() {
  local limit=$1 status=0
  shift
  timeout --kill-after=10 "$limit" "$@" 2>&1 | tee -a "$work/log"
  status=${PIPESTATUS[0]}
  if [ "$status" -ge 124 ]; then
    echo "FAIL ${*:2}: exit code $status (124: stopped after $limit s)" | tee -a "$work/log"
  fi
}

# private <command...>: in a mount namespace, where nothing stays behind, if one can be had.
cat >"$work/private" <<'EOF'
#!/bin/sh
if unshare --mount true 2>/dev/null; then exec unshare --mount "$@"; fi
exec "$@"
EOF
chmod +x "$work/private"
PATH=$work:$PATH

for flush in async sync; do
  run $((60 + rounds * 15)) "$faults" kill-loop --flush "$flush" --rounds "$rounds" --seed "${SEED:-$RANDOM}"
done

# Transactions of the official Java client, killed between every two steps; and ordered messages of the
# official client and of the SDK. The official one is told to renew its locks and its share more often.
. "$here/../interop/env.sh"
if ! have_java; then
  echo "SKIP transaction-kills, order-through-kill: java, javac or mvn is missing" | tee -a "$work/log"
else
  if classpath=$(java_program "$JAVA_NEW" "$REPO_DIR/tests/fault/java"); then
    for flush in async sync; do
      mkdir -p "$work/transactions-$flush"
      run 600 java "${JAVA_SMALL[@]}" -Duser.home="$work" -cp "$classpath" TransactionKills \
        "$pintle" "$work/transactions-$flush" $((rounds / 12)) "$flush"
    done
    jvm=(java "${JAVA_SMALL[@]}" -Duser.home="$work" -cp "$classpath" -Drocketmq.client.rebalance.lockMaxLiveTime=3000
      -Drocketmq.client.rebalance.lockInterval=1000 -Drocketmq.client.rebalance.waitInterval=1000)
    mkdir -p "$work/order-java" "$work/order-sdk"
    run 400 "${jvm[@]}" OrderThroughKill "$pintle" "$work/order-java" java 32 clients.queue_lock_ms=5000 \
      "${jvm[@]}" OrderedReader
    run 400 "${jvm[@]}" OrderThroughKill "$pintle" "$work/order-sdk" sdk 40 "" "$faults" ordered-reader
  else
    echo "FAIL transaction-kills: does not compile" | tee -a "$work/log"
  fi
fi

# A file system of our own under the data directory; where that cannot be, these say so.
for flush in async sync; do
  run $((120 + cuts * 20)) private "$faults" power-loss --flush "$flush" --rounds "$cuts" --seed "${SEED:-$RANDOM}"
done
run 900 private "$faults" bad-disk --seed "${SEED:-$RANDOM}"

# A file system of its own needs root and a mount namespace, where nothing stays behind.
if unshare --mount true 2>/dev/null; then
  mkdir "$work/disk"
  run 300 unshare --mount bash -c \
    'mount -t tmpfs -o size=64m tmpfs "$1" && exec "$2" full-disk --folder "$1"' _ "$work/disk" "$faults"
else
  echo "SKIP full-disk: mounting a small file system needs root" | tee -a "$work/log"
fi

passed=$(grep -c '^PASS ' "$work/log" || true)
failed=$(grep -c '^FAIL ' "$work/log" || true)
skipped=$(grep -c '^SKIP ' "$work/log" || true)
if [ "$skipped" -gt 0 ]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
