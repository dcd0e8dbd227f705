#!/usr/bin/env python3
"""Draws task sets of three and four levels, for tests of policies on sets that nobody tuned them to.

Each level has one or two groups. Groups differ in network, precision, rate, deadline (a quarter of the period
to four periods) and kind of arrivals; one in seven has weights of its own for each task. All groups together
ask for about the load of 0.9, with at least a tenth of it on each level; `--load` scales it. A deadline is
never below twice the time that a job takes on a full GPU. Equal arguments give equal files.
"""
import argparse
import json
import pathlib
import random

HERE = pathlib.Path(__file__).resolve().parent
PROFILE = HERE.parent.parent / "profiles/data/h100-80gb-hbm3.json"
CONTEXTS = 8  # of the closed loop in which the profile's rates were measured
LOAD = 0.9
LEAST_SHARE = 0.1  # of a level
RATES_HZ = (2, 5, 10, 15, 20, 25, 30, 50, 60, 100)
DEADLINE_RATIOS = (0.25, 0.4, 0.5, 0.75, 1, 1, 1.5, 2, 4)


class Draws:
    """Draws from a seed. They are the same in every version of Python, since only random() is used."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def pick(self, values):
        return values[int(self.random() * len(values))]

    def shares(self, number, least):
        """Gives so many numbers that add up to 1, each `least` or more."""
        parts = [self.random() + 0.01 for _ in range(number)]
        return [least + (1 - number * least) * part / sum(parts) for part in parts]


def capacities(profile):
    """Gives jobs per second in a closed loop, by model, precision and weights."""
    shape = {"mechanism": "green", "contexts": CONTEXTS, "streams": 1, "oversubscription": 2, "batch": 1,
             "staged": True}
    rows = json.loads(profile.read_text(encoding="utf-8"))["saturations"]
    return {(row["model"], row["precision"], row["weights"]): row["jobs_per_s"]
            for row in rows if all(row[key] == value for key, value in shape.items())}


def draw_arrival(draws, period_ms):
    kind = draws.pick(("periodic", "periodic", "sporadic", "poisson", "gamma"))
    if kind == "sporadic":
        return {"kind": kind, "jitter_ms": round(period_ms * draws.pick((0.1, 0.5, 1)), 3)}
    if kind == "gamma":
        return {"kind": kind, "cv": draws.pick((0.5, 1.5, 2, 3))}
    return {"kind": kind}


def draw_group(draws, level, number, share, rates):
    """Draws a group that asks for `share` of the load."""
    model, precision = draws.pick(sorted({key[:2] for key in rates}))
    weights = draws.pick(("shared",) * 6 + ("own",))
    capacity = rates[model, precision, weights]
    jobs_per_s = share * LOAD * capacity
    # Rates that leave at least four tasks to scale, if there are any.
    fitting = [rate for rate in RATES_HZ if rate <= jobs_per_s / 4] or RATES_HZ[:1]
    rate = draws.pick(fitting)
    period_ms = 1000 / rate
    least_ms = 2 * 1000 * CONTEXTS / capacity
    count = min(max(round(jobs_per_s / rate), 1), 500)
    return {"name": f"level{level}-{number}", "count": count, "model": model, "precision": precision,
            "priority": level, "weights": weights, "rate_hz": rate,
            "deadline_ms": round(max(period_ms * draws.pick(DEADLINE_RATIOS), least_ms), 3),
            "arrival": draw_arrival(draws, period_ms)}


def draw_set(seed, levels, rates):
    draws = Draws(f"{seed} {levels}")
    groups = []
    for level, of_level in enumerate(draws.shares(levels, LEAST_SHARE)):
        for number, share in enumerate(draws.shares(draws.pick((1, 2)), 0.25), 1):
            groups.append(draw_group(draws, level, number, share * of_level, rates))
    return groups


def document(name, groups):
    lines = ",\n".join("  " + json.dumps(group) for group in groups)
    return f'{{"schema": "daris.task-set", "version": 1, "name": "{name}", "tasks": [\n{lines}\n]}}\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, help="the folder for the sets")
    parser.add_argument("--sets", type=int, default=6, help="how many of each number of levels (6)")
    parser.add_argument("--levels", type=int, nargs="+", default=[3, 4], help="numbers of levels (3 4)")
    parser.add_argument("--seed", type=int, default=1, help="of the first set; the next ones count up (1)")
    parser.add_argument("--profile", type=pathlib.Path, default=PROFILE, help="what the rates come from")
    options = parser.parse_args()
    rates = capacities(options.profile)
    options.output.mkdir(parents=True, exist_ok=True)
    for levels in options.levels:
        for seed in range(options.seed, options.seed + options.sets):
            name = f"random-{levels}-levels-{seed}"
            text = document(name, draw_set(seed, levels, rates))
            (options.output / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
