#!/usr/bin/env bash
# scripts/lint.sh [--changed | FOLDER-OR-FILE...]: checks the format of all sources, then runs clang-tidy's
# checks (.clang-tidy) over those that are named, or all. The next run looks only at what changed.
#
# With --changed it looks at what changed since the commit LINT_BASE. By default that is the last commit of
# the day before the newest commit. A file that was only renamed has not changed. It stops after LINT_MINUTES
# (20) and lists what is left, which is no failure.
source "$(dirname "$0")/common.sh"

# The last commit of the day before the newest one; the empty tree if there is none.
last_of_day_before() {
  local day commit
  day=$(TZ=UTC git log -1 --format=%cd --date=format-local:%F)
  commit=$(git rev-list -1 --before="$day 00:00:00 +0000" HEAD)
  echo "${commit:-$(git hash-object -t tree /dev/null)}"
}

chosen=("$@")
if [ "${1:-}" = --changed ]; then
  base=$(git rev-parse --verify --quiet "${LINT_BASE:-$(last_of_day_before)}^{tree}") ||
    { say "LINT_BASE: \"${LINT_BASE:-}\" is no commit here"; exit 2; }
  chosen=(--changed-since "$base" --minutes "${LINT_MINUTES:-20}")
fi

say "format"
scripts/format.sh --check || { say "\`make format\` mends this"; exit 1; }

# If clang-tidy can't read .clang-tidy it runs checks of its own, with exit status 0.
checks=$(clang-tidy --dump-config 2>/dev/null || true)
if ! grep --quiet "^WarningsAsErrors: *'\*'" <<<"$checks"; then
  say ".clang-tidy can't be read: $(clang-tidy --dump-config 2>&1 >/dev/null | head -n 1)"
  exit 1
fi

say "clang-tidy"
cmake --preset lint --log-level=WARNING
"$python" scripts/tidy.py build/lint --jobs "$jobs" "${chosen[@]}"
