"""The front of level 0's p99 over the work beside it: made-up documents, and the committed table and reports.

The pictures are skipped if there is no matplotlib here.
"""

import glob
import importlib.util
import os
import re
import subprocess
import sys
import unittest

from script_run import FIGURES, ScriptRun

ROOT = os.path.join(FIGURES, "..", "..")
SCRIPT = "latency_front.py"
RESULTS = os.path.join(ROOT, "analysis", "results", "h200")
PROVENANCE = {"gpu": "a GPU", "driver": "1.2"}


def task(name, priority, completed):
    return {"name": name, "priority": priority, "completed": completed}


def level(priority, rate, p99, missed=0):
    return {"priority": priority, "throughput_jobs_per_s": rate, "completed": 700, "missed": missed,
            "rejected": 0, "response_time_ms": {"p50": p99 - 0.1, "p99": p99}}


def point(partition, p99, rate, heavy=0.5, **config):
    """Level 1 does `rate` jobs a second; `heavy` of them are ResNet-50."""
    tasks = [task("urgent", 0, 700), task("steady", 1, int(1000 * (1 - heavy))),
             task("heavy", 1, int(1000 * heavy))]
    return {"config": {"task_set": "urgent-60", "partition": f"partitions/{partition}.json",
                       "backend": "green", "batch_limit": 1, **config},
            "batch_limits": [config.get("batch_limit", 1)],
            "loads": [{"task": "urgent", "demand_jobs_per_s": 59.9999},
                      {"task": "steady", "demand_jobs_per_s": 9}],
            "results": {"levels": [level(0, 60, p99), level(1, rate, 9, missed=3)], "tasks": tasks}}


def report(*points, **provenance):
    return {"schema": "daris.report", "version": 1, "kind": "live",
            "provenance": {**PROVENANCE, **provenance}, "points": list(points)}


def rival(processes, p99, work, priorities=True, mps=True):
    return {"rate_hz": 60, "priorities": priorities, "mps": mps,
            "urgent": {"jobs": 684, "response_time_ms": {"p50": p99 - 0.1, "p99": p99}},
            "best_effort": {"processes": processes, "resnet18_equivalents_per_s": work}}


def rivals(*points):
    return {"schema": "daris.mps-priorities", "version": 1, "provenance": PROVENANCE, "points": list(points)}


def run(*documents, draw=False):
    """Gives (exit status, lines, messages, names of the files made)."""
    done = ScriptRun(SCRIPT, *documents, output=draw)
    return done.status, done.output.splitlines(), done.messages, list(done.files)


class Table(unittest.TestCase):
    def test_work_is_in_equivalents_of_resnet18(self):
        status, lines, messages, _ = run(report(point("one", 0.9, 1000)))
        self.assertEqual((status, messages), (0, ""))
        self.assertEqual(lines[2:], ["| 60 | green | one | 0.800 | 0.900 | 700 | 0 | 1435 | 3 | yes |"])

    def test_a_shape_that_another_beats_in_both_is_not_on_the_front(self):
        points = point("quick", 0.8, 1000), point("worse", 0.9, 900), point("busy", 1.0, 2000)
        _, lines, _, _ = run(report(*points))
        self.assertEqual([line.split(" | ")[-1] for line in lines[2:]], ["yes |", " |", "yes |"])

    def test_runs_of_a_shape_stand_beside_each_other_and_count_by_their_mean(self):
        first = report(point("one", 0.80, 1000), point("two", 0.85, 900))
        _, lines, _, _ = run(first, report(point("one", 1.00, 1000)))
        self.assertIn(
            "| 60 | green | one | 0.700, 0.900 | 0.800, 1.000 | 700, 700 | 0, 0 | 1435, 1435 | 3, 3 | yes |",
            lines)
        self.assertTrue(next(line for line in lines if "| two |" in line).endswith("| yes |"))

    def test_batches_have_a_front_of_their_own(self):
        _, lines, _, _ = run(report(point("one", 0.8, 1000), point("one", 0.9, 3000, batch_limit=8)))
        self.assertIn("one, B 8", lines[3])
        self.assertTrue(all(line.endswith("| yes |") for line in lines[2:]))

    def test_a_shape_that_was_chosen_has_its_name(self):
        partition, equal = point("", 0.8, 1000), point("", 0.9, 2000)
        for one in (partition, equal):
            del one["config"]["partition"]
            one["batch_limits"] = []
        partition["shape"] = {"contexts": 9, "streams": 1, "name": "shared-8x4"}
        equal["shape"] = {"contexts": 8, "streams": 1, "oversubscription": 2, "switches": {"reserve": "1"}}
        _, lines, _, _ = run(report(partition, equal))
        self.assertIn("| shared-8x4 |", lines[2])
        self.assertIn("| 8 x 1, reserve=1 |", lines[3])

    def test_rivals_are_beside_and_never_on_the_front(self):
        _, lines, _, _ = run(report(point("one", 0.8, 1000)),
                             rivals(rival(4, 0.7, 5000), rival(4, 1.2, 5000, False)))
        self.assertIn("| 60 | MPS + priorities | N = 4 | 0.600 | 0.700 | 684 |  | 5000 |  |  |", lines)
        self.assertIn("| 60 | MPS alone | N = 4 | 1.100 | 1.200 | 684 |  | 5000 |  |  |", lines)
        self.assertTrue(next(line for line in lines if "| one |" in line).endswith("| yes |"))


class Refused(unittest.TestCase):
    def check(self, text, *documents):
        status, _, messages, _ = run(*documents)
        self.assertEqual(status, 2)
        self.assertIn(text, messages)
        self.assertEqual(messages.count("\n"), 1)

    def test_points_of_two_machines(self):
        self.check("another GPU", report(point("one", 1, 1)), report(point("one", 1, 1), gpu="another GPU"))

    def test_processes_that_took_turns_instead_of_mps(self):
        self.check("did not run under MPS", rivals(rival(1, 4.4, 1000, mps=False)))

    def test_other_task_sets(self):
        wrong = point("one", 1, 1)
        wrong["results"]["tasks"][1]["name"] = "camera"
        self.check("urgent-", report(wrong))

    def test_other_documents(self):
        self.check("schema", {"schema": "daris.sweep"})


class Picture(unittest.TestCase):
    @unittest.skipIf(importlib.util.find_spec("matplotlib") is None, "matplotlib is not installed")
    def test_is_drawn_in_three_formats(self):
        status, _, messages, made = run(
            report(point("one", 0.8, 1000), point("two", 0.9, 3000, batch_limit=8)),
            rivals(rival(4, 1.1, 900), rival(1, 0.9, 500)), draw=True)
        self.assertEqual((status, messages), (0, ""))
        self.assertEqual(made, ["latency-front.pdf", "latency-front.png", "latency-front.svg"])


class Committed(unittest.TestCase):
    def test_a_resnet50_counts_the_same_wherever_it_is_counted(self):
        sys.path.insert(0, FIGURES)
        from latency_rows import EQUIVALENTS

        counts = {"runtime/rivals/rival_report.cpp": r"kResnet50 = (\S+);",
                  "runtime/rivals/rival_report.h": r"a ResNet-50 counts (\d+\.\d+)",
                  "base/json/schemas/mps-priorities.schema.json": r"A ResNet-50 counts (\d+\.\d+)",
                  "docs/formats.md": r"a ResNet-50 counts (\d+\.\d+)",
                  "analysis/figures/latency_front.py": r"ResNet-50 counts (\d+\.\d+)"}
        for path, pattern in counts.items():
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                found = re.findall(pattern, file.read())
            self.assertEqual(found, [str(EQUIVALENTS["heavy"])], path)

    def test_the_table_is_that_of_the_reports(self):
        with open(os.path.join(RESULTS, "README.md"), encoding="utf-8") as file:
            text = file.read()
        command = re.search(r"^/usr/bin/python3 \S*latency_front.py(.*?)-o", text,
                            re.MULTILINE | re.DOTALL)[1]
        documents = [name for word in command.split() for name in sorted(glob.glob(word, root_dir=ROOT))]
        script = os.path.join(FIGURES, SCRIPT)
        done = subprocess.run([sys.executable, script, *documents], cwd=ROOT, capture_output=True, text=True,
                              check=True)
        self.assertIn(done.stdout, text, command)


if __name__ == "__main__":
    unittest.main()
