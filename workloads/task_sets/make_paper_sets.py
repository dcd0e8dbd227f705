#!/usr/bin/env python3
"""Writes the task sets of the paper beside this file.

They are written as they are, with own weights for each task, with jobs of four images, and in FP16.

Counts of levels 0 and 1 and the rate by model; deadline = period (the default).
"""
import json
import pathlib

SETS = {
    "resnet18-paper": [("resnet18", 16, 32, 30)],
    "unet-paper": [("unet", 5, 10, 24)],
    "inception-v3-paper": [("inception_v3", 8, 16, 24)],
    "mixed-paper": [("resnet18", 5, 11, 30), ("unet", 2, 3, 24), ("inception_v3", 3, 4, 24)],
}


def tasks(rows, weights, batch, precision):
    for priority in (0, 1):
        for row in rows:
            model, rate_hz = row[0], row[3]
            task = {"name": f"{model}-level{priority}", "count": row[1 + priority], "model": model}
            if batch > 1:
                task["batch"] = batch
            if precision != "tf32":
                task["precision"] = precision
            yield task | {"priority": priority, "weights": weights, "rate_hz": rate_hz}


def document(name, rows, weights, batch, precision):
    lines = ",\n".join("  " + json.dumps(task) for task in tasks(rows, weights, batch, precision))
    return f'{{"schema": "daris.task-set", "version": 1, "name": "{name}", "tasks": [\n{lines}\n]}}\n'


VARIANTS = (
    ("", "shared", 1, "tf32"),
    ("-own-weights", "own", 1, "tf32"),
    ("-batch4", "shared", 4, "tf32"),
    ("-fp16", "shared", 1, "fp16"),
)

folder = pathlib.Path(__file__).parent
for set_name, set_rows in SETS.items():
    for suffix, weights, batch, precision in VARIANTS:
        text = document(set_name + suffix, set_rows, weights, batch, precision)
        (folder / f"{set_name}{suffix}.json").write_text(text)
