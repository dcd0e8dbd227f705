"""Reads an event log: its header, and its steps one by one."""

import json
from dataclasses import dataclass, field


@dataclass
class Line:
    """A line of a log with its number, from 1."""
    number: int
    content: dict


@dataclass
class Step:
    """One call of the policy: the events that it was given and the decisions that it gave."""
    now: int
    events: list = field(default_factory=list)
    decisions: list = field(default_factory=list)


def read_header(file):
    """Reads the first line of a log."""
    return json.loads(file.readline())


def read_steps(file):
    """Gives the steps of a log whose header was read."""
    step = None
    step_number = None
    for number, text in enumerate(file, start=2):
        content = json.loads(text)
        if "step" not in content:
            continue
        if content["step"] != step_number:
            if step is not None:
                yield step
            step = Step(content["now_ns"])
            step_number = content["step"]
        del content["step"], content["now_ns"]
        lines = step.events if "event" in content else step.decisions
        lines.append(Line(number, content))
    if step is not None:
        yield step
