"""Reads a daris.report as points to plot: configuration keys, and figures with their intervals."""

import json


SHAPE = ("contexts", "streams", "oversubscription")  # keys that are not in `config` if the shape was chosen


class BadReport(Exception):
    """The file is no report that can be plotted; the message says why."""


class Figure:
    """A value with the ends of its 95% interval. They are None if it was not measured."""

    def __init__(self, value, low=None, high=None):
        self.value = value
        self.low = value if low is None else low
        self.high = value if high is None else high


class Point:
    """One point of a report. Keys of `config` are flat ("switches.bound").

    `figures` has each figure by its name, and those of a level by (name, level). `histograms` has the
    response times of each level. `own_mix` says that the share of level 0 is the task set's own; `points_of`
    puts that share into `config`.
    """

    def __init__(self, point):
        self.id = point["id"]
        self.config = dict(flatten(point["config"]))
        self.config.update((key, value) for key, value in point.get("shape", {}).items() if key in SHAPE)
        self.own_mix = self.config.get("priority_mix") is None
        self.tasks = [(task["priority"], task["count"]) for task in point["results"]["tasks"]]
        self.levels = [level["priority"] for level in point["results"]["levels"]]
        self.figures = figures_of(point)
        self.histograms = {level["priority"]: level["response_time_ms"]["histogram"]
                           for level in point["results"]["levels"]
                           if "histogram" in level["response_time_ms"]}
        self.offered, self.saturation = capacity_of(point["loads"])


def flatten(config, prefix=""):
    for key, value in config.items():
        if isinstance(value, dict):
            yield from flatten(value, prefix + key + ".")
        else:
            yield prefix + key, as_number(value)


def as_number(value):
    """Gives the number of a text such as "0.9", since switches are written as texts."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def name_own_mixes(points):
    """Gives points that have their task set's own share of level 0 that share as a number.

    Scaling by count rounds the share anew at each load. So the point with most tasks speaks for its whole
    set. Sets without tasks keep None.
    """
    largest = {}
    for point in points:
        total = sum(count for _, count in point.tasks)
        if point.own_mix and total > largest.get(point.config.get("task_set"), (0, None))[0]:
            level0 = sum(count for priority, count in point.tasks if priority == 0)
            largest[point.config.get("task_set")] = (total, round(level0 / total, 2))
    for point in points:
        if point.own_mix:
            point.config["priority_mix"] = largest.get(point.config.get("task_set"), (0, None))[1]
    return points


def capacity_of(loads):
    """Gives the jobs per second asked for, and those that the same mix reaches in a closed loop.

    Either is None if it is not known.
    """
    offered = sum(load["demand_jobs_per_s"] for load in loads)
    if not loads or not offered or any(not load["saturation_jobs_per_s"] for load in loads):
        return offered or None, None
    demand = sum(load["demand_jobs_per_s"] / load["saturation_jobs_per_s"] for load in loads)
    return offered, offered / demand


def scaled(value, factor):
    return None if value is None else value * factor


def figures_of(point):
    results = point["results"]
    half = point["confidence"]["half_width"]

    def with_half_width(value, name, factor=1.0, top=float("inf")):
        width = half.get(name)
        if value is None or width is None:
            return Figure(scaled(value, factor))
        return Figure(value * factor, max(0.0, value - width) * factor, min(top, value + width) * factor)

    def share(value, name):
        return with_half_width(value, name, factor=100.0, top=1.0)

    figures = {
        "throughput": with_half_width(results["throughput_jobs_per_s"], "throughput_jobs_per_s"),
        "on_time": with_half_width(results["on_time_jobs_per_s"], "on_time_jobs_per_s"),
        "slowdown": with_half_width(results["stage_slowdown"]["mean"], "stage_slowdown_mean"),
        "mret": share(results["estimate_coverage"]["mret"], "estimate_coverage_mret"),
        "afet": share(results["estimate_coverage"]["afet"], "estimate_coverage_afet"),
    }
    if results.get("energy_j_per_job") is not None:
        figures["energy"] = with_half_width(results["energy_j_per_job"], "energy_j_per_job")
    for level in results["levels"]:
        priority = level["priority"]
        figures["lost", priority] = share(level.get("loss_rate"), f"level{priority}_loss_rate")
        interval = level["deadline_miss_rate_95"] or (None, None)
        ends = [scaled(end, 100) for end in interval]
        figures["missed", priority] = Figure(scaled(level["deadline_miss_rate"], 100), *ends)
        rejected = level["rejected"] / level["released"] if level["released"] else None
        figures["rejected", priority] = share(rejected, f"level{priority}_rejection_rate")
        never = 1 - level["completed"] / level["released"] if level["released"] else None
        figures["never_done", priority] = Figure(scaled(never, 100))
        p99 = level["response_time_ms"]["p99"]
        figures["response_p99_ms", priority] = with_half_width(p99, f"level{priority}_response_p99_ms")
    return figures


def load_document(path, schemas=("daris.report",)):
    """Gives a document with points as its JSON object. Raises BadReport, which names the file."""
    try:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
    except OSError as error:
        raise BadReport(f"{path}: {error.strerror}; a report (daris.report) is needed") from error
    except ValueError as error:
        raise BadReport(f"{path}: is not JSON: {error}") from error
    if not isinstance(report, dict) or report.get("schema") not in schemas:
        found = report.get("schema") if isinstance(report, dict) else None
        raise BadReport(f"{path}: schema: {found!r}; 'daris.report' is needed")
    if report.get("version") != 1:
        raise BadReport(f"{path}: version: {report.get('version')!r}; this program reads version 1")
    if not report.get("points") and report["schema"] != "daris.ablations":
        raise BadReport(f"{path}: points: there are none")
    return report


def points_of(report, path):
    """Gives the points of a report. Raises BadReport with a message that names the file."""
    try:
        return name_own_mixes([Point(point) for point in report["points"]])
    except (KeyError, TypeError) as error:
        problem = f"{error!r} is missing or of the wrong kind"
        raise BadReport(f"{path}: is not a complete report: {problem}") from error
