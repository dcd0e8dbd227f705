"""The simulator's model once more, in SimPy: how many stage completions a second a general library simulates.

usage: simpy_bench.py --scene PROGRAM [--bench FILE]

PROGRAM is daris_bench_scene: it writes what is simulated (bench/scene.h), and what the C++ simulator made of
it. The program below simulates the same jobs on the same model of a GPU (docs/contention-model.md). Its
policy is the independent model of the rules in tests/policy/second_model/. All counts and the sums of all
times must be equal to the nanosecond; otherwise it ends with 1. FILE is what daris_bench wrote; then the
rates of both stand in one table. If SimPy is neither installed nor in .venv-tests/ (scripts/setup.sh tests),
it ends with 77.
"""

import argparse
import json
import math
import pathlib
import platform
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests/policy/second_model"))
sys.path += map(str, ROOT.glob(".venv-tests/lib/python3*/site-packages"))

try:
    import simpy
except ImportError:
    print("skipped: SimPy is missing; scripts/setup.sh tests brings it")
    sys.exit(77)

from policies import make_policy

POLICIES = ("daris", "edf")
# Within an instant: what ends or comes, then the policy's step, then the new slow-downs.
STEP, SLOW_DOWNS = 2, 3
ROUNDING = 1e-14  # as in sim/contention.cpp
# The names of benchmarks end so.
RATES = {"daris": "", "the same on std::priority_queue": "_std_priority_queue"}


class Cost(NamedTuple):
    """What a stage takes and asks for in a context."""

    alone_ns: float
    sm_demand: float
    give_way: float
    cache_demand: float
    handover: float


class Contention:
    """How much the stages that run slow each other down."""

    def __init__(self, scene):
        self.regions = scene["regions"]
        self.streams = scene["header"]["setup"]["streams"]
        self.parts = {key: [[(region, part) for region, part in enumerate(row) if part]
                            for row in self.rows(scene[key])] for key in ("spread", "window")}
        self.memory_latency = scene["memory_latency"]
        self.load = [0.0] * self.regions
        self.cache_load = 0.0
        self.running = {}

    def rows(self, values):
        return [values[first:first + self.regions] for first in range(0, len(values), self.regions)]

    def add(self, slot, cost, sign):
        """A stage starts (sign 1) or ends (sign -1)."""
        for region, part in self.parts["spread"][slot // self.streams]:
            self.load[region] += sign * cost.sm_demand * part
        self.cache_load += sign * cost.cache_demand
        if sign > 0:
            self.running[slot] = cost
        else:
            del self.running[slot]

    def slowdowns(self):
        """By slot."""
        shared = 1.0 if len(self.running) > 1 else 0.0
        found = {}
        for slot, cost in self.running.items():
            room = 0.0
            for region, part in self.parts["window"][slot // self.streams]:
                if self.load[region] > 0:
                    room += part * (1.0 / self.load[region])
            crowd = 1.0 / (room * room) - cost.sm_demand * cost.sm_demand
            others_here = crowd if crowd > ROUNDING else 0.0
            wait = (cost.cache_demand + self.memory_latency) * (self.cache_load - cost.cache_demand)
            found[slot] = math.sqrt(1.0 + others_here * cost.give_way) + wait + shared * cost.handover
        return found


@dataclass
class Stage:
    """A stage that executes."""

    process: simpy.Process
    remaining_ns: float
    updated_ns: int
    slowdown: float = math.inf
    end_ns: int = -1


class World:
    """Jobs, slots and the policy. Times are whole nanoseconds."""

    def __init__(self, scene):
        self.scene = scene
        self.env = simpy.Environment()
        self.policy = make_policy(scene["header"])
        self.tasks = scene["header"]["setup"]["tasks"]
        self.costs = [[[Cost(*cost) for cost in contexts] for contexts in stages]
                      for stages in scene["costs"]]
        self.contention = Contention(scene)
        self.executing = {}
        self.finished, self.released = [], []
        self.awaited = set()  # what comes later in this instant
        self.counts = Counter()
        self.policy_s = 0.0  # of the processor, in the policy's steps
        self.open = {}  # deadlines of open jobs that the run's end waits for
        self.deadlines = {}

    def later(self, priority, act):
        """Acts once in this instant, behind all events of lower priority."""
        if priority in self.awaited:
            return
        self.awaited.add(priority)
        event = self.env.event()
        event.callbacks.append(lambda _: (self.awaited.discard(priority), act()))
        event._ok, event._value = True, None
        self.env.schedule(event, priority)

    def release_all(self):
        """A process: jobs come."""
        for nominal, ordinal, task in self.scene["releases"]:
            if nominal > self.env.now:
                yield self.env.timeout(nominal - self.env.now)
            self.counts["released"] += 1
            deadline = nominal + self.tasks[task]["deadline_ns"]
            self.deadlines[ordinal, task] = deadline
            if nominal < self.scene["measured_end_ns"] < deadline:
                self.open[ordinal, task] = deadline
            self.released.append({"event": "job_released", "ordinal": ordinal, "task": task,
                                  "nominal_release_ns": nominal})
            self.later(STEP, self.step)

    def run_stage(self, slot, job, stage):
        """A process: a stage is launched, executes as fast as others let it, and its end is noticed."""
        yield self.env.timeout(self.scene["launch_ns"])
        work_class = self.scene["task_class"][job["task"]]
        cost = self.costs[work_class][stage - 1][slot // self.contention.streams]
        started = self.env.now
        own = self.executing[slot] = Stage(self.env.active_process, cost.alone_ns, started)
        self.contention.add(slot, cost, 1)
        self.later(SLOW_DOWNS, self.slow_down)
        while self.env.now != own.end_ns:
            try:
                yield self.env.timeout(own.end_ns - self.env.now) if own.end_ns > 0 else self.env.event()
            except simpy.Interrupt:
                pass
        self.contention.add(slot, cost, -1)
        del self.executing[slot]
        self.later(SLOW_DOWNS, self.slow_down)
        execution = self.env.now - started
        yield self.env.timeout(self.scene["notice_ns"])
        self.finished.append({"event": "stage_finished", "slot": slot, "execution_ns": execution})
        self.counts.update(stages=1, execution_ns=execution)
        if stage == len(self.tasks[job["task"]]["stage_estimates_ns"]):
            self.complete(job["ordinal"], job["task"])
        self.later(STEP, self.step)

    def complete(self, ordinal, task):
        in_time = self.env.now <= self.deadlines[ordinal, task]
        self.counts.update(completed=1, in_time=int(in_time), completions_ns=self.env.now)
        self.open.pop((ordinal, task), None)

    def slow_down(self):
        """The stages that run have other ends now."""
        now = self.env.now
        for slot, slowdown in self.contention.slowdowns().items():
            stage = self.executing[slot]
            if slowdown != stage.slowdown:
                stage.remaining_ns -= (now - stage.updated_ns) / stage.slowdown
                stage.updated_ns = now
                stage.slowdown = slowdown
            end = stage.updated_ns + max(1, math.floor(stage.remaining_ns * slowdown + 0.5))
            if end != stage.end_ns:
                stage.end_ns = end
                stage.process.interrupt()

    def step(self):
        """All events of an instant go to the policy at once."""
        events = sorted(self.finished, key=lambda event: event["slot"]) + self.released
        self.finished, self.released = [], []
        begin = time.process_time()
        decisions = self.policy.step(self.env.now, events)
        self.policy_s += time.process_time() - begin
        for decision in decisions:
            kind = decision["decision"]
            if kind == "launch_stage":
                self.env.process(self.run_stage(decision["slot"], decision["jobs"][0], decision["stage"]))
            elif kind == "reject_job":
                self.open.pop((decision["ordinal"], decision["task"]), None)
            self.counts["admitted"] += kind == "admit_job"
            self.counts["rejected"] += kind == "reject_job"

    def last_instant(self):
        """Up to it the run goes on."""
        return max(self.open.values(), default=self.scene["measured_end_ns"])

    def run(self):
        """Gives the results, as the scene has them."""
        self.env.process(self.release_all())
        end = self.scene["measured_end_ns"]
        while (instant := self.env.peek()) <= end or instant <= self.last_instant():
            while self.env.peek() == instant:
                self.env.step()
        return dict(self.counts)


def rates_in_simpy(program, policy):
    """Stage completions a second of the processor's time, with the policy's steps and without; the results.

    Ends the program if these are not those of the C++ simulator."""
    scene = json.loads(subprocess.run([program, policy], capture_output=True, check=True, text=True).stdout)
    begin = time.process_time()
    world = World(scene)
    results = world.run()
    seconds = time.process_time() - begin
    expected = scene["results"]
    if results != {**results, **expected}:
        sys.exit(f"{policy}: SimPy counts {results}, and the simulator {expected}")
    return results["stages"] / seconds, results["stages"] / (seconds - world.policy_s), results


def rates_of_bench(file):
    """By row of the table and policy: items a second, of the median if runs were repeated."""
    runs = {run["name"]: run for run in json.loads(file.read_text("utf-8"))["benchmarks"]}
    found = {}
    for row, end in RATES.items():
        for policy in POLICIES:
            name = "simulator_resnet18" + ("" if policy == "daris" else f"_{policy}") + end
            run = runs.get(f"{name}_median", runs.get(name))
            if run is not None:
                found[row, policy] = run["items_per_second"]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scene", required=True, help="the program daris_bench_scene")
    parser.add_argument("--bench", type=pathlib.Path, help="what daris_bench wrote")
    arguments = parser.parse_args()
    rates = rates_of_bench(arguments.bench) if arguments.bench else {}
    rows = [f"SimPy {simpy.__version__}, Python {platform.python_version()}",
            "the same but for the policy's steps"]
    for policy in POLICIES:
        *found, results = rates_in_simpy(arguments.scene, policy)
        rates.update(((row, policy), rate) for row, rate in zip(rows, found))
        print(f"{policy}: equal in SimPy: {results['released']} jobs, {results['in_time']} in time, "
              f"{results['stages']} stages, {results['execution_ns']} ns of execution")
    print(f"\n{'stage completions/s':40}" + "".join(f"{policy:>14}" for policy in POLICIES))
    for row in dict.fromkeys(row for row, _ in rates):
        print(f"{row:40}" + "".join(f"{rates.get((row, policy), math.nan):14,.0f}" for policy in POLICIES))


if __name__ == "__main__":
    main()
