"""`daris-batched` keeps its word: what it admits, at any of three and four levels, is in time."""
import json
import pathlib
import subprocess
import sys

from points import SCRIPTS, by, geometric_mean, lost, miss_rates, tasks, work

SHAPES = ((8, 1, 2), (6, 1, 1.5), (4, 2, 2), (3, 2, 3), (4, 1, 1), (2, 4, 2))
LOADS = (0.9, 1.2, 2, 3)
TASK_SETS = SCRIPTS.parent / "workloads/task_sets"
BUNDLED_SETS = ("driving", "driving-stack", "drone-fleet", "video-analytics", "warehouse-robots")
MISSES, MISSES_IN_ALL, SHARE_OF_POINTS = 0.01, 0.03, 0.95
WORK_BAR, LOSS_MARGIN = 0.98, 0.01
LEAST_JOBS = 100


def draw_sets(folder):
    """Gives the files of twelve sets that nobody tuned the policy to."""
    subprocess.run([sys.executable, TASK_SETS / "make_random_sets.py", "-o", folder], check=True)
    return sorted(str(file.resolve()) for file in pathlib.Path(folder).glob("*.json"))


def groups_of(task_set):
    """The groups of a set by name."""
    file = pathlib.Path(task_set) if "/" in task_set else TASK_SETS / f"{task_set}.json"
    return {group["name"]: group for group in json.loads(file.read_text(encoding="utf-8"))["tasks"]}


def kind_of(group):
    """The network and D / T: groups that differ in nothing else may be compared across levels."""
    deadline = group.get("deadline_ms")
    ratio = 1 if deadline is None else round(deadline * group["rate_hz"] / 1000, 3)
    return group["model"], group.get("precision", "tf32"), group.get("weights", "shared"), ratio


def loss_rates(point):
    """The share of released jobs that was not in time, by kind and level, if the level released enough."""
    groups, sums = groups_of(point["config"]["task_set"]), {}
    for row in tasks(point):
        levels = sums.setdefault(kind_of(groups[row["name"]]), {})
        released, gone = levels.get(row["priority"], (0, 0))
        levels[row["priority"]] = released + row["released"], gone + row["rejected"] + row["missed"]
    return {kind: {level: gone / released for level, (released, gone) in levels.items()
                   if released >= LEAST_JOBS}
            for kind, levels in sums.items()}


def work_ratio(batched, single):
    """Work in time of `daris-batched` over that of `daris`; None if `daris` had nothing in time."""
    return work(batched) / work(single) if work(single) else None


def inversions(point):
    """Pairs of levels of equal kind of which the higher one loses more than a point beyond the lower one."""
    found = []
    for kind, levels in loss_rates(point).items():
        rates = sorted(levels.items())
        found += [(kind, high, low) for high, low in zip(rates, rates[1:]) if high[1] > low[1] + LOSS_MARGIN]
    return found


def show_each(pairs):
    for (name, contexts, streams, load), (batched, single) in sorted(pairs.items()):
        worst = max(miss_rates(batched, LEAST_JOBS).values(), default=0)
        ratio, wrong = work_ratio(batched, single) or float("inf"), inversions(batched)
        if worst > MISSES or ratio < WORK_BAR or wrong or lost(batched, 0):
            print(f"  {pathlib.Path(name).stem:18} load {load:3} {contexts} x {streams}: "
                  f"misses {100 * worst:5.2f}%, work {ratio:6.3f}, level 0 lost {lost(batched, 0)} "
                  f"(daris {lost(single, 0)}) {wrong or ''}")


def measure(simulator):
    sets = [*draw_sets(simulator.folder / "word-sets"), *BUNDLED_SETS]
    variants = [{"policy": "daris-batched"}, {"policy": "daris"}]
    pairs = {}
    for contexts, streams, oversubscription in SHAPES:
        axes = {"load": LOADS, "contexts": contexts, "streams": streams, "oversubscription": oversubscription}
        points = by(simulator.sweep(f"word-{contexts}x{streams}", axes, variants, task_sets=sets),
                    "task_set", "load", "policy")
        for name in sets:
            for load in LOADS:
                pairs[name, contexts, streams, load] = (points[name, load, "daris-batched"],
                                                        points[name, load, "daris"])
    print(f"{len(pairs)} points of {len(sets)} sets; those beyond a bar:")
    show_each(pairs)
    worst = [max(miss_rates(batched, LEAST_JOBS).values(), default=0) for batched, _ in pairs.values()]
    share = sum(miss <= MISSES for miss in worst) / len(worst)
    ratios = [ratio for pair in pairs.values() if (ratio := work_ratio(*pair))]
    inverted = sum(bool(inversions(batched)) for batched, _ in pairs.values())
    print(f"misses of the admitted <= 1% in {share:.1%} of the points (bar 95%), "
          f"most {max(worst):.2%} (bar 3%)")
    print(f"in-time work over daris: least {min(ratios):.3f}, below {WORK_BAR} in"
          f" {sum(ratio < WORK_BAR for ratio in ratios)} points, geometric mean {geometric_mean(ratios):.3f}")
    print("a level loses more than the next lower one plus a point, at equal network and D / T: "
          f"{inverted} points")
    return (share >= SHARE_OF_POINTS and max(worst) <= MISSES_IN_ALL and min(ratios) >= WORK_BAR
            and not inverted)
