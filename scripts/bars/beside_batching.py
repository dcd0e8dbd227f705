"""Where weights are shared, `daris-batched` does more in time than `batching` and every other rival."""
from points import OVERLOADS, PAPER_SETS, by, geometric_mean, in_time, lost, miss_rates, tasks, work

# By deadline ratio: geometric means of jobs and of work with a shape chosen for each set, of jobs with one
# shape for all; misses of what is admitted below level 0.
BARS = {1: (1.30, 1.20, 1.20, 0.01), 0.333333333: (1.12, 1.03, 1.05, 0.02)}
OURS = [{"policy": "daris-batched", "shape": "auto"},
        {"policy": "daris-batched", "contexts": 6, "oversubscription": 1.5}]
BATCHING = [{"policy": "batching", "wait": wait} for wait in ("none", "latest")]
RIVALS = [{"policy": policy, "contexts": 6, "oversubscription": 1.5, **switches}
          for policy, switches in (("daris", {"bound": 0.9}), ("instances", {"batch_limit": 32}),
                                   ("symphony", {"batch_limit": 32}), ("edf", {"shed": "on"}),
                                   ("fifo", {"shed": "on"}))] + [{"policy": "clockwork"}]


def measure(simulator, sets=tuple(PAPER_SETS)):
    met = True
    for ratio, bars in BARS.items():
        met = measure_ratio(simulator, sets, ratio, *bars) and met
    return met


def measure_ratio(simulator, sets, ratio, jobs_bar, work_bar, one_shape_bar, miss_bar):
    print(f"D = {ratio:.3g} T: in time over batching, jobs and work, with a chosen shape and with 6 x 1;"
          " level-0 losses; misses; least share of a network's rate; best rival without a level-0 loss")
    met, all_ratios = True, []
    for name in sets:
        axes = {"load": OVERLOADS[name], "deadline_ratio": ratio}
        points = by_variant(simulator.sweep(f"beside-{name}-{ratio:.3g}", axes, OURS + BATCHING + RIVALS,
                                            task_sets=[name]))
        batching = [points["batching", False, wait] for wait in ("none", "latest")]
        ours, fixed = points["daris-batched", True, None], points["daris-batched", False, None]
        best_jobs, best_work = max(map(in_time, batching)), max(map(work, batching))
        ratios = in_time(ours) / best_jobs, work(ours) / best_work, in_time(fixed) / best_jobs
        least = min(network_shares(ours, max(batching, key=in_time)))
        rival, rival_jobs = best_rival(points)
        miss = max(miss_rates(ours).values(), default=0)
        good = (min(ratios[:2]) >= 1 and miss <= miss_bar and least >= 0.8 and lost(ours, 0) == 0
                and in_time(ours) >= rival_jobs)
        met, all_ratios = met and good, all_ratios + [ratios]
        print(f"  {name:24}", "".join(f"{value:7.3f}" for value in ratios),
              f"  lost {lost(ours, 0)} and {lost(fixed, 0)}, missed {100 * miss:.2f}%, network {least:.2f},"
              f" {rival} {in_time(ours) / max(rival_jobs, 1):.2f}", "" if good else "  missed")
    means = [geometric_mean(values) for values in zip(*all_ratios)]
    print("  geometric means         ", "".join(f"{value:7.3f}" for value in means),
          f" (bars {jobs_bar}, {work_bar}, {one_shape_bar})")
    return met and means[0] >= jobs_bar and means[1] >= work_bar and means[2] >= one_shape_bar


def by_variant(points):
    return {(config["policy"], "shape" in config, config["switches"].get("wait")
             if config["policy"] == "batching" else None): point
            for point in points for config in (point["config"],)}


def network_shares(ours, batching):
    """Each network's jobs in time over those that it has under batching."""
    rates = [{}, {}]
    for rate, point in zip(rates, (ours, batching)):
        for task in tasks(point):
            network = task["name"].rsplit("-level", 1)[0]
            rate[network] = rate.get(network, 0) + task["admitted"] - task["missed"]
    return [rates[0][network] / max(rates[1][network], 1) for network in rates[0]]


def best_rival(points):
    """The rival with the most jobs in time of those that lost no job of level 0, and its jobs per second."""
    safe = {key[0]: in_time(point) for key, point in points.items()
            if key[0] not in ("daris-batched", "batching") and lost(point, 0) == 0}
    name = max(safe, key=safe.get, default="none")
    return name, safe.get(name, 0)
