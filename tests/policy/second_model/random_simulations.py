"""Draws random task sets and configurations for `daris sim`."""

import json

from random_batches import draw_batch_switches
from random_levels import draw_reserve

MODELS = ["resnet18", "resnet50", "unet", "inception_v3"]
LEVELS = [[0, 1], [0, 1, 2], [0, 1, 2, 3, 4], [0, 3, 7], [1, 2], [0], [2]]
POLICIES = ["daris", "daris", "daris", "daris", "static", "fifo", "edf", "batching", "batching", "clockwork",
            "instances", "instances", "symphony", "symphony"]


def draw_simulation(rng, folder, policies=POLICIES):
    """Writes a task set and a configuration into the folder; gives the configuration's path."""
    uneven = "daris" in policies and rng.random() < 0.25
    groups = draw_uneven_groups(rng) if uneven else draw_groups(rng, folder)
    has_mix = len({group["priority"] == 0 for group in groups}) == 2
    config = draw_config(rng, folder / "set.json", has_mix, policies)
    if uneven:
        reach_migration(rng, config)
    write_json(folder / "set.json",
               {"schema": "daris.task-set", "version": 1, "name": "random", "tasks": groups})
    write_json(folder / "config.json", config)
    return folder / "config.json"


def draw_groups(rng, folder):
    """Draws groups of tasks and their levels."""
    groups = [draw_group(rng, number, folder) for number in range(rng.randint(1, 5))]
    levels = rng.choice(LEVELS)
    for number, group in enumerate(groups):
        group["priority"] = levels[number % len(levels)]
    return groups


def draw_uneven_groups(rng):
    """Puts few heavy tasks behind many light ones of their level, so that homes are uneven."""
    level = rng.choice([1, 2])
    light = {"name": "light", "count": rng.choice([8, 16, 24]), "model": "resnet18",
             "period_ms": rng.choice([8, 12, 20])}
    heavy = {"name": "heavy", "count": rng.choice([1, 2]), "model": "unet",
             "period_ms": rng.choice([6, 9, 14])}
    return [dict(group, priority=level, arrival={"kind": rng.choice(["periodic", "poisson"])})
            for group in (light, heavy)]


def reach_migration(rng, config):
    """Changes a configuration so that jobs find no room at home but may find it elsewhere."""
    for key in ("load", "load_by", "priority_mix", "batch_limit"):
        config.pop(key, None)
    config.update(policy="daris", contexts=rng.choice([3, 4, 6]), streams=rng.choice([1, 1, 1, 2]),
                  backend=rng.choice(["green", "mps"]), oversubscription=rng.choice([1, 2]))
    config["switches"].pop("admission", None)
    config["switches"].pop("reserve", None)
    config["switches"]["migration"] = rng.choice(["on", "on", "on", "off"])
    config["switches"]["bound"] = rng.choice(["0.3", "0.4", "0.5", "0.7", "1"])


def write_json(path, document):
    """Writes a document."""
    path.write_text(json.dumps(document), encoding="utf-8")


def draw_group(rng, number, folder):
    """Draws a group of equal tasks, without its level."""
    period = round(rng.choice([rng.uniform(1, 10), rng.uniform(5, 40), 8, 16]), 3)
    group = {"name": f"group{number}", "count": rng.choice([1, 1, 2, 3, 5, 8]),
             "model": rng.choice(MODELS[:2] if rng.random() < 0.6 else MODELS),
             "batch": rng.choice([1, 1, 1, 1, 1, 2, 4]), "precision": rng.choice(["tf32", "fp16"]),
             "weights": rng.choice(["shared", "shared", "own"]), "period_ms": period,
             "arrival": draw_arrival(rng, number, period, folder)}
    factor = rng.choice([None, 0.2, 0.4, 0.7, 1, 1.5, 3])
    if factor is not None:
        group["deadline_ms"] = round(period * factor, 3)
    if rng.random() < 0.4:
        group["offset_ms"] = rng.choice([0, 0, 1, period / 2])
    return group


def draw_arrival(rng, number, period, folder):
    """Draws how a group's jobs arrive."""
    kind = rng.choice(["periodic", "periodic", "sporadic", "poisson", "gamma", "trace"])
    if kind == "sporadic":
        return {"kind": kind, "jitter_ms": round(period * rng.choice([0, 0.5, 1, 1.9]), 3)}
    if kind == "gamma":
        return {"kind": kind, "cv": rng.choice([0.3, 1, 3])}
    if kind == "trace":
        instants = sorted(rng.randint(0, 40) * period / 4000 for _ in range(rng.randint(5, 30)))
        file = folder / f"trace{number}.csv"
        file.write_text("".join(f"{instant:.6f}\n" for instant in instants), encoding="utf-8")
        return {"kind": kind, "file": file.name}
    return {"kind": kind}


def draw_config(rng, task_set, has_mix, policies):
    """Draws a configuration of one of the policies."""
    policy = rng.choice(policies)
    config = {"schema": "daris.config", "version": 1, "task_set": str(task_set), "policy": policy,
              "duration_s": rng.choice([0.05, 0.1, 0.15]), "warmup_s": 0, "seed": rng.randint(1, 10**9),
              "switches": draw_switches(rng)}
    if rng.random() < 0.7:
        config["load"] = rng.choice([0.1, 0.5, 0.9, 1.2, 1.5, 2])
        config["load_by"] = rng.choice(["count", "rate", "rate"])
    if has_mix and rng.random() < 0.3:
        config["priority_mix"] = rng.choice([0.1, 0.3, 0.5, 0.8])
    if policy in ("batching", "clockwork", "instances", "symphony", "daris-batched"):
        config["batch_limit"] = rng.choice([1, 2, 3, 4, 8, 16, 32, None])
    if policy not in ("batching", "clockwork"):
        config.update(draw_shape(rng, policy))
    if policy == "daris-batched":
        config["switches"].update(draw_batch_switches(rng))
    if config.get("contexts", 1) > 1 and rng.random() < 0.3:
        config["switches"]["reserve"] = draw_reserve(rng, config["contexts"], config["streams"])
    return config


def draw_shape(rng, policy):
    """Draws contexts, streams, oversubscription and the backend."""
    contexts = rng.choice([1, 1, 2, 3, 4, 5, 6, 8, 10])
    backends = ["green", "mps"] if policy == "static" and contexts > 1 else ["green", "mps", "streams"]
    return {"contexts": contexts, "streams": rng.choice([1, 1, 2, 3, 4]), "backend": rng.choice(backends),
            "oversubscription": rng.choice([1, 1.5, 2, 2.5, "contexts", None])}


def draw_switches(rng):
    """Draws some switches; those that a policy does not obey must change nothing."""
    choices = {
        "staging": ["on", "off"], "last_class": ["on", "off"], "late_class": ["on", "off"],
        "fixed_priority": ["on", "off"], "estimator": ["mret", "afet"],
        "window": ["1", "2", "3", "20"], "migration": ["on", "on", "off"],
        "admission": ["consistent", "published", "published", "none"], "admission_level0": ["on", "off"],
        "bound": ["0.25", "0.5", "0.75", "0.123456789", "1.5", "0.05"],
        "wait": ["latest"], "shed": ["on"], "instances": ["1", "2", "all"], "queue_delay": ["500", "2000"],
    }
    share = rng.choice([0.1, 0.3, 0.5])
    return {key: rng.choice(values) for key, values in choices.items()
            if rng.random() < (0.5 if key in ("bound", "wait", "shed") else share)}
