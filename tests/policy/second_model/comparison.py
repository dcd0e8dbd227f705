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
            time = next(time["execution_ns"] for time in times if time["inputs"] == decision["batch"])
            current = self.policy.batch_estimate(group, decision["batch"]) if learns else time
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


def compare_log(path):
    """Compares a whole log; gives counts of what was compared, or raises the first difference."""
    with open(path, encoding="utf-8") as file:
        header = read_header(file)
        policy = make_policy(header)
        if header["placement"] != policy.placement():
            raise Difference(1, f"placement {policy.placement()}", f"placement {header['placement']}")
        counts = Counter()
        estimates = LaunchEstimates(header, policy)
        for step in read_steps(file):
            counts["steps"] += 1
            for line in step.events:
                counts[line.content["event"]] += 1
                counts["estimates"] += estimates.compare(line)
            compare_step(policy, step, counts)
            for line in step.decisions:
                if line.content["decision"] == "launch_stage":
                    estimates.launched(line.content)
    return counts


def compare_step(policy, step, counts):
    """Compares the decisions of one step, one by one."""
    expected = policy.step(step.now, [line.content for line in step.events])
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
