"""Beside `batching`, in overload at D = T: level 0 answers as soon, at as much work in time."""
from points import OVERLOADS, PAPER_SETS, lost, miss_rates, work

LATENCY_BAR, WORK_BAR = 1.05, 0.98
BATCHING = [{"policy": "batching", "wait": wait} for wait in ("none", "latest")]
# Level 0 goes first in all of them. "ahead off" admits without regard to what level 0 will release.
OURS = {
    "1 x 1": {"contexts": 1},
    "1 x 1, ahead off": {"contexts": 1, "ahead": "off"},
    "3 x 1, B 8": {"contexts": 3, "oversubscription": 1.5, "batch_limit": 8},
    "6 x 1": {"contexts": 6, "oversubscription": 1.5},
}
GOAL = {"policy": "daris-batched", "shape": "auto", "goal": "latency"}


def measure(simulator, sets=tuple(PAPER_SETS)):
    print("level 0's p99 and work in time over batching's, of the better wait; D = T. First the best shape of"
          " those as quick, then what --goal latency takes")
    return all([measure_set(simulator, name) for name in sets])


def measure_set(simulator, name):
    ours = [{"policy": "daris-batched", "order": "level", **variant} for variant in OURS.values()]
    points = simulator.sweep(f"urgent-{name}", {"load": OVERLOADS[name], "deadline_ratio": 1},
                             BATCHING + ours + [GOAL], task_sets=[name])
    batching = max((point for point in points if point["config"]["policy"] == "batching"), key=work)
    shaped = {label_of(point): point for point in points if point["config"]["policy"] != "batching"}
    goal = shaped.pop("goal")
    quick = {label: point for label, point in shaped.items()
             if p99_ms(point) <= LATENCY_BAR * p99_ms(batching) and lost(point, 0) == 0}
    best = max(quick, key=lambda label: work_then_misses(quick[label], batching), default=None)
    met = best is not None and work(quick[best]) >= WORK_BAR * work(batching)
    print(f"  {name:24}", row(best, shaped[best or "1 x 1"], batching), "" if met else "  missed")
    print(f"  {'':24}", row(goal["shape"].get("name", "goal"), goal, batching))
    return met


def work_then_misses(point, batching):
    """Shapes that do enough are ranked by their misses, the others by their work."""
    share = work(point) / work(batching)
    return share >= WORK_BAR, -misses(point) if share >= WORK_BAR else 0, share


def label_of(point):
    config = point["config"]
    if config.get("shape") == "auto":
        return "goal"
    switches = config["switches"]
    return next(label for label, variant in OURS.items()
                if variant["contexts"] == config["contexts"]
                and variant.get("batch_limit") == config["batch_limit"]
                and variant.get("ahead", "latest_start") == switches["ahead"])


def p99_ms(point):
    return next(row["response_time_ms"]["p99"] for row in point["results"]["levels"] if row["priority"] == 0)


def misses(point):
    return max(miss_rates(point).values(), default=0)


def row(label, point, batching):
    return (f"{p99_ms(point) / p99_ms(batching):6.3f}{work(point) / work(batching):7.3f}"
            f"  p99 {p99_ms(point):6.2f} ms, admitted and missed below level 0 {100 * misses(point):.2f}%"
            f" (batching {p99_ms(batching):.2f} ms, {100 * misses(batching):.2f}%), {label}")
