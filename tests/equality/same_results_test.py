"""scripts/same_results.py: which results it takes for equal, how it names a difference, and its lists."""

import gzip
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts" / "same_results.py"


def load():
    spec = importlib.util.spec_from_file_location("same_results", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


same_results = load()

REPORT = {
    "schema": "daris.report",
    "provenance": {
        "program": "daris 0.1.0",
        "commit": "abc",
        "command": "daris sim",
        "seed": 1,
        "versions": {"os": "Debian", "cpu": None},
        "started_utc": "2026-11-28T10:00:00Z",
        "wall_s": 0.5,
    },
    "points": [{"id": "0123", "results": {"levels": [{"missed": 3}, {"missed": 5}], "command": "kept"}}],
}
LOG = [
    {"schema": "daris.event-log", "program": "daris 0.1.0", "config": {"program": "kept"}},
    {"step": 1, "event": "release_job"},
    {"step": 1, "decision": "launch_stage", "jobs": [{"task": 4, "ordinal": 0}]},
]


def report_bytes(**provenance):
    report = json.loads(json.dumps(REPORT))
    report["provenance"].update(provenance)
    return (json.dumps(report, indent=2) + "\n").encode()


def log_bytes(lines):
    return gzip.compress("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode())


class Documents(unittest.TestCase):
    def difference(self, before, after, name="report.json"):
        return same_results.difference_of_files(name, before, after, same_results.EXCEPT_IN_REPORT)

    def test_another_commit_program_and_time_are_no_difference(self):
        other = report_bytes(commit=None, program="daris 0.2.0-dev", started_utc=None, wall_s=17)
        self.assertIsNone(self.difference(report_bytes(), other))

    def test_all_else_of_the_provenance_is_compared(self):
        changed = {"command": "daris sim --seed 2", "seed": 2, "versions": {"os": "Ubuntu", "cpu": None}}
        for key, value in changed.items():
            self.assertIn(f"provenance.{key}", self.difference(report_bytes(), report_bytes(**{key: value})))

    def test_the_first_field_that_differs_is_named(self):
        changed = report_bytes().replace(b'"missed": 5', b'"missed": 6')
        self.assertEqual(
            self.difference(report_bytes(), changed), "points[0].results.levels[1].missed: 5 before, 6 after"
        )
        changed = report_bytes().replace(b'"command": "kept"', b'"command": "other"')
        self.assertIn("points[0].results.command", self.difference(report_bytes(), changed))
        changed = report_bytes().replace(b'"id": "0123",', b"")
        self.assertEqual(self.difference(report_bytes(), changed), "points[0].id: is missing after")

    def test_equal_values_in_other_bytes_differ(self):
        self.assertIn("other bytes", self.difference(report_bytes(), report_bytes() + b"\n"))
        changed = report_bytes().replace(b'"missed": 5', b'"missed":  5')
        self.assertIn("other bytes", self.difference(report_bytes(), changed))

    def test_fields_that_came_later_are_no_difference_to_an_older_report(self):
        def with_times(times):
            report = json.loads(report_bytes())
            report["points"][0]["results"]["response_time_ms"] = times
            return (json.dumps(report, indent=2) + "\n").encode()

        older, newer = with_times({"p99": 3}), with_times({"p99": 3, "p99_95": [1, None]})
        self.assertIsNone(self.difference(older, newer))
        self.assertIn("p99_95: is missing after", self.difference(newer, older))
        self.assertIn("p99_95[1]", self.difference(newer, with_times({"p99": 3, "p99_95": [1, 2]})))
        changed = newer.replace(b'"missed": 5', b'"missed": 6')
        self.assertIn("missed: 5 before, 6 after", self.difference(older, changed))

    def test_a_log_may_differ_in_its_program_alone(self):
        other = [{**LOG[0], "program": "daris 0.2.0"}, *LOG[1:]]
        self.assertIsNone(self.difference(log_bytes(LOG), log_bytes(other), "a.jsonl.gz"))
        other = [{**LOG[0], "config": {"program": "another"}}, *LOG[1:]]
        self.assertIn(
            "line 1: config.program", self.difference(log_bytes(LOG), log_bytes(other), "a.jsonl.gz")
        )

    def test_the_line_and_field_of_a_log_are_named(self):
        other = json.loads(json.dumps(LOG))
        other[2]["jobs"][0]["task"] = 5
        said = self.difference(log_bytes(LOG), log_bytes(other), "a.jsonl.gz")
        self.assertEqual(said, "line 3: jobs[0].task: 4 before, 5 after")
        said = self.difference(log_bytes(LOG), log_bytes(LOG[:2]), "a.jsonl.gz")
        self.assertTrue(said.startswith("line 3: ") and said.endswith('"" after'), said)


class Folders(unittest.TestCase):
    def test_a_result_that_is_missing_differs_and_a_message_is_a_note(self):
        with tempfile.TemporaryDirectory() as name:
            before, after = pathlib.Path(name, "before"), pathlib.Path(name, "after")
            for side in (before, after):
                for folder in ("results", "notes"):
                    (side / folder).mkdir(parents=True)
                (side / "results" / "a.json").write_bytes(report_bytes())
                (side / "notes" / "help.txt").write_text(side.name)
            (before / "results" / "b.json").write_bytes(report_bytes())
            count, differences = same_results.compare(before, after, [])
            self.assertEqual((count, differences), (2, ["b.json: is missing after"]))
            self.assertEqual([name for name, _ in same_results.notes(before, after)], ["help.txt"])


class Lists(unittest.TestCase):
    def test_there_are_200_configurations_that_can_be_put_in_order(self):
        lines = same_results.configurations()
        self.assertEqual(len(lines), 200)
        self.assertEqual(sorted(name for names in same_results.waves(lines) for name in names), sorted(lines))

    def test_what_the_scheduler_and_the_simulator_know_is_in_the_list(self):
        words = [set(words) for words in same_results.configurations().values()]
        everything = set().union(*words)
        for policy in ("fifo", "edf", "static", "batching", "clockwork"):
            self.assertIn(policy, everything)
        for backend in ("green", "mps", "streams"):
            self.assertIn(backend, everything)
        for arrival in ("periodic", "sporadic", "poisson", "gamma", "trace", "every-arrival", "three-levels"):
            self.assertIn(f"{arrival}.json", everything)
        for option in ("load-by", "priority-mix", "sms", "replications", "releases", "schedule", "config"):
            self.assertIn(f"--{option}", everything)
        switches = {word.split("=")[0] for word in everything if "=" in word}
        for switch in (
            "staging",
            "last_class",
            "late_class",
            "fixed_priority",
            "estimator",
            "window",
            "migration",
        ):
            self.assertIn(switch, switches)
        for switch in ("admission", "admission_level0", "bound", "wait", "pace"):
            self.assertIn(switch, switches)


class Program(unittest.TestCase):
    def run_script(self, *words):
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, str(SCRIPT), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    def test_what_cant_be_compared_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            done = self.run_script(folder, folder)
            self.assertEqual((done.returncode, "there is no program" in done.stderr), (2, True), done.stderr)
            done = self.run_script(folder, "--against", folder)
            self.assertEqual(
                (done.returncode, "has no results of --keep" in done.stderr), (2, True), done.stderr
            )
            self.assertEqual(self.run_script(folder).returncode, 2)


if __name__ == "__main__":
    unittest.main()
