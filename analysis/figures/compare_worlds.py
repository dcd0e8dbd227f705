#!/usr/bin/env python3
"""Says how far a simulated report is from a live one: throughput and missed levels, point by point.

Both come from the same sweep file, with and without --live. Points of equal configuration are compared.
Points that only one of them has are left out, and counted.
"""

import argparse
import json
import os
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from report_points import BadReport, load_report

# A live point and a simulated one are the same if these are equal. Durations and replications may differ.
KEYS = ("task_set", "policy", "backend", "contexts", "streams", "oversubscription", "sms", "load", "load_by",
        "priority_mix", "deadline_ratio", "inject", "switches")


def points_of(path, kind):
    try:
        report = load_report(path)
    except BadReport as error:
        sys.exit(str(error))
    if report["kind"] != kind:
        sys.exit(f"{path}: is no {kind} report")
    return {json.dumps([point["config"].get(key) for key in KEYS]): point for point in report["points"]}


def misses(point, priority):
    return any(level["missed"] for level in point["results"]["levels"] if level["priority"] == priority)


def shape(point):
    config = point["config"]
    slots = f"{config['contexts']} x {config['streams']} OS {config['oversubscription']:g}"
    return f"{config['task_set']}, {config['backend']} {slots}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("simulated", help="a report of `daris sim` or of a simulated sweep")
    parser.add_argument("live", help="a report of `daris run` or of a live sweep")
    options = parser.parse_args()
    simulated = points_of(options.simulated, "simulated")
    live = points_of(options.live, "live")
    both = [(simulated[key], live[key]) for key in live if key in simulated]
    both = [(a, b) for a, b in both if b["results"]["throughput_jobs_per_s"] > 0]
    if not both:
        sys.exit("no point of one report has the configuration of one of the other")
    errors = [
        a["results"]["throughput_jobs_per_s"] / b["results"]["throughput_jobs_per_s"] - 1 for a, b in both
    ]
    sizes = sorted(abs(error) for error in errors)
    print(f"{len(both)} points in both reports, {len(live) - len(both)} live and "
          f"{len(simulated) - len(both)} simulated ones are left out")
    print(f"throughput, error of the simulated one: median {100 * statistics.median(sizes):.1f}%, nine of "
          f"ten below {100 * sizes[(len(sizes) - 1) * 9 // 10]:.1f}%, largest {100 * sizes[-1]:.1f}%")
    ranked = sorted(zip(errors, range(len(both))))
    for name, (error, index) in (("lowest", ranked[0]), ("highest", ranked[-1])):
        print(f"  {name}: {100 * error:+.1f}%  {shape(both[index][1])}")
    agree = sum(misses(a, 0) == misses(b, 0) for a, b in both)
    missing = sum(misses(b, 0) for _, b in both)
    print(f"whether level 0 misses any deadline: the same in {agree} of {len(both)} "
          f"(live it does in {missing})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
