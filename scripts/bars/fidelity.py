#!/usr/bin/env python3
"""Holds the simulator against live reports, by the bars of a simulator that can be believed.

Writes FOLDER/validation.json and FOLDER/points.txt (a table with every point, in Markdown). Prints each bar.
Exit codes: 0 all bars are met; 1 one is missed; 2 it can't be told. What the reports can't show is said,
and is no miss.
"""
import argparse
import json
import pathlib
import subprocess
import sys
from dataclasses import dataclass

from live_points import LivePoints, is_away_from_knee
from points_page import points_page

SPREAD_OF_NINE = 0.9
WITHIN = 0.02  # of a share of jobs
EPSILON = 1e-9


@dataclass
class Bar:
    """What was measured beside its limit; `value` is None if nothing shows it."""
    name: str
    value: float | None
    limit: float
    at_least: bool = False
    percent: bool = True
    note: str = ""

    @property
    def missed(self):
        """Whether it is past its limit."""
        return self.value is not None and self.beyond() > EPSILON

    def beyond(self):
        return self.limit - self.value if self.at_least else self.value - self.limit

    def text(self, value):
        if self.percent:
            return f"{100 * value:.2f}%"
        return f"{value:g}" if value == int(value) else f"{value:.3f}"

    def line(self):
        """One line for a reader."""
        if self.value is None:
            return f"{self.name}: not shown by these reports"
        limit = f"bar {'>=' if self.at_least else '<='} {self.text(self.limit)}"
        verdict = f"missed, by {self.text(self.beyond())}" if self.missed else "met"
        note = f"; {self.note}" if self.note else ""
        return f"{self.name}: {self.text(self.value)} ({limit}): {verdict}{note}"


def mean(values):
    return sum(values) / len(values) if values else None


def nine_of_ten(values):
    """The least value that nine of ten are at most."""
    ordered = sorted(values)
    return ordered[(9 * len(ordered) + 9) // 10 - 1]


class Fidelity:
    """A validation, and the live points behind it."""

    def __init__(self, validation, live):
        self.validation, self.live, self.points = validation, live, validation["points"]
        self.levels = sorted({figure["level"] for point in self.points for figure in point["figures"]
                              if figure["level"] is not None})

    def bars(self):
        return [*self.coverage(), *self.throughput(), *self.shares(), *self.responses(), *self.differences(),
                *self.energy(), *self.rankings(), *self.hard()]

    def figures(self, name, level):
        """The points that have an error of the figure, each with its entry."""
        for point in self.points:
            for figure in point["figures"]:
                if figure["figure"] == name and figure["level"] == level and figure["error"] is not None:
                    yield point, figure

    def summary(self, name):
        rows = [row for row in self.validation["summary"] if row["figure"] == name and row["level"] is None]
        return rows[0] if rows and rows[0]["points"] else None

    def coverage(self):
        hard = [group["points"] for group in self.validation["groups"] if group["value"] == "hard"]
        yield Bar("held-out live points", len(self.points), 60, at_least=True, percent=False,
                  note=f"of {self.validation['coverage']['live_points']}")
        yield Bar("hard points", sum(hard), 12, at_least=True, percent=False)

    def throughput(self):
        found = self.summary("throughput_jobs_per_s")
        spread = found and found["spread"]
        note = f"live runs differ by {100 * spread:.2f}%" if spread is not None else ""
        for name, key, limit in (("mean", "mean", 0.03), ("nine of ten", "p90", 0.07),
                                 ("worst", "largest", 0.15), ("median with its sign", "bias", 0.015)):
            value = found and abs(found[key])
            yield Bar(f"throughput error, {name}", value, limit, note=note if key == "mean" else "")

    def shares(self):
        for figure, name in (("deadline_miss_rate", "misses"), ("rejection_rate", "rejections")):
            for level in self.levels:
                errors = [abs(one["error"]) for _, one in self.figures(figure, level)]
                within = mean([error <= WITHIN for error in errors])
                note = f"{len(errors)} points, nine of ten {100 * nine_of_ten(errors):.2f}" if errors else ""
                yield Bar(f"{name} of level {level} within 2 points", within, SPREAD_OF_NINE, at_least=True,
                          note=note)

    def responses(self):
        for figure, name, limit in (("response_mean_ms", "mean", 0.05), ("response_p99_ms", "p99", 0.06)):
            for level in self.levels:
                everywhere = list(self.figures(figure, level))
                away = [abs(one["error"]) for point, one in everywhere
                        if is_away_from_knee(self.live.of(point))]
                errors = [abs(one["error"]) for _, one in everywhere]
                everywhere_note = f"everywhere {100 * mean(errors):.2f}% of {len(errors)}" if errors else ""
                yield Bar(f"{name} response of level {level}, away from the knee", mean(away), limit,
                          note=f"{len(away)} points; {everywhere_note}")

    def differences(self):
        for level in self.levels:
            parts = []
            for point, one in self.figures("response_mean_ms", level):
                deadline = self.live.deadlines_ms(point).get(level)
                if deadline:
                    parts.append(abs(one["simulated"] - one["live"]) / deadline)
            note = f"{len(parts)} points, nine of ten {100 * nine_of_ten(parts):.2f}%" if parts else ""
            yield Bar(f"difference of mean responses of level {level}, of the deadline", mean(parts), 0.03,
                      note=note)

    def energy(self):
        found = self.summary("energy_j_per_job")
        yield Bar("energy of a job, mean error", found and found["mean"], 0.05)
        sets = [one for one in self.validation["rankings"] if one["cheapest_tied"] is not None]
        spread = (found and found["spread"]) or 0
        note = f"of {len(sets)}, tied within {100 * spread:.2f}%"
        repeats = [one["repeat_cheapest_costs"] for one in sets if one["repeat_cheapest_costs"]]
        if repeats:
            found_again = mean([cost <= 1 + spread for cost in repeats])
            note += f"; by a live run in {found_again:.0%} of {len(repeats)}"
        yield Bar("sets whose cheapest shape is picked", mean([one["cheapest_tied"] for one in sets]), 0.9,
                  at_least=True, note=note if sets else "")

    def rankings(self):
        """The least of all sets, since a set is where somebody chooses."""
        rankings = self.validation["rankings"]
        taus = [one["tau_b"] for one in rankings if one["tau_b"] is not None]
        repeats = [one["repeat_tau_b"] for one in rankings if one["repeat_tau_b"] is not None]
        notes = [f"mean {mean(taus):.3f} of {len(taus)} sets"] if taus else []
        notes += [f"of two live runs {min(repeats):.3f} at least"] if repeats else []
        yield Bar("tau-b of shapes, least", min(taus, default=None), 0.9, at_least=True, percent=False,
                  note="; ".join(notes))
        kept = [one["kept"] for one in rankings if one["kept"] is not None]
        yield Bar("what the best shape gives of the live best, least", min(kept, default=None), 0.98,
                  at_least=True)

    def hard(self):
        scores = {score["name"]: {row["figure"]: row["mean"] for row in score["summary"]}
                  for score in self.validation["references"]}
        for figure, name in (("throughput_jobs_per_s", "throughput"), ("on_time_jobs_per_s", "jobs in time")):
            for other in ("min(offered, saturation)", "no contention"):
                ratio = None
                if scores and scores[other][figure]:
                    ratio = scores["simulator"][figure] / scores[other][figure]
                note = (f"{100 * scores['simulator'][figure]:.2f}% beside {100 * scores[other][figure]:.2f}%"
                        if ratio is not None else "")
                yield Bar(f"hard points, error of {name} over that of {other}", ratio, 0.5, percent=False,
                          note=note)


def fail(reason):
    print(reason, file=sys.stderr)
    sys.exit(2)


def validate(words):
    """Runs `daris validate` and gives its document."""
    output = words.output / "validation.json"
    command = [words.daris, "validate", *words.reports, "--references", "--no-table", "-o", str(output),
               "--threads", str(words.threads)]
    for option in ("profile", "model", "power", "task_sets"):
        if getattr(words, option):
            command += [f"--{option.replace('_', '-')}", getattr(words, option)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        fail(f"{words.daris}: {error.strerror}; build it, or name it with --daris")
    if done.returncode != 0:
        fail(f"daris validate failed:\n{done.stderr}")
    return json.loads(output.read_text(encoding="utf-8"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("reports", nargs="+", help="live reports")
    parser.add_argument("--profile", help="as for daris validate")
    parser.add_argument("--model", help="as for daris validate")
    parser.add_argument("--power", help="as for daris validate")
    parser.add_argument("--task-sets", help="as for daris validate")
    parser.add_argument("--daris", default="build/release/bin/daris", help="the program")
    parser.add_argument("-o", "--output", default="out/fidelity", type=pathlib.Path, help="the folder")
    parser.add_argument("--threads", type=int, default=2)
    words = parser.parse_args()
    for report in words.reports:
        if report.endswith(".jsonl"):
            fail(f"{report}: an event log; give live reports")
    words.output.mkdir(parents=True, exist_ok=True)
    validation = validate(words)
    live = LivePoints(words.reports, words.task_sets)
    (words.output / "points.txt").write_text(points_page(validation, live), encoding="utf-8")
    for reason in validation["coverage"]["reasons"]:
        print(f"not simulated: {reason['points']} points: {reason['reason']}")
    bars = Fidelity(validation, live).bars()
    for bar in bars:
        print(bar.line())
    return 1 if any(bar.missed for bar in bars) else 0


if __name__ == "__main__":
    sys.exit(main())
