#!/usr/bin/env bash
# scripts/lint.sh [FOLDER-OR-FILE...]: checks the format of all sources, then runs clang-tidy's checks (.clang-tidy) over
# those that are named, or all; the next run looks only at what changed.
source "$(dirname "$0")/common.sh"

say "format"
scripts/format.sh --check || { say "\`make format\` mends this"; exit 1; }

# clang-tidy goes on with checks of its own, and with exit status 0, where it can't read .clang-tidy.
if ! clang-tidy --dump-config 2>/dev/null | grep --quiet "^WarningsAsErrors: *'\*'"; then
  say ".clang-tidy can't be read: $(clang-tidy --dump-config 2>&1 >/dev/null | head -n 1)"
  exit 1
fi

say "clang-tidy"
cmake --preset lint --log-level=WARNING
"$python" scripts/tidy.py build/lint --jobs "$jobs" "$@"
say "clean"
