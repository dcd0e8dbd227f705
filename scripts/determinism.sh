#!/usr/bin/env bash
# Runs one sweep by 1 and by 2 threads, killed and resumed, in two shards, into packs, built by GCC and by
# Clang. The merged reports must be equal, byte for byte. Then it compares every point's event log: those of
# GCC and of Clang must be equal, and each build's scheduler must decide the same as the other's log.
source "$(dirname "$0")/common.sh"

sweep=workloads/sweeps/determinism.json
folder=out/determinism
gcc=build/release/bin/daris
clang=build/clang/bin/daris

fail() {
  say "FAILED: $*"
  exit 1
}

# run NAME PROGRAM [OPTION...]: runs the sweep into $folder/NAME.
run() {
  local name=$1 program=$2
  shift 2
  say "$name"
  "$program" sweep "$sweep" -o "$folder/$name" --no-progress "$@"
}

# points NAME: prints how many points of the sweep NAME are finished; 0 before it began.
points() { { find "$folder/$1/points" -name '*.json' 2>/dev/null || true; } | wc -l; }

# stop NAME SIGNAL STATUS: starts the sweep, or goes on with it, and sends the signal when some more points
# are finished. Fails unless the sweep stopped halfway with this exit status.
stop() {
  local name=$1 signal=$2 wanted=$3 before pid status=0
  before=$(points "$name")
  say "$name: until SIG$signal"
  "$gcc" sweep "$sweep" -o "$folder/$name" --no-progress --threads 2 &
  pid=$!
  while [ "$(points "$name")" -lt $((before + 10)) ] && kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  kill -s "$signal" "$pid" 2>/dev/null || fail "the sweep ended before SIG$signal reached it"
  wait "$pid" || status=$?
  [ "$status" -eq "$wanted" ] || fail "after SIG$signal the exit status is $status instead of $wanted"
  [ "$(points "$name")" -lt "$planned" ] || fail "nothing was left to go on with after SIG$signal"
}

# compare NAME FOLDER...: merges the folders and compares with the first report.
compare() {
  local name=$1
  shift
  "$gcc" merge "${@/#/$folder/}" -o "$folder/$name.json" --no-table
  cmp "$folder/threads-1.json" "$folder/$name.json" ||
    fail "$name.json differs from threads-1.json in $folder"
}

# replay_logs ID FOLDER: both builds simulate the point again from the report, and each replays the other's
# log.
replay_logs() {
  local id=$1 logs=$2
  local point=(--config "$folder/threads-1.json" --point "$id" --threads 1)
  "$gcc" sim "${point[@]}" --log "$logs/gcc.jsonl" -o "$logs/gcc.json" &&
    "$clang" sim "${point[@]}" --log "$logs/clang.jsonl" -o "$logs/clang.json" &&
    cmp "$logs/gcc.jsonl" "$logs/clang.jsonl" &&
    "$clang" replay "$logs/gcc.jsonl" &&
    "$gcc" replay "$logs/clang.jsonl"
}

replay_point() {
  local id=$1 logs=$folder/logs/$1
  mkdir -p "$logs"
  if ! replay_logs "$id" "$logs" >"$logs/said" 2>&1; then
    tail -n 5 "$logs/said" >&2
    say "point $id: see $logs"
    return 1
  fi
  rm -r "$logs"
}
export -f replay_point replay_logs say
export folder gcc clang

build release -- daris
build clang -- daris
rm -rf "$folder"
mkdir -p "$folder"

run threads-1 "$gcc" --threads 1
"$gcc" merge "$folder/threads-1" -o "$folder/threads-1.json" --no-table
planned=$(points threads-1)
run threads-2 "$gcc" --threads 2
stop killed KILL 137
stop killed INT 130
run killed "$gcc" --threads 2
run shard-1 "$gcc" --shard 1/2
run shard-2 "$gcc" --shard 2/2
run packed "$gcc" --threads 2 --pack
run clang "$clang" --threads 2

say "comparing the merged reports"
compare threads-2 threads-2
compare killed killed
compare shards shard-1 shard-2
compare packed packed
compare clang clang

say "replaying the logs of $planned points"
find "$folder/threads-1/points" -name '*.json' -printf '%f\n' | sed 's/\.json$//' | sort |
  xargs -P "$jobs" -I{} bash -c 'set -u; replay_point {}' || fail "not every log replays to equal decisions"

say "1 and 2 threads, killed and resumed, two shards, packed, GCC and Clang:
   $planned points, equal bytes; every log replays"
