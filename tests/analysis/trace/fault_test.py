#!/usr/bin/env python3
"""Blame finds the fault that a simulated run was given: the right cause in at least 95% of the misses.

Each run misses nothing without its fault, so that every miss is the fault's. The faults are those of
`--inject`. A lost context and a launch that failed are one cause: launch.

usage: fault_test.py DARIS [UNITTEST-ARGUMENT...]
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

DARIS = sys.argv.pop(1) if len(sys.argv) > 1 else ""

RESNET = ["--task-set", "resnet18-paper", "--load", "0.8"]
UNET = ["--task-set", "unet-paper", "--load", "0.8"]
MIXED = ["--task-set", "mixed-paper", "--load", "0.8"]
BUSY = ["--task-set", "resnet18-paper", "--load", "1.2"]
EDF = [*MIXED, "--policy", "edf"]
BATCHED = ["--task-set", "resnet18-paper", "--load", "3", "--policy", "daris-batched"]

FEWEST = 100  # misses of a kind of fault, so that a share says something


def slow(factor, begin, end, **more):
    return {"kind": "slowdown", "factor": factor, "from_ms": begin, "until_ms": end, **more}


def late(begin, end, **more):
    return {"kind": "late_releases", "from_ms": begin, "until_ms": end, **more}


def lost(context, at):
    return {"kind": "context_lost", "context": context, "at_ms": at}


class FaultTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def causes(self, words, faults):
        """How many counted jobs missed, by cause."""
        folder = pathlib.Path(self.folder.name)
        (folder / "faults.json").write_text(
            json.dumps({"schema": "daris.injection", "version": 1, "disturbances": faults}))
        inject = ["--inject", str(folder / "faults.json")] if faults else []
        self.run_daris("sim", *words, "--duration", "2.5s", "--warmup", "0.2s", *inject,
                       "--log", str(folder / "log"), "-o", str(folder / "report.json"))
        blame = json.loads(self.run_daris("trace", str(folder / "log"), "--blame", "-", "--no-table"))
        report = json.loads((folder / "report.json").read_text())
        counts = {}
        for level, counted in zip(blame["runs"][0]["levels"], report["points"][0]["results"]["levels"]):
            self.assertEqual(level["missed"], counted["missed"])
            self.assertEqual(sum(level["causes"].values()), level["missed"], "each miss has one cause")
            for cause, misses in level["causes"].items():
                counts[cause] = counts.get(cause, 0) + misses
        return counts

    def run_daris(self, *words):
        done = subprocess.run([DARIS, *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def check(self, cause, runs):
        misses = right = 0
        for words in {tuple(words) for words, _ in runs}:
            self.assertEqual(sum(self.causes(words, []).values()), 0, f"{words} misses without a fault")
        for words, faults in runs:
            counts = self.causes(words, faults)
            misses += sum(counts.values())
            right += counts[cause]
        print(f"{cause}: {right} of {misses}", file=sys.stderr)
        self.assertGreater(misses, FEWEST)
        self.assertGreaterEqual(right, 0.95 * misses)

    def test_slow_stages(self):
        window = [slow(3, 1000, 1400)]
        self.check("contention", [(RESNET, window), (UNET, window), (MIXED, window), (EDF, window),
                                  (BUSY, window), (RESNET, [slow(6, 1000, 1300, context=0)]),
                                  (BUSY, [slow(6, 1000, 1300, context=0)])])

    def test_late_releases(self):
        by_30 = [late(1000, 1500, by_ms=30)]
        at_once = [late(1000, 1030)]
        self.check("late_release", [(RESNET, by_30), (UNET, by_30), (MIXED, by_30), (BUSY, by_30),
                                    (RESNET, at_once), (UNET, at_once), (MIXED, at_once)])

    def test_lost_contexts(self):
        four = [lost(context, 1000 + 200 * context) for context in range(4)]
        self.check("launch", [(RESNET, four), (UNET, four), (MIXED, four), (EDF, four), (BATCHED, four),
                              (BUSY, four), (RESNET, four[:1]), (MIXED, four[:1])])

    def test_wrong_estimates(self):
        loads = [["--task-set", "unet-paper", "--set", "estimator=afet", "--load", load]
                 for load in ("1", "1.1", "1.2")]
        self.check("admission", [(words, [{"kind": "estimates", "factor": factor}])
                                 for words in loads for factor in (0.33, 0.5, 0.7)])


if __name__ == "__main__":
    unittest.main()
