#!/usr/bin/env bash
# Runs the benchmarks. They print a table and write out/bench/daris.json in Google Benchmark's format. Then the
# simulator stands beside the same model in SimPy (bench/simpy_bench.py), if that is there. Words behind
# the command go to the program (scripts/bench.sh --benchmark_filter=hold).
source "$(dirname "$0")/common.sh"

build release -- daris_bench daris_bench_scene

mkdir -p out/bench
say "running (items: holds of event_queue and std_priority_queue, finished stages of simulator and policy;
   bytes: of event_log)"
build/release/bin/daris_bench --benchmark_out=out/bench/daris.json --benchmark_out_format=json "$@"
say "written: out/bench/daris.json"

say "the same model in SimPy"
status=0
"$python" bench/simpy_bench.py --scene build/release/bin/daris_bench_scene --bench out/bench/daris.json |
  tee out/bench/simpy.txt || status=$?
[ "$status" -eq 77 ] || exit "$status"
