#!/usr/bin/env python3
"""Interrupts commands at random moments: interrupt_test.py DARIS [COMMAND...]; without names, all.

SIGINT and SIGTERM must end it with 130, a simulation within a second and a live run within three. After
SIGKILL nothing broken may be left. A sweep goes on at its second start; every other command succeeds when it
is repeated.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOMENTS = 20
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
BUSY_S = 1.0  # what a busy machine may take on top
LOADED_S = 0.1  # until then the program may not have begun
INTERRUPTED = 130

DARIS = str(Path(sys.argv[1]).resolve())
PROFILE = Path(__file__).resolve().parents[1] / "data/synthetic_profile.json"
LIVE = Path(DARIS).with_name("daris-run").exists()
SET = {"schema": "daris.task-set", "version": 1, "name": "cameras", "tasks": [
    {"name": "front", "count": 4, "model": "resnet18", "priority": 0, "rate_hz": 200},
    {"name": "side", "count": 8, "model": "resnet18", "priority": 1, "rate_hz": 150}]}
SWEEP = {"schema": "daris.sweep", "version": 1, "task_sets": ["set.json"], "duration_s": 8,
         "grid": {"policy": ["daris", "edf"], "contexts": [2, 4, 6], "seed": [1, 2]}}
ABLATIONS = {"schema": "daris.sweep", "version": 1, "task_sets": ["set.json"], "duration_s": 2,
             "replications": 3, "grid": {"load": [0.8, 1.2], "seed": [1, 2, 3, 4]},
             "variants": [{}, {"staging": "off"}, {"migration": "off"}]}
LIVE_SWEEP = {"schema": "daris.sweep", "version": 1, "task_sets": ["small-cnn"], "duration_s": 0.5,
              "warmup_s": 0.1, "grid": {"policy": ["daris", "edf"], "contexts": 2, "backend": "cpu"}}


class Failure(Exception):
    pass


def expect(holds, what):
    if not holds:
        raise Failure(what)


def start(words, folder):
    return subprocess.Popen([DARIS, *words], cwd=folder, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


def run(words, folder):
    process = start(words, folder)
    _, messages = process.communicate()
    expect(process.returncode == 0, f"exit {process.returncode}: {messages}")


def check_files(folder, killed):
    """Each file is whole, and none is left that was to be moved to its place."""
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        if file.name.startswith(".daris-"):
            expect(killed, f"{file.name} is left behind")
        elif file.suffix == ".json":
            try:
                json.loads(file.read_text())
            except ValueError as error:
                raise Failure(f"{file.name} is broken: {error}") from error


class Command:
    """How one command is started, and what it needs beside."""

    def __init__(self, name, words, inputs, limit_s, is_sweep=False):
        self.name, self.words, self.inputs = name, words, inputs
        self.limit_s, self.is_sweep = limit_s, is_sweep

    def fresh_folder(self, root):
        folder = Path(tempfile.mkdtemp(dir=root))
        for source in self.inputs:
            target = folder / source.name
            shutil.copytree(source, target) if source.is_dir() else os.link(source, target)
        return folder

    def interrupt(self, folder, moment_s, number):
        process = start(self.words, folder)
        time.sleep(moment_s)
        process.send_signal(number)
        told = time.monotonic()
        _, messages = process.communicate()
        took = time.monotonic() - told
        if number == signal.SIGKILL:
            expect(process.returncode in (0, -signal.SIGKILL), f"exit {process.returncode}: {messages}")
            return
        if process.returncode == -number and moment_s < LOADED_S and not messages:
            return  # the system was still loading it
        expect(process.returncode in (0, INTERRUPTED), f"exit {process.returncode}: {messages}")
        expect(process.returncode == 0 or "interrupted" in messages, f"it said: {messages}")
        expect(took < self.limit_s + BUSY_S, f"it went on for {took:.2f} s")

    def try_moment(self, root, moment_s, number):
        folder = self.fresh_folder(root)
        self.interrupt(folder, moment_s, number)
        check_files(folder, number == signal.SIGKILL)
        finished = {file.name: file.read_bytes() for file in folder.glob("out/points/*.json")}
        run(self.words, folder)
        check_files(folder, number == signal.SIGKILL)
        for name, contents in finished.items():
            expect((folder / "out/points" / name).read_bytes() == contents, f"{name} was run again")
        if self.is_sweep:
            run(["merge", "out", "-o", "merged.json"], folder)
        shutil.rmtree(folder)


def prepare(root):
    """Makes what the commands read; returns the commands."""
    inputs = {"set.json": SET, "sweep.json": SWEEP, "ablations.json": ABLATIONS, "live.json": LIVE_SWEEP}
    for name, document in inputs.items():
        (root / name).write_text(json.dumps(document))
    profile = json.loads(PROFILE.read_text())
    profile["saturations"] = profile["saturations"][::20]  # so few are fitted in a fraction of the time
    (root / "profile.json").write_text(json.dumps(profile))
    task_set = root / "set.json"
    run(["sweep", "ablations.json", "-o", "points"], root)
    run(["merge", "points", "-o", "report.json"], root)
    run(["sim", "--task-set", "./set.json", "--duration", "100s", "--log", "log.jsonl", "-o", "r.json"], root)
    live_run = ["--task-set", "small-cnn", "--backend", "cpu", "--contexts", "2", "--duration", "1s",
                "--warmup", "200ms", "--no-saturation", "--log", "l.jsonl", "-o", "out.json"]
    commands = [
        Command("sim", ["sim", "--task-set", "./set.json", "--duration", "40s", "--replications", "3",
                        "--log", "l.jsonl", "-o", "out.json"], [task_set], 1),
        Command("sweep", ["sweep", "sweep.json", "-o", "out"], [task_set, root / "sweep.json"], 1, True),
        Command("merge", ["merge", "points", "-o", "out.json"], [root / "points"], 1),
        Command("replay", ["replay", "log.jsonl"], [root / "log.jsonl"], 1),
        Command("calibrate", ["calibrate", "--profile", "./profile.json", "-o", "out.json"],
                [root / "profile.json"], 1),
        Command("capacity", ["capacity", "--task-set", "./set.json", "--shape", "auto", "--duration", "3s",
                             "--loss-max", "5%", "-o", "out.json"], [task_set], 1),
        Command("recommend", ["recommend", "--task-set", "./set.json", "--duration", "2s", "--backend",
                              "green", "-o", "out.json"], [task_set], 1),
        Command("ablations", ["ablations", "report.json", "-o", "out.json"], [root / "report.json"], 1),
        Command("trace", ["trace", "log.jsonl", "-o", "out.pftrace"], [root / "log.jsonl"], 1),
        Command("compare", ["compare", "report.json", "points", "-o", "out.json"],
                [root / "report.json", root / "points"], 1),
    ]
    if LIVE:
        commands += [
            Command("run", ["run", *live_run], [], 3),
            Command("sweep --live", ["sweep", "live.json", "--live", "-o", "out"], [root / "live.json"], 3,
                    True)]
    return commands


def length_of(command, root):
    folder = command.fresh_folder(root)
    begin = time.monotonic()
    run(command.words, folder)
    return time.monotonic() - begin


def main():
    seed = int(os.environ.get("DARIS_SEED", random.randrange(10**6)))
    print(f"DARIS_SEED={seed}")
    moments = random.Random(seed)
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for command in prepare(root):
            if sys.argv[2:] and command.name not in sys.argv[2:]:
                continue
            length_s = length_of(command, root)
            bad = 0
            for number in range(MOMENTS):
                moment_s, which = moments.uniform(0, length_s), SIGNALS[number % len(SIGNALS)]
                try:
                    command.try_moment(root, moment_s, which)
                except Failure as failure:
                    bad += 1
                    print(f"{command.name}: {which.name} after {moment_s:.3f} s: {failure}")
            print(f"{command.name}: {MOMENTS} moments in {length_s:.2f} s, {bad} wrong", flush=True)
            failures += bad
    if not LIVE:
        print("daris-run is not built: live runs were not interrupted")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
