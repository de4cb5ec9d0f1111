#!/usr/bin/env bash
# Instructions per message under callgrind against those in instructions.tsv. Within 5 % is the same;
# more is a regression, less is an improvement whose line has to change: --record writes the file.
#
#   run.sh PINTLE [--record]
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
program="$(dirname "$1")/test/fast_path"
record=${2:-}
turns=40
if ! command -v valgrind >/dev/null; then
  echo "SKIP counters: no valgrind"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
[[ -z $record ]] || printf '# what\tinstructions per message\n' >"$work/recorded"

for what in send/binary send/json pull/binary pull/json; do
  if ! messages="$(valgrind --tool=callgrind --toggle-collect='pintle::testing::MeasuredTurn*' \
    --callgrind-out-file="$work/out" "$program" "${what%/*}" "${what#*/}" $turns 2>"$work/err")"; then
    tail -n 5 "$work/err"
    echo "FAIL $what: the program ended with an error"
    failed=$((failed + 1))
    continue
  fi
  collected="$(sed -n 's/.*Collected : *//p' "$work/err")"
  now=$((collected / messages))
  if [[ -n $record ]]; then
    printf '%s\t%d\n' "$what" "$now" >>"$work/recorded"
    continue
  fi
  was="$(awk -v what="$what" '$1 == what { print $2 }' "$here/instructions.tsv")"
  if [[ -z $was ]]; then
    echo "FAIL $what: $now instructions per message, and none are recorded"
    failed=$((failed + 1))
  elif ((now * 100 > was * 105)); then
    echo "FAIL $what: $now instructions per message, $was are recorded: a regression"
    failed=$((failed + 1))
  elif ((now * 100 < was * 95)); then
    echo "FAIL $what: $now instructions per message, $was are recorded: better; record it"
    failed=$((failed + 1))
  else
    echo "PASS $what: $now instructions per message, $was are recorded"
    passed=$((passed + 1))
  fi
done
[[ -z $record ]] || cp "$work/recorded" "$here/instructions.tsv"
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
