"""A profile of an RTX 2080 Ti from published figures alone. Nobody of this project measured it.

- Time alone on the whole GPU: the published images per second of batch 1.
- On fewer SMs: in proportion to the published times of ResNet-18 on isolated partitions. There are no such
  times of other networks, so that all have the same curve.
- Stages: equal parts, since there is nothing on stages.
- Traffic: the same share of the cache for each stage. It is no measurement: it lets one parameter of the
  contention model say how much each further busy slot costs (predict_rtx2080ti.py).
"""
STAGES = {
    "resnet18": [["stem", "layer1.0", "layer1.1"], ["layer2.0", "layer2.1"], ["layer3.0", "layer3.1"],
                 ["layer4.0", "layer4.1", "head"]],
    "unet": [["encoder1", "encoder2"], ["encoder3", "encoder4", "bottom"], ["decoder4", "decoder3"],
             ["decoder2"], ["decoder1", "output"]],
    "inception_v3": [["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3",
                      "Mixed_5b"], ["Mixed_5c", "Mixed_5d", "Mixed_6a"], ["Mixed_6b", "Mixed_6c"],
                     ["Mixed_6d", "Mixed_6e"], ["Mixed_7a", "Mixed_7b", "Mixed_7c", "head"]]}
CACHE_GB_PER_S = 1e6
CACHE_SHARE = 0.2  # of what the cache delivers, by a stage alone on all SMs
GPU = {"name": "NVIDIA GeForce RTX 2080 Ti", "compute_capability": "7.5", "driver": "not published",
       "sms": 68, "group_sms": 0, "groups": 0, "memory_bytes": 11 * 2**30, "l2_bytes": 5767168,
       "clock_mhz_start": 0, "clock_mhz_end": 0}


def alone_ms(published, model):
    return 1000 / published["batching_images_per_s"][model]["1"]


def make_profile(published, model, host_ms):
    """`host_ms`: what the host takes for each stage beyond the stage itself."""
    scaling = published["sm_scaling"]
    curve = dict(zip(scaling["sms"], scaling["resnet18_224x224"]))
    stages = STAGES[model]
    stage_ns = 1e6 * alone_ms(published, model) / len(stages)
    times = [{"mechanism": "mps", "sms": sms,
              "mps_percentage": max(1, min(100, round(100 * sms / GPU["sms"]))),
              "stages_ns": [[round(stage_ns * time / curve[GPU["sms"]])] for _ in stages],
              "whole_ns": [round(stage_ns * len(stages) * time / curve[GPU["sms"]])]}
             for sms, time in curve.items()]
    traffic = {"dram_read_bytes": 0, "dram_write_bytes": 0,
               "l2_bytes": round(stage_ns * CACHE_GB_PER_S * CACHE_SHARE)}
    return {"schema": "daris.profile", "version": 1, "name": f"rtx2080ti-published-{model}", "gpu": GPU,
            "command": "analysis/published/predict_rtx2080ti.py: made from published figures, not measured",
            "date_utc": "not measured", "versions": {key: "not published" for key in
                                                     ("cuda", "cudnn", "libtorch", "cupti")},
            "models": [{"model": model, "precision": "tf32",
                        "stages": [{"name": units[0], "units": units} for units in stages], "weight_bytes": 0,
                        "batches": [{"batch": 1, "times": times, "cold_stages_ns": None, "kernels": None,
                                     "traffic": [traffic] * len(stages)}]}],
            "neighbours": [], "saturations": [],
            "launch_costs": [{"mechanism": "mps", "launch_call_ns": [round(1e6 * host_ms)],
                              "launch_to_noticed_ns": [round(1e6 * host_ms)], "empty_graph_alone_ns": [0]}]}


def make_contention(latency):
    """A model in which each other busy slot makes a stage slower by the same share."""
    source = "analysis/published/predict_rtx2080ti.py: fitted to published full-load times, not measured"
    values = {"cache_gb_per_s": CACHE_GB_PER_S, "handover_ns": 0, "turns": 0, "latency": latency, "fill": 0.1,
              "hardware_queues": 1024}
    mps = {key: {"value": value, "source": source} for key, value in values.items()}
    return {"schema": "daris.contention-model", "version": 1, "name": "rtx2080ti-published",
            "gpu": GPU["name"], "command": "analysis/published/predict_rtx2080ti.py",
            "backends": {"green": None, "mps": mps, "streams": None}}


def make_injection(factor):
    """Estimates that are told to the scheduler in the place of the simulator's own."""
    return {"schema": "daris.injection", "version": 1,
            "disturbances": [{"kind": "estimates", "factor": max(min(factor, 1000), 1e-3)}]}
