"""Live points of reports, and what a bar needs of them beyond their validation."""
import json
import pathlib

from points import OVERLOAD, OVERLOADS, SCRIPTS

TASK_SETS = SCRIPTS.parent / "workloads/task_sets"
BATCHING = ("batching", "daris-batched", "instances", "merged", "symphony")
KNEE = (0.85, 1.15)


class LivePoints:
    """The points of live reports by file and id, with the deadlines of their levels."""

    def __init__(self, reports, task_sets=None):
        self.task_sets = pathlib.Path(task_sets) if task_sets else None
        self.known = {(str(report), point["id"]): point for report in reports
                      for point in json.loads(pathlib.Path(report).read_text(encoding="utf-8"))["points"]}

    def of(self, validated):
        """The live point that an entry of a validation is of."""
        return self.known[validated["file"], validated["id"]]

    def deadlines_ms(self, validated):
        """The mean deadline of the completed jobs, by level; a level is missing if it isn't known."""
        point, groups = self.of(validated), self.groups(validated)
        demands = {load["task"]: load["demand_jobs_per_s"] for load in point["loads"]}
        sums = {}
        for row in point["results"]["tasks"]:
            deadline = deadline_ms(groups[row["name"]], row["count"], demands.get(row["name"]),
                                   point["config"].get("deadline_ratio"))
            if row["completed"] and deadline:
                jobs, total = sums.get(row["priority"], (0, 0))
                sums[row["priority"]] = jobs + row["completed"], total + row["completed"] * deadline
        return {level: total / jobs for level, (jobs, total) in sums.items()}

    def groups(self, validated):
        """The groups of the point's task set by name. A file lies beside its report, or is bundled."""
        name = validated["config"]["task_set"]
        folder = self.task_sets or pathlib.Path(validated["file"]).parent
        for file in (folder / name, pathlib.Path(name), TASK_SETS / f"{name}.json"):
            if file.is_file():
                tasks = json.loads(file.read_text(encoding="utf-8"))["tasks"]
                return {group["name"]: group for group in tasks}
        raise SystemExit(f"task set {name}: no such file in {folder}; name its folder with --task-sets")


def deadline_ms(group, count, demand_jobs_per_s, ratio):
    """The deadline of a group's jobs as they ran; None if nothing tells their rate."""
    if not demand_jobs_per_s:
        return group.get("deadline_ms")
    period_ms = 1000 * count / demand_jobs_per_s
    if ratio:
        return ratio * period_ms
    if "deadline_ms" not in group:
        return period_ms
    return group["deadline_ms"] * (period_ms * group["rate_hz"] / 1000 if "rate_hz" in group else 1)


def demand(point):
    """Demand over saturation; None if it isn't known. Batches saturate later than single images."""
    load, config = point["load_reached"], point["config"]
    if load is None or config["policy"] not in BATCHING:
        return load
    overload = OVERLOADS.get(config["task_set"])
    return load / (overload / OVERLOAD) if overload else None


def is_away_from_knee(point):
    """Whether its demand is well below or above saturation."""
    asked = demand(point)
    return asked is not None and not KNEE[0] < asked < KNEE[1]
