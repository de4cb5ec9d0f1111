#!/usr/bin/env bash
# The programs of RocketMQ's example module, as shipped, against a name server; each must print what
# it is there to show. Needs an empty server with SQL filters, automatic topics and transactions that
# are asked about every second.
#
#   examples.sh NAMESRV
#
# A scenario is a function; it succeeds, or prints what it missed. Two lanes run side by side; what
# uses TopicTest, the topic that most examples share, is in the first. Prints PASS and FAIL lines.
set -uo pipefail
. "$(dirname "$0")/env.sh"

namesrv=$1
if ! have_java; then
  echo "SKIP examples: java, javac or mvn is missing"
  exit 0
fi
classpath="$(java_program "$JAVA_NEW" "$INTEROP_DIR/java/examples")" &&
  examples="$(java_classpath "$JAVA_NEW" example)" &&
  tools="$(java_program "$JAVA_NEW" "$INTEROP_DIR/java/tools")" ||
  { echo "FAIL examples: not to be had"; exit 1; }
work="$(mktemp -d)"
trap 'kill -9 $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null; rm -rf "$work"' EXIT

# --- what scenarios are made of

# start NAME CLASS: runs an example, whose output goes to $work/NAME, until stop NAME.
start() {
  mkdir -p "$work/home-$1"
  java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$work/home-$1" \
    -Drocketmq.client.localOffsetStoreDir="$work/home-$1/offsets" \
    -cp "${classpath%%:*}:$examples" RunExample "$namesrv" "$2" >"$work/$1" 2>"$work/$1.err" </dev/null &
  echo $! >"$work/$1.pid"
}

stop() {
  local name
  for name in "$@"; do
    kill "$(cat "$work/$name.pid")" 2>/dev/null
    wait "$(cat "$work/$name.pid")" 2>/dev/null
    rm -f "$work/$name.pid"
  done
}

# run NAME CLASS: an example that ends by itself.
run() {
  start "$1" "$2"
  local pid deadline=$((SECONDS + 90))
  pid="$(cat "$work/$1.pid")"
  while kill -0 "$pid" 2>/dev/null; do
    ((SECONDS < deadline)) || { echo "$2 does not end"; stop "$1"; return 1; }
    sleep 0.1
  done
  rm -f "$work/$1.pid"
}

occurrences() { grep -aoE "$2" "$work/$1" | wc -l; }

# await NAME PATTERN COUNT: until the output holds the pattern so often.
await() {
  local deadline=$((SECONDS + 90)) found
  while true; do
    found=$(occurrences "$1" "$2")
    ((found < $3)) || return 0
    ((SECONDS < deadline)) || break
    sleep 0.2
  done
  echo "$1: $found of $3 times '$2'; $(tail -qn 1 "$work/$1" "$work/$1.err" | cut -c1-200 | paste -sd' ')"
  return 1
}

# exactly NAME PATTERN COUNT: now.
exactly() {
  local found
  found=$(occurrences "$1" "$2")
  ((found == $3)) || { echo "$1: $found times '$2', not $3"; return 1; }
}

# Unique keys of messages, from printed results of sends and from printed messages; longer ones hold
# an IPv6 address.
sent_by() { (cd "$work" && grep -ahoE '[^a-zA-Z]msgId=[0-9A-F]{32,}' "$@" | cut -d= -f2 | LC_ALL=C sort); }
received_by() { (cd "$work" && grep -ahoE 'UNIQ_KEY=[0-9A-F]{32,}' "$@" | cut -d= -f2 | LC_ALL=C sort); }

# How many of the messages in the file $work/EXPECTED NAME has not received.
missing() { LC_ALL=C comm -13 <(received_by "$1" | uniq) "$work/$2" | wc -l; }

# same NAME EXPECTED: the messages that NAME received are those in the file $work/EXPECTED, each once.
same() {
  local lost foreign twice
  lost=$(missing "$1" "$2")
  foreign=$(LC_ALL=C comm -23 <(received_by "$1" | uniq) "$work/$2" | wc -l)
  twice=$(received_by "$1" | uniq -d | wc -l)
  ((lost + foreign + twice == 0)) || { echo "$1: $lost lost, $foreign foreign, $twice twice"; return 1; }
}

# Waits until NAME has received all of EXPECTED.
await_all() {
  local deadline=$((SECONDS + 90))
  while (($(missing "$1" "$2") > 0 && SECONDS < deadline)); do sleep 0.3; done
}

# Within each queue the printed messages of NAME have ascending offsets; one that is suspended comes again.
ascending() {
  grep -aoE 'queueId=[0-9]+, storeSize=[0-9]+, queueOffset=[0-9]+' "$work/$1" | tr -d ',a-zA-Z=' |
    awk '{ if (seen[$1]++ && $3 < last[$1]) { print "queue " $1 ": " $3 " after " last[$1]; exit 1 } last[$1] = $3 }'
}

java_tool() {
  timeout -k 5 90 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$work" -cp "$tools" "$@" 2>>"$work/tools.err"
}

# The bodies of a topic, sorted.
bodies() { java_tool ReadTopic "$namesrv" "$1" "$work/read-$1" && cut -f4- "$work/read-$1" | LC_ALL=C sort; }

mqadmin() { java_tool org.apache.rocketmq.tools.command.MQAdminStartup "$@" -n "$namesrv"; }

# committed GROUP: waits until the group has committed all of TopicTest.
committed() {
  local deadline=$((SECONDS + 60))
  until mqadmin consumerProgress -g "$1" >"$work/progress" && grep -q '^Consume Diff Total: 0' "$work/progress" &&
    (($(grep -c '^TopicTest' "$work/progress") == 4)); do
    ((SECONDS < deadline)) || { tail -n 4 "$work/progress"; return 1; }
    sleep 1
  done
}

# --- the lane of TopicTest; $work/known holds the unique keys of what it has

ordered_consumer() {
  run oneway simple.OnewayProducer && start ordered ordermessage.Consumer || return 1
  local deadline=$((SECONDS + 90))
  # Every tenth listener call suspends its queue for three seconds.
  until (($(received_by ordered | uniq | wc -l) >= 100 || SECONDS > deadline)); do sleep 0.3; done
  stop ordered
  received_by ordered | uniq >"$work/known"
  (($(wc -l <"$work/known") == 100)) || { echo "$(wc -l <"$work/known") of 100 oneway messages"; return 1; }
  (($(received_by ordered | wc -l) > 100)) || { echo "no suspended message came again"; return 1; }
  ascending ordered
}

broadcast() {
  start broadcast-a broadcast.PushConsumer
  start broadcast-b broadcast.PushConsumer
  await broadcast-a 'Broadcast Consumer Started' 1 && await broadcast-b 'Broadcast Consumer Started' 1 &&
    run quick-producer quickstart.Producer && exactly quick-producer 'sendStatus=SEND_OK' 1000 || return 1
  sent_by quick-producer | LC_ALL=C sort -m - "$work/known" -o "$work/known"
  await_all broadcast-a known
  await_all broadcast-b known
  stop broadcast-a broadcast-b
  same broadcast-a known && same broadcast-b known
}

quickstart() {
  start quick-consumer quickstart.Consumer
  await_all quick-consumer known
  stop quick-consumer
  exactly quick-consumer 'Consumer Started' 1 && same quick-consumer known
}

tracemessage() {
  run trace-producer tracemessage.TraceProducer && exactly trace-producer 'sendStatus=SEND_OK' 128 || return 1
  sent_by trace-producer | LC_ALL=C sort -m - "$work/known" -o "$work/known"
  start trace-consumer tracemessage.TracePushConsumer
  await_all trace-consumer known
  same trace-consumer known || { stop trace-consumer; return 1; }
  local deadline=$((SECONDS + 60)) id
  id="$(sent_by trace-producer | head -n 1)"
  until mqadmin queryMsgTraceById -i "$id" >"$work/trace" && grep -q '^Pub .*success' "$work/trace" &&
    grep -q '^Sub .*success' "$work/trace"; do
    ((SECONDS < deadline)) || { stop trace-consumer; echo "no trace of $id: $(tail -n 1 "$work/trace")"; return 1; }
    sleep 1
  done
  stop trace-consumer
}

simple_push() {
  start push simple.PushConsumer
  await_all push known
  same push known && committed CID_JODIE_1
  local status=$?
  stop push
  return $status
}

# The group of the push consumer before goes on where it ended.
opentracing() {
  start pull-consumer simple.PullConsumer
  run simple-producer simple.Producer && exactly simple-producer 'sendStatus=SEND_OK' 128 &&
    run open-producer tracemessage.OpenTracingProducer && exactly open-producer 'sendStatus=SEND_OK' 1 || return 1
  start open-transaction tracemessage.OpenTracingTransactionProducer
  await open-transaction 'sendStatus=SEND_OK' 1 || return 1
  sent_by simple-producer open-producer open-transaction >"$work/new"
  sent_by simple-producer open-producer >"$work/new-tagged"
  LC_ALL=C sort -m "$work/new-tagged" "$work/known" -o "$work/tagged"
  LC_ALL=C sort -m "$work/new" "$work/known" -o "$work/known"
  start open-consumer tracemessage.OpenTracingPushConsumer
  await_all open-consumer new
  stop open-consumer open-transaction
  same open-consumer new
}

# It prints nothing: what it committed tells.
pull_consumer() {
  committed please_rename_unique_group_name_5
  local status=$?
  stop pull-consumer
  return $status
}

pull_schedule_service() {
  start schedule-service simple.PullScheduleService
  local deadline=$((SECONDS + 60)) all pulled
  all=$(wc -l <"$work/known")
  until pulled=$(grep -aoE 'msgFoundList=[0-9]+' "$work/schedule-service" | awk -F= '{ n += $2 } END { print n + 0 }') &&
    ((pulled >= all || SECONDS > deadline)); do
    sleep 0.3
  done
  stop schedule-service
  ((pulled == all)) || { echo "$pulled of $all pulled"; return 1; }
}

lite_pull_subscribe() {
  start lite simple.LitePullConsumerSubscribe
  await_all lite known
  stop lite
  same lite known
}

# seeks SCENARIO: up to three times, as a group that is new each time. A seek right after assign() may be
# lost in RocketMQ's client: the pull task that it cancels can be the one that takes the new offset.
seeks() {
  "$1" >"$work/why-seek" && return
  for _ in 2 3; do
    echo "again: $(paste -sd' ' "$work/why-seek")" >&2
    mqadmin deleteSubGroup -c DefaultCluster -g please_rename_unique_group_name -r true >"$work/regroup" 2>&1
    "$1" >"$work/why-seek" && return
  done
  cat "$work/why-seek"
  return 1
}

# All queues, TagA alone, the first queue from offset 10 on.
lite_pull_sub_expression() { seeks sought_by_expression; }

sought_by_expression() {
  start lite-expression simple.LitePullConsumerAssignWithSubExpression
  local deadline=$((SECONDS + 60)) want
  want=$(($(wc -l <"$work/tagged") - 10))
  until (($(received_by lite-expression | uniq | wc -l) >= want || SECONDS > deadline)); do sleep 0.3; done
  sleep 1
  stop lite-expression
  local got foreign
  got=$(received_by lite-expression | uniq | wc -l)
  foreign=$(LC_ALL=C comm -23 <(received_by lite-expression | uniq) "$work/tagged" | wc -l)
  ((got == want && foreign == 0)) || { echo "$got of $want, $foreign foreign"; return 1; }
  ascending lite-expression
}

# Half of the queues, one of them from offset 10 on.
lite_pull_assign() { seeks sought_in_half; }

sought_in_half() {
  start lite-assign simple.LitePullConsumerAssign
  await lite-assign 'queueOffset=10,' 1
  local status=$?
  sleep 2
  stop lite-assign
  ((status == 0)) && ascending lite-assign || return 1
  grep -aoE 'queueId=[0-9]+, storeSize=[0-9]+, queueOffset=[0-9]+' "$work/lite-assign" | tr -d ',a-zA-Z=' | awk '
    !($1 in first) { first[$1] = $3; queues++; sought += $3 == 10 }
    END { if (queues > 2 || sought != 1) { print queues " queues, " sought " from 10"; exit 1 } }'
}

# --- the other lane

# Order i goes to queue i % 10 % 4, one after the other.
order_producer() {
  run order-producer ordermessage.Producer && exactly order-producer 'sendStatus=SEND_OK' 100 || return 1
  sed -nE 's/.*queueId=([0-9]+)\], queueOffset=([0-9]+).*/\1 \2/p' "$work/order-producer" | awk '
    $1 != (NR - 1) % 10 % 4 { print "message " NR - 1 " went to queue " $1; exit 1 }
    $2 != next_offset[$1]++ { print "message " NR - 1 " is at " $2 " of queue " $1; exit 1 }
    END { if (NR != 100) { print NR " results"; exit 1 } }'
}

filter_by_tag() {
  start tag-consumer filter.TagFilterConsumer
  await tag-consumer 'Consumer Started' 1 && run tag-producer filter.TagFilterProducer &&
    exactly tag-producer 'sendStatus=SEND_OK' 60 && await tag-consumer 'UNIQ_KEY=' 40
  local status=$?
  stop tag-consumer
  ((status == 0)) && exactly tag-consumer 'UNIQ_KEY=' 40 && exactly tag-consumer 'TAGS=TagA' 20 &&
    exactly tag-consumer 'TAGS=TagC' 20
}

# Of ten messages with a = 0..9 and the tags A, B, C in turn: a in 0..3 and tag A or B.
filter_by_sql() {
  start sql-consumer filter.SqlFilterConsumer
  await sql-consumer 'Consumer Started' 1 && run sql-producer filter.SqlFilterProducer &&
    exactly sql-producer 'sendStatus=SEND_OK' 10 && await sql-consumer 'UNIQ_KEY=' 3
  local status=$?
  sleep 0.5
  stop sql-consumer
  ((status == 0)) && exactly sql-consumer 'UNIQ_KEY=' 3 && exactly sql-consumer '[{ ]a=[013][,}]' 3
}

# The example waits three seconds for its answer; a busy machine gets a second chance.
rpc() {
  start response rpc.ResponseConsumer
  await response 'Consumer Started' 1 || return 1
  run request rpc.RequestProducer
  (($(occurrences request 'request to <RequestTopic> cost: [0-9]+ replyMessage: .*') > 0)) || run request rpc.RequestProducer
  start request-async rpc.AsyncRequestProducer
  await request 'request to <RequestTopic> cost: [0-9]+ replyMessage: .*' 1 &&
    await request-async 'request to <RequestTopic> cost: [0-9]+ replyMessage: .*' 1 &&
    await response 'reply to .*SEND_OK' 2
  local status=$?
  stop response request-async
  # The body of an answer, as Java prints bytes: "reply ".
  ((status == 0)) && exactly request '114, 101, 112, 108, 121, 32' 1 && exactly request-async '114, 101, 112, 108, 121, 32' 1
}

async_producer() {
  run async simple.AsyncProducer && exactly async ' OK [0-9A-F]{32,}' 100 && exactly async Exception 0
}

namespaces() {
  run namespace-producer namespace.ProducerWithNamespace && exactly namespace-producer 'send success' 100 || return 1
  start namespace-push namespace.PushConsumerWithNamespace
  start namespace-pull namespace.PullConsumerWithNamespace
  await namespace-push 'Msg topic is:NAMESPACE_TOPIC, MsgId is:[0-9A-F]{32,}, reconsumeTimes is:0' 100 &&
    await namespace-pull 'Topic is:NAMESPACE_TOPIC, msgId is:[0-9A-F]{32,}' 100
  local status=$? what
  stop namespace-push namespace-pull
  ((status == 0)) || return 1
  for what in namespace-push namespace-pull; do
    cmp -s <(grep -oE 'sId is:[0-9A-F]{32,}' "$work/namespace-producer" | cut -d: -f2 | sort) \
      <(grep -oE 'sgId is:[0-9A-F]{32,}' "$work/$what" | cut -d: -f2 | sort) || { echo "$what: other messages"; return 1; }
  done
}

batch() {
  start simple-batch batch.SimpleBatchProducer
  await simple-batch 'sendStatus=SEND_OK' 1 && start split-batch batch.SplitBatchProducer &&
    await split-batch 'sendStatus=SEND_OK' 8
  local status=$?
  stop simple-batch split-batch
  ((status == 0)) || return 1
  cmp <(bodies BatchTest) <({ seq 0 2; seq 0 99999; } | sed 's/^/Hello world /' | LC_ALL=C sort)
}

# Ten halves in turn unknown, committed and rolled back, each told when the broker asks. The broker asks
# any producer of the group, and that of opentracing, of the same group, commits whatever it is asked.
transaction() {
  start transactions transaction.TransactionProducer
  await transactions 'sendStatus=SEND_OK' 10 || { stop transactions; return 1; }
  local deadline=$((SECONDS + 60)) got
  until got="$(bodies TopicTest1234 | paste -sd,)" && (($(tr ',' '\n' <<<"$got" | grep -c .) >= 3 || SECONDS > deadline)); do
    sleep 1
  done
  stop transactions
  [[ $got == 'Hello RocketMQ 1,Hello RocketMQ 4,Hello RocketMQ 7' ]] || { echo "committed: $got"; return 1; }
}

# A delay of ten seconds for each of a hundred.
schedule() {
  start schedule-consumer schedule.ScheduledMessageConsumer
  local begin=$SECONDS
  run schedule-producer schedule.ScheduledMessageProducer && exactly schedule-producer 'sendStatus=SEND_OK' 100 &&
    await schedule-consumer 'Receive message\[msgId=[0-9A-F]{32,} [0-9]+  ms later' 100
  local status=$?
  stop schedule-consumer
  ((status == 0)) && exactly schedule-consumer 'Receive message' 100 || return 1
  ((SECONDS - begin >= 10)) || { echo "all came within $((SECONDS - begin)) s"; return 1; }
}

# --- the run

scenario() {
  local why begin=$SECONDS
  if "$1" >"$work/why-$1"; then
    echo "PASS example/$1 ($((SECONDS - begin)) s)"
  else
    why="$(paste -sd' ' "$work/why-$1" | cut -c1-500)"
    echo "FAIL example/$1: $why"
  fi
}

java_tool CreateTopic "$namesrv" TopicTest 4 TopicTest1 4 TestTopic 4 TagFilterTest 4 SqlFilterTest 4 RequestTopic 4 \
  NAMESPACE_TOPIC 1 || { echo "FAIL examples: no topics: $(tail -n 1 "$work/tools.err")"; exit 1; }
{
  for one in ordered_consumer broadcast quickstart tracemessage simple_push opentracing transaction \
    pull_consumer pull_schedule_service lite_pull_subscribe; do
    scenario $one
  done
} &
first=$!
for one in schedule filter_by_tag filter_by_sql rpc order_producer async_producer batch namespaces; do
  scenario $one
done
wait $first
# These share their group with the filters and rpc.
scenario lite_pull_sub_expression
scenario lite_pull_assign
