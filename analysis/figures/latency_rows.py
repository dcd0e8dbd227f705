"""Reads what latency_front.py shows: reports of the task sets urgent-..., and daris.mps-priorities."""

from pathlib import Path

from report_points import BadReport, load_document

SCHEMAS = ("daris.report", "daris.mps-priorities")
EQUIVALENTS = {"steady": 1.0, "heavy": 1.87}  # tasks of the sets urgent-..., by name
EQUAL, RANKED = "MPS alone", "MPS + priorities"  # without a scheduler


class Row:
    """One run of one shape. `kind` is a backend of daris, EQUAL or RANKED; work is in ResNet-18s a second."""

    def __init__(self, kind, shape, rate, work, times, jobs, lost=None, late=None):
        self.kind, self.shape, self.rate, self.work = kind, shape, rate, work
        self.p50, self.p99 = times["p50"], times["p99"]
        self.jobs, self.lost, self.late = jobs, lost, late


class Shape:
    """The runs of one shape at one rate."""

    def __init__(self, runs):
        self.runs = runs
        first = runs[0]
        self.kind, self.shape, self.rate = first.kind, first.shape, first.rate
        self.p99 = sum(run.p99 for run in runs) / len(runs)
        self.work = sum(run.work for run in runs) / len(runs)
        self.batches = ", B " in first.shape


def read_shapes(files):
    """Gives (machine, shapes), ordered by rate, kind and p99. Raises BadReport, also for several machines."""
    rows, machines = {}, []
    for file in files:
        document = load_document(file, SCHEMAS)
        provenance = document["provenance"]
        machines.append(f"{provenance['gpu']}, driver {provenance['driver']}")
        if machines[-1] != machines[0]:
            raise BadReport(f"{file}: measured on {machines[-1]}, not on {machines[0]}")
        of_report = row_of_point if document["schema"] == "daris.report" else row_of_rival
        for point in document["points"]:
            row = of_report(point, file)
            rows.setdefault((row.rate, row.kind, row.shape), []).append(row)
    shapes = [Shape(runs) for runs in rows.values()]
    return machines[0], sorted(shapes, key=lambda shape: (-shape.rate, shape.kind, shape.p99))


def row_of_point(point, file):
    """Reads a point of a report."""
    config, results = point["config"], point["results"]
    level_0, below = results["levels"][0], results["levels"][1:]
    urgent = [task["name"] for task in results["tasks"] if task["priority"] == 0]
    if any(task["name"] not in EQUIVALENTS for task in results["tasks"] if task["priority"] > 0):
        raise BadReport(f"{file}: {config['task_set']}: only the task sets urgent-... are counted here")
    rate = sum(load["demand_jobs_per_s"] for load in point["loads"] if load["task"] in urgent)
    largest = max(point["batch_limits"], default=1)
    return Row(config["backend"], shape_of(point) + ("" if largest == 1 else f", B {largest}"), round(rate),
               work_of(results), level_0["response_time_ms"], level_0["completed"],
               level_0["missed"] + level_0["rejected"], sum(level["missed"] for level in below))


def shape_of(point):
    """Names the shape: that of the configuration, or the one that was chosen."""
    config, chosen = point["config"], point.get("shape")
    if config.get("partition"):
        return Path(config["partition"]).stem
    shape = chosen or config
    name = shape.get("name") or f"{shape['contexts']} x {shape['streams']}"
    switches = chosen.get("switches", {}) if chosen else {}
    return ", ".join([name, *(f"{key}={value}" for key, value in switches.items())])


def work_of(results):
    """Gives the rate of jobs below level 0 in ResNet-18 equivalents."""
    tasks = [task for task in results["tasks"] if task["priority"] > 0]
    done = sum(task["completed"] for task in tasks)
    rate = sum(level["throughput_jobs_per_s"] for level in results["levels"][1:])
    return rate * sum(EQUIVALENTS[task["name"]] * task["completed"] for task in tasks) / max(1, done)


def row_of_rival(point, file):
    """Reads a point of daris.mps-priorities."""
    if not point["mps"]:
        raise BadReport(f"{file}: a process did not run under MPS")
    urgent, best_effort = point["urgent"], point["best_effort"]
    return Row(RANKED if point["priorities"] else EQUAL, f"N = {best_effort['processes']}",
               round(point["rate_hz"]), best_effort["resnet18_equivalents_per_s"], urgent["response_time_ms"],
               urgent["jobs"])
