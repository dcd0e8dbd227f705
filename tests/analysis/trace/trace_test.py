#!/usr/bin/env python3
"""`daris trace`: a trace holds what the report of the same run counts, read by Perfetto's own protos.

usage: trace_test.py DARIS [UNITTEST-ARGUMENT...]

The exit status is 77 if Perfetto's protos are not installed.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import perfetto_trace

DARIS = sys.argv.pop(1) if len(sys.argv) > 1 else ""
LIVE_LOGS = perfetto_trace.ROOT / "tests/cli/data/live-logs"
CAUSES = ["queueing", "blocking", "contention", "launch", "late_release", "admission"]


def run(*words):
    done = subprocess.run([DARIS, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lines_of(log):
    return [json.loads(line) for line in log.read_text().splitlines()]


class TracedRun:
    """A simulated run with its report, its trace and its blame."""

    def __init__(self, folder, *words):
        folder.mkdir()
        self.log = folder / "run.jsonl"
        run("sim", *words, "--log", self.log, "-o", folder / "report.json")
        run("trace", self.log, "-o", folder / "run.pftrace", "--blame", folder / "blame.json")
        point = json.loads((folder / "report.json").read_text())["points"][0]
        self.results = point["results"]
        self.window = [point["config"][key] * 1e9 for key in ("warmup_s", "duration_s")]
        self.blame = json.loads((folder / "blame.json").read_text())["runs"][0]
        self.trace = perfetto_trace.read_trace(folder / "run.pftrace")
        header = lines_of(self.log)[0]
        self.slots = header["setup"]["contexts"] * header["setup"]["streams"]
        self.level = {f"{name} (level {task['level']})": task["level"]
                      for name, task in ((task["name"], task) for task in header["setup"]["tasks"])}

    def slices(self, category):
        return [one for one in self.trace.slices if one.category == category]

    def marks(self, category):
        return [one for one in self.trace.instants if one.category == category]

    def total(self, key):
        return sum(level[key] for level in self.results["levels"])


class TraceTest(unittest.TestCase):
    RUNS = {
        "daris, with misses": ["--task-set", "mixed-paper", "--load", "1.2", "--contexts", "4", "--streams",
                               "2"],
        "edf, overloaded": ["--task-set", "resnet18-paper", "--load", "1.1", "--policy", "edf"],
        "batches": ["--task-set", "resnet18-paper", "--load", "3", "--policy", "daris-batched"],
        "dropped jobs": ["--task-set", "resnet18-paper", "--load", "1.3", "--policy", "edf", "--set",
                         "shed=on"],
    }

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.runs = {name: TracedRun(pathlib.Path(cls.folder.name) / name, *words,
                                    "--duration", "1.5s", "--warmup", "0.3s")
                    for name, words in cls.RUNS.items()}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_stage_slices_are_the_reports(self):
        for one in self.runs.values():
            begin, end = one.window
            inside = [stage for stage in one.slices("stage") if begin <= stage.facts["noticed_ns"] < end]
            self.assertEqual(len(inside), one.results["stages_finished"])
            for stage in inside:
                self.assertRegex(one.trace.path(stage.track)[1], r"^context \d+")
                self.assertRegex(one.trace.path(stage.track)[2], r"^stream \d+$")

    def test_job_slices_are_the_reports(self):
        for one in self.runs.values():
            outcomes = collections.Counter(
                job.facts["outcome"] for job in one.slices("job") if job.facts["counted"])
            self.assertEqual(outcomes["in time"] + outcomes["late"], one.total("completed"))
            self.assertEqual(outcomes["dropped"], one.total("dropped"))
            self.assertEqual(outcomes["unfinished"], one.total("unfinished"))
            rejected = [mark for mark in one.marks("rejected") if mark.facts["counted"]]
            self.assertEqual(len(rejected), one.total("rejected"))

    def test_every_miss_is_marked_with_its_cause(self):
        for one in self.runs.values():
            marked = collections.Counter()
            causes = collections.Counter()
            for mark in one.marks("miss"):
                self.assertEqual(mark.name, "missed: " + mark.facts["cause"])
                self.assertIn(mark.facts["cause"], CAUSES)
                if mark.facts["counted"]:
                    marked[one.level[mark.track.name]] += 1
                    causes[mark.facts["cause"]] += 1
            for level in one.results["levels"]:
                self.assertEqual(marked[level["priority"]], level["missed"])
            for cause in CAUSES:
                self.assertEqual(causes[cause], sum(level["causes"][cause] for level in one.blame["levels"]))
            for task, blamed in zip(one.results["tasks"], one.blame["tasks"]):
                self.assertEqual((task["name"], task["missed"]), (blamed["name"], blamed["missed"]))
        self.assertGreater(self.runs["edf, overloaded"].total("missed"), 500)
        self.assertGreater(self.runs["dropped jobs"].total("dropped"), 100)

    def test_every_admitted_job_has_one_deadline(self):
        for one in self.runs.values():
            self.assertEqual(len(one.slices("job")), len(one.marks("deadline")) + len(one.marks("miss")))

    def test_flows_lead_from_the_release_over_all_stages(self):
        for one in self.runs.values():
            stages = collections.defaultdict(list)
            for stage in one.trace.slices:
                if stage.category != "job":
                    for flow in stage.flows + stage.ending:
                        stages[flow].append(stage)
            jobs = [job for job in one.slices("job") if job.flows]
            self.assertEqual({flow for job in jobs for flow in job.flows}, set(stages))
            for job in jobs:
                followed = sorted(stages[job.flows[0]], key=lambda stage: stage.begin)
                self.assertGreaterEqual(followed[0].begin, job.begin)
                self.assertEqual([job.flows[0] in stage.ending for stage in followed],
                                 [False] * (len(followed) - 1) + [True])
                if job.facts["outcome"] in ("in time", "late"):
                    self.assertEqual(job.end, followed[-1].facts["noticed_ns"])

    def test_counters(self):
        for one in self.runs.values():
            begin, end = one.window
            samples = one.trace.counter("busy slots")
            self.assertLessEqual(max(value for _, value in samples), one.slots)
            busy = 0
            for (at, value), (until, _) in zip(samples, samples[1:] + [(end, 0)]):
                busy += value * max(0, min(until, end) - max(at, begin))
            self.assertAlmostEqual(busy / (one.slots * (end - begin)), one.results["slot_utilization"], 9)
            waiting = [value for _, value in one.trace.counter("waiting jobs")]
            self.assertGreaterEqual(min(waiting), 0)
            self.assertGreater(max(value for _, value in one.trace.counter("SMs of busy contexts")), 0)

    def test_simulated_and_live_logs_stand_in_one_trace(self):
        simulated = self.runs["daris, with misses"].log
        live = [LIVE_LOGS / name for name in ("green.jsonl", "mps.jsonl", "green-batching.jsonl")]
        file = pathlib.Path(self.folder.name) / "both.pftrace"
        run("trace", simulated, *live, "-o", file)
        trace = perfetto_trace.read_trace(file)
        processes = [track for track in trace.tracks.values() if track.parent == 0]
        self.assertEqual([process.name.split(":")[0] for process in processes], ["simulated"] + 3 * ["live"])
        for process, log in zip(processes, [simulated, *live]):
            lines = lines_of(log)
            finished = sum("stage_finished" == line.get("event") for line in lines)
            mine = [one for one in trace.slices
                    if one.category == "stage" and trace.path(one.track)[0] == process.name]
            self.assertEqual(len(mine), finished)
            admitted = {(line["task"], line["ordinal"]) for line in lines
                        if line.get("decision") == "admit_job"}
            releases = [line["nominal_release_ns"] for line in lines if line.get("event") == "job_released"
                        and (line["task"], line["ordinal"]) in admitted]
            jobs = [one.begin for one in trace.slices
                    if one.category == "job" and trace.path(one.track)[0] == process.name]
            self.assertEqual(sorted(jobs), sorted(releases))
        flows = [flow for one in trace.slices if one.category == "job" for flow in one.flows]
        self.assertEqual(len(flows), len(set(flows)), "flows of different logs must differ")

    def test_equal_logs_give_equal_bytes(self):
        one = self.runs["daris, with misses"]
        files = [pathlib.Path(self.folder.name) / name for name in ("a.pftrace", "b.pftrace")]
        for file in files:
            run("trace", one.log, "-o", file)
        self.assertEqual(*[file.read_bytes() for file in files])


if __name__ == "__main__":
    if perfetto_trace.protos() is None:
        print("skipped: Perfetto's protos are missing; `scripts/setup.sh tests` installs them")
        sys.exit(77)
    unittest.main()
