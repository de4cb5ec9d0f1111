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
LONG_GROUP=group-$(printf 'long-%.0s' {1..20})name LONG_TOPIC=topic-$(printf 'long-%.0s' {1..10})name
TOPICS=alpha,beta,rolled,many-a,many-b,transactions,delayed,%RETRY%group-retry,%DLQ%group-dead,$LONG_TOPIC,%RETRY%${LONG_GROUP}_$LONG_TOPIC
GROUPS_SEEN=group-alpha,group-retry,group-dead
SEGMENT=65536 QUEUE_ENTRIES=300 INDEX_SLOTS=50 INDEX_ENTRIES=400

fail() {
  echo "FAIL $name: $*"
  return 1
}

# Starts `java` or `ours` on the store in $dir.
start() {
  local who=$1 ready settings=()
  rm -f "$dir/out"
  serving=$who
  [[ $pintle != java-broker ]] || serving=java
  if [[ $serving == java ]]; then
    # Without messageIndexSafe Java may lose keys at a kill, see README.md.
    settings=(mappedFileSizeCommitLog=$SEGMENT mappedFileSizeConsumeQueue=$((QUEUE_ENTRIES * 20))
      maxHashSlotNum=$INDEX_SLOTS maxIndexNum=$INDEX_ENTRIES maxMessageSize=32768
      messageIndexSafe=true flushConsumerOffsetInterval=500 flushDelayOffsetInterval=500
      transactionTimeOut=3600000 transactionCheckInterval=3600000)
    [[ $variant != *ext* ]] || settings+=(enableConsumeQueueExt=true)
    [[ $variant != *ipv6* ]] || settings+=(bindAddress=::1 brokerIP1=::1 brokerIP2=::1)
    # shellcheck disable=SC2046  # settings hold no spaces
    "$INTEROP_DIR/java_broker.sh" "$version" "$dir" --heap 384m \
      $(printf -- '--set %s ' "${settings[@]}") >"$dir/out" 2>>"$dir/err" &
  else
    unserved >"$dir/unserved"
    delay_offsets >"$dir/delays"
    # Its own settings, under RocketMQ's names.
    cat >"$dir/ours.conf" <<EOF
brokerName=broker-a
brokerClusterName=DefaultCluster
storePathRootDir=$dir/store
mappedFileSizeCommitLog=$SEGMENT
mappedFileSizeConsumeQueue=$((QUEUE_ENTRIES * 20))
maxHashSlotNum=$INDEX_SLOTS
maxIndexNum=$INDEX_ENTRIES
maxMessageSize=32768
flushConsumerOffsetInterval=500
EOF
    [[ $variant != *ipv6* ]] || settings=(--set broker.listen='[::1]:0')
    "$pintle" start --config "$dir/ours.conf" --data-dir "$dir/ours" --set store.path="$dir/store" \
      --set namesrv.listen=127.0.0.1:0 --set broker.listen=127.0.0.1:0 "${settings[@]}" \
      >"$dir/out" 2>>"$dir/err" &
  fi
  server=$!
  if ! ready="$(wait_line "$dir/out" ready 300 $server)"; then
    fail "$who did not start: $(tail -n 1 "$dir/err")"
    return 1
  fi
  namesrv="$(ready_value "$ready" namesrv)"
  store_tool 3 inspect
}

# store_tool CODE TASK: fails unless `pintle store TASK` ends with this exit code.
store_tool() {
  local code=0
  [[ $pintle != java-broker ]] || return 0
  "$pintle" store "$2" "$dir/store" >"$dir/tool" 2>&1 || code=$?
  ((code == $1)) || fail "pintle store $2 ends with $code, not $1: $(head -n 1 "$dir/tool" | cut -c1-300)"
}

# The files of the store that ours does not write, with their digests.
unserved() {
  (cd "$dir/store" 2>/dev/null && find . -type f \
    ! -path './commitlog/*' ! -path './consumequeue/*' ! -path './index/*' \
    ! -name checkpoint ! -name abort ! -name lock ! -name 'pintle.*' \
    ! -name 'topics.json*' ! -name 'subscriptionGroup.json*' ! -name 'consumerOffset.json*' \
    ! -name 'delayOffset.json*' \
    -print0 | sort -z | xargs -0 -r sha1sum)
}

# Level and offset of the delayed messages that were delivered, a line each.
delay_offsets() {
  cat "$dir/store/config/delayOffset.json" 2>/dev/null | tr -d '[:space:]"' |
    sed 's/.*offsetTable:{//' | grep -oE '[0-9]+:[0-9]+' | tr ':' ' ' | sort
}

# Before a kill: what is committed must be in the file, which is written every half second, Java's
# ten seconds after its start for the first time.
await_offsets() {
  local config="$dir/store/config" deadline=$((SECONDS + 120))
  touch "$dir/marker"
  while ((SECONDS < deadline)); do
    sleep 0.2
    if [[ $serving == ours ]]; then
      tr -d '[:space:]' <"$config/consumerOffset.json" | grep -q '"alpha@group-alpha":{0:17,1:18}' &&
        return 0
    elif [[ $config/consumerOffset.json -nt $dir/marker && $config/delayOffset.json -nt $dir/marker ]]; then
      return 0
    fi
  done
  fail "offsets were not written within 120 s"
}

# Ends the server as $stop says, and keeps a manifest of the log under the name $1.
stop() {
  if [[ $stop == clean ]]; then
    kill "$server"
  else
    await_offsets || return 1
    kill -9 "$server"
  fi
  wait "$server" 2>/dev/null
  server=
  if [[ $serving == ours ]] && ! unserved | cmp -s - "$dir/unserved"; then
    fail "a file that ours does not serve has changed: $(unserved | diff - "$dir/unserved" | head -n 2)"
    return 1
  fi
  if [[ $serving == ours && -n $(join "$dir/delays" <(delay_offsets) -a 1 | awk 'NF < 3 || $3 < $2') ]]; then
    fail "offsets of delayed messages went back: $(delay_offsets | tr '\n' ',')"
    return 1
  fi
  java "${JAVA_SMALL[@]}" -cp "$stores" StoreManifest "$dir/store" "$stop" >"$dir/$1.log" 2>>"$dir/err" ||
    {
      fail "the log does not decode after $1: $(tail -n 1 "$dir/err")"
      return 1
    }
  [[ $stop == killed ]] || verify "$1"
}

# A store that ours leaves is whole. Java has been seen to leave a message without its keys in the
# index; then ours makes the index anew.
verify() {
  if [[ $serving == java ]] && ! store_tool 0 verify >/dev/null; then
    if grep -q '^damage' "$dir/tool" && ! grep '^damage' "$dir/tool" | grep -qv ' keys of the messages at .* are missing'; then
      echo "NOTE $name: Java left after $1: $(grep -m1 '^damage' "$dir/tool" | cut -c1-300)"
      store_tool 0 repair || return 1
    fi
  fi
  store_tool 0 verify || {
    fail "that was after $1"
    return 1
  }
}

tool() {
  timeout -k 5 240 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$dir" -cp "$tools" "$@" \
    2>>"$dir/err"
}

# Java's broker now and then closes a connection in its first seconds, so it may be asked twice.
digest() {
  tool StoreDigest "$namesrv" "$dir/$1" "$TOPICS" "$GROUPS_SEEN" "$QUEUE_ENTRIES" ||
    { [[ $serving == java ]] &&
      tool StoreDigest "$namesrv" "$dir/$1" "$TOPICS" "$GROUPS_SEEN" "$QUEUE_ENTRIES"; } ||
    {
      fail "no digest $1: $(grep -E 'Exception|Error' "$dir/err" | tail -n 1)"
      return 1
    }
  # What ours finds at a time was stored at that time, whatever Java finds.
  local wrong
  wrong="$(awk '/^time/ && $4 != $5' "$dir/$1" | head -n 1)"
  [[ $serving == java || -z $wrong ]] || fail "$1: ours finds another time: $wrong"
}

# Fails unless the digests $1 and $2 are equal. README.md says why 4.9 is not asked for times in queues
# of several files.
same() {
  local left_out='^version '
  [[ $version != "$JAVA_OLD" ]] || left_out="$left_out|^time-rolled "
  diff <(grep -vE "$left_out" "$dir/$1") <(grep -vE "$left_out" "$dir/$2") >"$dir/diff" ||
    fail "$2 differs from $1: $(grep -m4 '^[<>]' "$dir/diff" | cut -c1-200 | tr '\n' ' ')" || return 1
  grows "$1" "$2"
}

# Fails unless the versions of the tables in $2 are those in $1 or later. 4.9 does not read back the
# version of its groups, see README.md.
grows() {
  local back seen='^version '
  [[ $version != "$JAVA_OLD" || $serving == ours ]] || seen='^version topics'
  back="$(paste -d ' ' <(grep "$seen" "$dir/$1") <(grep "$seen" "$dir/$2") | awk '$2 != $5 || $6 < $3')"
  [[ -z $back ]] || fail "$2 has an older version than $1: $back"
}

# Fails unless $2 has every line of $1 that is not about the ends of queues, which grow.
includes() {
  local gone
  gone="$(LC_ALL=C comm -23 <(grep -vE '^(queue|key|time|time-rolled|tagged|version) ' "$dir/$1" | LC_ALL=C sort) \
    <(LC_ALL=C sort "$dir/$2") | head -n 1 | cut -c1-300)"
  [[ -z $gone ]] || fail "$2 lacks what $1 had: $gone" || return 1
  grows "$1" "$2"
}

# Fails unless the log of $2 begins with every record of the log of $1.
extends() {
  cmp -s "$dir/$1.log" <(head -n "$(wc -l <"$dir/$1.log")" "$dir/$2.log") ||
    fail "the log after $2 is not the log after $1 and more"
}

send_more() {
  tool ExchangeTraffic "$namesrv" more "$1" >"$dir/more" ||
    { [[ $serving == java ]] && tool ExchangeTraffic "$namesrv" more "$1" >"$dir/more"; } ||
    fail "$1: not every send was acknowledged: $(grep -m1 -E 'Exception|Error' "$dir/more")"
}

# exchange FIRST SECOND: FIRST fills the store, SECOND takes it over, FIRST takes it back. In a
# subshell of its own.
exchange() {
  local first=$1 second=$2 began=$SECONDS more=("$variant")
  # Brokers of 4.9 drop them.
  [[ $version != "$JAVA_NEW" ]] || more+=(attributes)
  name="$first-to-$second/$version/$stop"
  dir="$work/$first-$version-$stop"
  server=
  mkdir -p "$dir"
  trap '[[ -z $server ]] || kill -9 $server 2>/dev/null; wait $server 2>/dev/null; [[ -n ${KEEP_WORK:-} ]] || rm -rf "$dir"' EXIT
  start "$first" &&
    { tool ExchangeTraffic "$namesrv" fill "${more[@]}" >"$dir/fill" || fail "filling: $(tail -n 2 "$dir/fill")"; } &&
    digest one && stop one-stopped &&
    start "$second" && digest two && same one two &&
    send_more "second" && digest three && includes two three && stop two-stopped &&
    extends one-stopped two-stopped &&
    start "$first" && digest four && same three four &&
    send_more "first-again" && digest five && includes four five && stop three-stopped &&
    extends two-stopped three-stopped && store_tool 0 repair && store_tool 0 verify &&
    echo "PASS $name ($(grep -c ^message "$dir/five") messages, $(wc -l <"$dir/three-stopped.log") records, $((SECONDS - began)) s)"
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
# What an exchange has beside the usual: records of IPv6 hosts, queues with extension files (of Java
# only), topic names over 127 bytes (of 5.x only).
PLAN="java ours $JAVA_NEW clean  ext
      ours java $JAVA_NEW clean  usual
      java ours $JAVA_NEW killed long-names
      ours java $JAVA_NEW killed ipv6
      java ours $JAVA_OLD clean  usual
      ours java $JAVA_OLD clean  ipv6
      java ours $JAVA_OLD killed ext
      ours java $JAVA_OLD killed usual"
# Java's starts and stops are mostly waiting, so several exchanges go on at a time.
{
  while read -r first second version stop variant; do
    # shellcheck disable=SC2053  # a pattern
    [[ "$first-to-$second/$version/$stop" == ${EXCHANGE_ONLY:-*} ]] || continue
    (($(jobs -rp | wc -l) < 3)) || wait -n
    (exchange "$first" "$second") </dev/null &
    exchanges+=($!)
  done <<<"$PLAN"
  # By name: a bare wait would also wait for tee, which ends after this.
  wait "${exchanges[@]}"
} > >(tee "$work/lines")
sleep 0.2
passed=$(grep -c '^PASS ' "$work/lines")
failed=$(grep -c '^FAIL ' "$work/lines")
((passed + failed > 0)) || failed=1
echo "$passed passed, $failed failed"
((failed == 0))
