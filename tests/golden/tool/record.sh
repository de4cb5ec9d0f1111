#!/usr/bin/env bash
# Records frames/: real clients of several versions and encodings talk to a real name server and
# broker through FrameRecorder. Takes some three minutes; only needed to add frames.
#
#   record.sh [RUN...]     RUN is VERSION-ENCODING, for example 4.9.7-json; all of them if none
set -euo pipefail
. "$(dirname "$0")/../../interop/env.sh"
GOLDEN_DIR="$REPO_DIR/tests/golden"

# A network of its own: addresses and process ids in the frames then say nothing about the machine.
# Java refuses a loopback address as its own, hence the second one.
if [[ -z ${GOLDEN_NETWORK:-} ]] && unshare -n true 2>/dev/null; then
  for version in "$JAVA_NEW" "$JAVA_OLD"; do
    java_program "$version" "$INTEROP_DIR/java/broker" >/dev/null
    java_program "$version" "$GOLDEN_DIR/tool/recorder" "$GOLDEN_DIR/tool/traffic" >/dev/null
  done
  ! have go || go_program >/dev/null
  exec env GOLDEN_NETWORK=1 unshare -n bash -c \
    'ip link set lo up && ip address add 10.0.0.1/32 dev lo && exec "$0" "$@"' "$0" "$@"
fi

runs=("$@")
((${#runs[@]} > 0)) || runs=("$JAVA_OLD-json" "$JAVA_OLD-binary" "$JAVA_NEW-json" "$JAVA_NEW-binary")
work="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; wait; [[ -n ${KEEP_WORK:-} ]] || rm -rf "$work"' EXIT

for run in "${runs[@]}"; do
  version=${run%-*}
  serialize=JSON
  compressed=false
  [[ $run == *-binary ]] && serialize=ROCKETMQ
  # A 5.5.0 broker told to compress its registration does so and says compressed=false, which its
  # own name server then refuses: that one frame is kept as register-broker-request-unflagged-zlib.
  [[ $run == "$JAVA_OLD-binary" ]] && compressed=true
  classpath="$(java_program "$version" "$GOLDEN_DIR/tool/recorder" "$GOLDEN_DIR/tool/traffic")"
  dir="$work/$run"
  mkdir -p "$dir/frames"

  mkfifo "$dir/stop"
  java "${JAVA_SMALL[@]}" -Duser.home="$dir" -cp "$classpath" FrameRecorder \
    "$dir/frames" "$run" <"$dir/stop" >"$dir/recorder.out" 2>"$dir/recorder.err" &
  recorder=$!
  exec 7>"$dir/stop"
  read -r _ proxies namesrv_port broker_port < <(wait_line "$dir/recorder.out" ports 20 $recorder)

  "$INTEROP_DIR/java_broker.sh" "$version" "$dir/broker" --serialize $serialize \
    --namesrv-port "$namesrv_port" --broker-port "$broker_port" --proxy-ports "$proxies" \
    --set compressedRegister=$compressed --set registerNameServerPeriod=10000 \
    --set transactionTimeOut=1000 --set transactionCheckInterval=3000 \
    --set enableTopicAttribute=true --set notifyConsumerIdsChangedEnable=true \
    --set mappedFileSizeCommitLog=16777216 >"$dir/broker.out" 2>"$dir/broker.err" 7>&- &
  broker=$!
  wait_line "$dir/broker.out" ready 60 $broker >/dev/null

  timeout 120 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$dir" \
    -Drocketmq.serialize.type=$serialize -cp "$classpath" \
    GoldenTraffic "127.0.0.1:${proxies%,*}" 7>&- || true
  # The Go client speaks JSON and is old enough to get routes in the legacy form.
  if [[ $run == *-json ]] && have go; then
    timeout 150 "$INTEROP_BUILD/interop-go" "127.0.0.1:${proxies%,*}" 7>&- || true
  fi

  kill $broker
  wait $broker || true
  exec 7>&-
  wait $recorder
  cp "$dir"/frames/* "$GOLDEN_DIR/frames/"
  echo "$run: $(ls "$dir"/frames/*.bin | wc -l) frames"
done

cd "$GOLDEN_DIR/frames"
{
  printf 'file\tcode\tname\tdirection\tencoding\tlanguage version\tstatus\twhat\n'
  # New lines replace those of the same file; lines without a file go.
  for lines in [0-9]*.tsv; do cat "$lines"; done
  tail -n +2 INDEX.tsv 2>/dev/null || true
} | awk -F'\t' 'NR == 1 || (!seen[$1]++ && system("test -f " $1) == 0)' >INDEX.new
{ head -1 INDEX.new; tail -n +2 INDEX.new | LC_ALL=C sort; } >INDEX.tsv
rm -f INDEX.new [0-9]*.tsv
