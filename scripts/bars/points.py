"""Runs a sweep of the simulator and gives its points, with what the bars count."""
import json
import pathlib
import subprocess

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
NETWORKS = ("resnet18", "unet", "inception-v3", "mixed")
PAPER_SETS = [f"{network}-paper{precision}" for precision in ("", "-fp16") for network in NETWORKS]
OWN_WEIGHTS_SETS = [f"{network}-paper-own-weights" for network in NETWORKS]
OTHER_SETS = ["driving", "driving-stack", "drone-fleet", "video-analytics", "warehouse-robots"]

# Loads of the paper's sets: OVERLOAD times the best co-located closed loop of batches, in closed loops of
# single images.
OVERLOAD = 1.3
OVERLOADS = dict(zip(PAPER_SETS, (4.25, 2.01, 5.25, 3.03, 4.87, 1.90, 5.54, 3.28)))


class Simulator:
    """A `daris` program, and a folder with the points of sweeps. Finished points are not run again."""

    def __init__(self, daris, folder, threads=2):
        self.daris, self.folder, self.threads = daris, pathlib.Path(folder), threads

    def sweep(self, name, axes, variants=({},), **fields):
        """Gives the points of a sweep over `axes`, each in each variant."""
        document = {"schema": "daris.sweep", "version": 1, "name": name, "grid": axes,
                    "variants": list(variants), "duration_s": 10, "warmup_s": 1, "replications": 1,
                    "seed": 1, **fields}
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "sweep.json"
        file.write_text(json.dumps(document, indent=2), encoding="utf-8")
        self.run("sweep", file, "-o", folder, "--threads", str(self.threads))
        report = folder / "report.json"
        self.run("merge", folder, "-o", report, "--no-table")
        return json.loads(report.read_text(encoding="utf-8"))["points"]

    def run(self, *words):
        done = subprocess.run([self.daris, *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"daris {words[0]} failed:\n{done.stderr}")


def tasks(point):
    return point["results"]["tasks"]


def in_time(point):
    """Jobs in time per second."""
    return point["results"]["on_time_jobs_per_s"]


def costs(point):
    """Seconds that a job takes in a closed loop of single images, by task."""
    return {load["task"]: 1 / load["saturation_jobs_per_s"] for load in point["loads"]}


def work(point):
    """Closed-loop seconds of the jobs in time, per second."""
    cost = costs(point)
    on_time = {task["name"]: task["admitted"] - task["missed"] for task in tasks(point)}
    return sum(cost[name] * jobs for name, jobs in on_time.items()) / point["results"]["window_s"]


def lost(point, level):
    """Jobs of the level that were released and were not in time."""
    return sum(row["rejected"] + row["missed"] for row in point["results"]["levels"]
               if row["priority"] == level)


def miss_rates(point, least_admitted=100):
    """The shares of admitted jobs that missed, by level below 0, if the level admitted enough."""
    return {row["priority"]: row["missed"] / row["admitted"] for row in point["results"]["levels"]
            if row["priority"] > 0 and row["admitted"] >= least_admitted}


def mean_response_ms(point):
    """Of all jobs that ended; None if none did."""
    rows = [row for row in point["results"]["levels"] if row["completed"]]
    ended = sum(row["completed"] for row in rows)
    return sum(row["completed"] * row["response_time_ms"]["mean"] for row in rows) / ended if ended else None


def by(points, *keys):
    """The points by these fields of their configurations."""
    return {tuple(point["config"][key] for key in keys): point for point in points}


def geometric_mean(values):
    product = 1.0
    for value in values:
        product *= value
    return product ** (1 / len(values))
