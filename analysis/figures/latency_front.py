#!/usr/bin/env python3
"""Draws the p99 of level 0 over the work of the levels below, from reports of `daris.report`.

    /usr/bin/python3 analysis/figures/latency_front.py REPORT... [-o FOLDER]

Work counts jobs below level 0 that ended in the window, in ResNet-18 equivalents: a ResNet-50 counts 1.87. It
prints a table, a point a row. With -o it draws one picture for each task set.
"""

import argparse
import json
from pathlib import Path

EQUIVALENTS = {"steady": 1.0, "heavy": 1.87}  # tasks of the sets urgent-..., by name


def read_points(files):
    """Reads the points of all reports as rows, ordered by task set and p99."""
    points = [point for file in files for point in json.loads(Path(file).read_text("utf-8"))["points"]]
    return sorted((row_of(point) for point in points), key=lambda row: (row["set"], row["p99"]))


def row_of(point):
    """Gives what the table shows of a point."""
    config = point["config"]
    level_0 = point["results"]["levels"][0]
    below = point["results"]["levels"][1:]
    name = config.get("partition")
    shape = Path(name).stem if name else f"{config['contexts']} x {config['streams']}"
    batches = config.get("batch_limit")
    return {"set": Path(config["task_set"]).stem, "backend": config["backend"],
            "shape": shape + ("" if batches == 1 else f", B {batches}"),
            "p50": level_0["response_time_ms"]["p50"], "p99": level_0["response_time_ms"]["p99"],
            "jobs": level_0["completed"], "lost": level_0["missed"] + level_0["rejected"],
            "work": work_of(point), "late": sum(level["missed"] for level in below)}


def work_of(point):
    """Gives the rate of jobs below level 0 in ResNet-18 equivalents."""
    tasks = [task for task in point["results"]["tasks"] if task["priority"] > 0]
    done = sum(task["completed"] for task in tasks)
    rate = sum(level["throughput_jobs_per_s"] for level in point["results"]["levels"][1:])
    return rate * sum(EQUIVALENTS[task["name"]] * task["completed"] for task in tasks) / max(1, done)


def print_table(rows):
    """Prints a table in Markdown."""
    print("| task set | backend | partition | p50 ms | p99 ms | jobs of level 0 | lost | work /s | late below |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        print(f"| {row['set']} | {row['backend']} | {row['shape']} | {row['p50']:.3f} | {row['p99']:.3f} "
              f"| {row['jobs']} | {row['lost']} | {row['work']:.0f} | {row['late']} |")


def draw(rows, folder):
    """Draws a picture for each task set, a colour for each backend."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    for name in sorted({row["set"] for row in rows}):
        figure, axes = pyplot.subplots(figsize=(7, 4.5))
        for backend in sorted({row["backend"] for row in rows}):
            shown = [row for row in rows if row["set"] == name and row["backend"] == backend]
            axes.scatter([row["work"] for row in shown], [row["p99"] for row in shown], label=backend)
            for row in shown:
                axes.annotate(row["shape"], (row["work"], row["p99"]), fontsize=7, xytext=(3, 3),
                              textcoords="offset points")
        axes.set(xlabel="work below level 0, ResNet-18 equivalents a second", ylabel="p99 of level 0, ms",
                 title=name)
        axes.legend()
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(folder / f"latency-front-{name}.png", dpi=150, bbox_inches="tight")


def main():
    """Reads, prints and draws."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", nargs="+")
    parser.add_argument("-o", type=Path, help="folder for pictures")
    arguments = parser.parse_args()
    rows = read_points(arguments.reports)
    print_table(rows)
    if arguments.o:
        draw(rows, arguments.o)


if __name__ == "__main__":
    main()
