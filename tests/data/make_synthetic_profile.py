#!/usr/bin/env python3
"""Writes synthetic_profile.json: an INVENTED profile, for tests that need one of every shape.

Nothing in it was measured. The GPU that it pretends to be has the shape of an H100 (132 SMs, 15 groups of
8), and stage times of a plausible size. A stage of work w runs on s SMs in  w * (1/s + 1/saturation)  and so
gains little beyond `saturation` SMs. A batch multiplies the work and the SMs that it can fill. Samples
scatter by a fixed pattern. Run it in the project's folder:

    python3 tests/data/make_synthetic_profile.py > tests/data/synthetic_profile.json
"""
import json
import sys

SMS = [8, 16, 24, 32, 48, 64, 96, 128, 132]
MPS_PERCENTAGES = [(13, 16), (25, 32), (50, 66), (100, 132)]
BATCHES = [1, 2, 4, 8, 16, 32]
SCATTER = [0, 3, -2, 5, 1, -4, 2, 0, -1, 4, -3, 1, 0, 2, -2, 6, -1, 0, 3, -5]  # in thousandths
BYTES_PER_NS = 3350  # 3.35 TB/s

# model -> weight bytes, time of one TF32 image on all SMs in ns, gain of FP16, then for each stage its name,
# its units, its share of the time, the SMs beyond which one image gains little, and the bytes of DRAM traffic
# of an image
MODELS = {
    "resnet18": (46_800_000, 520_000, 1.4, [
        ("stem+layer1", ["stem", "layer1.0", "layer1.1"], 0.31, 40, 30_000_000),
        ("layer2", ["layer2.0", "layer2.1"], 0.21, 26, 18_000_000),
        ("layer3", ["layer3.0", "layer3.1"], 0.22, 18, 16_000_000),
        ("layer4+head", ["layer4.0", "layer4.1", "head"], 0.26, 14, 38_000_000)]),
    "resnet50": (102_200_000, 1_150_000, 1.3, [
        ("stem+layer1", ["stem", "layer1.0", "layer1.1", "layer1.2"], 0.24, 44, 70_000_000),
        ("layer2", ["layer2.0", "layer2.1", "layer2.2", "layer2.3"], 0.24, 30, 50_000_000),
        ("layer3", ["layer3.0", "layer3.1", "layer3.2", "layer3.3", "layer3.4", "layer3.5"],
         0.32, 20, 60_000_000),
        ("layer4+head", ["layer4.0", "layer4.1", "layer4.2", "head"], 0.20, 16, 70_000_000)]),
    "unet": (124_200_000, 1_400_000, 2.0, [
        ("encoder1+2", ["encoder1", "encoder2"], 0.22, 120, 120_000_000),
        ("encoder3+4+bottom", ["encoder3", "encoder4", "bottom"], 0.22, 60, 90_000_000),
        ("decoder4+3", ["decoder4", "decoder3"], 0.20, 60, 90_000_000),
        ("decoder2", ["decoder2"], 0.14, 90, 70_000_000),
        ("decoder1+output", ["decoder1", "output"], 0.22, 120, 130_000_000)]),
    "inception_v3": (95_300_000, 1_900_000, 1.15, [
        ("stem+5b", ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3",
                     "Mixed_5b"],
         0.22, 30, 60_000_000),
        ("5c+5d+6a", ["Mixed_5c", "Mixed_5d", "Mixed_6a"], 0.18, 18, 30_000_000),
        ("6b+6c", ["Mixed_6b", "Mixed_6c"], 0.18, 14, 25_000_000),
        ("6d+6e", ["Mixed_6d", "Mixed_6e"], 0.20, 14, 30_000_000),
        ("7+head", ["Mixed_7a", "Mixed_7b", "Mixed_7c", "head"], 0.22, 10, 60_000_000)]),
    "small_cnn": (97_400, 30_000, 1.0, [
        ("block1", ["block1"], 0.35, 8, 40_000),
        ("block2", ["block2"], 0.30, 6, 30_000),
        ("block3+head", ["block3", "head"], 0.35, 6, 130_000)]),
}


def stage_ns(model, precision, index, batch, sms):
    _, whole_ns, half_gain, stages = MODELS[model]
    _, _, share, saturation, _ = stages[index]
    full = whole_ns * share / (half_gain if precision == "fp16" else 1)
    work = full / (1 / 132 + 1 / saturation)
    return work * batch * (1 / sms + 1 / (saturation * batch))


def samples(ns):
    return [max(1, round(ns * (1000 + scatter) / 1000)) for scatter in SCATTER]


def times_alone(model, precision, batch, mechanism, sms, percentage, slower):
    stages = [stage_ns(model, precision, i, batch, sms) * slower for i in range(len(MODELS[model][3]))]
    return {"mechanism": mechanism, "sms": sms, "mps_percentage": percentage,
            "stages_ns": [samples(ns) for ns in stages], "whole_ns": samples(sum(stages) * 0.99)}


def kernels(model, batch):
    return [[{"name": f"synthetic_kernel_{unit}", "grid": [batch * 16, 4, 1], "block": [128, 1, 1],
              "registers_per_thread": 96, "shared_memory_bytes": 32768,
              "duration_ns": round(stage_ns(model, "tf32", i, batch, 132) / len(stage[1]))}
             for unit in stage[1]]
            for i, stage in enumerate(MODELS[model][3])]


def batch_profile(model, precision, batch):
    times = [times_alone(model, precision, batch, "green", sms, None, 1.0) for sms in SMS]
    if batch == 1:
        times += [times_alone(model, precision, batch, "mps", sms, percentage, 1.03)
                  for percentage, sms in MPS_PERCENTAGES]
    full = precision == "tf32" and batch == 1
    stages = MODELS[model][3]
    cold = [samples(stage_ns(model, precision, i, batch, 132) * 1.03) for i in range(len(stages))]
    return {"batch": batch, "times": times,
            "cold_stages_ns": cold if batch == 1 else None,
            "kernels": kernels(model, batch) if full else None,
            "traffic": [{"dram_read_bytes": stage[4] * 2 // 3, "dram_write_bytes": stage[4] // 3,
                         "l2_bytes": stage[4] * 2} for stage in stages] if full else None}


def model_profile(model, precision):
    weight_bytes, _, _, stages = MODELS[model]
    return {"model": model, "precision": precision, "stages": [{"name": s[0], "units": s[1]} for s in stages],
            "weight_bytes": weight_bytes // (2 if precision == "fp16" else 1),
            "batches": [batch_profile(model, precision, batch) for batch in BATCHES]}


def whole_ns(model, precision, batch, sms):
    return sum(stage_ns(model, precision, i, batch, sms) for i in range(len(MODELS[model][3])))


def saturations():
    rows = []
    for model in MODELS:
        for precision in ("tf32", "fp16"):
            for batch in BATCHES:
                for weights, cost in (("shared", 1.0), ("own", 1.03)):
                    for mechanism, slower in (("green", 1.0), ("mps", 1.08), ("streams", 1.2)):
                        alone = 8e9 / whole_ns(model, precision, batch, 32)
                        rows.append({"model": model, "precision": precision, "batch": batch,
                                     "weights": weights, "staged": True, "mechanism": mechanism,
                                     "contexts": 8, "streams": 1,
                                     "oversubscription": 8 if mechanism == "streams" else 2, "sms": 132,
                                     "jobs_per_s": round(alone / (1.5 * slower * cost), 1)})
    return rows


def neighbours():
    return [{"model": model, "precision": "tf32", "batch": 1, "neighbour_model": neighbour,
             "neighbour_precision": "tf32", "neighbour_batch": 1, "mechanism": "green", "contexts": 4,
             "streams": 1, "oversubscription": 2,
             "stages_ns": [samples(stage_ns(model, "tf32", i, 1, 64) * 1.4)
                           for i in range(len(MODELS[model][3]))]}
            for model in MODELS for neighbour in MODELS if "small_cnn" not in (model, neighbour)]


def document():
    return {"schema": "daris.profile", "version": 1, "name": "synthetic",
            "gpu": {"name": "Synthetic GPU (invented numbers, for tests only)", "compute_capability": "9.0",
                    "driver": "none", "sms": 132, "group_sms": 8, "groups": 15,
                    "memory_bytes": 80_000_000_000, "l2_bytes": 52_428_800,
                    "clock_mhz_start": 1980, "clock_mhz_end": 1980},
            "command": "python3 tests/data/make_synthetic_profile.py", "date_utc": "2026-11-24T00:00:00Z",
            "versions": {"cuda": "none", "cudnn": "none", "libtorch": "none", "cupti": "none"},
            "models": [model_profile(model, precision) for model in MODELS for precision in ("tf32", "fp16")],
            "neighbours": neighbours(), "saturations": saturations(),
            "launch_costs": [{"mechanism": mechanism, "launch_call_ns": samples(1700),
                              "launch_to_noticed_ns": samples(5300), "empty_graph_alone_ns": samples(800)}
                             for mechanism in ("green", "mps", "streams")]}


json.dump(document(), sys.stdout, separators=(",", ":"))
sys.stdout.write("\n")
