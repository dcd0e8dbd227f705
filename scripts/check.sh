#!/usr/bin/env bash
# Quick checks for while you work. Builds without LibTorch and with little optimization into build/check, then
# runs the tests of units, scenarios, properties, architecture and documents. Words behind the command go to
# ctest (scripts/check.sh -R sim).
source "$(dirname "$0")/common.sh"

build check -- daris_check
# One more than there are cores, since some tests mostly wait.
run_tests build/check --parallel $((jobs + 1)) \
  --label-regex 'unit|scenario|property' --label-exclude 'slow|gpu|live' "$@"
