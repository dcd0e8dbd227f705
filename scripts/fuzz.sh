#!/usr/bin/env bash
# Runs libFuzzer over every kind of document that users write, for FUZZ_SECONDS (60) together. What it found
# in earlier runs lies in out/fuzz/; the next run begins with it.
source "$(dirname "$0")/common.sh"

targets=(task_set sweep profile event_log)
seconds=$(((${FUZZ_SECONDS:-60} + ${#targets[@]} - 1) / ${#targets[@]}))

# seeds TARGET: prints the folders of inputs that the target begins with.
seeds() {
  case $1 in
    task_set) echo tests/fuzz/corpus/task_set workloads/task_sets ;;
    sweep) echo workloads/sweeps ;;
    *) echo "tests/fuzz/corpus/$1" ;;
  esac
}

fuzz() {
  local target=$1 found=out/fuzz/$1 log=out/fuzz/$1.log
  mkdir -p "$found"
  # shellcheck disable=SC2046  # the folders are words
  if ! "build/fuzz/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -verbosity=0 \
    -print_final_stats=1 -artifact_prefix="out/fuzz/$target-" "$found" $(seeds "$target") >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    say "$target: FAILED; the whole story: $log; again: build/fuzz/fuzz/fuzz_$target out/fuzz/$target-..."
    return 1
  fi
  local inputs
  inputs=$(awk '/number_of_executed_units/ {print $2}' "$log")
  printf '%-10s %9s inputs in %s s, clean\n' "$target" "$inputs" "$seconds"
}

build fuzz -- "${targets[@]/#/fuzz_}"
say "fuzzing, $seconds s each: ${targets[*]}"
status=0
for target in "${targets[@]}"; do
  fuzz "$target" || status=1
done
exit "$status"
