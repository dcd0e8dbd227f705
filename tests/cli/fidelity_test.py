"""scripts/bars/fidelity.py: what it says of a bar, and its exit codes, on a live report of the repository.

usage: fidelity_test.py DARIS
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORT = ROOT / "analysis/results/h100-80gb-hbm3/best-streams.json"
SCRIPT = ROOT / "scripts/bars/fidelity.py"
DARIS = sys.argv.pop(1)

sys.path.insert(0, str(SCRIPT.parent))
from fidelity import Bar, nine_of_ten  # noqa: E402
from live_points import deadline_ms, is_away_from_knee  # noqa: E402


def run(folder, *words):
    return subprocess.run([sys.executable, SCRIPT, "-o", folder, *words], cwd=ROOT, text=True,
                          capture_output=True, check=False)


class Bars(unittest.TestCase):
    def test_a_bar_at_its_limit_is_met_and_one_past_it_says_by_how_much(self):
        self.assertIn("): met", Bar("error", 0.03, 0.03).line())
        self.assertIn("missed, by 0.50%", Bar("error", 0.035, 0.03).line())
        self.assertIn("missed, by 0.100", Bar("tau", 0.8, 0.9, at_least=True, percent=False).line())
        self.assertEqual(Bar("tau", None, 0.9).line(), "tau: not shown by these reports")

    def test_nine_of_ten_are_at_most_that(self):
        self.assertEqual(nine_of_ten([3]), 3)
        self.assertEqual(nine_of_ten(range(1, 11)), 9)
        self.assertEqual(nine_of_ten(range(1, 12)), 10)


class Points(unittest.TestCase):
    def test_deadlines_follow_the_rate_that_was_reached(self):
        self.assertEqual(deadline_ms({"rate_hz": 10, "deadline_ms": 50}, 2, 40, None), 25)
        self.assertEqual(deadline_ms({"rate_hz": 10}, 2, 40, 0.5), 25)
        self.assertEqual(deadline_ms({"rate_hz": 10}, 2, 40, None), 50)

    def test_batches_saturate_later(self):
        point = {"load_reached": 1.5, "config": {"policy": "daris", "task_set": "resnet18-paper"}}
        self.assertTrue(is_away_from_knee(point))
        point["config"]["policy"] = "daris-batched"
        self.assertTrue(is_away_from_knee(point))
        point["load_reached"] = 4.25 / 1.3
        self.assertFalse(is_away_from_knee(point))
        point["config"]["task_set"] = "unknown"
        self.assertFalse(is_away_from_knee(point))


class Reports(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_a_report_gives_its_bars_and_a_row_for_each_point(self):
        done = run(self.folder, REPORT, "--daris", DARIS)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        validation = json.loads((self.folder / "validation.json").read_text(encoding="utf-8"))
        rows = (self.folder / "points.txt").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(rows), 2 + len(validation["points"]))
        worst = next(row["largest"] for row in validation["summary"]
                     if row["figure"] == "throughput_jobs_per_s")
        self.assertIn(f"throughput error, worst: {100 * worst:.2f}%", done.stdout)
        self.assertIn("held-out live points: 4 (bar >= 60): missed, by 56", done.stdout)

    def test_what_cannot_be_told_ends_with_2_and_a_reason(self):
        for words, reason in (((REPORT, "--daris", "no-such-program"), "no-such-program: No such file"),
                              (("run.jsonl", "--daris", DARIS), "run.jsonl: an event log"),
                              (("nothing.json", "--daris", DARIS), "nothing.json")):
            done = run(self.folder, *words)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn(reason, done.stderr)
            self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
