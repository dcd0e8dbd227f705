#!/usr/bin/env python3
"""Fits the power model of a GPU to the energy that live reports measured (docs/contention-model.md, "Power").

  sim/fit/fit_power.py [NAME...] [--check]     rewrites sim/data/power/NAME.json, and prints the errors

The reports are those that sim/fit/power_reports.json lists, so that later ones change nothing. Power is a sum
of terms, each with a coefficient of 0 or more: a constant, the square root of the busy slots, and for each
network its inputs and its launches per second. All points weigh alike: the sum of squared relative errors is
the least. Only the standard library is needed.
"""
import argparse
import json
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = "sim/fit/power_reports.json"
WHOLE_DIGITS = 4  # of a coefficient that is written
STAGED_POLICIES = {"daris", "daris-batched", "scripted"}  # the others launch whole networks
FOLDS = 10


def read(path):
    return json.loads(path.read_text())


def task_set_of(config, report):
    """The set that a point ran; a file lies beside the report, or is a bundled one by its name."""
    name = config["task_set"]
    for file in (report.parent / name, ROOT / "workloads/task_sets" / f"{name}.json"):
        if file.is_file():
            return read(file)
    return None


def stages_of_networks():
    stages = {}
    for file in sorted((ROOT / "profiles/data").glob("*.json")):
        for model in read(file)["models"]:
            stages[model["model"], model["precision"]] = len(model["stages"])
    return stages


def observe(point, task_set, stages):
    """What the model sees of a point: its power, and what it is made of; None if the point doesn't say."""
    results, config = point["results"], point["config"]
    if results["energy_j_per_job"] is None or task_set is None or point["partial"]:
        return None
    groups = {task["name"]: task for task in task_set["tasks"]}
    inputs = {}
    for task in results["tasks"]:
        group = groups[task["name"]]
        network = group["model"], group.get("precision", "tf32")
        rate = task["throughput_jobs_per_s"] * group.get("batch", 1)
        inputs[network] = inputs.get(network, 0) + rate
    staged = config["policy"] in STAGED_POLICIES and config["switches"].get("staging") != "off"
    launched = sum(rate * (stages[network] if staged else 1) for network, rate in inputs.items())
    launches = results["stages_finished"] / results["window_s"]
    if launches <= 0 or launched <= 0:
        return None
    slots = len(point["granted_sms"]) * (config.get("streams") or 1)
    return {"set": config["task_set"], "inputs": inputs, "inputs_per_launch": max(1.0, launched / launches),
            "busy_slots": results["slot_utilization"] * slots,
            "power_w": results["energy_j_per_job"] * results["throughput_jobs_per_s"]}


def observations(reports):
    stages = stages_of_networks()
    found = []
    for name in reports:
        report = ROOT / name
        for point in read(report)["points"]:
            seen = observe(point, task_set_of(point["config"], report), stages)
            if seen:
                found.append({**seen, "report": name})
    return found


def terms(seen, networks):
    """What the coefficients are multiplied by."""
    row = [1.0, math.sqrt(seen["busy_slots"])]
    for network in networks:
        rate = seen["inputs"].get(network, 0.0)
        row += [rate, rate / seen["inputs_per_launch"]]
    return row


def solve(matrix, right):
    """Gauss with pivots. A column that depends on others gets 0."""
    size = len(right)
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        if abs(rows[i][i]) < 1e-12:
            continue
        for k in range(size):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [rows[i][size] / rows[i][i] if abs(rows[i][i]) >= 1e-12 else 0.0 for i in range(size)]


def least_squares(rows, wanted):
    """The non-negative least squares of Lawson and Hanson (1974), by the normal equations."""
    size = len(rows[0])
    scale = [math.sqrt(sum(row[i] ** 2 for row in rows)) or 1.0 for i in range(size)]
    rows = [[value / by for value, by in zip(row, scale)] for row in rows]
    normal = [[sum(row[i] * row[k] for row in rows) for k in range(size)] for i in range(size)]
    right = [sum(row[i] * value for row, value in zip(rows, wanted)) for i in range(size)]
    found, free = [0.0] * size, []
    for _ in range(10 * size):
        slope = [right[i] - sum(normal[i][k] * found[k] for k in free) for i in range(size)]
        bound = [i for i in range(size) if i not in free and slope[i] > 1e-9]
        if not bound:
            break
        free.append(max(bound, key=lambda i: slope[i]))
        while True:
            part = solve([[normal[i][k] for k in free] for i in free], [right[i] for i in free])
            if all(value > 0 for value in part):
                break
            step = min(found[i] / (found[i] - value) for i, value in zip(free, part) if value <= 0)
            for i, value in zip(free, part):
                found[i] += step * (value - found[i])
            free = [i for i in free if found[i] > 1e-12]
            found = [value if i in free else 0.0 for i, value in enumerate(found)]
        for i, value in zip(free, part):
            found[i] = value
    return [value / by for value, by in zip(found, scale)]


def fit(seen, networks):
    rows = [[value / one["power_w"] for value in terms(one, networks)] for one in seen]
    return least_squares(rows, [1.0] * len(seen))


def predict(coefficients, one, networks, limit_w):
    power = sum(value * by for value, by in zip(coefficients, terms(one, networks)))
    return min(power, limit_w)


def errors_without(seen, networks, limit_w, fold_of):
    """Relative errors of points that were left out of the fit, fold by fold."""
    errors = []
    for fold in sorted({fold_of(i, one) for i, one in enumerate(seen)}):
        left = [one for i, one in enumerate(seen) if fold_of(i, one) != fold]
        known = {network for one in left for network in one["inputs"]}
        coefficients = fit(left, networks)
        errors += [predict(coefficients, one, networks, limit_w) / one["power_w"] - 1
                   for i, one in enumerate(seen) if fold_of(i, one) == fold and known >= set(one["inputs"])]
    return errors


def summary(errors):
    absolute = sorted(abs(error) for error in errors)
    return {"points": len(errors), "mean": round(sum(absolute) / len(absolute), 4),
            "p90": round(absolute[math.ceil(0.9 * len(absolute)) - 1], 4), "worst": round(absolute[-1], 4),
            "bias": round(sum(errors) / len(errors), 4)}


def digits(value):
    return float(f"{value:.{WHOLE_DIGITS}g}")


def model_of(name, entry):
    seen = observations(entry["reports"])
    networks = sorted({network for one in seen for network in one["inputs"]})
    limit_w = entry["limit_w"]

    def without(fold_of):
        return summary(errors_without(seen, networks, limit_w, fold_of))

    coefficients = [digits(value) for value in fit(seen, networks)]
    fitted = [predict(coefficients, one, networks, limit_w) / one["power_w"] - 1 for one in seen]
    return {
        "schema": "daris.power-model", "version": 1, "name": name, "gpu": entry["gpu"],
        "command": f"sim/fit/fit_power.py {name}", "limit_w": limit_w,
        "static_w": coefficients[0], "busy_w": coefficients[1],
        "networks": [{"model": model, "precision": precision, "input_j": coefficients[2 + 2 * i],
                      "launch_j": coefficients[3 + 2 * i]}
                     for i, (model, precision) in enumerate(networks)],
        "errors": {"fitted": summary(fitted), "tenth_left_out": without(lambda i, _: i % FOLDS),
                   "set_left_out": without(lambda _, one: one["set"]),
                   "report_left_out": without(lambda _, one: one["report"])}}


def main():
    parser = argparse.ArgumentParser(description="Fits the power model of a GPU to live reports.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {LIST} (default: all)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file differs")
    arguments = parser.parse_args()
    entries = read(ROOT / LIST)
    differs = False
    for name in arguments.names or sorted(entries):
        model = model_of(name, entries[name])
        text = json.dumps(model, indent=2) + "\n"
        file = ROOT / "sim/data/power" / f"{name}.json"
        if arguments.check:
            differs = differs or not file.is_file() or file.read_text() != text
        else:
            file.write_text(text)
        for kind, errors in model["errors"].items():
            print(f"{name}: {kind}: " + ", ".join(f"{key} {value}" for key, value in errors.items()))
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
