"""What is said of the differences between a simulated report and a live one."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
LIVE = os.path.join(ROOT, "analysis", "results", "h100-80gb-hbm3", "grid-streams.json")


class Worlds(unittest.TestCase):
    def setUp(self):
        with open(LIVE, encoding="utf-8") as file:
            self.report = json.load(file)
        self.report["kind"] = "simulated"

    def compare(self, live=LIVE):
        """Gives (exit status, output, messages)."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "simulated.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(self.report, file)
            script = os.path.join(ROOT, "analysis", "figures", "compare_worlds.py")
            command = [sys.executable, script, path, live]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            return done.returncode, done.stdout, done.stderr

    def test_equal_worlds_differ_by_nothing(self):
        status, output, _ = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("28 points in both reports, 0 live and 0 simulated", output)
        self.assertIn("median 0.0%, nine of ten below 0.0%, largest 0.0%", output)
        self.assertIn("the same in 28 of 28", output)

    def test_differences_are_told(self):
        point = self.report["points"][5]
        point["results"]["throughput_jobs_per_s"] *= 1.5
        for level in point["results"]["levels"]:
            level["missed"] = 0 if level["missed"] else 1
        del self.report["points"][0]
        output = self.compare()[1]
        self.assertIn("27 points in both reports, 1 live and 0 simulated", output)
        self.assertIn("largest 50.0%", output)
        self.assertIn("highest: +50.0%", output)
        self.assertIn("the same in 26 of 27", output)

    def test_reports_that_dont_belong_together_are_an_error(self):
        for point in self.report["points"]:
            point["config"]["load"] = 9
        self.assertEqual(self.compare()[0], 1)
        self.assertIn("no point of one report", self.compare()[2])
        self.report["kind"] = "live"
        self.assertIn("is no simulated report", self.compare()[2])


if __name__ == "__main__":
    unittest.main()
