"""Compares the decisions of an event log with those of the model."""

from collections import Counter
from itertools import zip_longest

from event_log import read_header, read_steps
from policies import make_policy


class Difference(Exception):
    """Says where a log and the model differ first."""

    def __init__(self, line, expected, got):
        super().__init__(f"line {line}\n  expected: {expected}\n  got:      {got}")


class LaunchEstimates:
    """Keeps what the model estimates for the stage in each slot when the stage is launched."""

    def __init__(self, header, policy):
        self.setup = header["setup"]
        self.policy = policy
        self.of_slot = {}

    def launched(self, decision):
        """Keeps the current estimate and that of the set-up."""
        task = decision["jobs"][0]["task"]
        stage = decision["stage"]
        about = self.setup["tasks"][task]
        group = about["batch_group"]
        learns = hasattr(self.policy, "batch_estimate")
        if decision["batch"] != about["inputs"] or learns:
            times = self.setup["batch_groups"][group]["times"]
            row = next(time for time in times if time["inputs"] == decision["batch"])
            time = row.get("stages_ns", [row["execution_ns"]])[stage - 1]
            current = self.policy.batch_estimate(group, decision["batch"], stage) if learns else time
            self.of_slot[decision["slot"]] = (current, time)
        else:
            current = self.policy.estimates.of_stage(task, stage)
            self.of_slot[decision["slot"]] = (current, about["stage_estimates_ns"][stage - 1])

    def compare(self, line):
        """Compares the estimates of a line that has them."""
        event = line.content
        if event["event"] != "stage_finished" or not event.get("estimate_afet_ns"):
            return 0
        got = (event["estimate_mret_ns"], event["estimate_afet_ns"])
        expected = self.of_slot[event["slot"]]
        if got != expected:
            raise Difference(line.number, f"estimates {expected}", f"estimates {got}")
        return 1


def compare_simulation(path):
    """Compares the log of a simulation; gives counts of what was compared, or raises the first difference."""
    with open(path, encoding="utf-8") as file:
        header = read_header(file)
        policy = placed_policy(header)
        counts = Counter()
        estimates = LaunchEstimates(header, policy)
        for step in read_steps(file):
            count_events(step, counts)
            counts["estimates"] += sum(estimates.compare(line) for line in step.events)
            compare_step(policy.step(step.now, contents(step.events)), step, counts)
            for line in step.decisions:
                if line.content["decision"] == "launch_stage":
                    estimates.launched(line.content)
    return counts


def compare_decided(path, drawn):
    """The same for a log of drawn steps, upon which the model has decided when they were drawn."""
    with open(path, encoding="utf-8") as file:
        placed_policy(read_header(file))
        counts = Counter()
        for known, step in zip_longest(drawn, read_steps(file)):
            if not step or not known or not is_same_instant(known, step):
                raise Difference(step.events[0].number if step else "behind the last", known, step)
            count_events(step, counts)
            compare_step(known.decisions, step, counts)
    return counts


def is_same_instant(drawn, step):
    """Says whether a step of a log has the time and events of a drawn one. The log says more of an end."""
    return drawn.now == step.now and len(drawn.events) == len(step.events) and all(
        event.items() <= line.content.items() for event, line in zip(drawn.events, step.events))


def placed_policy(header):
    """Makes the model. It must place tasks as the header says."""
    policy = make_policy(header)
    if header["placement"] != policy.placement():
        raise Difference(1, f"placement {policy.placement()}", f"placement {header['placement']}")
    return policy


def contents(lines):
    """Gives the contents of lines, without their numbers."""
    return [line.content for line in lines]


def count_events(step, counts):
    """Counts a step and its events."""
    counts["steps"] += 1
    counts.update(line.content["event"] for line in step.events)


def compare_step(expected, step, counts):
    """Compares the decisions of one step with those of the model, one by one."""
    after = (step.decisions or step.events)[-1].number
    for model, line in zip_longest(expected, step.decisions):
        got = line.content if line else None
        if model != got:
            raise Difference(line.number if line else after, model, got)
        counts[kind_of(got)] += 1
        counts["decisions"] += 1


def kind_of(decision):
    """Names a decision for the counts, with its reason if it has one."""
    kind = decision["decision"]
    return f"{kind} {decision['reason']}" if "reason" in decision else kind
