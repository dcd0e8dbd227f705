#!/usr/bin/env python3
"""Predicts the published runs of an RTX 2080 Ti from published figures, and says how far off that is.

    /usr/bin/python3 analysis/published/predict_rtx2080ti.py -o out/rtx2080ti

Each run is predicted by a fit that has seen no run with as many contexts (leave one context count out). The
full-load time of a shape is fitted for each network (full_load.py), and three numbers for all networks
together (`Fit`). The simulator does the rest, with the authors' test of admission. `--all` also predicts
shapes that were not published, by a fit to all runs. Files in the folder: profiles, sweeps, predictions.json,
and README.md with the errors, which it also prints.
"""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import statistics
import sys

from errors_page import disagreeing, errors_of, page, percent, summary
from full_load import FullLoad
from published_profile import STAGES, alone_ms, make_contention, make_injection, make_profile
from simulator import Simulator

HERE = pathlib.Path(__file__).resolve().parent
TASK_SETS = {"resnet18": "resnet18-paper", "unet": "unet-paper", "inception_v3": "inception-v3-paper"}
# Values that are tried, one after the other, until none is better.
GRID = {"host": (0.3, 0.5, 0.7, 0.9), "host_share": (0.1, 0.25, 0.5, 0.75, 1),
        "bound": (0.6, 0.7, 0.8, 0.9, 1)}
ROUNDS = 2
LATENCY_MAX = 10  # of the contention model

# What the host takes for each stage beyond the stage itself, as a share of the stage's time alone; how much
# of the host's part of a full-load time is felt in a run; the admission bound. Stage times scatter on a GPU,
# and the largest recent one is the estimate. In the simulator they don't, and a lower bound stands in for it.
Fit = collections.namedtuple("Fit", "host host_share bound")
START = Fit(0.7, 0.5, 0.8)
WEIGHTS = {"throughput": 2, "response of level 0": 1, "response of level 1": 1}
Prediction = collections.namedtuple("Prediction", "throughput response0 response1")


def shape_of(run):
    return run["contexts"], run["streams"], run["oversubscription"]


def full_load_ms(run):
    return statistics.mean(run[key]["mean"] for key in ("level0_full_load_execution_ms",
                                                        "level1_full_load_execution_ms") if run[key])


class Network:
    """The published runs of one network, and what the simulator says of their shapes."""

    def __init__(self, model, published, simulator):
        self.model, self.published, self.simulator = model, published, simulator
        self.runs = [run for run in published["runs"] if run["model"] == model]
        self.lines = {}  # by shape: full-load times at the least and the largest latency

    def learn_lines(self, shapes, pool):
        """A full-load time is a straight line over the latency, since all stages are alike."""
        new = [shape for shape in shapes if shape not in self.lines]
        profile = self.simulator.write(f"{self.model}-line", make_profile(self.published, self.model, 0))
        models = [self.simulator.write(f"latency-{latency}", make_contention(latency))
                  for latency in (0, LATENCY_MAX)]

        def line_of(shape):
            return [self.simulator.full_load_ms(TASK_SETS[self.model], shape, profile, model)
                    for model in models]

        self.lines.update(zip(new, pool.map(line_of, new)))

    def latency(self, shape, wanted_ms):
        least, most = self.lines[shape]
        share = (wanted_ms - least) / (most - least) if most > least else 0
        return min(max(share, 0), 1) * LATENCY_MAX

    def variant(self, name, shape, full_load, fit):
        """What the scheduler begins with is the full-load time; a run feels less of the host.

        The bound stands in for estimates that scatter. A full-load time is a mean: it must not count there.
        """
        share = fit.host_share if shape[0] > 1 else 1  # threads of one context launch in turn
        latency = round(self.latency(shape, full_load(shape, share)), 6)
        least, most = self.lines[shape]
        told_ms = least + latency / LATENCY_MAX * (most - least)
        stem = f"{name}-{'-'.join(map(str, shape))}"
        model = self.simulator.write(f"{stem}-model", make_contention(latency))
        factor = fit.bound * full_load(shape) / told_ms
        inject = self.simulator.write(f"{stem}-inject", make_injection(factor))
        return {"contexts": shape[0], "streams": shape[1], "oversubscription": shape[2], "model": str(model),
                "inject": str(inject)}

    def full_load(self, without):
        """Fitted to the runs with other numbers of contexts."""
        seen = [run for run in self.runs if run["contexts"] != without]
        return FullLoad([(shape_of(run), full_load_ms(run)) for run in seen],
                        alone_ms(self.published, self.model))

    def simulate(self, name, shapes, full_load, fit, replications):
        """Predictions by shape."""
        host_ms = fit.host * alone_ms(self.published, self.model) / len(STAGES[self.model])
        profile = self.simulator.write(f"{self.model}-{fit.host}",
                                       make_profile(self.published, self.model, host_ms))
        variants = [self.variant(f"{self.model}-{name}", shape, full_load, fit) for shape in shapes]
        points = self.simulator.sweep(f"{self.model}-{name}", TASK_SETS[self.model], profile, fit.bound,
                                      variants, replications)
        return {shape: prediction_of(point) for shape, point in zip(shapes, points)}


class Study:
    """All networks, fitted together."""

    def __init__(self, networks):
        self.networks = networks
        self.counts = sorted({run["contexts"] for network in networks for run in network.runs})

    def cost(self, without, fit):
        """The mean size of the errors of all runs but those left out. Each counts at most as 100%."""
        sizes = []
        for network in self.networks:
            runs = [run for run in network.runs if run["contexts"] != without]
            shapes = [shape_of(run) for run in runs]
            found = network.simulate("fit", shapes, network.full_load(without), fit, 1)
            sizes += [(WEIGHTS[figure], min(abs(error), 1)) for run in runs
                      for figure, error in errors_of(run, found[shape_of(run)]).items() if error is not None]
        return sum(weight * size for weight, size in sizes) / sum(weight for weight, _ in sizes)

    def fit(self, without):
        best, least, known = START, None, {}
        for _ in range(ROUNDS):
            for key, values in GRID.items():
                for value in values:
                    fit = best._replace(**{key: value})
                    if fit not in known:
                        known[fit] = self.cost(without, fit)
                    if least is None or known[fit] < least:
                        best, least = fit, known[fit]
        print(f"without {without} contexts: {best}, mean error of the others {percent(least, '')}",
              flush=True)
        return best

    def predict_held_out(self):
        """A row for each run, predicted by a fit to the runs with other numbers of contexts."""
        rows = []
        for count in self.counts:
            fit = self.fit(count)
            for network in self.networks:
                held = [run for run in network.runs if run["contexts"] == count]
                if not held:
                    continue
                found = network.simulate(f"without-{count}", [shape_of(run) for run in held],
                                         network.full_load(count), fit, 3)
                rows += [{"run": run, "prediction": found[shape_of(run)],
                          "errors": errors_of(run, found[shape_of(run)])} for run in held]
        order = {id(run): place for place, run in
                 enumerate(run for network in self.networks for run in network.runs)}
        return sorted(rows, key=lambda row: order[id(row["run"])])


def prediction_of(point):
    levels = {level["priority"]: level["response_time_ms"]["mean"] for level in point["results"]["levels"]}
    return Prediction(point["results"]["throughput_jobs_per_s"], levels.get(0), levels.get(1))


def other_shapes(known):
    """Shapes of up to 16 slots that were not published."""
    for contexts in range(1, 9):
        for streams in range(1, 16 // contexts + 1):
            for oversubscription in sorted({1, 1.5, 2, contexts}):
                shape = contexts, streams, float(oversubscription)
                if oversubscription <= contexts and shape not in known:
                    yield shape


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--daris", default="build/release/bin/daris", help="the program")
    parser.add_argument("--published", type=pathlib.Path, default=HERE / "rtx2080ti.json")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("out/rtx2080ti"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--all", action="store_true", help="predict shapes that were not published too")
    options = parser.parse_args()
    published = json.loads(options.published.read_text(encoding="utf-8"))
    simulator = Simulator(options.daris, options.output, options.threads)
    others = []
    networks = [Network(model, published, simulator) for model in TASK_SETS]
    study = Study(networks)
    with concurrent.futures.ThreadPoolExecutor(options.threads) as pool:
        for network in networks:
            network.learn_lines([shape_of(run) for run in network.runs], pool)
        rows = study.predict_held_out()
        fit = study.fit(None) if options.all else None
        for network in networks if options.all else ():
            more = list(other_shapes({shape_of(run) for run in network.runs}))
            network.learn_lines(more, pool)
            predicted = network.simulate("others", more, network.full_load(None), fit, 3)
            others += [{"model": network.model, "shape": shape, **value._asdict()}
                       for shape, value in predicted.items()]
    document = {"predictions": [{"model": row["run"]["model"], "shape": shape_of(row["run"]),
                                 **row["prediction"]._asdict(), "errors": row["errors"]} for row in rows],
                "not_published": others}
    (options.output / "predictions.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    (options.output / "README.md").write_text(page(rows), encoding="utf-8")
    print("\n".join([*summary(rows), "", "runs that no model can explain:", *disagreeing(rows)]))


if __name__ == "__main__":
    sys.exit(main())
