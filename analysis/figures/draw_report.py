#!/usr/bin/env python3
"""Draws the figures that `daris report` publishes: 85 mm wide, as PDF, SVG and PNG, legible in grey.

    /usr/bin/python3 analysis/figures/draw_report.py DOCUMENT... -o FOLDER

Documents are reports (daris.report), validations (daris.validation) and ablations (daris.ablations). What is
drawn follows from what varies in the reports. Points of different machines or worlds are never in one figure. It
prints a line of JSON for each figure: its name and its caption. The exit status is 77 if matplotlib is missing.
"""

import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

try:
    import matplotlib

    matplotlib.use("Agg")
except ImportError:
    sys.exit(77)

from column import save, use_column_style
from column_curves import best_over, draw_curves, label_of
from column_documents import draw_ablations, draw_agreement
from column_front import draw_front
from column_responses import draw_responses
from column_shapes import draw_shapes
from file_stems import file_stems, safe
from panels import key_text, plain, text
from report_points import BadReport, load_document, points_of
from slices import NOT_AXES, distinct, make_slice, numeric_axes

SCHEMAS = ("daris.report", "daris.validation", "daris.ablations")
SHAPE_AXES = ("contexts", "streams", "oversubscription")  # these have a figure of their own
BANDS = "Bands are 95% intervals."


def world_of(report):
    """Says what was measured on what: the same words as in the tables."""
    provenance = report["provenance"]
    machine = provenance.get("gpu") or (provenance.get("versions") or {}).get("cpu") or ""
    if machine and provenance.get("driver"):
        machine += f", driver {provenance['driver']}"
    if report["kind"] == "simulated":
        return f"simulated: {machine}" if machine else "simulated"
    return f"measured on {machine}" if machine else "measured"


def worlds_of(reports):
    """Gives the points of each world, in order of first appearance."""
    worlds = {}
    for path, report in reports:
        worlds.setdefault((report["kind"], world_of(report)), []).extend(points_of(report, path))
    return worlds


def held_text(held):
    said = [f"{key_text(key)} = {text(value)}" for key, value in held.items()
            if value is not None and not key.startswith("switches.")]
    return "; " + ", ".join(said) if said else ""


class Drawer:
    """Draws the figures of one task set in one world. `figures` yields (name, caption, picture)."""

    def __init__(self, points, world, stem, task_set):
        self.points = points
        self.world = world
        self.stem = stem
        self.task_set = task_set

    def note(self, held):
        return plain(f"{self.task_set}; {self.world}{held_text(held)}. {BANDS}")

    def note_of_front(self, held):
        return plain(f"{self.task_set}; {self.world}{held_text(held)}. No point is better than the front in both.")

    def caption(self, what, end=BANDS):
        return f"{what}. {self.task_set}; {self.world}. {end}".rstrip()

    def figures(self):
        shapes = draw_shapes(self.points, self.note)
        if shapes:
            yield f"{self.stem}-shapes", self.caption("Jobs in time and misses over contexts and oversubscription"), shapes
        for axis in numeric_axes(self.points):
            if axis not in SHAPE_AXES or not shapes:
                yield from self.over(axis)
        responses = draw_responses(self.points, self.note)
        if responses:
            yield f"{self.stem}-responses", self.caption("Share of jobs that took longer, by level"), responses
        front = draw_front(self.points, self.note_of_front)
        if front:
            yield f"{self.stem}-front", self.caption("Jobs in time against what they cost", ""), front

    def over(self, axis):
        what = f"Jobs in time and lost jobs over {label_of(axis).replace('$', '')}"
        name = f"{self.stem}-over-{safe(axis.split('.')[-1])}"
        if axis == "load" and len(distinct(self.points, "policy")) > 1:
            curves = best_over([point for point in self.points if point.own_mix], axis)
            if curves:
                note = self.note({}) + " Each policy at its best shape."
                yield name, self.caption(what), draw_curves(curves, "policy", axis, note, text)
                return
        found = make_slice(self.points, axis)
        if found:
            yield name, self.caption(what), draw_curves(found.curves, found.hue, axis, self.note(found.fixed), text)


def figures_of_reports(reports):
    worlds = worlds_of(reports)
    for (kind, world), points in worlds.items():
        several = len([1 for other, _ in worlds if other == kind]) > 1
        prefix = "" if len(worlds) == 1 else kind + "-"
        number = [key for key in worlds if key[0] == kind].index((kind, world)) + 1
        prefix = f"{kind}-{number}-" if several else prefix
        for task_set, stem in file_stems(distinct(points, "task_set")).items():
            of_set = [point for point in points if point.config.get("task_set") == task_set]
            yield from Drawer(of_set, world, prefix + stem, task_set).figures()


def figures_of_others(documents):
    """Figures of validations and ablations; those of a second document of a kind have its number."""
    counts = {}
    for _, document in documents:
        schema = document["schema"]
        counts[schema] = counts.get(schema, 0) + 1
        number = "" if counts[schema] == 1 else f"-{counts[schema]}"
        if schema == "daris.validation":
            machines = sorted({f"{point['gpu']}, driver {point['driver']}" for point in document["points"]})
            note = (f"Simulated over measured on {'; '.join(machines)}: {document['coverage']['simulated']} points. "
                    "Line: they agree; dashed: 10% off.")
            picture = draw_agreement(document, plain(note))
            name = "simulated-over-live"
        else:
            note = f"Change by one switch against the default; {world_of({'kind': 'simulated', **document})}. Bars: 95% intervals; squares hurt, circles help."
            picture = draw_ablations(document, plain(note))
            name = "ablations"
        if picture:
            yield name + number, note, picture


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="+", help="reports, validations, ablations (JSON)")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="folder for the figures")
    arguments = parser.parse_args()
    use_column_style()
    try:
        documents = [(path, load_document(path, SCHEMAS)) for path in arguments.documents]
        reports = [entry for entry in documents if entry[1]["schema"] == "daris.report"]
        others = [entry for entry in documents if entry[1]["schema"] != "daris.report"]
        for drawn in (figures_of_reports(reports), figures_of_others(others)):
            for name, caption, picture in drawn:
                save(picture, arguments.output, name)
                print(json.dumps({"name": name, "caption": caption}), flush=True)
    except BadReport as error:
        print(f"draw_report.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"draw_report.py: {error.filename or 'standard output'}: {error.strerror}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
