#!/usr/bin/env bash
# The same store directory, served in turn by a real Java broker and by ours.
#
#   run.sh [PINTLE]        default: build/release/pintle
#   run.sh java-broker     a second Java broker stands for ours: validates the tests themselves
#
# For each version of Java, after clean stops and after kill -9 of either side: what the first wrote is
# seen alike through the second, both go on writing, and the first takes it back. Seen is what a Java
# client sees: messages with all their parts, ends of queues, offsets of groups, queries by key and by
# time; and, in the stopped store, every record of the log. Prints PASS, FAIL and SKIP lines and, last,
# `N passed, N failed`. EXCHANGE_ONLY may be a pattern of the names to run.
set -uo pipefail
. "$(dirname "$0")/../interop/env.sh"
EXCHANGE_DIR="$REPO_DIR/tests/store-exchange"

pintle="${1:-$REPO_DIR/build/release/pintle}"
if ! have_java; then
  echo "SKIP store-exchange: java, javac or mvn is missing"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
if [[ $pintle != java-broker && ! -x $pintle ]]; then
  echo "no executable at $pintle" >&2
  echo "0 passed, 1 failed"
  exit 1
fi

work="$(mktemp -d)"
trap '[[ -n ${KEEP_WORK:-} ]] || rm -rf "$work"' EXIT
TOPICS=alpha,beta
GROUPS_SEEN=group-alpha,group-retry,group-dead

fail() {
  echo "FAIL $name: $*"
  return 1
}

# Starts `java` or `ours` on the store in $dir.
start() {
  local who=$1 ready
  rm -f "$dir/out"
  serving=$who
  [[ $pintle != java-broker ]] || serving=java
  if [[ $serving == java ]]; then
    "$INTEROP_DIR/java_broker.sh" "$version" "$dir" --heap 512m \
      --set mappedFileSizeCommitLog=$SEGMENT --set mappedFileSizeConsumeQueue=$QUEUE_FILE \
      --set maxHashSlotNum=$INDEX_SLOTS --set maxIndexNum=$INDEX_ENTRIES --set maxMessageSize=32768 \
      --set flushConsumerOffsetInterval=1000 --set transactionTimeOut=3600000 \
      --set transactionCheckInterval=3600000 >"$dir/out" 2>>"$dir/err" &
  else
    # Its own settings, under RocketMQ's names.
    cat >"$dir/ours.conf" <<EOF
brokerName=broker-a
brokerClusterName=DefaultCluster
storePathRootDir=$dir/store
mappedFileSizeCommitLog=$SEGMENT
mappedFileSizeConsumeQueue=$QUEUE_FILE
maxHashSlotNum=$INDEX_SLOTS
maxIndexNum=$INDEX_ENTRIES
maxMessageSize=32768
flushConsumerOffsetInterval=1000
EOF
    "$pintle" start --config "$dir/ours.conf" --data-dir "$dir/ours" --set store.path="$dir/store" \
      --set namesrv.listen=127.0.0.1:0 --set broker.listen=127.0.0.1:0 >"$dir/out" 2>>"$dir/err" &
  fi
  server=$!
  if ! ready="$(wait_line "$dir/out" ready 120 $server)"; then
    fail "$who did not start: $(tail -n 1 "$dir/err")"
    return 1
  fi
  namesrv="$(ready_value "$ready" namesrv)"
}
SEGMENT=65536 QUEUE_FILE=600 INDEX_SLOTS=50 INDEX_ENTRIES=200

# Ends the server as $stop says, and keeps a manifest of the log under the name $1.
stop() {
  # Offsets and checkpoints are written about every second.
  [[ $stop == clean ]] || sleep 2.5
  if [[ $stop == clean ]]; then
    kill "$server"
  else
    kill -9 "$server"
  fi
  wait "$server" 2>/dev/null
  server=
  java "${JAVA_SMALL[@]}" -cp "$stores" StoreManifest "$dir/store" >"$dir/$1.log" 2>>"$dir/err" ||
    fail "the log does not decode after $1: $(tail -n 1 "$dir/err")"
}

tool() {
  timeout -k 5 240 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$dir" -cp "$tools" "$@" \
    2>>"$dir/err"
}

# Java's broker now and then closes a connection in its first seconds, so it may be asked twice.
digest() {
  tool StoreDigest "$namesrv" "$dir/$1" "$TOPICS" "$GROUPS_SEEN" ||
    { [[ $serving == java ]] && tool StoreDigest "$namesrv" "$dir/$1" "$TOPICS" "$GROUPS_SEEN"; } ||
    fail "no digest $1: $(grep -m1 -E 'Exception|Error' "$dir/err")"
}

# Fails unless the digests $1 and $2 are equal. Left out is what Java gets wrong: after a crash it throws
# away the newest index and does not rebuild all of it; and 4.x looks for times in the wrong file of a
# queue with several, as it goes by when they were last modified.
same() {
  local left_out='^$'
  [[ $serving == java && $stop == killed ]] && left_out='^key '
  [[ $version == "$JAVA_OLD" ]] && left_out="$left_out|^time "
  diff <(grep -vE "$left_out" "$dir/$1") <(grep -vE "$left_out" "$dir/$2") >"$dir/diff" ||
    fail "$2 differs from $1: $(grep -m2 '^[<>]' "$dir/diff" | cut -c1-200 | tr '\n' ' ')"
}

# Fails unless $2 has every line of $1 that is not about the ends of queues, which grow.
includes() {
  local gone
  gone="$(LC_ALL=C comm -23 <(grep -vE '^(queue|key|time) ' "$dir/$1" | LC_ALL=C sort) \
    <(LC_ALL=C sort "$dir/$2") | head -n 1 | cut -c1-300)"
  [[ -z $gone ]] || fail "$2 lacks what $1 had: $gone"
}

# Fails unless the log of $2 begins with every record of the log of $1.
extends() {
  cmp -s "$dir/$1.log" <(head -n "$(wc -l <"$dir/$1.log")" "$dir/$2.log") ||
    fail "the log after $2 is not the log after $1 and more"
}

send_more() {
  local acks
  acks=$(seq -f "$1 %g" 50 | tool ProduceLines "$namesrv" alpha | wc -l)
  if ((acks == 0)) && [[ $serving == java ]]; then
    acks=$(seq -f "$1 %g" 50 | tool ProduceLines "$namesrv" alpha | wc -l)
  fi
  ((acks == 50)) || fail "$1: $acks of 50 sends were acknowledged: $(tail -n 1 "$dir/err")"
}

# exchange FIRST SECOND KIND: FIRST fills the store, SECOND takes it over, FIRST takes it back. In a
# subshell of its own.
exchange() {
  local first=$1 second=$2 kind=$3
  name="$first-to-$second/$version/$stop"
  dir="$work/$first-$version-$stop"
  server=
  mkdir -p "$dir"
  trap 'kill -9 $server 2>/dev/null; wait $server 2>/dev/null; [[ -n ${KEEP_WORK:-} ]] || rm -rf "$dir"' EXIT
  start "$first" &&
    { tool StoreTraffic "$namesrv" "$kind" >"$dir/fill" || fail "filling: $(tail -n 2 "$dir/fill")"; } &&
    sleep 2 && digest one && stop one-stopped &&
    start "$second" && digest two && same one two &&
    send_more "second" && sleep 1 && digest three && includes two three && stop two-stopped &&
    extends one-stopped two-stopped &&
    start "$first" && digest four && same three four &&
    send_more "first-again" && sleep 1 && digest five && includes four five && stop three-stopped &&
    extends two-stopped three-stopped &&
    echo "PASS $name ($(grep -c ^message "$dir/five") messages, $(wc -l <"$dir/three-stopped.log") records)"
}

stores="$(java_program "$JAVA_NEW" "$REPO_DIR/tests/golden/tool/stores")" &&
  tools="$(java_program "$JAVA_NEW" "$INTEROP_DIR/java/tools" "$EXCHANGE_DIR/java" \
    "$REPO_DIR/tests/golden/tool/stores")" &&
  java_program "$JAVA_NEW" "$INTEROP_DIR/java/broker" >/dev/null &&
  java_program "$JAVA_OLD" "$INTEROP_DIR/java/broker" >/dev/null || {
  echo "FAIL store-exchange: the Java programs do not compile"
  echo "0 passed, 1 failed"
  exit 1
}
exchanges=()
# Java's starts and stops are mostly waiting, so two exchanges go on at a time.
{
  for version in "$JAVA_NEW" "$JAVA_OLD"; do
    for stop in clean killed; do
      for order in "java ours all" "ours java plain"; do
        read -r first second kind <<<"$order"
        [[ "$first-to-$second/$version/$stop" == ${EXCHANGE_ONLY:-*} ]] || continue
        (($(jobs -rp | wc -l) < 2)) || wait -n
        (exchange "$first" "$second" "$kind") &
        exchanges+=($!)
      done
    done
  done
  # By name: a bare wait would also wait for tee, which ends after this.
  wait "${exchanges[@]}"
} > >(tee "$work/lines")
sleep 0.2
passed=$(grep -c '^PASS ' "$work/lines")
failed=$(grep -c '^FAIL ' "$work/lines")
((passed + failed > 0)) || failed=1
echo "$passed passed, $failed failed"
((failed == 0))
