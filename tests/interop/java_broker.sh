#!/usr/bin/env bash
# Runs a real Java name server and broker on 127.0.0.1, in the foreground; prints
#   ready namesrv=127.0.0.1:P broker=127.0.0.1:Q
# once both serve. SIGTERM stops them cleanly, SIGKILL is a crash.
#
#   java_broker.sh VERSION DIR [--heap 512m] [--serialize ROCKETMQ] [--namesrv-port N]
#                  [--broker-port N] [--proxy-ports N,M] [--set flushDiskType=SYNC_FLUSH]...
set -euo pipefail
# shellcheck source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

version=$1
mkdir -p "$2"
dir="$(cd "$2" && pwd)"
shift 2
heap=512m
serialize=JSON
pass=()
while (($# > 0)); do
  case $1 in
    --heap) heap=$2 ;;
    --serialize) serialize=$2 ;;
    *) pass+=("$1" "$2") ;;
  esac
  shift 2
done

classpath="$(java_program "$version" "$INTEROP_DIR/java/broker")"
# user.home is where RocketMQ writes logs and reads options that were not given.
exec java -XX:+UseG1GC "-Xms$heap" "-Xmx$heap" "${JAVA_OPENS[@]}" \
  "-Duser.home=$dir" "-Drocketmq.home.dir=$dir/home" "-Drocketmq.serialize.type=$serialize" \
  -cp "$classpath" JavaBroker --dir "$dir" "${pass[@]}"
