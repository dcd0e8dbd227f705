#!/usr/bin/env bash
# Builds and tests with AddressSanitizer and UndefinedBehaviorSanitizer (preset dev), then with
# ThreadSanitizer (tsan).
source "$(dirname "$0")/common.sh"

for preset in dev tsan; do
  build "$preset"
  run_tests "build/$preset"
done
say "clean under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer"
