"""What a policy is told before the run, as the header of an event log says it."""

from dataclasses import dataclass
from decimal import Decimal

BILLION = 10**9

DEFAULTS = {
    "staging": "on", "last_class": "on", "late_class": "on", "fixed_priority": "on",
    "estimator": "mret", "window": "5", "migration": "on", "admission": "consistent",
    "admission_level0": "off", "bound": "1", "wait": "none", "pace": "order",
    "binding": "late", "join": "on", "order": "urgency", "full_first": "on", "size": "rate",
    "promise": "on", "prediction": "list", "ahead": "latest_start", "learn": "on",
    "overdue": "on", "cheap_first": "on", "short_batches": "on", "surplus": "on", "spread": "on",
    "guard": "on", "drop": "on",
    "shed": "off", "instances": "all", "queue_delay": "0", "reserve": "0",
}

OBEYED = {
    "daris": {"staging", "last_class", "late_class", "fixed_priority", "estimator", "window",
              "migration", "admission", "admission_level0", "bound", "reserve"},
    "daris-batched": {"staging", "estimator", "window", "bound", "binding", "join", "order", "full_first",
                      "size", "promise", "prediction", "ahead", "learn", "overdue", "cheap_first",
                      "short_batches", "surplus", "spread", "guard", "drop", "reserve"},
    "static": {"fixed_priority", "shed"},
    "fifo": {"shed"},
    "edf": {"shed"},
    "batching": {"wait"},
    "clockwork": set(),
    "instances": {"instances", "queue_delay"}, "merged": {"instances", "queue_delay"},
    "symphony": {"estimator", "window"},
}

OWN_DEFAULTS = {"daris-batched": {"staging": "off", "window": "10", "bound": "0.9"},
                "merged": {"queue_delay": "1000000"}}

FIXED = {"static": {"admission": "none", "migration": "off"}}


@dataclass(frozen=True)
class Task:
    """A task releases jobs of one model. Times are whole nanoseconds."""
    index: int
    period: int
    deadline: int
    level: int
    inputs: int
    batch_group: int
    stage_estimates: tuple


@dataclass(frozen=True)
class BatchGroup:
    """Tasks whose jobs may stand in one batch, with the profiled time of each size."""
    batch_limit: int
    times: dict
    stage_times: dict


class Switches:
    """The switches of a policy. One that the policy does not obey has its default."""

    def __init__(self, policy, given):
        text = {**DEFAULTS, **OWN_DEFAULTS.get(policy, {})}
        text.update({key: value for key, value in given.items() if key in OBEYED[policy]})
        text.update(FIXED.get(policy, {}))
        self.last_class = is_on(text["last_class"])
        self.late_class = is_on(text["late_class"])
        self.fixed_priority = is_on(text["fixed_priority"])
        self.estimator = text["estimator"]
        self.window = int(text["window"])
        self.migration = is_on(text["migration"])
        self.admission = text["admission"]
        self.admission_level0 = is_on(text["admission_level0"])
        self.bound = int(Decimal(text["bound"]) * BILLION)
        self.wait = text["wait"]
        self.binding = text["binding"]
        self.join = is_on(text["join"])
        self.order = text["order"]
        self.full_first = is_on(text["full_first"])
        self.size = text["size"]
        self.promise = is_on(text["promise"])
        self.prediction = text["prediction"]
        self.ahead = text["ahead"]
        self.learn = is_on(text["learn"])
        self.overdue = is_on(text["overdue"])
        self.cheap_first = is_on(text["cheap_first"])
        self.short_batches = is_on(text["short_batches"])
        self.surplus = is_on(text["surplus"])
        self.spread = is_on(text["spread"])
        self.guard = is_on(text["guard"])
        self.drop = is_on(text["drop"])
        self.shed = is_on(text["shed"])
        self.instances = None if text["instances"] == "all" else int(text["instances"])
        self.queue_delay = int(text["queue_delay"]) * 1000
        self.reserve = [int(slots) for slots in text["reserve"].split(",")]


@dataclass(frozen=True)
class Setup:
    """All that a policy is told."""
    contexts: int
    streams: int
    tasks: tuple
    batch_groups: tuple
    switches: Switches
    context_levels: tuple

    def context_of(self, slot):
        """Gives the context of a slot."""
        return slot // self.streams

    def permits(self, context, level):
        """Says whether a level may use a context."""
        return level in self.context_levels[context]

    def slots_of(self, context):
        """Gives the slots of a context, the lowest first."""
        return range(context * self.streams, (context + 1) * self.streams)


def is_on(text):
    """Reads a switch that is on or off."""
    return {"on": True, "true": True, "off": False, "false": False}[text]


def read_setup(header):
    """Reads the set-up from the header of an event log."""
    setup = header["setup"]
    tasks = tuple(
        Task(index, task["period_ns"], task["deadline_ns"], task["level"], task["inputs"],
             task["batch_group"], tuple(task["stage_estimates_ns"]))
        for index, task in enumerate(setup["tasks"]))
    groups = tuple(
        BatchGroup(group["batch_limit"],
                   {time["inputs"]: time["execution_ns"] for time in group["times"]},
                   {time["inputs"]: time.get("stages_ns", [time["execution_ns"]]) for time in group["times"]})
        for group in setup["batch_groups"])
    switches = Switches(header["policy"], setup["switches"])
    return Setup(setup["contexts"], setup["streams"], tasks, groups, switches,
                 levels_of_contexts(setup, tasks, switches))


def levels_of_contexts(setup, tasks, switches):
    """Gives the levels of tasks that may use each context: those listed, or what the switch keeps."""
    every = {task.level for task in tasks}
    listed = setup.get("context_levels", [every] * setup["contexts"])
    kept = [range(level + 1) for level, slots in enumerate(switches.reserve)
            for _ in range(slots // setup["streams"])]
    if kept:
        listed = kept + [every] * (setup["contexts"] - len(kept))
    return tuple(frozenset(every.intersection(levels)) for levels in listed)
