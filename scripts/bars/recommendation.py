"""`daris recommend` picks what a full sweep over backends, shapes and bounds finds to be best."""
import json
import resource
import subprocess
import sys

from points import OVERLOADS, SCRIPTS, in_time, lost

WITHIN = 0.03  # of the most jobs in time per second
SECONDS = 30  # that it may take on two cores: of their time, since others may be at work on them
# The load of each set: overload, since shapes differ little below it. Random sets are drawn, and the program
# was tuned to none of them.
BUNDLED = {"resnet18-paper": OVERLOADS["resnet18-paper"], "unet-paper": OVERLOADS["unet-paper"],
           "mixed-paper-fp16": OVERLOADS["mixed-paper-fp16"], "unet-paper-fp16": OVERLOADS["unet-paper-fp16"],
           "video-analytics": 2.5, "drone-fleet": 1.5, "driving-stack": 1.5, "driving": 2,
           "warehouse-robots": 1.5}
RANDOM_LOAD = 2
RANDOM = [f"random-3-levels-{seed}" for seed in (201, 202, 203)]
SHAPES = {"contexts": [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15], "streams": [1, 2],
          "oversubscription": [1, 1.5, 2, "contexts"]}
BOUNDS = [{}, {"bound": 0.8}, {"bound": 1}]


def measure(simulator):
    folder = simulator.folder / "random-sets"
    subprocess.run([sys.executable, str(SCRIPTS.parent / "workloads/task_sets/make_random_sets.py"), "-o",
                    str(folder), "--sets", "3", "--seed", "201", "--levels", "3"], check=True)
    print("the pick's jobs in time over the most of a full sweep, and over the most of those that lose as few"
          " jobs of level 0; points; half the seconds of processor time")
    met, all_sets = True, dict(BUNDLED)
    all_sets.update({str(folder.resolve() / f"{name}.json"): RANDOM_LOAD for name in RANDOM})
    for name, load in all_sets.items():
        met = measure_set(simulator, name, load) and met
    return met


def measure_set(simulator, name, load):
    short = name.split("/")[-1].removesuffix(".json")
    file = simulator.folder / f"recommendation-{short}.json"
    begin = cpu_seconds()
    simulator.run("recommend", "--task-set", name, "--load", str(load), "-o", file, "--no-table",
                  "--threads", str(simulator.threads))
    took = (cpu_seconds() - begin) / 2
    advice = json.loads(file.read_text(encoding="utf-8"))
    pick = advice["pick"]
    points = [point for backend in ("green", "mps", "streams")
              for point in sweep(simulator, short, name, backend, load)]
    most = max(points, key=in_time)
    pick_lost = lost_by_pick(simulator, name, advice, file)
    careful = max((point for point in points if lost(point, 0) <= pick_lost), key=in_time)
    ratios = [pick["on_time_jobs_per_s"] / in_time(point) for point in (most, careful)]
    good = ratios[0] >= 1 - WITHIN and took <= SECONDS
    print(f"  {short:24} load {load:<5} {ratios[0]:.3f} {ratios[1]:.3f}  {text_of(pick['shape'])} bound "
          f"{pick['bound']} beside {text_of(most['config'])} bound {most['config']['switches']['bound']};"
          f" {len(points)} points, {took:.1f} s", "" if good else " missed", flush=True)
    return good


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def lost_by_pick(simulator, name, advice, file):
    """Runs the pick by itself, which also shows that its figures are those of `daris sim`."""
    config = {"schema": "daris.config", "version": 1, **advice["config"], "task_set": name}
    written = file.with_suffix(".config.json")
    written.write_text(json.dumps(config), encoding="utf-8")
    report = file.with_suffix(".report.json")
    simulator.run("sim", "--config", written, "-o", report)
    point = json.loads(report.read_text(encoding="utf-8"))["points"][0]
    assert in_time(point) == advice["pick"]["on_time_jobs_per_s"]
    return lost(point, 0)


def sweep(simulator, short, name, backend, load):
    """Loads are counted against what each backend does, so equal tasks are different loads on each."""
    same = load * written_load(simulator, name, backend) / written_load(simulator, name, "green")
    axes = {"policy": "daris-batched", "backend": backend, "load": same, **SHAPES}
    return simulator.sweep(f"full-{short}-{backend}", axes, BOUNDS, task_sets=[name])


def written_load(simulator, name, backend):
    report = simulator.folder / "written.json"
    simulator.run("sim", "--task-set", name, "--backend", backend, "--policy", "daris-batched", "--duration",
                  "100ms", "--warmup", "10ms", "-o", report)
    return json.loads(report.read_text(encoding="utf-8"))["points"][0]["load_reached"]


def text_of(shape):
    return f"{shape['backend']} {shape['contexts']} x {shape['streams']} OS {shape['oversubscription']:g}"
