#!/usr/bin/env python3
"""Interrupts `daris run` on an NVIDIA GPU: interrupt_gpu_test.py DARIS [BACKEND...]; without names, all.

On each backend, SIGINT, SIGTERM and SIGKILL come once during set-up, while graphs are captured, and once in
the run. The first two must end it with 130 within three seconds. No process may be left, no file be broken,
and the same command must succeed afterwards. Exit status 77 if there is no GPU.
"""

import json
import os
import pty
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from interrupt_test import BUSY_S, DARIS, INTERRUPTED, SIGNALS, Failure, check_files, expect

LIMIT_S = 3
GONE_S = 15  # until then helpers of a killed run must have ended
NO_GPU = 77
BACKENDS = ("green", "streams", "mps")
CAPTURED = re.compile(r"captured ([\d,]+) of ([\d,]+) graphs")
SET = {"schema": "daris.task-set", "version": 1, "name": "own-weights", "tasks": [
    {"name": "front", "count": 8, "model": "resnet18", "weights": "own", "priority": 0, "rate_hz": 30},
    {"name": "side", "count": 24, "model": "resnet18", "weights": "own", "priority": 1, "rate_hz": 30}]}


class Run:
    """One run in a folder; it writes to a terminal of ours, so that it says how far its set-up is."""

    def __init__(self, backend, folder):
        (folder / "set.json").write_text(json.dumps(SET))
        words = [DARIS, "run", "--task-set", "./set.json", "--backend", backend, "--contexts", "4",
                 "--streams", "2", "--no-saturation", "--warmup", "200ms", "--duration", "3s", "--log",
                 "l.jsonl", "-o", "out.json"]
        ours, its = pty.openpty()
        self.text, self.begun = "", time.monotonic()
        self.captured_s = None  # when the last graphs were captured
        self.process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=its)
        os.close(its)
        self.reader = threading.Thread(target=self.read, args=(ours,), daemon=True)
        self.reader.start()

    def read(self, terminal):
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:  # its end is closed
                return os.close(terminal)
            self.text += piece.decode(errors="replace")
            if "captured" in piece.decode(errors="replace"):
                self.captured_s = time.monotonic() - self.begun

    def share_captured(self):
        counts = CAPTURED.findall(self.text)
        if not counts:
            return 0
        done, total = (int(count.replace(",", "")) for count in counts[-1])
        return done / total

    def wait(self):
        self.process.wait()
        self.reader.join(GONE_S)
        return time.monotonic() - self.begun

    def lives(self):
        return self.process.poll() is None


def helpers():
    """Processes of runs and of MPS by their numbers; zombies have no command line."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended
            continue
        if re.search(r"daris-run|nvidia-cuda-mps", words):
            found[file.parent.name] = words
    return found


def expect_no_helpers(before):
    until = time.monotonic() + GONE_S
    while (left := helpers().keys() - before) and time.monotonic() < until:
        time.sleep(0.1)
    expect(not left, f"left behind: {[words for number, words in helpers().items() if number in left]}")


def succeed(backend, root):
    """A whole run. Returns when its set-up ended, and when the run."""
    run = Run(backend, Path(tempfile.mkdtemp(dir=root)))
    length_s = run.wait()
    expect(run.process.returncode == 0, f"exit {run.process.returncode}: {run.text}")
    expect(run.captured_s is not None, f"it did not say how many graphs are captured: {run.text}")
    return run.captured_s, length_s


def interrupt(run, number):
    run.process.send_signal(number)
    told = time.monotonic()
    run.wait()
    took_s = time.monotonic() - told
    status = run.process.returncode
    if number == signal.SIGKILL:
        return expect(status == -signal.SIGKILL, f"exit {status}: {run.text}")
    expect(status == INTERRUPTED, f"exit {status}: {run.text}")
    expect("interrupted" in run.text, f"it said: {run.text}")
    expect(took_s < LIMIT_S + BUSY_S, f"it went on for {took_s:.2f} s")
    return print(f"  ended {took_s:.2f} s after {number.name}, status {status}")


def try_moment(backend, root, number, reached):
    """`reached` says of a run whether its moment has come."""
    before = helpers().keys()
    folder = Path(tempfile.mkdtemp(dir=root))
    run = Run(backend, folder)
    while run.lives() and not reached(run):
        time.sleep(0.01)
    expect(run.lives(), f"it ended before its moment: {run.text}")
    interrupt(run, number)
    check_files(folder, number == signal.SIGKILL)
    expect_no_helpers(before)


def moments_of(draw, captured_s):
    """Pairs of a name and of a test whether a run has come so far."""
    for _ in SIGNALS:
        share = draw.uniform(0.02, 0.85)  # the last counts may not be shown
        yield f"set-up, {share:.0%} captured", lambda run, share=share: run.share_captured() >= share
    for _ in SIGNALS:
        moment_s = draw.uniform(captured_s + 0.5, captured_s + 3)  # inside warm-up and window
        yield f"run, {moment_s:.2f} s", lambda run, at=moment_s: time.monotonic() - run.begun >= at


def try_backend(backend, root, draw):
    captured_s, length_s = succeed(backend, root)
    print(f"{backend}: captured after {captured_s:.2f} s, ended after {length_s:.2f} s", flush=True)
    wrong = 0
    for number, (name, reached) in zip(SIGNALS * 2, moments_of(draw, captured_s)):
        print(f" {number.name} in {name}", flush=True)
        try:
            try_moment(backend, root, number, reached)
        except Failure as failure:
            wrong += 1
            print(f"{backend}: {number.name} in {name}: {failure}", flush=True)
    succeed(backend, root)
    print(f"{backend}: {2 * len(SIGNALS)} moments, {wrong} wrong", flush=True)
    return wrong


def main():
    if not any(Path("/dev").glob("nvidia[0-9]*")):
        print("skipped: there is no NVIDIA GPU")
        return NO_GPU
    seed = int(os.environ.get("DARIS_SEED", random.randrange(10**6)))
    print(f"DARIS_SEED={seed}")
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        wrong = [try_backend(backend, Path(name), draw) for backend in sys.argv[2:] or BACKENDS]
    return 1 if any(wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
