# shellcheck shell=bash
# What the other scripts share; they source it. They run in the project's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=${JOBS:-$(nproc)}
python=/usr/bin/python3  # the one that the distribution's matplotlib belongs to

say() { printf '\n== %s\n' "$*" >&2; }

# build PRESET [-DNAME=VALUE...] [-- TARGET...]: configures and builds into build/PRESET.
build() {
  local preset=$1
  shift
  local definitions=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    definitions+=("$1")
    shift
  done
  [ $# -gt 0 ] && shift
  say "building with preset $preset into build/$preset"
  cmake --preset "$preset" --log-level=WARNING "${definitions[@]}"
  cmake --build "build/$preset" --parallel "$jobs" ${1:+--target "$@"}
}

# run_tests FOLDER [CTEST-ARGUMENT...]: runs the tests of a build. Programs and single tests that the machine
# can't run are listed at the end, each with its reason.
run_tests() {
  local folder=$1 status=0
  shift
  say "testing in $folder"
  ctest --test-dir "$folder" --parallel "$jobs" --output-on-failure --no-tests=error \
    --output-junit test-log.xml --test-output-size-passed 4000000 "$@" ||
    status=$?
  "$python" scripts/skipped_tests.py "$folder/test-log.xml" >&2
  return "$status"
}
