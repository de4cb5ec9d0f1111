#!/usr/bin/env bash
# Records configuration/: the keys that RocketMQ's configuration files can set, by version.
set -euo pipefail
. "$(dirname "$0")/../../interop/env.sh"
for version in "$JAVA_NEW" "$JAVA_OLD"; do
  java "${JAVA_SMALL[@]}" -Duser.home=/home/rocketmq -Drocketmq.home.dir=/opt/rocketmq \
    -cp "$(java_program "$version" "$REPO_DIR/tests/golden/tool/configuration")" ConfigurationKeys \
    >"$REPO_DIR/tests/golden/configuration/$version.tsv"
done
