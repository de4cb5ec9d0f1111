#!/usr/bin/env bash
# Records stores/: the store directory of a real broker of each version after kill -9 and, restarted,
# after a clean stop, with a manifest of every record in its log. Segments are small, so that several
# have rolled. Takes some two minutes; only needed to change what the stores contain.
set -euo pipefail
. "$(dirname "$0")/../../interop/env.sh"
GOLDEN_DIR="$REPO_DIR/tests/golden"

if [[ -z ${GOLDEN_NETWORK:-} ]] && unshare -n true 2>/dev/null; then
  for version in "$JAVA_NEW" "$JAVA_OLD"; do
    java_program "$version" "$INTEROP_DIR/java/broker" >/dev/null
    java_program "$version" "$GOLDEN_DIR/tool/stores" >/dev/null
  done
  exec env GOLDEN_NETWORK=1 unshare -n bash -c \
    'ip link set lo up && ip address add 10.0.0.1/32 dev lo && exec "$0" "$@"' "$0" "$@"
fi

work="$(mktemp -d)"
trap 'kill -9 $(jobs -p) 2>/dev/null || true; [[ -n ${KEEP_WORK:-} ]] || rm -rf "$work"' EXIT

start() {
  rm -f "$dir/out"
  "$INTEROP_DIR/java_broker.sh" "$version" "$dir" --broker-port 10911 --namesrv-port 9876 \
    --set mappedFileSizeCommitLog=65536 --set maxMessageSize=32768 \
    --set mappedFileSizeConsumeQueue=600 --set maxHashSlotNum=50 --set maxIndexNum=200 \
    --set timerWheelEnable=false --set transactionTimeOut=3600000 \
    --set transactionCheckInterval=3600000 --set transactionCheckMax=100 \
    --set brokerFastFailureEnable=false >"$dir/out" 2>"$dir/err" &
  broker=$!
  wait_line "$dir/out" ready 60 $broker >/dev/null
}

# Takes the stopped store of $dir under the name $1.
take() {
  java "${JAVA_SMALL[@]}" -cp "$(java_program "$JAVA_NEW" "$GOLDEN_DIR/tool/stores")" StoreManifest "$dir/store" >"$GOLDEN_DIR/stores/$1.tsv"
  # Nothing in these says what the store holds, and they name the machine's folders.
  rm -f "$dir/store/lock"
  tar -C "$dir" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - store |
    xz -9e >"$GOLDEN_DIR/stores/$1.tar.xz"
  echo "$1: $(($(wc -l <"$GOLDEN_DIR/stores/$1.tsv") - 1)) records," \
    "$(stat -c %s "$GOLDEN_DIR/stores/$1.tar.xz") bytes"
}

for version in "$JAVA_OLD" "$JAVA_NEW"; do
  classpath="$(java_program "$version" "$GOLDEN_DIR/tool/stores")"
  dir="$work/$version"
  mkdir -p "$dir"
  start
  timeout 200 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$dir" -cp "$classpath" \
    StoreTraffic 127.0.0.1:9876
  # Offsets are written every five seconds, the checkpoint and the queues every second.
  sleep 11
  kill -9 $broker
  wait $broker 2>/dev/null || true
  take "java-$version-killed"
  start
  kill $broker
  wait $broker 2>/dev/null || true
  take "java-$version-stopped"
done
