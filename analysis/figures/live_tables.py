#!/usr/bin/env python3
"""Writes tables of live reports into a text, between lines `<!-- live: NAME -->` and `<!-- end -->`.

The numbers of a table are those of the reports in FOLDER (analysis/results/<gpu>/). So nobody copies them by
hand.
"""

import argparse
import os
import re
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from report_points import BadReport, load_document

BEGIN = "<!-- live: "
BLOCK = re.compile(r"(<!-- live: ([^\n]*?) -->\n)(?:(?!<!-- live: ).)*?(<!-- end -->)", re.DOTALL)
BACKENDS = ("green", "mps", "streams")


class Reports:
    """The reports of one folder by name, each as its JSON object."""

    def __init__(self, folder):
        self.folder = folder

    def names(self):
        return sorted(name[: -len(".json")] for name in os.listdir(self.folder) if name.endswith(".json"))

    def report(self, name):
        return load_document(os.path.join(self.folder, name + ".json"))

    def points(self, name):
        return self.report(name)["points"]


# ---- one point's figures


def setting(point, key):
    config = point["config"]
    return config["switches"][key] if key in config["switches"] else config[key]


def on_time(point):
    return point["results"]["on_time_jobs_per_s"]


def level(point, priority):
    return next(found for found in point["results"]["levels"] if found["priority"] == priority)


def missed(point, priority):
    """The share of admitted jobs that were missed; None if no job was admitted."""
    return level(point, priority)["deadline_miss_rate"]


def shape(point):
    """Contexts x streams, with OS if contexts can overlap; the number of plain streams."""
    config = point["config"]
    if config["backend"] == "streams":
        return f"{config['contexts']}"
    shared = f" OS {config['oversubscription']:g}" if config["contexts"] > 1 else ""
    return f"{config['contexts']} x {config['streams']}{shared}"


def images(point):
    return point["results"]["throughput_images_per_s"]


def energy_per_image(point):
    results = point["results"]
    return results["energy_j_per_job"] * results["throughput_jobs_per_s"] / results["throughput_images_per_s"]


# ---- texts


def share(value):
    if value is None:
        return "none"
    percent = 100 * value
    if percent == 0:
        return "0"
    digits = 2 if percent < 0.995 else 1 if percent < 9.95 else 0
    return f"{percent:.{digits}f}%"


def milliseconds(value):
    return "none" if value is None else f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def microseconds(nanoseconds):
    value = nanoseconds / 1000
    return f"{value:.2f}" if value < 1 else f"{value:.1f}"


def rows_of(heads, rows):
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def distinct(values):
    return list(dict.fromkeys(values))


def task_sets(points):
    return distinct(point["config"]["task_set"] for point in points)


def the_point(points, **wanted):
    """The one point that has these settings."""
    found = [point for point in points if all(setting(point, key) == value for key, value in wanted.items())]
    if len(found) != 1:
        raise LookupError(f"{len(found)} points have {wanted}; one is needed")
    return found[0]


# ---- tables


def best(reports):
    """Each set at its best shape on green and on MPS, beside the closed loop of the same slots."""
    points = reports.points("best")
    heads = ["task set", "slots", "in time / s", "of their closed loop", "whole models / s",
             "L0 p50 / p99 ms", "L0 missed", "L1 missed of admitted", "L1 rejected", "J per job"]
    rows = []
    for task_set in task_sets(points):
        of_set = [point for point in points if point["config"]["task_set"] == task_set]
        shown = [max((p for p in of_set if p["config"]["backend"] == backend), key=on_time)
                 for backend in BACKENDS[:2]]
        winner = max(shown, key=on_time)
        for point in shown:
            l0, l1 = level(point, 0), level(point, 1)
            figure = f"{on_time(point):.0f}"
            times = l0["response_time_ms"]
            rows.append([
                task_set if point is shown[0] else "",
                f"{point['config']['backend']} {shape(point)}",
                f"**{figure}**" if point is winner else figure,
                f"{100 * point['saturation']['saturation_share']:.1f}%",
                f"{point['saturation']['whole_model_jobs_per_s']:.0f}",
                f"{milliseconds(times['p50'])} / {milliseconds(times['p99'])}",
                f"{l0['missed']} of {l0['admitted']}",
                f"{l1['missed']} of {l1['admitted']}",
                share(l1["rejected"] / l1["released"]),
                f"{point['results']['energy_j_per_job']:.3f}",
            ])
    return rows_of(heads, rows)


RIVALS = [
    ("**daris**, green", {"policy": "daris", "backend": "green"}),
    ("daris, plain streams", {"policy": "daris", "backend": "streams"}),
    ("batching", {"policy": "batching"}),
    ("static, as many slots", {"policy": "static"}),
    ("clockwork", {"policy": "clockwork"}),
    ("edf, same slots", {"policy": "edf"}),
    ("fifo, same slots", {"policy": "fifo", "backend": "green"}),
    ("fifo, plain streams", {"policy": "fifo", "backend": "streams"}),
]


def by_set(points, cell):
    """Yields a row for each of RIVALS, with a cell for each task set."""
    sets = task_sets(points)
    for label, wanted in RIVALS:
        yield label, [cell(the_point(points, task_set=task_set, **wanted)) for task_set in sets]


def rivals(reports):
    """Jobs in time per second, then the shares of admitted jobs of levels 0 and 1 that were missed."""
    points = reports.points("rivals")
    most = {s: max(on_time(point) for point in points if point["config"]["task_set"] == s)
            for s in task_sets(points)}

    def cell(point):
        figure = f"{on_time(point):.0f}"
        if on_time(point) == most[point["config"]["task_set"]]:
            figure = f"**{figure}**"
        return f"{figure}; {share(missed(point, 0))}, {share(missed(point, 1))}"

    return rows_of(["", *task_sets(points)], ([label, *cells] for label, cells in by_set(points, cell)))


def rivals_response(reports):
    """Response times p50 / p99 of level 0, then of level 1, and energy."""
    points = reports.points("rivals")

    def times(point, priority):
        of = level(point, priority)["response_time_ms"]
        return "none" if of["p50"] is None else f"{milliseconds(of['p50'])} / {milliseconds(of['p99'])}"

    def cell(point):
        joules = point["results"]["energy_j_per_job"]
        return f"{times(point, 0)}, {times(point, 1)}; " + ("none" if joules is None else f"{joules:.3f}")

    return rows_of(["", *task_sets(points)], ([label, *cells] for label, cells in by_set(points, cell)))


def own_weights(reports):
    """120 tasks with weights of their own. Policy batching forms no batch of their jobs."""
    points = reports.points("own-weights")
    heads = ["precision, load", "policy", "slots", "asked for / s", "in time / s", "L0 missed", "L1 missed",
             "L1 rejected"]
    rows = []
    kinds = distinct((p["config"]["task_set"], p["config"]["load"]) for p in points)
    for kind in kinds:
        same = [p for p in points if (p["config"]["task_set"], p["config"]["load"]) == kind]
        same.sort(key=lambda p: -on_time(p))
        for point in same:
            config = point["config"]
            l1 = level(point, 1)
            policy = config["policy"]
            if policy == "batching":
                policy += f", at most {config['batch_limit']}"
            elif policy == "daris" and config["switches"]["staging"] == "off":
                policy += ", whole models"
            single = config["policy"] in ("batching", "clockwork")
            where = "one at a time" if single else f"{config['backend']} {shape(point)}"
            rows.append([
                f"{'FP16' if 'fp16' in kind[0] else 'TF32'}, {kind[1]:g}" if point is same[0] else "",
                f"**{policy}**" if config["policy"] == "daris" else policy, where,
                f"{sum(load['demand_jobs_per_s'] for load in point['loads']):.0f}", f"{on_time(point):.0f}",
                share(missed(point, 0)), share(missed(point, 1)), share(l1["rejected"] / l1["released"]),
            ])
    return rows_of(heads, rows)


def batch_cell(point):
    misses = f"{share(missed(point, 0))}, {share(missed(point, 1))}"
    return f"{images(point):.0f}, {energy_per_image(point):.3f}; {misses}"


def batch(reports):
    """Jobs of four images beside jobs of one image, in the same slots."""
    points = reports.points("batch")
    bases = distinct(s.removesuffix("-batch4") for s in task_sets(points))
    rows = []
    for backend in distinct(p["config"]["backend"] for p in points):
        for suffix, size in (("", 1), ("-batch4", 4)):
            of = [the_point(points, task_set=base + suffix, backend=backend) for base in bases]
            rows.append([f"{backend}, batch {size}", *(batch_cell(point) for point in of)])
    return rows_of(["", *bases], rows)


def grid_cell(point):
    figure = f"{on_time(point):.0f}"
    marks = ("*" if missed(point, 0) else "") + ("+" if (missed(point, 1) or 0) > 0.01 else "")
    return figure + marks.replace("*", "\\*")


def grid(backend):
    def table(reports):
        points = reports.points(f"grid-{backend}")
        streams = distinct(p["config"]["streams"] for p in points)

        def os_of(point):
            config = point["config"]
            same = config["oversubscription"] == config["contexts"]
            return "Nc" if same else f"{config['oversubscription']:g}"

        columns = [(ns, os) for ns in streams for os in ("1", "1.5", "2", "Nc")]
        found = {(p["config"]["streams"], os_of(p)) for p in points if p["config"]["contexts"] > 2}
        columns = [column for column in columns if column in found]
        rows = []
        for task_set in task_sets(points):
            for contexts in distinct(p["config"]["contexts"] for p in points):
                cells = []
                for ns, os in columns:
                    value = contexts if os == "Nc" else float(os)
                    # Else another column has the point.
                    new = value <= contexts and (os == "Nc" or value != contexts)
                    wanted = {"task_set": task_set, "contexts": contexts, "streams": ns,
                              "oversubscription": value}
                    cells.append(grid_cell(the_point(points, **wanted)) if new else "")
                rows.append([task_set, str(contexts), *cells])
        return rows_of(["task set", "Nc", *(f"x {ns}, OS {os}" for ns, os in columns)], rows)

    return table


def grid_streams(reports):
    points = reports.points("grid-streams")
    counts = distinct(p["config"]["contexts"] for p in points)
    rows = [[task_set, *(grid_cell(the_point(points, task_set=task_set, contexts=count)) for count in counts)]
            for task_set in task_sets(points)]
    return rows_of(["task set", *(f"{count}" for count in counts)], rows)


def mix_load(reports):
    """Priority mixes and loads, each set at its best shape."""
    points = reports.points("mix-load")
    loads = sorted({p["config"]["load"] for p in points})
    mixes = sorted({p["config"]["priority_mix"] for p in points})
    rows = []
    for task_set in task_sets(points):
        for backend in BACKENDS[:2]:
            for mix in mixes:
                cells = []
                for load in loads:
                    point = the_point(points, task_set=task_set, backend=backend, priority_mix=mix, load=load)
                    misses = f"{share(missed(point, 0))}, {share(missed(point, 1))}"
                    cells.append(f"{on_time(point):.0f}; {misses}")
                rows.append([task_set, f"{backend} {shape(point)}", f"{mix:g}", *cells])
    return rows_of(["task set", "slots", "mix", *(f"load {load:g}" for load in loads)], rows)


AIMS_US = {"green": 15, "mps": 20, "streams": 15}


def latency(reports):
    """Completion to next launch, 99th percentile, and the policy step.

    Of all runs of `daris` and of recorded schedules.
    """
    heads = ["report", "idle turn p50 / p99 us", "green: above 15 us, median, largest", "mps: above 20 us",
             "streams: above 15 us", "policy step: above 2 us, largest"]
    rows = []
    for name in reports.names():
        points = [p for p in reports.points(name)
                  if p["config"]["policy"] in ("daris", "scripted") and p["results"]["runtime"]]
        timed = [p for p in points if p["results"]["runtime"]["completion_to_launch_ns"]]
        if not timed:
            continue
        cells = []
        for backend, aim in AIMS_US.items():
            of = sorted(p["results"]["runtime"]["completion_to_launch_ns"]["p99"]
                        for p in timed if p["config"]["backend"] == backend)
            if not of:
                cells.append("")
                continue
            above = sum(value > 1000 * aim for value in of)
            median = microseconds(statistics.median(of))
            cells.append(f"{above} of {len(of)}, {median}, {microseconds(of[-1])}")
        steps = [p["results"]["runtime"]["decision_ns"]["p99"] for p in timed]
        idle = [p["results"]["runtime"].get("idle_turn_ns") for p in timed]
        idle = [turn for turn in idle if turn]
        turns = [statistics.median(turn[key] for turn in idle) for key in ("p50", "p99")] if idle else []
        rows.append([f"`{name}.json`", " / ".join(microseconds(turn) for turn in turns), *cells,
                     f"{sum(step > 2000 for step in steps)} of {len(steps)}, {microseconds(max(steps))}"])
    return rows_of(heads, rows)


def migrated(reports):
    """First stages that found a slot free: medians of migrated jobs beside others of their group of tasks."""
    rows = []
    for name in reports.names():
        for point in reports.points(name):
            if point["config"]["policy"] != "daris":
                continue
            for group in point["results"]["tasks"]:
                starts = group.get("release_to_start_ns")
                if not starts or not starts["migrated"] or not starts["others"]:
                    continue
                if starts["migrated"]["count"] < 20:
                    continue
                moved, others = starts["migrated"], starts["others"]
                rows.append([f"`{name}.json`", point["config"]["task_set"], group["name"],
                             f"{point['config']['backend']} {shape(point)}",
                             f"{moved['count']}, {microseconds(moved['p50'])}",
                             f"{others['count']}, {microseconds(others['p50'])}",
                             f"{(moved['p50'] - others['p50']) / 1000:+.1f}"])
    return rows_of(["report", "task set", "tasks", "slots", "migrated: number, us", "others", "later by us"],
                   rows)


def scale(reports):
    """Closed loops with and without copies."""
    points = reports.points("scale")
    rows = []
    for point in points:
        loops = point["saturation"]
        before, after = loops["jobs_per_s_before"], loops["jobs_per_s_after"]
        rows.append([point["config"]["task_set"],
                     point["config"].get("copies", "on"),
                     f"{loops['whole_model_jobs_per_s']:.0f}",
                     f"{before:.0f}, {after:.0f}",
                     f"{on_time(point):.0f}",
                     f"{point['results']['energy_j_per_job']:.3f}"])
    return rows_of(["task set", "copies", "whole models / s", "stages, before and after / s", "in time / s",
                    "J per job"], rows)


def commits(reports):
    """Which version of the program made which report."""
    rows = []
    for name in reports.names():
        report = reports.report(name)
        commit = report["provenance"]["commit"]
        rows.append([f"`{name}.json`", str(len(report["points"])), commit[:7] if commit else "several"])
    return rows_of(["report", "points", "commit"], rows)


TABLES = {
    "best": best,
    "rivals": rivals,
    "rivals-response": rivals_response,
    "own-weights": own_weights,
    "batch": batch,
    "grid-green": grid("green"),
    "grid-mps": grid("mps"),
    "grid-streams": grid_streams,
    "mix-load": mix_load,
    "latency": latency,
    "migrated": migrated,
    "scale": scale,
    "commits": commits,
}


def filled(text, reports):
    def block(match):
        name = match.group(2)
        if name not in TABLES:
            raise LookupError(f"no table is named {name}; there are {', '.join(TABLES)}")
        return match.group(1) + "\n" + "\n".join(TABLES[name](reports)) + "\n\n" + match.group(3)

    new, blocks = BLOCK.subn(block, text)
    if blocks != text.count(BEGIN):
        raise LookupError(f"{text.count(BEGIN) - blocks} of its blocks have no <!-- end -->")
    if blocks == 0:
        raise LookupError("has no block to fill, such as: <!-- live: best -->")
    return new


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="the reports")
    parser.add_argument("texts", nargs="+", help="Markdown files with such blocks")
    parser.add_argument("--check", action="store_true",
                        help="change nothing; fail if a table is not what its report says")
    options = parser.parse_args()
    reports = Reports(options.folder)
    stale = False
    for path in options.texts:
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            new = filled(text, reports)
        except KeyError as error:
            sys.exit(f"{path}: a report lacks {error}")
        except (LookupError, OSError, BadReport) as error:
            sys.exit(f"{path}: {error}")
        if new == text:
            continue
        stale = True
        if options.check:
            print(f"{path}: its tables are not those of {options.folder}; "
                  f"run {sys.argv[0]} {options.folder} {path}", file=sys.stderr)
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
