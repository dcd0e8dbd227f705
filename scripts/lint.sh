#!/usr/bin/env bash
# Checks the format, then runs clang-tidy's checks (.clang-tidy) as part of a build, so that the next run looks only at
# what changed.
source "$(dirname "$0")/common.sh"

say "format"
scripts/format.sh --check || { say "\`make format\` mends this"; exit 1; }

# clang-tidy goes on with checks of its own, and with exit status 0, where it can't read .clang-tidy.
if ! clang-tidy --dump-config 2>/dev/null | grep --quiet "^WarningsAsErrors: *'\*'"; then
  say ".clang-tidy can't be read: $(clang-tidy --dump-config 2>&1 >/dev/null | head -n 1)"
  exit 1
fi
if [ -e build/lint ] && [ .clang-tidy -nt build/lint/CMakeCache.txt ]; then
  rm -rf build/lint  # the build knows nothing of this file
fi
build lint
say "clean"
