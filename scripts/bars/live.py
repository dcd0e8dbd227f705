#!/usr/bin/env python3
"""Reads live runs by the bars of `word` and of bursts in `no_collapse`.

`word REPORT`: misses of what was admitted, level by level. `bursts LOG...`: work in time per 200 ms.
Exit codes: 0 all bars are met; 1 one is missed.
"""
import argparse
import json
import pathlib
import sys

import no_collapse
import word
from points import lost, miss_rates

SHARE_OF_POINTS = 0.9


def read_word(report):
    points = json.loads(report.read_text(encoding="utf-8"))["points"]
    worst = []
    for point in points:
        config, rates = point["config"], miss_rates(point, word.LEAST_JOBS)
        worst.append(max(rates.values(), default=0))
        print(f"  {pathlib.Path(config['task_set']).stem:20} load {config['load']:3} {config['contexts']} x"
              f" {config['streams']}: missed " +
              ", ".join(f"{level}: {rate:.2%}" for level, rate in rates.items()) +
              f"; level 0 lost {lost(point, 0)}")
    share = sum(miss <= word.MISSES for miss in worst) / len(worst)
    print(f"misses of the admitted <= 1% in {share:.1%} of {len(worst)} points (bar 90%),"
          f" most {max(worst):.2%} (bar 3%)")
    return share >= SHARE_OF_POINTS and max(worst) <= word.MISSES_IN_ALL


def read_bursts(log):
    run = no_collapse.Run(log)
    bursts = no_collapse.Bursts({})
    shares = [run.shares(begin, end, 0) for begin, end in bursts.spans_ms]
    calm, busy = min(map(min, sum(shares[::2], []))), sum(shares[1::2], [])
    print(f"  {log.stem:24} calm {calm:.3f}, bursts " +
          ", ".join(f"{jobs:.3f} (work {work:.3f})" for jobs, work in busy))
    return min(calm, *map(min, busy)) >= no_collapse.BAR


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("bar", choices=["word", "bursts"])
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    words = parser.parse_args()
    read = read_word if words.bar == "word" else read_bursts
    return 0 if all([read(file) for file in words.files]) else 1


if __name__ == "__main__":
    sys.exit(main())
