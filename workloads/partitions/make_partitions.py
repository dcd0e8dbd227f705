#!/usr/bin/env python3
"""Writes the bundled partitions of an H100 or H200 (15 groups of 8 SMs, 132 SMs) beside this file.

Level 0 has one context of its own, and the levels below share the others:
- shared-K: level 0 sees all SMs, and K windows of the others lie over all groups;
- kept-G-K: level 0 sees all SMs, and the others have no SM of the first G groups;
- apart-G-K: level 0 has the first G groups alone;
- urgent-...: the same, and level 0's kernels go first where they meet others;
- streams-K, mps-K: one context for level 0 and K for the others, without windows.
"""

import json
from pathlib import Path

GROUPS = 15
BELOW = [1, 2, 3]


def windows(first, span, count, size):
    """Gives `count` windows of `size` groups, spread over `span` groups from `first` on."""
    wraps = span == GROUPS
    last = span if wraps else span - size
    steps = count if wraps else max(1, count - 1)
    return [{"first_group": first + place * last // steps, "groups": size, "levels": BELOW}
            for place in range(count)]


def level_0(first, groups, **more):
    """Gives the context of level 0."""
    return {"first_group": first, "groups": groups, "levels": [0], **more}


def mps(count):
    """Gives processes that may each have half of the SMs, beside level 0's, which may have all."""
    return [{"percentage": 100, "levels": [0], "urgent": True},
            {"percentage": 50, "streams": count, "levels": BELOW}]


PARTITIONS = {
    "shared-4": [level_0(0, GROUPS)] + windows(0, GROUPS, 4, 8),
    "shared-6": [level_0(0, GROUPS)] + windows(0, GROUPS, 6, 6),
    "shared-8": [level_0(0, GROUPS)] + windows(0, GROUPS, 8, 4),
    "urgent-shared-8": [level_0(0, GROUPS, urgent=True)] + windows(0, GROUPS, 8, 4),
    "kept-3-6": [level_0(0, GROUPS)] + windows(3, 12, 6, 4),
    "kept-3-8": [level_0(0, GROUPS)] + windows(3, 12, 8, 3),
    "urgent-kept-3-8": [level_0(0, GROUPS, urgent=True)] + windows(3, 12, 8, 3),
    "kept-5-8": [level_0(0, GROUPS)] + windows(5, 10, 8, 2),
    "apart-4-6": [level_0(0, 4, alone=True)] + windows(4, 11, 6, 4),
    "streams-6": [{"levels": [0]}, {"streams": 6, "levels": BELOW}],
    "streams-8": [{"levels": [0]}, {"streams": 8, "levels": BELOW}],
    "mps-4": mps(4),
    "mps-6": mps(6),
}


def text_of(contexts):
    """Gives the document, a row a line."""
    rows = ",\n".join("  " + json.dumps(row) for row in contexts)
    return '{"schema": "daris.partition", "version": 1, "contexts": [\n' + rows + "\n]}\n"


if __name__ == "__main__":
    for name, contexts in PARTITIONS.items():
        (Path(__file__).parent / f"{name}.json").write_text(text_of(contexts), encoding="utf-8")
