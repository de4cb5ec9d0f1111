# Real input: the text of this repository's history, a line a message, goes through a broker and comes
# back identical. Sourced by run.sh, which defines server_start, server_kill, produce_lines and
# consume_lines, and counts the PASS, FAIL and SKIP lines.

REAL_INPUT_LINES="${REAL_INPUT_LINES:-20000}"

# Writes numbered lines, so that each body is unique and its place in the input can be read off it.
real_input() {
  {
    git -C "$REPO_DIR" log -p --no-color 2>/dev/null || cat /var/log/*.log 2>/dev/null || true
  } | LC_ALL=C tr -d '\000\r' | LC_ALL=C awk -v n="$REAL_INPUT_LINES" \
    'length($0) < 60000 { printf "%07d %s\n", ++i, $0 } i >= n { exit }'
}

# Fails unless the lines of file $1, as written by ReadTopic, ascend in every queue.
in_order_per_queue() {
  LC_ALL=C awk -F'\t' '{
    number = substr($4, 1, 7) + 0
    if (number <= last[$1]) { print "queue " $1 ": line " number " after " last[$1]; exit 1 }
    last[$1] = number
  }' "$1"
}

# Nothing is lost, added or changed, and a queue keeps the order of the input.
real_input_identical() {
  local name=real-input/identical topic="real-$RANDOM-$SECONDS" dir="$work/real"
  mkdir -p "$dir"
  real_input >"$dir/input"
  local count
  count=$(wc -l <"$dir/input")
  create_topic "$topic" 4
  if ! produce_lines "$topic" <"$dir/input" >"$dir/acks" 2>"$dir/produce.err"; then
    echo "FAIL $name: produce failed: $(tail -n 1 "$dir/produce.err")"
    return
  fi
  if (($(wc -l <"$dir/acks") != count)); then
    echo "FAIL $name: $(wc -l <"$dir/acks") acknowledgements for $count lines"
    return
  fi
  if ! java_tool ReadTopic "$namesrv" "$topic" "$dir/read" 2>"$dir/read.err"; then
    echo "FAIL $name: reading back failed: $(head -n 1 "$dir/read.err")"
    return
  fi
  local why
  if ! cmp -s "$dir/input" <(cut -f4- "$dir/read" | LC_ALL=C sort); then
    echo "FAIL $name: $(wc -l <"$dir/read") of $count lines came back, or other ones"
  elif ! why=$(in_order_per_queue "$dir/read"); then
    echo "FAIL $name: $why"
  else
    echo "PASS $name ($count lines, read by the Java client)"
  fi

  name=real-input/consumed
  if ! consume_lines "$topic" "group-$topic" "$count" >"$dir/consumed" 2>"$dir/consume.err"; then
    echo "FAIL $name: consume failed: $(tail -n 1 "$dir/consume.err")"
  elif ! cmp -s "$dir/input" <(LC_ALL=C sort "$dir/consumed"); then
    echo "FAIL $name: $(wc -l <"$dir/consumed") of $count lines came, or other ones"
  else
    echo "PASS $name ($count lines)"
  fi
}

# The broker is killed in the middle of the input. After its restart every acknowledged message is
# where the acknowledgement said, and nothing is there that was not sent.
real_input_killed() {
  local name=real-input/killed topic="killed-$RANDOM-$SECONDS" dir="$work/killed"
  mkdir -p "$dir"
  real_input >"$dir/input"
  create_topic "$topic" 4
  produce_lines "$topic" <"$dir/input" >"$dir/acks" 2>"$dir/produce.err" &
  local producer=$!
  # Somewhere in the middle, another place each time.
  local deadline=$((SECONDS + 20)) enough=$((500 + RANDOM % (REAL_INPUT_LINES / 2)))
  while (($(wc -l <"$dir/acks") < enough && SECONDS < deadline)) && kill -0 $producer 2>/dev/null; do
    sleep 0.01
  done
  server_kill
  sleep 0.2
  kill $producer 2>/dev/null || true
  wait $producer 2>/dev/null || true
  if ! server_start; then
    echo "FAIL $name: no start after the kill: $(tail -n 1 "$work/server.err")"
    return
  fi
  # The producer may have been cut off within a line.
  grep '}$' "$dir/acks" >"$dir/whole" || true
  local acknowledged
  acknowledged=$(wc -l <"$dir/whole")
  if ! java_tool ReadTopic "$namesrv" "$topic" "$dir/read" 2>"$dir/read.err"; then
    echo "FAIL $name: reading back failed: $(head -n 1 "$dir/read.err")"
    return
  fi
  sed -E 's/.*"msgId":"([^"]*)".*/\1/' "$dir/whole" >"$dir/ids"
  sed -E 's/.*"queueId":([0-9]+).*/\1/' "$dir/whole" >"$dir/queues"
  sed -E 's/.*"queueOffset":([0-9]+).*/\1/' "$dir/whole" >"$dir/offsets"
  paste "$dir/queues" "$dir/offsets" "$dir/ids" | LC_ALL=C sort >"$dir/expected"
  cut -f1-3 "$dir/read" | LC_ALL=C sort >"$dir/present"
  local missing foreign
  missing=$(LC_ALL=C comm -23 "$dir/expected" "$dir/present" | wc -l)
  foreign=$(LC_ALL=C comm -13 "$dir/input" <(cut -f4- "$dir/read" | LC_ALL=C sort -u) | wc -l)
  if ((acknowledged == 0)); then
    echo "FAIL $name: nothing was acknowledged before the kill: $(tail -n 1 "$dir/produce.err")"
  elif ((missing > 0)); then
    echo "FAIL $name: $missing of $acknowledged acknowledged messages are missing or elsewhere"
  elif ((foreign > 0)); then
    echo "FAIL $name: $foreign messages were never sent"
  else
    echo "PASS $name ($acknowledged acknowledged, $(wc -l <"$dir/read") present)"
  fi
}
