"""Under no load, `daris-batched` answers as quickly as `daris`."""
from points import OTHER_SETS, OWN_WEIGHTS_SETS, PAPER_SETS, by, mean_response_ms

BAR = 1.02


def measure(simulator):
    sets = PAPER_SETS + OWN_WEIGHTS_SETS + OTHER_SETS
    axes = {"load": 0.3, "contexts": [4, 6, 8], "oversubscription": 2, "policy": ["daris", "daris-batched"]}
    found = by(simulator.sweep("light-load", axes, task_sets=sets), "task_set", "contexts", "policy")
    print("mean response at load 0.3: daris-batched : daris, at 4, 6 and 8 contexts, OS 2")
    met = True
    for name in sets:
        ratios = [mean_response_ms(found[name, contexts, "daris-batched"]) /
                  mean_response_ms(found[name, contexts, "daris"]) for contexts in (4, 6, 8)]
        met = met and max(ratios) <= BAR
        print(f"  {name:32}", "".join(f"{ratio:8.3f}" for ratio in ratios),
              "" if max(ratios) <= BAR else "  above")
    return met
