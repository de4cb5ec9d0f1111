#!/usr/bin/env bash
# RocketMQ's mqadmin, 5.5.0 or 4.9.7, against a name server and its broker: a PASS, FAIL or SKIP line
# a command.
#
#   mqadmin.sh NAMESRV java|pintle [VERSION]
set -euo pipefail
. "$(dirname "$0")/env.sh"

namesrv=$1 broker=$2 version=${3:-$JAVA_NEW}
classpath="$(java_program "$version" "$INTEROP_DIR/java/mqadmin")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/conf"
cp "$INTEROP_DIR/java/logback.xml" "$work/conf/logback_tools.xml"  # 4.9.7 insists on it
cd "$work"  # some commands write files
timeout -k 5 300 java "${JAVA_SMALL[@]}" "${JAVA_OPENS[@]}" -Duser.home="$work" \
  -Drocketmq.home.dir="$work" -cp "$classpath" Mqadmin "$namesrv" "mqadmin-$version" "$broker"
