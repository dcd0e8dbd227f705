#!/usr/bin/env bash
# Counts the lines of policy/ and sim/ that the tests without a GPU run; fails if one of the two is under 95%.
source "$(dirname "$0")/common.sh"

folder=build/coverage
wanted_percent=95

build coverage
find "$folder" -name '*.gcda' -delete  # counts of earlier runs
run_tests "$folder"

say "counting"
gcovr --root . --object-directory "$folder" --filter 'policy/' --filter 'sim/' \
  --json "$folder/coverage.json" -j "$jobs"
status=0
for part in policy sim; do
  say "$part/: lines"
  gcovr --root . --add-tracefile "$folder/coverage.json" --filter "$part/" \
    --fail-under-line "$wanted_percent" || status=$?
done
if [ "$status" -ne 0 ]; then
  say "a folder is under $wanted_percent%: the last column above lists the lines that no test runs"
  exit 1
fi
say "policy/ and sim/ are both at $wanted_percent% or above"
