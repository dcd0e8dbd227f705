#!/usr/bin/env python3
"""Shows the p99 of an urgent network over the best-effort work beside it, and which shapes are on the front.

    /usr/bin/python3 analysis/figures/latency_front.py DOCUMENT... [-o FOLDER]

Documents are reports (daris.report) of the task sets urgent-..., and what daris-mps-priorities writes
(daris.mps-priorities). Work counts best-effort jobs that ended in the window, in ResNet-18 equivalents: a
ResNet-50 counts 1.87. It prints a table with a row for each shape and rate. With -o it draws a figure, 85 mm
wide, as PDF, SVG and PNG. The exit status is 77 if matplotlib is missing.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from latency_rows import EQUAL, RANKED, read_shapes
from report_points import BadReport

HEADS = ("rate Hz", "by", "shape", "p50 ms", "p99 ms", "jobs", "lost", "work /s", "late below", "front")


def front_of_shapes(shapes):
    """Gives the shapes of daris that no other of the same kind of images beats in both, as a set."""
    front = set()
    for batches in (False, True):
        best = float("inf")
        of_daris = [shape for shape in shapes
                    if shape.kind not in (EQUAL, RANKED) and shape.batches == batches]
        for shape in sorted(of_daris, key=lambda shape: (-shape.work, shape.p99)):
            if shape.p99 < best:
                front.add(shape)
                best = shape.p99
    return front


def by_rate(shapes):
    """Gives the shapes of each rate, the higher rates first."""
    return {rate: [shape for shape in shapes if shape.rate == rate]
            for rate in sorted({shape.rate for shape in shapes}, reverse=True)}


def table_lines(shapes):
    """Gives a table in Markdown. Figures of several runs stand beside each other."""
    def each(shape, text_of):
        return ", ".join(text_of(run) for run in shape.runs)

    def count(value):
        return "" if value is None else str(value)

    yield "| " + " | ".join(HEADS) + " |"
    yield "|" + "---|" * len(HEADS)
    for rate, of_rate in by_rate(shapes).items():
        front = front_of_shapes(of_rate)
        for shape in of_rate:
            cells = (str(rate), shape.kind, shape.shape, each(shape, lambda run: f"{run.p50:.3f}"),
                     each(shape, lambda run: f"{run.p99:.3f}"), each(shape, lambda run: str(run.jobs)),
                     each(shape, lambda run: count(run.lost)), each(shape, lambda run: f"{run.work:.0f}"),
                     each(shape, lambda run: count(run.late)), "yes" if shape in front else "")
            yield "| " + " | ".join(cells) + " |"


def main():
    """Reads, prints and draws."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="+", help="reports, and documents daris.mps-priorities")
    parser.add_argument("-o", "--output", metavar="FOLDER", type=Path, help="folder for the figure")
    arguments = parser.parse_args()
    try:
        machine, shapes = read_shapes(arguments.documents)
    except BadReport as error:
        print(f"latency_front.py: {error}", file=sys.stderr)
        return 2
    print("\n".join(table_lines(shapes)))
    if not arguments.output:
        return 0
    from drawing_home import use_own_home
    use_own_home()
    try:
        from column_latency import draw_latency_front
    except ImportError:
        return 77
    if all(shape.batches or shape.work <= 0 for shape in shapes):
        print("latency_front.py: no figure, since it shows single images, and these are batches",
              file=sys.stderr)
        return 0
    with_fronts = {rate: (of_rate, front_of_shapes(of_rate)) for rate, of_rate in by_rate(shapes).items()}
    draw_latency_front(with_fronts, machine, arguments.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
