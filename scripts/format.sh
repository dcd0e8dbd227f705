#!/usr/bin/env bash
# Formats the sources in place. With --check it changes nothing, and fails if there is something to change.
source "$(dirname "$0")/common.sh"

mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run --Werror)
git ls-files --cached --others --exclude-standard -z '*.cpp' '*.h' '*.cu' |
  xargs -0 clang-format --style=file "${mode[@]}"
