"""Draws logs of events alone, with faults that a simulation never has.

Times are small whole numbers in most logs, so that many things happen at one instant.
"""

import json

from event_log import Step
from policies import NAMES, make_policy
from random_levels import draw_levels

SWITCHES = {
    "last_class": ["on", "off"], "late_class": ["on", "off"], "fixed_priority": ["on", "off"],
    "estimator": ["mret", "afet"], "window": ["1", "2", "3", "10"], "migration": ["on", "off"],
    "admission": ["consistent", "published", "none"], "admission_level0": ["on", "off"],
    "bound": ["0.25", "0.5", "0.6", "0.75", "0.999999999", "1.5"], "wait": ["latest"],
    "shed": ["on"], "instances": ["1", "2", "3", "all"], "queue_delay": ["1", "2"],
}
REASONS = ["out_of_memory", "device_error", "refused"]


def draw_log(rng, path):
    """Writes a log without decisions. Gives its steps, with the decisions of the model."""
    unit = rng.choice([1, 1, 1, 1000, 2**31 - 1])
    header = draw_header(rng, unit)
    return write_log(rng, path, header, World(rng, header, unit))


def write_log(rng, path, header, world):
    """Writes a log without decisions. Gives its steps, with the decisions of the world's model."""
    steps = [world.step() for _ in range(rng.choice([20, 80, 200]))]
    lines = [header]
    for number, step in enumerate(steps):
        lines += [{"step": number, "now_ns": step.now, **event} for event in step.events]
    lines.append({"end_ns": world.now})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return steps


def draw_header(rng, unit):
    """Draws a policy and its set-up."""
    policy = rng.choice([name for name in NAMES if name != "daris-batched"] + ["daris"] * 3 + ["batching"])
    one_slot = policy in ("batching", "clockwork")
    batches = one_slot or policy in ("instances", "merged", "symphony")
    groups = [draw_batch_group(rng, unit) for _ in range(rng.choice([1, 1, 2, 3]))] if batches else []
    levels = rng.choice([[0], [0, 1], [0, 1, 2], [0, 1, 5, 9], [0, 0, 1, 5, 9], [3, 4]])
    stages = rng.choice([1, 2, 3, 4]) if policy == "daris" else 1
    tasks = [draw_task(rng, f"task{number}", unit, stages, rng.choice(levels), groups)
             for number in range(rng.choice([rng.randint(1, 9), rng.randint(5, 15)]))]
    if rng.random() < 0.5:
        tasks.sort(key=utilization)
    if batches and policy != "clockwork" and rng.random() < 0.6:
        groups, tasks = draw_crowd(rng, unit)
    setup = {"contexts": 1 if one_slot else rng.randint(1, 5),
             "streams": 1 if one_slot else rng.randint(1, 3),
             "switches": draw_switches(rng), "tasks": tasks, "batch_groups": groups}
    draw_levels(rng, setup, policy)
    return header_of(policy, setup)


def header_of(policy, setup):
    """Makes the header of a log."""
    return {"schema": "daris.event-log", "version": 1, "kind": "simulated", "program": "daris",
            "policy": policy, "replication": 0, "config": {}, "granted_sms": [1] * setup["contexts"],
            "placement": [], "setup": setup}


def utilization(task):
    """Gives how much of a stream a task needs. Heavy tasks that come last make uneven homes."""
    return sum(task["stage_estimates_ns"]) / task["period_ns"]


def draw_switches(rng):
    """Draws switches; those that decide whether other rules are reached at all are drawn more often."""
    share = rng.choice([0.1, 0.3, 0.6])
    return {key: rng.choice(values) for key, values in SWITCHES.items()
            if rng.random() < (0.7 if key in ("bound", "wait", "shed") else share)}


def draw_batch_group(rng, unit):
    """Draws profiled sizes and the limit of a batch group."""
    sizes = sorted(rng.sample([1, 2, 3, 4, 6, 8], rng.randint(1, 5)))
    steepest = rng.choice([3, 8, 20])
    time = 0
    times = []
    for size in sizes:
        time += rng.randint(-1, steepest) * unit
        times.append({"inputs": size, "execution_ns": max(time, 1)})
    return {"batch_limit": rng.choice(sizes), "times": times}


def draw_task(rng, name, unit, stages, level, groups):
    """Draws a task."""
    most = rng.choice([3, 9, 20])
    if rng.random() < 0.01:
        unit, most = 1, 2**39
    period = rng.choice([rng.randint(10, 60), rng.randint(60, 300)]) * unit
    group = rng.randrange(len(groups)) if groups else 0
    inputs = rng.randint(1, groups[group]["times"][-1]["inputs"]) if groups else rng.choice([1, 1, 2])
    deadline = rng.choice([period, rng.randint(5, 40) * unit, rng.randint(40, 300) * unit])
    return {"name": name, "period_ns": period, "deadline_ns": deadline,
            "level": level, "inputs": inputs, "batch_group": group,
            "stage_estimates_ns": [rng.randint(1, most) * unit for _ in range(stages)]}


def draw_crowd(rng, unit):
    """Draws a group whose sizes differ much in time, and tasks of several levels of which some are tight.

    Large sizes are then too long for jobs that small sizes hold, so that the best batch depends on both.
    """
    sizes = rng.choice([[1, 2, 4, 8], [2, 4, 8], [1, 3, 6]])
    times = [{"inputs": size, "execution_ns": (2 + size * rng.randint(2, 5)) * unit} for size in sizes]
    levels = rng.choice([[1, 2], [0, 1, 2], [0, 1, 2, 3]])
    tasks = []
    for number in range(rng.randint(4, 10)):
        deadline = rng.choice([rng.randint(10, 30), rng.randint(30, 60), 200]) * unit
        tasks.append({"name": f"task{number}", "period_ns": 100 * unit, "deadline_ns": deadline,
                      "level": rng.choice(levels), "inputs": rng.choice([1, 1, 2, 3]), "batch_group": 0,
                      "stage_estimates_ns": [unit]})
    return [{"batch_limit": rng.choice(sizes[1:]), "times": times}], tasks


class World:
    """Decides what happens next to a model: ends, failures, losses, releases and timers."""

    def __init__(self, rng, header, unit):
        self.rng = rng
        self.policy = make_policy(header)
        self.setup = header["setup"]
        self.now = rng.choice([0, 0, 0, 2**59])
        self.unit = unit
        self.busy = {}
        self.lost = set()
        self.timer = None
        self.ordinals = [0] * len(self.setup["tasks"])
        self.failure_rate = rng.choice([0, 0, 0.1])
        self.loss_rate = rng.choice([0, 0, 0.003, 0.01])
        self.release_rate = rng.choice([0.02, 0.05, 0.1, 0.2, 0.4])
        self.timer_rate = rng.choice([0.2, 0.8, 1])
        self.fastest = rng.choice([2, 6, 15])
        self.pause_rate = rng.choice([0, 0.05]) if header["policy"] == "symphony" else 0
        self.most_lost = rng.choice([self.setup["contexts"] - 1, self.setup["contexts"]])

    def step(self):
        """Draws the next instant and its events; gives them with the decisions of the model."""
        events = []
        while not events:
            self.now += self.time_until_next()
            events = self.losses() + self.ends() + self.releases() + self.timers()
        decisions = self.policy.step(self.now, events)
        self.follow(decisions)
        return Step(self.now, events, decisions)

    def time_until_next(self):
        """Draws how long nothing happens: in some logs now and then so long that much is forgotten."""
        pause = self.rng.choice([10**9, 10**9 - 1]) if self.rng.random() < self.pause_rate else 0
        return pause + self.rng.randint(0, self.fastest) * self.unit

    def losses(self):
        """Loses contexts, and some of them again."""
        events = []
        for context in range(self.setup["contexts"]):
            may_be_lost = context in self.lost or len(self.lost) < self.most_lost
            if may_be_lost and self.rng.random() < self.loss_rate:
                self.lost.add(context)
                events.append({"event": "context_lost", "context": context})
        return events

    def ends(self):
        """Ends or fails stages, failures first. Slots of lost contexts may still end."""
        failed = []
        finished = []
        for slot, started in sorted(self.busy.items()):
            if self.rng.random() < self.failure_rate:
                failed.append({"event": "launch_failed", "slot": slot, "reason": self.rng.choice(REASONS)})
            elif self.rng.random() < 0.5:
                execution = min(self.now - started, self.rng.randint(0, 12) * self.unit)
                finished.append({"event": "stage_finished", "slot": slot, "execution_ns": execution})
        for event in failed + finished:
            del self.busy[event["slot"]]
        return failed + finished

    def releases(self):
        """Releases jobs, some of them after their nominal instant."""
        events = []
        for task, ordinal in enumerate(self.ordinals):
            while self.rng.random() < self.release_rate_of(task):
                late = self.rng.choice([0, 0, self.rng.randint(0, 20) * self.unit])
                events.append({"event": "job_released", "task": task, "ordinal": self.ordinals[task],
                               "nominal_release_ns": max(0, self.now - late)})
                self.ordinals[task] += 1
        return sorted(events, key=lambda event: (event["ordinal"], event["task"]))

    def release_rate_of(self, _task):
        """Gives how likely a step releases a job of a task."""
        return self.release_rate

    def timers(self):
        """Fires the timer when it is due or some steps later, and seldom a timer that nobody set."""
        stray = self.rng.random() < 0.01
        is_due = self.timer is not None and self.timer <= self.now and self.rng.random() < self.timer_rate
        if not stray and not is_due:
            return []
        self.timer = None
        return [{"event": "timer_fired", "timer": int(stray)}]

    def follow(self, decisions):
        """Keeps which slots are busy and what the timer is."""
        for decision in decisions:
            if decision["decision"] == "launch_stage":
                self.busy[decision["slot"]] = self.now
            elif decision["decision"] == "set_timer":
                self.timer = decision["at_ns"]
