"""If no two tasks share weights, `daris-batched` loses nothing to `daris`."""
from points import OWN_WEIGHTS_SETS, by, in_time, lost, miss_rates

BAR = 0.98
SHAPES = ((8, 1), (6, 1), (4, 2), (2, 4))


def measure(simulator):
    sets = OWN_WEIGHTS_SETS + ["resnet18-120-own-weights-fp16"]
    variants = [{"policy": "daris-batched"}, {"policy": "daris", "bound": 0.9}, {"policy": "daris"}]
    found = {}
    for contexts, streams in SHAPES:
        axes = {"load": [0.9, 1.1, 1.5], "contexts": contexts, "streams": streams, "oversubscription": 2}
        for point in simulator.sweep(f"own-weights-{contexts}x{streams}", axes, variants, task_sets=sets):
            config = point["config"]
            key = config["task_set"], config["load"], contexts, streams
            found.setdefault(key, {})[config["policy"], config["switches"]["bound"]] = point
    print("in time: daris-batched : daris with bound 0.9 and 1; level-0 losses and misses of each, OS 2")
    met = True
    for key, points in sorted(found.items()):
        batched, tight, loose = (points[policy] for policy in
                                 (("daris-batched", "0.9"), ("daris", "0.9"), ("daris", "1")))
        ratios = [in_time(batched) / in_time(other) for other in (tight, loose)]
        misses = [max(miss_rates(point).values(), default=0) for point in (batched, tight, loose)]
        good = ratios[0] >= BAR and misses[0] <= max(misses[1], 0.0)
        met = met and good
        print(f"  {key[0]:30} load {key[1]:3} {key[2]} x {key[3]}",
              "".join(f"{ratio:7.3f}" for ratio in ratios), " level 0:",
              [lost(point, 0) for point in (batched, tight, loose)], " misses:",
              "".join(f"{100 * miss:7.2f}%" for miss in misses), "" if good else "  missed")
    return met
