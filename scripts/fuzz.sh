#!/usr/bin/env bash
# Runs libFuzzer over every kind of input that users write, for FUZZ_SECONDS (60) together. As many targets
# run side by side as there are cores. What they found in earlier runs lies in out/fuzz/; the next run begins
# with it.
source "$(dirname "$0")/common.sh"

# Shares of the time. Logs, command lines and sweeps take longest to read.
targets=(event_log:4 command_line:3 sweep:2 task_set:2 profile:2 config:1 manifest:2 trace:1 small_document:2)
shares=19
cores=$(nproc)
[ "$cores" -le ${#targets[@]} ] || cores=${#targets[@]}

# seeds TARGET: prints the folders of inputs that the target begins with.
seeds() {
  echo "tests/fuzz/corpus/$1"
  case $1 in
    task_set) echo workloads/task_sets ;;
    sweep) echo workloads/sweeps ;;
    small_document) echo workloads/partitions ;;
  esac
}

# fuzz TARGET SECONDS: prints how many inputs were tried.
fuzz() {
  local target=$1 seconds=$2 found=out/fuzz/$1 log=out/fuzz/$1.log
  mkdir -p "$found"
  # shellcheck disable=SC2046  # the folders are words
  if ! "build/fuzz/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -verbosity=0 \
    -max_len=4096 -print_final_stats=1 -print_funcs=0 -artifact_prefix="out/fuzz/$target-" "$found" $(seeds "$target") \
    >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    say "$target: FAILED; the whole story: $log; again: build/fuzz/fuzz/fuzz_$target out/fuzz/$target-..."
    return 1
  fi
  printf '%-13s %9s inputs in %4s s, clean\n' "$target" "$(tried "$target")" "$seconds"
}

tried() { awk '/number_of_executed_units/ {print $2}' "out/fuzz/$1.log"; }

names=("${targets[@]%:*}")
build fuzz -- "${names[@]/#/fuzz_}"
say "fuzzing, $cores side by side: ${names[*]}"
status=0
pids=()
for target in "${targets[@]}"; do
  if [ ${#pids[@]} -ge "$cores" ]; then
    wait "${pids[0]}" || status=1
    pids=("${pids[@]:1}")
  fi
  seconds=$((${FUZZ_SECONDS:-60} * cores * ${target#*:} / shares + 1))
  fuzz "${target%:*}" $((seconds < ${FUZZ_SECONDS:-60} ? seconds : ${FUZZ_SECONDS:-60})) &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || status=1; done
all=0
for name in "${names[@]}"; do all=$((all + $(tried "$name" || echo 0) + 0)); done
say "$all inputs together"
exit "$status"
