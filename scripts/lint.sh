#!/usr/bin/env bash
# Checks the format, then runs clang-tidy's checks (.clang-tidy) as part of a build, so that the next run looks only at
# what changed.
source "$(dirname "$0")/common.sh"

say "format"
scripts/format.sh --check || { say "\`make format\` mends this"; exit 1; }

if [ -e build/lint ] && [ .clang-tidy -nt build/lint/CMakeCache.txt ]; then
  rm -rf build/lint  # the build knows nothing of this file
fi
build lint
say "clean"
