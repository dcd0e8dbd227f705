#!/usr/bin/env python3
"""Draws the figures that `daris report` publishes: 85 mm wide, as PDF, SVG and PNG, legible in grey.

    /usr/bin/python3 analysis/figures/draw_report.py DOCUMENT... -o FOLDER

Documents are reports (daris.report), validations (daris.validation) and ablations (daris.ablations). What is
drawn follows from what varies in the reports. Points of different machines or worlds are never in one figure.
It prints a line of JSON for each figure: its name and its caption. The exit status is 77 if matplotlib is
missing.
"""

import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from drawing_home import use_own_home

use_own_home()

try:
    import matplotlib

    matplotlib.use("Agg")
except ImportError:
    sys.exit(77)

from column import save, use_column_style
from column_curves import best_over, draw_curves, label_of, levels_of
from column_documents import draw_ablations, draw_agreement, rows_text
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
BEST = "Each policy at its best shape."
# Named under a figure if all points agree.
SHARED = ("policy", "load", *SHAPE_AXES, "priority_mix", "backend")


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


def held_text(held, drawn):
    """Names what is held fixed, and what all drawn points share."""
    known = {key: drawn[0].config.get(key) for key in SHARED if len(distinct(drawn, key)) == 1}
    known = {key: {**known, **held}[key] for key in (*SHARED, *held) if key in known or key in held}
    said = [f"{key_text(key)} = {text(value)}" for key, value in known.items()
            if value is not None and not key.startswith("switches.")]
    return "; " + ", ".join(said) if said else ""


def bands_of(points, keys):
    """What is said of bands: nothing if no figure that is drawn has an interval."""
    figures = [point.figures.get(key) for point in points for key in keys]
    has = any(figure and figure.value is not None and figure.high > figure.low for figure in figures)
    return BANDS if has else ""


class Drawer:
    """Draws the figures of one task set in one world. `figures` yields (name, caption, picture)."""

    def __init__(self, points, world, stem, task_set):
        self.points = points
        self.world = world
        self.stem = stem
        self.task_set = task_set

    def figure(self, kind, what, draw):
        """`draw` gets what makes the note of (held, drawn points, more words), and gives the picture."""
        said = []

        def note_of(held, drawn, *more):
            said[:] = [f"{self.task_set}; {self.world}{held_text(held, drawn)}.", *filter(None, more)]
            return plain(" ".join(said))

        picture = draw(note_of)
        if picture:
            yield f"{self.stem}-{kind}", f"{what}. {' '.join(said)}", picture

    def figures(self):
        shapes = list(self.figure("shapes", "Jobs in time and misses over contexts and oversubscription",
                                  lambda note_of: draw_shapes(self.points, note_of, bands_of)))
        yield from shapes
        for axis in numeric_axes(self.points):
            if axis not in SHAPE_AXES or not shapes:
                yield from self.over(axis)
        yield from self.figure("responses", "Share of completed jobs that took longer, by level",
                               lambda note_of: draw_responses(self.points, note_of))
        yield from self.figure("front", "Jobs in time against what they cost",
                               lambda note_of: draw_front(self.points, note_of))

    def over(self, axis):
        what = f"Jobs in time and lost jobs over {label_of(axis).replace('$', '')}"
        kind = f"over-{safe(axis.split('.')[-1])}"
        several = axis == "load" and len(distinct(self.points, "policy")) > 1
        best = best_over([point for point in self.points if point.own_mix], axis) if several else []
        found = None if best else make_slice(self.points, axis)
        curves, hue = (best, "policy") if best else (found.curves, found.hue) if found else ([], None)
        if not curves:
            return
        drawn = [point for _, curve in curves for point in curve]
        held = {key: value for key, value in found.fixed.items() if key != hue} if found else {}

        def draw(note_of):
            keys = ["on_time", *(("lost", level) for level in levels_of(curves))]
            note = note_of(held, drawn, bands_of(drawn, keys), BEST if best else "")
            return draw_curves(curves, hue, axis, note, text)

        yield from self.figure(kind, what, draw)


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
            note = (f"Simulated over measured on {'; '.join(machines)}: "
                    f"{document['coverage']['simulated']} points. Line: they agree; dashed: 10% off.")
            picture = draw_agreement(document, plain(note))
            name = "simulated-over-live"
        else:
            world = world_of({"kind": "simulated", **document})
            note = f"Change by one switch against the default; {world}. {rows_text(document)}"
            picture = draw_ablations(document, plain(note))
            name = "ablations"
        if picture:
            yield name + number, note, picture


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
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
