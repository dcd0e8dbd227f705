#!/usr/bin/env python3
"""Draws the figures of a daris.report, or that of a daris.validation.

A report of several policies and loads has a picture of all policies over the load, a panel for each task set.
Each task set has a picture for each configuration key that takes several numbers (oversubscription, contexts,
streams, load, priority mix, ...). It shows throughput, misses, rejections, response time, stage slow-down and
estimate coverage over that key. A report in which no number varies is drawn point by point. A validation has
one picture: simulated over live, with the line on which both agree. This needs matplotlib (Debian:
python3-matplotlib).
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

try:
    import matplotlib

    matplotlib.use("Agg")
except ImportError:
    sys.exit("plot_report.py: matplotlib is missing; install it with: apt-get install python3-matplotlib")

from file_stems import file_stems, safe
from report_points import BadReport, load_document, points_of
from slices import distinct, make_slice, numeric_axes, varying_keys
from overview import draw_overview
from panels import draw_points, draw_slice, plain
from scatter import draw_scatter


OVERVIEW = "policies"  # the stem of the picture of all task sets


def save(figure, folder, name, formats):
    paths = []
    for suffix in formats:
        path = os.path.join(folder, f"{name}.{suffix}")
        metadata = {"Date": None} if suffix == "svg" else {"CreationDate": None} if suffix == "pdf" else None
        figure.savefig(path, dpi=150, metadata=metadata)
        paths.append(path)
    return paths


def subtitle(report):
    gpu = report["provenance"].get("gpu")
    return report["kind"] + (f", {gpu}" if gpu else "")


def figures(report, points):
    """Yields (name, figure)."""
    overview = draw_overview(points, plain(subtitle(report)))
    if overview:
        yield f"{OVERVIEW}-over-load", overview
    for task_set, stem in file_stems(distinct(points, "task_set"), [OVERVIEW] if overview else []).items():
        of_set = [point for point in points if point.config.get("task_set") == task_set]
        slices = [found for found in (make_slice(of_set, axis) for axis in numeric_axes(of_set)) if found]
        for found in slices:
            name = f"{stem}-over-{safe(found.axis.split('.')[-1])}"
            yield name, draw_slice(found, plain(task_set), plain(subtitle(report)))
        if not slices:
            picture = draw_points(of_set, varying_keys(of_set), plain(task_set), plain(subtitle(report)))
            yield f"{stem}-points", picture


def figures_of_document(path):
    """Gives what yields (name, figure). The document is read at once."""
    document = load_document(path, ("daris.report", "daris.validation"))
    if document["schema"] == "daris.validation":
        return [("simulated-over-live", draw_scatter(document))]
    return figures(document, points_of(document, path))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", help="the report or the validation (JSON)")
    parser.add_argument("-o", "--output", required=True, metavar="DIR",
                        help="folder for the figures; made if it isn't there")
    parser.add_argument("--formats", default="png,svg",
                        help="comma-separated: png, svg, pdf (default: png,svg)")
    arguments = parser.parse_args()
    formats = arguments.formats.split(",")
    unknown = [name for name in formats if name not in ("png", "svg", "pdf")]
    if unknown:
        parser.error(f"--formats: {unknown[0]!r} is not one of png, svg, pdf")
    try:
        drawn = figures_of_document(arguments.report)
        os.makedirs(arguments.output, exist_ok=True)
        for name, figure in drawn:
            for path in save(figure, arguments.output, name, formats):
                print(path)
    except BadReport as error:
        print(f"plot_report.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"plot_report.py: {error.filename or 'standard output'}: {error.strerror}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
