"""Draws which levels may use which contexts: lists of levels, or slots that are kept."""


def draw_levels(rng, setup, policy):
    """Adds lists of levels, or the switch `reserve`, to some set-ups that can have them."""
    if policy not in ("daris", "static", "daris-batched") or rng.random() < 0.5:
        return
    if policy != "static" and setup["contexts"] > 1 and rng.random() < 0.3:
        setup["switches"]["reserve"] = draw_reserve(rng, setup["contexts"], setup["streams"])
        return
    levels = sorted({task["level"] for task in setup["tasks"]})
    lists = [{level for level in levels if rng.random() < 0.6} for _ in range(setup["contexts"])]
    for level in levels:
        if not any(level in listed for listed in lists):
            rng.choice(lists).add(level)
    setup["context_levels"] = [sorted(listed) or [1000] for listed in lists]


def draw_reserve(rng, contexts, streams):
    """Keeps whole contexts, but not all, for some levels."""
    left = contexts - 1
    kept = []
    for _ in range(rng.randint(1, 3)):
        kept.append(rng.randint(0, left))
        left -= kept[-1]
    return ",".join(str(count * streams) for count in kept)
