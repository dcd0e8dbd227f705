#!/usr/bin/env bash
# Builds everything, the GPU programs included, and runs all tests that this machine can run. Words behind the
# command go to ctest (scripts/test.sh --label-regex slow).
source "$(dirname "$0")/common.sh"

build release -DDARIS_WITH_TORCH=ON
run_tests build/release "$@"
