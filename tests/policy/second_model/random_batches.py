"""Draws task sets and worlds for daris-batched.

Times of batches, deadlines and periods lie near each other. So it is often close whether a job can be
promised, must go now, may join or is late. A stage ends near its expected time: what a policy learns then
stays near what it was told.
"""

from random_levels import draw_levels
from random_logs import World, header_of, write_log

UNITS = [1, 1, 1, 10, 1000, 2**30 - 1]
OWN_DEFAULTS = {"window": "10", "bound": "0.9"}
SWITCHES = {
    "estimator": ["afet"], "window": ["1", "2", "3"], "bound": ["0.05", "0.25", "0.5", "0.75", "1", "1.5"],
    "binding": ["home"], "join": ["off"], "order": ["level"], "full_first": ["off"], "size": ["most"],
    "promise": ["off"], "prediction": ["work"], "ahead": ["deadline", "off"], "learn": ["off"],
    "overdue": ["off"], "cheap_first": ["off"], "short_batches": ["off"], "surplus": ["off"],
    "spread": ["off"], "guard": ["off"], "drop": ["off"], "last_class": ["off"], "admission": ["none"],
}


def draw_batch_log(rng, path):
    """Writes a log of daris-batched without decisions. Gives its steps, with the decisions of the model."""
    unit = rng.choice(UNITS)
    staging = rng.choice(["on", "off"])
    groups, tasks = draw_batch_setup(rng, unit, [1, 2, 3, 4] if staging == "on" else [1])
    setup = {"contexts": rng.choice([1, 1, 2, 3, 4, 5]), "streams": rng.choice([1, 1, 2, 3]),
             "switches": OWN_DEFAULTS | draw_batch_switches(rng) | {"staging": staging},
             "tasks": tasks, "batch_groups": groups}
    draw_levels(rng, setup, "daris-batched")
    header = header_of("daris-batched", setup)
    return write_log(rng, path, header, BatchWorld(rng, header, unit))


def draw_batch_switches(rng):
    """Draws some switches. Most stay at the default, so that rules are seen together."""
    share = rng.choice([0, 0.1, 0.25, 0.25, 0.5])
    return {key: rng.choice(values) for key, values in SWITCHES.items()
            if rng.random() < (max(share, 0.3) if key in ("binding", "estimator") else share)}


def draw_batch_setup(rng, unit, stage_counts):
    """Draws batch groups and their tasks. All tasks of a group have the same stages."""
    groups = []
    tasks = []
    levels = rng.choice([[0, 1], [0, 1, 2], [0, 1, 2], [0, 2, 5, 9], [1, 2], [1, 2, 3], [0], [3]])
    crowded = rng.random() < 0.5
    deadlines = [rng.randint(8, 40) for _ in range(3)] if rng.random() < 0.4 else []
    for number in range(rng.choice([1, 1, 1, 2, 3])):
        stages = rng.choice(stage_counts)
        groups.append(draw_group(rng, unit, stages))
        sizes = [time["inputs"] for time in groups[-1]["times"]]
        for _ in range(rng.randint(1, 8)):
            tasks.append(draw_task(rng, len(tasks), unit, rng.choice(levels), stages, crowded))
            if deadlines:
                tasks[-1]["deadline_ns"] = rng.choice(deadlines) * unit
            tasks[-1]["batch_group"] = number
            tasks[-1]["inputs"] = min(rng.choice([1, 1, 1, 2, 3]), sizes[-1])
    rng.shuffle(tasks)
    return groups, tasks


def draw_group(rng, unit, stages):
    """Draws the sizes of a group, the times of their stages, and the limit."""
    sizes = rng.choice([[1, 2, 4, 8], [1, 2, 3, 4], [1, 2, 4, 6, 8], [2, 4], [1, 4], [1]])
    first = rng.randint(1, 5)
    slope = rng.choice([0, 1, 2, 3])
    times = []
    for size in sizes:
        whole = max(stages, first + size * slope + rng.randint(-1, 2)) * unit
        cuts = sorted(rng.sample(range(1, whole), stages - 1)) if whole > stages else list(range(1, stages))
        parts = [end - begin for begin, end in zip([0] + cuts, cuts + [whole])]
        times.append({"inputs": size, "execution_ns": whole, "stages_ns": parts})
    if stages == 1 and rng.random() < 0.5:
        for time in times:
            del time["stages_ns"]
    return {"batch_limit": rng.choice(sizes + sizes[-1:] * 2), "times": times}


def draw_task(rng, number, unit, level, stages, crowded):
    """Draws a task."""
    period = rng.choice([rng.randint(8, 30), rng.randint(20, 60), rng.randint(60, 200)])
    deadline = rng.choice([rng.randint(5, 20), rng.randint(10, 40), rng.randint(10, 40), rng.randint(30, 90)])
    if crowded:
        period *= 2
    return {"name": f"task{number}", "period_ns": period * unit, "deadline_ns": deadline * unit,
            "level": level, "stage_estimates_ns": [unit] * stages}


class BatchWorld(World):
    """Ends each stage near the time that the set-up says; some runs are slower or faster than others."""

    def __init__(self, rng, header, unit):
        super().__init__(rng, header, unit)
        self.ends_at = {}
        self.groups = range(len(self.setup["batch_groups"]))
        self.pace = rng.choice([(1, 1), (0.8, 1.2), (0.5, 1), (1, 1.6), (0.2, 2), (1.3, 2.5)])
        self.failure_rate = rng.choice([0, 0, 0, 0.03])
        homes = self.setup["switches"].get("binding") == "home"
        self.loss_rate = rng.choice([0, 0.003, 0.01] if homes else [0, 0, 0, 0.01])
        self.most_lost = max(0, self.setup["contexts"] - rng.choice([0, 1, 1, 2]))
        self.fastest = rng.choice([1, 2, 4])
        load = rng.choice([0.3, 0.6, 1, 1.5, 3])
        self.rates = [min(0.9, load * self.fastest * unit / 2 / task["period_ns"])
                      for task in self.setup["tasks"]]

    def time_until_next(self):
        """Draws how long nothing happens. What runs seldom takes a thousand times its time."""
        pause = 0
        if self.rng.random() < 0.0005:
            pause = self.rng.choice([20_000 * self.unit, 10**9, 10**9 - 1])
        return super().time_until_next() + pause

    def losses(self):
        """Loses contexts, often several of them together, and rather if many jobs wait."""
        rate = self.loss_rate
        waiting = sum(len(pool.waiting(group)) for pool in self.policy.pools for group in self.groups)
        if self.rng.random() < rate * (1 + 5 * waiting):
            self.loss_rate = 0.5
        events = super().losses()
        self.loss_rate = rate
        return events

    def ends(self):
        """Ends or fails stages that are due, failures first."""
        failed = []
        finished = []
        for slot, started in sorted(self.busy.items()):
            if self.rng.random() < self.failure_rate:
                failed.append({"event": "launch_failed", "slot": slot, "reason": "refused"})
            elif self.now >= self.ends_at[slot]:
                execution = int((self.now - started) * self.rng.choice([1, 1, 1, 0.9, 0.5]))
                finished.append({"event": "stage_finished", "slot": slot,
                                 "execution_ns": min(execution, 2**40 - 1)})
        for event in failed + finished:
            del self.busy[event["slot"]]
        return failed + finished

    def release_rate_of(self, task):
        """Gives how likely a step releases a job of a task."""
        return self.rates[task]

    def follow(self, decisions):
        """Draws the end of each stage that starts."""
        super().follow(decisions)
        for decision in decisions:
            if decision["decision"] == "launch_stage":
                time = self.time_of(decision)
                self.ends_at[decision["slot"]] = self.now + int(time * self.rng.uniform(*self.pace))

    def time_of(self, launch):
        """Gives the set-up's time of the stage that is launched."""
        group = self.setup["tasks"][launch["jobs"][0]["task"]]["batch_group"]
        row = next(time for time in self.setup["batch_groups"][group]["times"]
                   if time["inputs"] == launch["batch"])
        return row.get("stages_ns", [row["execution_ns"]])[launch["stage"] - 1]
