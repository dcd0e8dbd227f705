#!/usr/bin/env bash
# Runs the tests that need an NVIDIA GPU. The exit status is 3 if there is none.
source "$(dirname "$0")/common.sh"

if ! gpus=$(nvidia-smi --list-gpus 2>&1); then
  say "make gpu-test needs an NVIDIA GPU and its driver, and finds none (nvidia-smi: ${gpus##*: })"
  say "\`make test\` runs everything that needs no GPU"
  exit 3
fi
say "GPU: $gpus"

scripts/setup.sh build torch
build release -DDARIS_WITH_TORCH=ON
# One after the other: side by side they would disturb each other's times.
run_tests build/release --label-regex '^gpu$' --parallel 1
