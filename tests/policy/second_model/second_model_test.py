"""Compares the scheduler with a second model, which was written from docs/scheduler.md alone.

Two kinds of logs are compared, decision by decision: logs that `daris sim` writes for random task sets, and
random logs of events with faults, to which `daris replay --decide` adds the decisions.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True

from comparison import Difference, compare_decided, compare_simulation  # noqa: E402
from random_batches import draw_batch_log  # noqa: E402
from random_logs import draw_log  # noqa: E402
from random_simulations import POLICIES, draw_simulation  # noqa: E402

# The program waits until a disk has kept what it wrote, which takes longer than the decisions.
IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class ProgramFailed(Exception):
    """Says that the program refused its input."""


def run(command):
    """Runs the program; it must end with 0."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ProgramFailed(f"exit code {result.returncode}: {result.stderr.strip()}")


def simulate(program, rng, folder, policies=POLICIES):
    """Simulates a random task set and compares the log; gives counts of what was compared."""
    config = draw_simulation(rng, folder, policies)
    run([program, "sim", "--config", config, "--log", folder / "log.jsonl", "-o", folder / "report.json",
         "--threads", 1])
    return compare_simulation(folder / "log.jsonl")


def simulate_batches(program, rng, folder):
    """The same with daris-batched."""
    return simulate(program, rng, folder, ["daris-batched"])


def decide(program, rng, folder, draw=draw_log):
    """Lets the program decide upon random events and compares; gives counts of what was compared."""
    drawn = draw(rng, folder / "events.jsonl")
    run([program, "replay", folder / "events.jsonl", "--decide", "-o", folder / "log.jsonl"])
    return compare_decided(folder / "log.jsonl", drawn)


def decide_batches(program, rng, folder):
    """The same with daris-batched."""
    return decide(program, rng, folder, draw_batch_log)


def compare_many(title, compare, count, arguments):
    """Compares many logs and prints counts; says whether all were equal."""
    totals = Counter()
    for number in range(arguments.first, arguments.first + count):
        rng = random.Random(f"{title} {arguments.seed} {number}")
        folder = Path(tempfile.mkdtemp(prefix="second-model-", dir=IN_MEMORY))
        try:
            counts = compare(arguments.program, rng, folder)
        except (Difference, ProgramFailed) as problem:
            print(f"{title} {number} ({folder}): {problem}")
            return False
        totals += counts
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    print(f"{title}: {count} logs")
    for name, value in sorted(totals.items()):
        print(f"  {name}: {value}")
    return True


def main():
    """Reads the arguments and compares; ends with 1 at the first difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the program daris")
    parser.add_argument("--simulations", type=int, default=150, help="random task sets that are simulated")
    parser.add_argument("--logs", type=int, default=500, help="random logs of events with faults")
    parser.add_argument("--batches", type=int, default=1000, help="random logs of daris-batched with faults")
    parser.add_argument("--batch-simulations", type=int, default=50, help="random task sets of daris-batched")
    parser.add_argument("--first", type=int, default=0, help="number of the first set and log")
    parser.add_argument("--seed", type=int, default=1, help="of all random draws")
    arguments = parser.parse_args()
    equal = (compare_many("logs with faults", decide, arguments.logs, arguments)
             and compare_many("batches with faults", decide_batches, arguments.batches, arguments)
             and compare_many("simulations", simulate, arguments.simulations, arguments)
             and compare_many("simulations of batches", simulate_batches, arguments.batch_simulations,
                              arguments))
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
