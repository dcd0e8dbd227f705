"""Every number that `daris report` writes is found again in the reports, and bad input gets one line.

usage: tables_test.py --daris PROGRAM
"""

import argparse
import copy
import json
import math
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from printed_tables import latex_parts, markdown_rows
from published_sample import RESULTS, ROOT, Publication, run

REPORTS = [RESULTS / "h100-80gb-hbm3/rivals.json", RESULTS / "h100-80gb-hbm3/best.json",
           RESULTS / "ablations/report.json"]
MD = "." + "md"  # no page of the project
NUMBER = r"-?\d+(?:\.\d+)?"


def level_of(point, priority):
    return next((one for one in point["results"]["levels"] if one["priority"] == priority), None)


def rejection_rate(level):
    return level["rejected"] / level["released"] if level["released"] else None


def work(point):
    pairs = list(zip(point["results"]["tasks"], point["loads"]))
    if any(not load["saturation_jobs_per_s"] for _, load in pairs):
        return None
    return sum(task["on_time_jobs_per_s"] / load["saturation_jobs_per_s"] for task, load in pairs)


def interval(point, value, key, share=False):
    """The interval about a value by its half width; (None, None) if there is none."""
    half = point["confidence"]["half_width"].get(key)
    if value is None or half is None:
        return None, None
    return max(0, value - half), min(1, value + half) if share else value + half


def figures_of(point):
    """By heading of the table: (value, low, high), computed from the report alone."""
    results = point["results"]
    in_time = results["on_time_jobs_per_s"]
    found = {"in time (jobs/s)": (in_time, *interval(point, in_time, "on_time_jobs_per_s")),
             "work (load)": (work(point), None, None)}
    for level in results["levels"]:
        name, rejected = f"level {level['priority']}", rejection_rate(level)
        key = f"level{level['priority']}"
        p99 = level["response_time_ms"]["p99"]
        ends = interval(point, p99, f"{key}_response_p99_ms")
        if ends == (None, None):
            ends = tuple(level["response_time_ms"].get("p99_95") or (None, None))
        percent = lambda values: tuple(value and 100 * value for value in values)
        found[f"{name} missed (%)"] = percent((level["deadline_miss_rate"],
                                               *(level["deadline_miss_rate_95"] or (None, None))))
        found[f"{name} rejected (%)"] = percent(
            (rejected, *interval(point, rejected, f"{key}_rejection_rate", True)))
        found[f"{name} p99 (ms)"] = (p99, *ends)
    return found


class Numbers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.publication = Publication(arguments.daris, REPORTS, "--no-figures")
        cls.points = cls.publication.points()

    @classmethod
    def tearDownClass(cls):
        cls.publication.close()

    def check_cell(self, cell, wanted, place):
        value, low, high = wanted
        numbers = re.findall(NUMBER, cell)
        if value is None:
            self.assertEqual(cell, "-", place)
            return
        digits = len(numbers[0].partition(".")[2])
        most = 0.5000001 * 10 ** -digits
        near = lambda text, number: self.assertLessEqual(abs(float(text) - number), most, place)
        near(numbers[0], value)
        if low is None or high is None:
            self.assertEqual(len(numbers), 1, place)
        elif "\u00b1" in cell:
            near(numbers[1], high - value)
        else:
            near(numbers[1], low)
            near(numbers[2], high)

    def check_table(self, name, ids):
        rows = markdown_rows(self.publication.read(f"tables/{name}" + MD))
        self.assertEqual([row["point"] for row in rows], ids)
        checked = 0
        for row in rows:
            point = self.points[row["point"]][0]
            for heading, wanted in figures_of(point).items():
                self.check_cell(row[heading], wanted, (row["point"], heading))
                checked += 1
        self.assertEqual(checked, 8 * len(ids))
        joined = [{} for _ in rows]
        for part in latex_parts(self.publication.read(f"tables/{name}.tex")):
            self.assertEqual([row["point"] for row in part], ids)
            for row, more in zip(joined, part):
                row.update(more)
        self.assertEqual(joined, rows)

    def test_the_table_of_all_points(self):
        self.check_table("points", list(self.points))

    def test_the_table_of_the_best_points(self):
        best = {}
        for number, report in enumerate(self.publication.reports):
            for point in report["points"]:
                keys = ("task_set", "load", "load_by", "priority_mix", "backend", "sms", "policy")
                key = (number, *(json.dumps(point["config"][one]) for one in keys))
                results = point["results"]
                worth = (results["on_time_jobs_per_s"], results["throughput_jobs_per_s"],
                         -(level_of(point, 0)["deadline_miss_rate"] or 0))
                if key not in best or worth > best[key][0]:
                    best[key] = worth, point["id"]
        wanted = {identity for _, identity in best.values()}
        self.check_table("best", [identity for identity in self.points if identity in wanted])

    def test_points_csv_has_the_reports_numbers(self):
        rows = self.publication.csv_rows()
        self.assertEqual(len(rows), sum(len(point["results"]["levels"]) for point, _ in self.points.values()))
        for row in rows:
            point, report = self.points[row["point"]]
            level = level_of(point, int(row["level"]))
            self.assertEqual((row["kind"], row["gpu"]), (report["kind"], report["provenance"]["gpu"]))
            for column in ("released", "admitted", "rejected", "completed", "missed", "dropped",
                           "unfinished"):
                self.assertEqual(int(row[f"level_{column}"]), level[column])
            plain = {"throughput_jobs_per_s": point["results"]["throughput_jobs_per_s"],
                     "stage_slowdown_mean": point["results"]["stage_slowdown"]["mean"],
                     "energy_j_per_job": point["results"]["energy_j_per_job"],
                     "load": point["config"]["load"], "contexts": point["config"]["contexts"],
                     "level_deadline_miss_rate": level["deadline_miss_rate"],
                     "level_loss_rate": level["loss_rate"],
                     "level_response_mean_ms": level["response_time_ms"]["mean"],
                     "level_response_p999_ms": level["response_time_ms"]["p999"],
                     "level_response_max_ms": level["response_time_ms"]["max"]}
            for column, wanted in plain.items():
                self.assertEqual(float(row[column]) if row[column] else None, wanted, (row["point"], column))
            self.assertEqual(row["switch_bound"], point["config"]["switches"]["bound"])
            for column, wanted in (("work_in_time", work(point)),
                                   ("level_rejection_rate", rejection_rate(level))):
                self.assertTrue(math.isclose(float(row[column]), wanted, rel_tol=1e-9, abs_tol=1e-12), column)

    def test_points_csv_has_a_column_for_each_setting(self):
        schema = json.loads((ROOT / "base/json/schemas/config.schema.json").read_text("utf-8"))
        columns = set(self.publication.csv_rows()[0])
        self.assertEqual(set(schema["properties"]) - {"schema", "version", "switches"} - columns, set())

    def test_settings_of_points_csv(self):
        report = json.loads((RESULTS / "h100-80gb-hbm3/long.json").read_text())
        first, second = report["points"][0], copy.deepcopy(report["points"][0])
        wanted = {"warmup_by": "mser5", "precision": 0.01, "precision_of": "loss_rate",
                  "replications_max": 40, "blame": "on", "realtime": "on", "deadline_ratio": 0.5}
        second["config"].update(wanted)
        second.update(id="another", policy_sha256="a" * 64)
        report["points"] = [first, second]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "report.json"
            file.write_text(json.dumps(report))
            publication = Publication(arguments.daris, [file], "--no-figures")
            self.addCleanup(publication.close)
            self.assertEqual(publication.ended.returncode, 0, publication.ended.stderr)
            rows = {row["point"]: row for row in publication.csv_rows()}
        wanted["policy_sha256"] = "a" * 64
        for column, value in wanted.items():
            self.assertEqual((rows[first["id"]][column], rows["another"][column]), ("", str(value)))

    def test_intervals_of_points_csv(self):
        for row in self.publication.csv_rows():
            point, _ = self.points[row["point"]]
            in_time = point["results"]["on_time_jobs_per_s"]
            wanted = interval(point, in_time, "on_time_jobs_per_s")
            found = [row[f"on_time_jobs_per_s_{end}_95"] for end in ("low", "high")]
            if wanted[0] is None:
                self.assertEqual(found, ["", ""])
            else:
                for text, end in zip(found, wanted):
                    self.assertTrue(math.isclose(float(text), end, rel_tol=1e-9), row["point"])

    def test_the_page_has_the_same_points(self):
        data = self.publication.page_data()
        column = next(one for one in data["columns"]
                      if one["key"] == "on_time_jobs_per_s" and "group" not in one)
        for value, (point, _) in zip(column["values"], self.points.values()):
            self.assertTrue(
                math.isclose(value, point["results"]["on_time_jobs_per_s"], rel_tol=6e-6, abs_tol=1e-9))


class Commands(unittest.TestCase):
    """The command that the page gives for a point makes a point of the same id."""

    VARIANTS = (
        ["--policy", "daris", "--set", "bound=0.9", "--set", "window=1", "--load", "1.5", "--streams", "2"],
        ["--policy", "daris-batched", "--priority-mix", "0.5", "--load", "0.7", "--load-by", "rate", "--set",
         "reserve=1"],
        ["--policy", "edf", "--set", "shed=on", "--oversubscription", "contexts", "--contexts", "4", "--seed",
         "7"],
        ["--policy", "batching", "--batch-limit", "4", "--sms", "64", "--replications", "2",
         "--deadline-ratio", "0.75"],
        ["--policy", "daris", "--backend", "streams", "--contexts", "3", "--load", "1.1"],
        ["--policy", "daris", "--shape", "auto", "--load", "0.5"],
    )

    def test_each_point_is_made_again(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            text = (ROOT / "workloads/task_sets/resnet18-paper.json").read_text()
            (folder / "it's a set.json").write_text(text)
            files = []
            for index, words in enumerate(self.VARIANTS):
                task_set = "./it's a set.json" if index % 2 else "resnet18-paper"
                files.append(f"report-{index}.json")
                made = run(arguments.daris, "sim", "--task-set", task_set, "--duration", "150ms", "--warmup",
                           "50ms", *words, "-o", files[-1], folder=folder)
                self.assertEqual(made.returncode, 0, made.stderr)
            written = run(arguments.daris, "report", *files, "-o", "out", "--no-figures", folder=folder)
            self.assertEqual(written.returncode, 0, written.stderr)
            page = (folder / "out/index.html").read_text()
            data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
            for file, command in zip(files, data["commands"]):
                again = run("/bin/sh", "-c",
                            command.replace("daris", str(arguments.daris), 1) + " -o again.json",
                            folder=folder)
                self.assertEqual(again.returncode, 0, command + again.stderr)
                first, second = (json.loads((folder / one).read_text()) for one in (file, "again.json"))
                self.assertEqual(first["points"][0], second["points"][0], command)


class Refusals(unittest.TestCase):
    def refused(self, document, *words):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "bad.json"
            file.write_text(document if isinstance(document, str) else json.dumps(document))
            ended = run(arguments.daris, "report", file, "-o", pathlib.Path(folder) / "out")
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertEqual(ended.stderr.count("\n"), 1, ended.stderr)
            for word in (str(file), *words):
                self.assertIn(word, ended.stderr)
            self.assertFalse((pathlib.Path(folder) / "out").exists())

    def report(self):
        return json.loads((RESULTS / "h100-80gb-hbm3/long.json").read_text())

    def test_another_version(self):
        for name in ("daris.report", "daris.validation", "daris.ablations"):
            self.refused({"schema": name, "version": 2}, "version: 2 is not known",
                         "reads version 1 of " + name)

    def test_another_schema(self):
        self.refused({"schema": "daris.profile", "version": 1}, '"daris.profile" can\'t be published')
        self.refused("[1]", "is not a JSON object")
        self.refused("{", "bad.json:1:2")

    def test_a_report_that_breaks_its_schema(self):
        report = self.report()
        report["points"].append(copy.deepcopy(report["points"][0]))
        report["points"][1]["results"]["slot_utilization"] = 2
        self.refused(report, "[points][1][results][slot_utilization]")
        del report["points"][1]
        report["points"][0]["surprise"] = 1
        self.refused(report, "surprise")

    def test_no_points(self):
        self.refused({**self.report(), "points": []}, "points: there are none")

    def test_no_report(self):
        ablations = RESULTS / "ablations/ablations.json"
        with tempfile.TemporaryDirectory() as folder:
            ended = run(arguments.daris, "report", ablations, "-o", pathlib.Path(folder) / "out")
        self.assertEqual((ended.returncode, ended.stderr.count("\n")), (2, 1), ended.stderr)

    def test_no_folder(self):
        ended = run(arguments.daris, "report", REPORTS[0])
        self.assertEqual((ended.returncode, ended.stderr.count("\n")), (2, 1), ended.stderr)


class ChosenShapes(unittest.TestCase):
    """Points whose shape was chosen say which: equal contexts, a partition, and its switches."""

    def rows(self, shape):
        """points.csv of a point with this shape, and the page's settings."""
        report = json.loads((RESULTS / "h100-80gb-hbm3/long.json").read_text())
        del report["points"][1:]
        config = report["points"][0]["config"]
        for key in ("contexts", "streams", "oversubscription"):
            del config[key]
        config["shape"] = "auto"
        tried = {"simulated_s": 1, "on_time_jobs_per_s": 10, "on_time_load": 1, "level0_lost": 0,
                 "miss_rate_max": 0}
        report["points"][0]["shape"] = {**shape, "why": "made up", "profile": "none",
                                        "tried": [{**shape, **tried}]}
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "report.json"
            file.write_text(json.dumps(report))
            publication = Publication(arguments.daris, [file], "--no-figures")
            try:
                self.assertEqual(publication.ended.returncode, 0, publication.ended.stderr)
                return publication.csv_rows()[0], dict(publication.page_data()["shared"])
            finally:
                publication.close()

    def test_a_partition_is_named(self):
        row, shared = self.rows({"contexts": 7, "streams": 1, "name": "kept-3-6x4",
                                 "switches": {"bound": "0.7", "reserve": "1"}})
        self.assertEqual((row["contexts"], row["streams"], row["oversubscription"]), ("7", "1", ""))
        self.assertEqual((row["shape"], row["partition"]), ("auto", "kept-3-6x4"))
        self.assertEqual((row["switch_reserve"], row["switch_bound"]), ("1", "0.7"))
        self.assertIn("kept-3-6x4, bound=0.7, reserve=1", shared["shape"])

    def test_equal_contexts_are_counted(self):
        row, shared = self.rows({"contexts": 6, "streams": 2, "oversubscription": 1.5})
        self.assertEqual((row["contexts"], row["streams"], row["oversubscription"]), ("6", "2", "1.5"))
        self.assertEqual((row["partition"], shared["shape"]), ("", "6 x 2 OS 1.5 (auto)"))


class Inputs(unittest.TestCase):
    """No input is written over, and none counts twice."""

    def refused(self, place, *words, link=None):
        """A report that lies at `place` in the folder stays as it is."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "out" / place
            file.parent.mkdir(parents=True)
            shutil.copy(REPORTS[1], file)
            given = file
            if link:
                given = file.parent / link
                given.symlink_to(file)
            ended = run(arguments.daris, "report", given, "-o",
                        file.parents[len(pathlib.Path(place).parts) - 1])
            self.assertEqual((ended.returncode, ended.stderr.count("\n")), (2, 1), ended.stderr)
            self.assertIn(str(given), ended.stderr)
            for word in words:
                self.assertIn(word, ended.stderr)
            self.assertEqual(file.read_bytes(), REPORTS[1].read_bytes())

    def test_a_table_is_no_input(self):
        for place in ("points.csv", "index.html", "tables/points" + MD, "tables/best.tex"):
            self.refused(place, "written over by -o")
        self.refused("points.csv", "written over by -o", link="other.json")

    def test_a_figure_is_no_input(self):
        self.refused("figures/best-front.svg", "a figure may be written over it")
        self.refused("figures/best-front.png", "a figure may be written over it", link="other.json")

    def test_the_verdicts_are_no_claims(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "verdicts.json"
            shutil.copy(Claims.FILE, file)
            ended = run(arguments.daris, "report", REPORTS[1], "--claims", file, "-o", folder)
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertIn("written over by -o", ended.stderr)
            self.assertEqual(file.read_bytes(), Claims.FILE.read_bytes())

    def test_a_report_is_given_once(self):
        with tempfile.TemporaryDirectory() as folder:
            copied = pathlib.Path(folder) / "copy.json"
            shutil.copy(REPORTS[1], copied)
            ended = run(arguments.daris, "report", REPORTS[1], copied, "-o", pathlib.Path(folder) / "out")
            self.assertEqual((ended.returncode, ended.stderr.count("\n")), (2, 1), ended.stderr)
            self.assertIn(f"{copied}: has the same content as {REPORTS[1]}", ended.stderr)
            self.assertFalse((pathlib.Path(folder) / "out").exists())

    def test_the_same_folder_may_be_written_again(self):
        publication = Publication(arguments.daris, REPORTS[1:2])
        again = run(arguments.daris, "report", REPORTS[1], "-o", publication.folder)
        self.assertEqual((again.returncode, publication.ended.returncode), (0, 0), again.stderr)
        publication.close()


class Claims(unittest.TestCase):
    """Verdicts are arithmetic over the reports (claims_test.cpp has the intervals)."""

    PUBLISHED = ROOT / "analysis/published/rtx2080ti-runs.json"
    FILE = ROOT / "experiments/claims.json"

    def verdicts(self, document):
        return {(one["claim"], one["world"].split(":")[0].split()[0]): one for one in document["verdicts"]}

    def test_without_a_folder_the_verdicts_go_to_standard_output(self):
        ended = run(arguments.daris, "report", "--claims", self.FILE, self.PUBLISHED, *REPORTS)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        found = self.verdicts(json.loads(ended.stdout))
        claims = json.loads(self.FILE.read_text())["claims"]
        self.assertEqual(len(found), 3 * len(claims))
        points = {point["id"]: point for file in REPORTS for point in json.loads(file.read_text())["points"]}
        ours, theirs = (points[identity] for identity in found["over-batching-unet", "measured"]["points"])
        self.assertEqual((ours["config"]["policy"], theirs["config"]["policy"]), ("daris", "batching"))
        ratio = ours["results"]["throughput_jobs_per_s"] / theirs["results"]["throughput_jobs_per_s"]
        self.assertAlmostEqual(found["over-batching-unet", "measured"]["value"], ratio, places=8)
        self.assertEqual(found["over-batching-inception-v3", "published"]["verdict"], "fails")
        self.assertIn("over-batching-inception-v3 fails, published: throughput_jobs_per_s", ended.stderr)

    def test_in_a_folder_they_stand_beside_the_page(self):
        publication = Publication(arguments.daris, REPORTS[:1], self.PUBLISHED, "--claims", self.FILE,
                                  "--no-figures")
        self.assertEqual(publication.ended.returncode, 0, publication.ended.stderr)
        found = json.loads(publication.read("verdicts.json"))
        rows = markdown_rows(publication.read("tables/claims" + MD))
        self.assertEqual([row["verdict"] for row in rows], [one["verdict"] for one in found["verdicts"]])
        page = publication.read("index.html")
        self.assertEqual(page.count('<td class="fails">'),
                         sum(one["verdict"] == "fails" for one in found["verdicts"]))
        publication.close()

    def test_wrong_claims_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "claims.json"
            file.write_text(self.FILE.read_text().replace('"version": 1', '"version": 2'))
            ended = run(arguments.daris, "report", "--claims", file, REPORTS[0])
        self.assertEqual((ended.returncode, ended.stderr.count("\n")), (2, 1), ended.stderr)
        self.assertIn("version: 2 is another version", ended.stderr)

    def test_the_sweeps_of_the_paper_can_run(self):
        sweeps = [file for file in sorted((ROOT / "experiments").rglob("*.json"))
                  if '"daris.sweep"' in file.read_text()]
        self.assertGreater(len(sweeps), 7)
        with tempfile.TemporaryDirectory() as folder:
            for file in sweeps:
                ended = run(arguments.daris, "sweep", file, "-o",
                            pathlib.Path(folder) / file.stem, "--dry-run")
                self.assertEqual(ended.returncode, 0, ended.stderr)


class Names(unittest.TestCase):
    def test_names_that_formats_take_for_marks(self):
        report = json.loads((RESULTS / "h100-80gb-hbm3/long.json").read_text())
        report["points"].append(copy.deepcopy(report["points"][0]))
        report["points"][1]["id"] = "</script><b>"
        report["points"][1]["config"]["task_set"] = 'a,"b"|50% & $x_y$ @DATA@ </script>\n'
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "names.json"
            file.write_text(json.dumps(report))
            publication = Publication(arguments.daris, [file], "--no-figures")
        self.assertEqual(publication.ended.returncode, 0, publication.ended.stderr)
        self.assertEqual(publication.csv_rows()[-1]["task_set"], report["points"][1]["config"]["task_set"])
        data = publication.page_data()
        self.assertIn("</script><b>", data["columns"][0]["texts"])
        self.assertIn("50\\% \\& \\$x\\_y\\$", publication.read("tables/points.tex"))
        self.assertIn("\\textless{}/script\\textgreater{}", publication.read("tables/points.tex"))
        self.assertEqual(len(markdown_rows(publication.read("tables/points" + MD))), 2)
        publication.close()


class Figures(unittest.TestCase):
    def test_without_matplotlib_all_else_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "matplotlib.py").write_text("raise ImportError\n")
            publication = Publication(arguments.daris, REPORTS[1:2], PYTHONPATH=folder)
        self.assertEqual(publication.ended.returncode, 0, publication.ended.stderr)
        self.assertIn("matplotlib is missing (Debian: python3-matplotlib)", publication.ended.stderr)
        self.assertEqual({path.name for path in publication.folder.iterdir()},
                         {"index.html", "points.csv", "tables"})
        publication.close()

    def test_the_page_shows_what_was_drawn(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("skipped: matplotlib is not installed (Debian: python3-matplotlib)")
        publication = Publication(arguments.daris, [REPORTS[1], RESULTS / "ablations/ablations.json"])
        self.assertEqual(publication.ended.returncode, 0, publication.ended.stderr)
        stems = {path.stem for path in (publication.folder / "figures").iterdir()}
        page = publication.read("index.html")
        self.assertIn("ablations", stems)
        self.assertEqual(set(re.findall(r'<figure id="figure-([^"]+)">', page)), stems)
        self.assertIn("measured on NVIDIA H100 80GB HBM3, driver 580.159.04", page)
        publication.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--daris", required=True, type=lambda text: pathlib.Path(text).resolve())
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
