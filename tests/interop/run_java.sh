#!/usr/bin/env bash
# Runs the Java scenarios against a name server: one JVM with one client version and one header
# encoding, one PASS or FAIL line per scenario.
#
#   run_java.sh NAMESRV VERSION JSON|ROCKETMQ [first | later | SCENARIO...]
set -euo pipefail
. "$(dirname "$0")/env.sh"

namesrv=$1 version=$2 serialize=$3
shift 3
classpath="$(java_program "$version" "$INTEROP_DIR/java/scenarios")"
home="$(mktemp -d)"
[[ -n ${KEEP_HOME:-} ]] && home=$KEEP_HOME || trap 'rm -rf "$home"' EXIT
encoding=json
[[ $serialize == ROCKETMQ ]] && encoding=binary
# The client logs below user.home and keeps broadcasting offsets below the other.
timeout -k 5 300 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$home" \
  -Drocketmq.client.localOffsetStoreDir="$home/offsets" -Drocketmq.serialize.type="$serialize" \
  -cp "$classpath" Interop "$namesrv" "java-$version-$encoding" "$@"
