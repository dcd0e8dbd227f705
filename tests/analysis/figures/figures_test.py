"""Figures of made-up reports: what is drawn, and what is said of files that can't be drawn.

The exit status is 77 if there is no matplotlib here.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import unittest

from script_run import FIGURES, ScriptRun

sys.path.insert(0, FIGURES)


def level(priority, missed=0.01):
    return {
        "priority": priority, "released": 100, "rejected": 20 * priority, "completed": 99 - 20 * priority,
        "deadline_miss_rate": missed, "deadline_miss_rate_95": [0.0, 0.05],
        "response_time_ms": {"p99": 5.0 + priority},
    }


def point(throughput=100.0, counts=(16, 32), **config):
    config = {"task_set": "cams", "policy": "daris", **config}
    return {
        "id": json.dumps(config),
        "config": config,
        "loads": [{"task": "cam", "demand_jobs_per_s": 60.0, "saturation_jobs_per_s": 80.0}],
        "results": {
            "tasks": [{"priority": 0, "count": counts[0]}, {"priority": 1, "count": counts[1]}],
            "throughput_jobs_per_s": throughput,
            "on_time_jobs_per_s": throughput - 1,
            "levels": [level(0, None), level(1)],
            "stage_slowdown": {"mean": 1.2},
            "estimate_coverage": {"mret": 0.99, "afet": None},
        },
        "confidence": {"half_width": {"throughput_jobs_per_s": 2.0, "estimate_coverage_mret": 0.05}},
    }


def report(points):
    head = {"schema": "daris.report", "version": 1, "kind": "simulated", "provenance": {"gpu": None}}
    return {**head, "points": points}


def plot(document, *options):
    """Gives (exit status, messages, names of the files made)."""
    run = ScriptRun("plot_report.py", document, options=options)
    return run.status, run.messages, list(run.files)


class Pictures(unittest.TestCase):
    def test_each_axis_that_varies_gets_a_picture(self):
        points = [point(contexts=c, load=l) for c in (1, 2, 4) for l in (0.8, 1.5)]
        status, messages, files = plot(report(points))
        self.assertEqual((status, messages), (0, ""))
        self.assertEqual(files, ["cams-over-contexts.png", "cams-over-contexts.svg", "cams-over-load.png",
                                 "cams-over-load.svg"])

    def test_a_switch_written_as_a_text_is_an_axis(self):
        points = [point(switches={"bound": text}) for text in ("0.8", "1")]
        self.assertEqual(plot(report(points), "--formats", "png")[2], ["cams-over-bound.png"])

    def test_policies_over_loads_get_a_picture_of_all_task_sets(self):
        points = [point(task_set=s, load=l, policy=p)
                  for s in ("a", "b") for l in (1, 2) for p in ("daris", "edf")]
        self.assertEqual(plot(report(points), "--formats", "png")[2],
                         ["a-over-load.png", "b-over-load.png", "policies-over-load.png"])
        points = [point(task_set="policies.json", load=l, policy=p)
                  for l in (1, 2) for p in ("daris", "$a_$b")]
        self.assertEqual(plot(report(points), "--formats", "png")[2],
                         ["policies-2-over-load.png", "policies-over-load.png"])

    def test_without_a_number_that_varies_points_are_drawn(self):
        points = [point(policy=name) for name in ("daris", "edf")]
        self.assertEqual(plot(report(points), "--formats", "svg")[2], ["cams-points.svg"])
        self.assertEqual(plot(report([point()]), "--formats", "pdf")[2], ["cams-points.pdf"])


    def test_sets_of_one_file_name_get_pictures_of_their_own(self):
        names = ["a/x/cams.json", "b/x/cams.json", "cams.json", "fleet.json"]
        points = [point(task_set=name, contexts=c) for name in names for c in (1, 2)]
        status, messages, files = plot(report(points), "--formats", "png")
        self.assertEqual((status, messages), (0, ""))
        self.assertEqual(files, ["a-x-cams-over-contexts.png", "b-x-cams-over-contexts.png",
                                 "cams-over-contexts.png", "fleet-over-contexts.png"])

    def test_names_that_files_can_not_have_do_not_meet(self):
        names = ["rush hour.json", "rush?hour.json", "Rush_Hour.json", "\u65e9.json", "\u665a.json"]
        files = plot(report([point(task_set=name, contexts=c) for name in names for c in (1, 2)]),
                     "--formats", "png")[2]
        self.assertEqual(len(files), len(names))

    def test_a_dollar_begins_no_formula(self):
        for name in ("$a_$b^", "cost_$x", "$", "$\\frac{$"):
            for points in ([point(task_set=name, contexts=c, policy=name) for c in (1, 2)],
                           [point(task_set=name, policy=policy) for policy in ("daris", name)]):
                status, messages, files = plot(report(points), "--formats", "png")
                self.assertEqual((status, messages, len(files)), (0, "", 1), name)


class Validations(unittest.TestCase):
    def validation(self, error):
        figures = [{"figure": name, "level": level, "live": 100.0, "simulated": 110.0, "error": error}
                   for name in ("throughput_jobs_per_s", "response_mean_ms") for level in (None, 0)]
        summary = {"figure": "throughput_jobs_per_s", "points": 1, "mean": 0.1, "p90": 0.1, "bias": 0.1}
        return {"schema": "daris.validation", "version": 1, "coverage": {"simulated": 1, "live_points": 2},
                "summary": [summary], "points": [{"config": {"backend": "green", "policy": "da$ris"},
                                                  "figures": figures}]}

    def test_has_one_picture(self):
        for error in (0.1, None):
            status, messages, files = plot(self.validation(error), "--formats", "png")
            self.assertEqual((status, messages, files), (0, "", ["simulated-over-live.png"]))

    def test_a_point_without_an_error_is_not_drawn(self):
        from scatter import pairs

        drawn = pairs(self.validation(0.1)["points"], "throughput_jobs_per_s", None)
        self.assertEqual([pair[:2] for pair in drawn], [(100.0, 110.0)])
        self.assertEqual(pairs(self.validation(None)["points"], "throughput_jobs_per_s", None), [])


class Columns(unittest.TestCase):
    """Figures of `daris report`: what is drawn of which reports."""

    def point(self, **config):
        one = point(**config)
        for index, level in enumerate(one["results"]["levels"]):
            level["loss_rate"] = 0.1 * index
            level["response_time_ms"]["histogram"] = {"upper_ms": [1.0, 2.0, 4.0], "count": [100, 20, 1]}
        one["confidence"]["half_width"]["on_time_jobs_per_s"] = 1.5
        return one

    def draw(self, *documents):
        """Gives (exit status, messages, captions by name, files by name)."""
        run = ScriptRun("draw_report.py", *documents)
        lines = [json.loads(line) for line in run.output.splitlines()]
        return run.status, run.messages, {line["name"]: line["caption"] for line in lines}, run.files

    def rich(self):
        points = [self.point(contexts=c, streams=s, oversubscription=o, load=l)
                  for c in (2, 4) for s in (1, 2) for o in (1, 2) for l in (1, 2)]
        shape = {"contexts": 4, "streams": 1, "oversubscription": 2}
        points += [self.point(policy="edf", load=l, **shape) for l in (1, 2)]
        points += [self.point(priority_mix=m, load=2, **shape) for m in (0.1, 0.5)]
        return {**report(points), "provenance": {"gpu": "H100", "driver": "580"}}

    def drawn_once(self):
        if not hasattr(Columns, "kept"):
            Columns.kept = self.draw(self.rich())
        return Columns.kept

    def test_each_kind_is_drawn_in_three_formats(self):
        status, messages, captions, files = self.drawn_once()
        self.assertEqual((status, messages), (0, ""))
        kinds = {"shapes", "over-load", "over-priority_mix", "responses", "front"}
        self.assertEqual(set(captions), {f"cams-{kind}" for kind in kinds})
        self.assertEqual(set(files),
                         {f"{name}.{suffix}" for name in captions for suffix in ("pdf", "svg", "png")})
        for caption in captions.values():
            self.assertIn("cams; simulated: H100, driver 580", caption)

    def test_they_are_85_mm_wide_and_equal_each_time(self):
        first, second = self.drawn_once()[3], self.draw(self.rich())[3]
        self.assertEqual(first, second)
        for name, content in first.items():
            if name.endswith(".svg"):
                width = float(re.search(rb'<svg[^>]* width="([0-9.]+)pt"', content)[1])
                self.assertAlmostEqual(width / 72 * 25.4, 85, delta=0.1, msg=name)

    def test_worlds_are_drawn_apart(self):
        live = {**self.rich(), "kind": "live"}
        captions = self.draw(self.rich(), live)[2]
        self.assertIn("simulated-cams-shapes", captions)
        self.assertIn("measured on H100, driver 580", captions["live-cams-shapes"])

    def test_one_point_has_no_curves(self):
        self.assertEqual(set(self.draw(report([self.point()]))[2]), {"cams-responses"})

    def test_too_few_jobs_have_no_distribution(self):
        one = self.point()
        for level in one["results"]["levels"]:
            level["response_time_ms"]["histogram"]["count"] = [90, 9, 0]
        self.assertEqual(self.draw(report([one]))[2:], ({}, {}))

    def test_documents_made_of_reports(self):
        metric = {"metric": "on_time_jobs_per_s", "default": 100.0, "changed": 90.0, "verdict": "hurts",
                  "difference_95": [-12.0, -8.0]}
        ablations = {"schema": "daris.ablations", "version": 1, "provenance": {"gpu": "H100"}, "rows": [
            {"scenario": "all", "switch": "staging", "from": "on", "to": "off", "metrics": [metric]}]}
        figures = [{"figure": "throughput_jobs_per_s", "level": None, "live": 100.0, "simulated": 110.0,
                    "error": 0.1}]
        validation = {"schema": "daris.validation", "version": 1,
                      "coverage": {"simulated": 1, "live_points": 1},
                      "points": [{"gpu": "H100", "driver": "580", "figures": figures,
                                  "config": {"backend": "green", "policy": "daris"}}]}
        status, messages, captions, _ = self.draw(ablations, validation)
        self.assertEqual((status, messages, set(captions)), (0, "", {"ablations", "simulated-over-live"}))
        self.assertIn("measured on H100, driver 580", captions["simulated-over-live"])

    def test_a_policy_has_one_style_in_all_pictures(self):
        from palette import POLICIES, style_of

        self.assertEqual(style_of("policy", "edf", 0), style_of("policy", "edf", 5))
        self.assertNotEqual(style_of("contexts", "edf", 0), style_of("contexts", "edf", 5))
        looks = [(style["marker"], tuple(style["dashes"])) for style in POLICIES.values()]
        self.assertEqual(len(set(looks)), len(looks), "in grey only these tell policies apart")

    def test_the_front_has_what_nothing_else_beats(self):
        from column_front import front_of

        self.assertEqual(front_of([(1, 5), (2, 3), (3, 4), (2, 2), (4, 9)]), [(2, 2), (3, 4), (4, 9)])

    def test_the_tail_counts_slower_jobs(self):
        from column_responses import tail_of

        self.assertEqual(tail_of({"upper_ms": [1, 2], "count": [3, 1]}), ([1, 2], [0.25, 0.0], 4))

    def test_captions_name_what_is_constant_and_what_is_lacking(self):
        captions = self.drawn_once()[2]
        self.assertIn("policy = daris", captions["cams-shapes"])
        self.assertIn("Bands are 95% intervals.", captions["cams-over-load"])
        responses = captions["cams-responses"]
        for words in ("Share of completed jobs", "load = 2", "Each policy at its best shape.",
                      "without a band", "level 0: daris 1%, edf 1%; level 1: daris 21%, edf 21%"):
            self.assertIn(words, responses)
        self.assertNotIn("Bands", responses)

    def test_a_policy_of_too_few_jobs_is_named_with_its_level(self):
        few = self.point(policy="edf")
        few["results"]["levels"][1]["response_time_ms"]["histogram"]["count"] = [5, 0, 0]
        caption = self.draw(report([self.point(), few]))[2]["cams-responses"]
        self.assertIn("Not drawn, with fewer than 100 jobs: level 1: edf.", caption)

    def test_no_band_is_named_where_none_is(self):
        points = [self.point(load=l) for l in (1, 2)]
        for one in points:
            one["confidence"]["half_width"] = {}
        self.assertNotIn("Bands", self.draw(report(points))[2]["cams-over-load"])

    def test_a_policy_without_jobs_in_time_is_named_under_the_front(self):
        points = [self.point(contexts=c) for c in (1, 2, 4)]
        points.append(self.point(throughput=1.0, policy="edf", contexts=1))
        captions = self.draw(report(points))[2]
        self.assertIn("edf: nothing in time.", captions["cams-front"])

    def test_ablations_say_what_their_rows_are(self):
        from column_documents import rows_text

        rows = [{"scenario": name}
                for name in ("a, load 0.9", "b, load 1.5, deadline_ratio 0.333333333", "all")]
        self.assertIn("means over 2 scenarios: a, b; load 0.9, 1.5; deadline ratio 0.333.",
                      rows_text({"rows": rows}))
        self.assertIn("Rows: a; load 0.9.", rows_text({"rows": rows[:1]}))
        self.assertIn("black bars: no difference", rows_text({"rows": rows}))

    def test_labels_end_inside_the_picture(self):
        from column import use_column_style
        from column_documents import draw_ablations

        use_column_style()
        metric = {"metric": "on_time_jobs_per_s", "default": 100.0, "changed": 90.0,
                  "verdict": "no difference", "difference_95": None}
        row = {"scenario": "all", "switch": "admission_level0", "to": "published", "metrics": [metric]}
        picture = draw_ablations({"rows": [row]}, "")
        picture.draw_without_rendering()
        for axes in picture.axes:
            box = axes.get_tightbbox()
            self.assertGreater(box.x0, 0)
            self.assertLess(box.x1, picture.bbox.width)

    def test_a_home_that_can_not_be_written_says_nothing(self):
        code = ("import sys; sys.path.insert(0, sys.argv[1]);"
                "from drawing_home import use_own_home; use_own_home();"
                "import matplotlib; print(matplotlib.get_configdir())")
        environment = {name: value for name, value in os.environ.items() if name != "MPLCONFIGDIR"}
        done = subprocess.run([sys.executable, "-B", "-c", code, FIGURES], capture_output=True, text=True,
                              check=False, env={**environment, "HOME": "/dev/null"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse(os.path.exists(done.stdout.strip()), "the folder goes with the process")

    def test_a_broken_file_is_named(self):
        status, messages, _, files = self.draw({"schema": "daris.report", "version": 2})
        self.assertEqual((status, files), (2, {}))
        self.assertIn("0.json: version: 2", messages)


class BadInput(unittest.TestCase):
    def check(self, document, *words):
        status, messages, files = plot(document)
        self.assertEqual((status, files), (2, []))
        for word in ("0.json", *words):
            self.assertIn(word, messages)
        self.assertNotIn("Traceback", messages)

    def test_what_is_no_json(self):
        self.check("{", "is not JSON")

    def test_another_kind_of_document(self):
        self.check({"schema": "daris.profile"}, "'daris.profile'", "'daris.report' is needed")
        self.check("[]", "'daris.report' is needed")

    def test_no_points(self):
        self.check(report([]), "points: there are none")

    def test_a_part_that_is_missing(self):
        broken = point()
        del broken["results"]["levels"]
        self.check(report([broken]), "'levels'")


class Overview(unittest.TestCase):
    def best(self, points):
        from overview import best_by_load
        from report_points import Point

        return best_by_load([Point(one) for one in points])

    def test_each_load_has_the_point_with_most_jobs_in_time(self):
        best = self.best([point(throughput=t, load=l, contexts=c) for l, t, c in
                          ((1, 10, 1), (1, 12, 2), (2, 30, 4), (2, 20, 8))])
        self.assertEqual({load: one.config["contexts"] for load, one in best.items()}, {1: 2, 2: 4})

    def test_of_equals_the_one_that_loses_less_of_level_0(self):
        bad = point(load=1, contexts=1)
        bad["results"]["levels"][0]["deadline_miss_rate"] = 0.5
        self.assertEqual(self.best([bad, point(load=1, contexts=2)])[1].config["contexts"], 2)


class Slices(unittest.TestCase):
    def slice(self, points, axis):
        from report_points import Point, name_own_mixes
        from slices import make_slice

        return make_slice(name_own_mixes([Point(one) for one in points]), axis)

    def test_what_is_held_fixed_is_the_shape_with_most_jobs_in_time(self):
        points = [point(throughput=10 * s, load=l, streams=s, policy=p)
                  for l in (1, 2) for s in (1, 3, 2) for p in ("daris", "edf")]
        found = self.slice(points, "load")
        self.assertEqual(found.fixed, {"streams": 3})
        self.assertEqual([value for value, _ in found.curves], ["daris", "edf"])

    def test_a_policy_that_settles_a_shape_is_drawn_beside_the_others(self):
        points = [point(load=l, contexts=c) for l in (1, 2) for c in (4, 8)]
        points += [point(load=l, contexts=1, policy="batching") for l in (1, 2)]
        self.assertEqual([value for value, _ in self.slice(points, "load").curves], ["daris", "batching"])

    def test_our_policies_come_first_and_settle_the_shape(self):
        points = [point(throughput=10 * c if p == "daris-batched" else 100 - c, load=l, contexts=c, policy=p)
                  for l in (1, 2) for c in (4, 8) for p in ("edf", "daris", "batching", "daris-batched")]
        found = self.slice(points, "load")
        self.assertEqual(found.fixed, {"contexts": 8})
        self.assertEqual([value for value, _ in found.curves], ["daris-batched", "daris", "batching", "edf"])

    def test_every_context_on_the_whole_gpu_is_a_curve(self):
        points = [point(contexts=c, oversubscription=o) for c in (2, 4, 6) for o in {1, 1.5, c}]
        curves = dict(self.slice(points, "contexts").curves)
        self.assertEqual(sorted(map(str, curves)), ["1", "1.5", "Nc"])
        self.assertEqual([one.config["oversubscription"] for one in curves["Nc"]], [2, 4, 6])

    def test_the_task_sets_own_mix_is_a_point_and_is_preferred(self):
        rounded = {1: (17, 30), 2: (32, 64)}
        points = [point(throughput=100 + l, counts=rounded[l], load=l, priority_mix=m, policy=p)
                  for l in (1, 2) for m in (None, 0.1, 0.5) for p in ("daris", "edf")]
        self.assertEqual(self.slice(points, "load").fixed["priority_mix"], 0.33)
        curves = self.slice(points, "priority_mix").curves
        self.assertEqual([one.config["priority_mix"] for one in curves[0][1]], [0.1, 0.33, 0.5])

    def test_a_rival_with_another_mix_is_not_drawn_beside_ours(self):
        points = [point(load=l, priority_mix=0.5) for l in (1, 2)]
        points += [point(load=l, policy="edf") for l in (1, 2)]
        self.assertEqual([value for value, _ in self.slice(points, "load").curves], ["daris"])

    def test_a_switch_of_one_policy_is_not_drawn_for_others(self):
        points = [point(switches={"bound": b}) for b in ("0.8", "1")]
        points += [point(policy="edf", switches={"bound": "1"})]
        self.assertEqual([value for value, _ in self.slice(points, "switches.bound").curves], ["daris"])

    def test_a_curve_has_one_point_an_x(self):
        points = [point(load=l, policy="daris", seed=s) for l in (1, 2) for s in (1, 2)]
        self.assertEqual([len(curve) for _, curve in self.slice(points, "load").curves], [2])


if __name__ == "__main__":
    if importlib.util.find_spec("matplotlib") is None:
        print("skipped: matplotlib is not installed (Debian: python3-matplotlib)")
        sys.exit(77)
    unittest.main()
