"""Under overload of any kind, `daris-batched` goes on doing what the slots can do.

Each point is one run with its event log. Per 200 ms, the work of the jobs that were released then and came in
time is set against min(work released, closed loop of the slots left). A job's work is its share of the closed
loop in which all slots run the batch size that does most per time: time of the batch / inputs / slots.
"""
import json
import pathlib
import random
import subprocess

from points import OVERLOADS, SCRIPTS

BAR = 0.9
SETS = [name for name in OVERLOADS if "fp16" not in name] + ["mixed-paper-fp16"]
SHAPES = ((6, 1, 1.5), (4, 2, 2), (1, 1, 1))
WINDOW_NS, SETTLED_MS = 200_000_000, 200
DURATION_MS, MIDDLE_MS = 6000, 3000
CALM_MS, BURST_MS, BURST_FACTOR = 1600, 400, 10
CALM_LOAD = 0.5 / 1.3  # of the overload, so half of the closed loop


class Run:
    """The log of one run: each job's release, work and fate."""

    def __init__(self, log, estimates_factor):
        self.jobs, self.running, self.estimates_factor = {}, {}, estimates_factor
        with open(log, encoding="utf-8") as lines:
            self._head(json.loads(next(lines)))
            for line in lines:
                self._take(json.loads(line))

    def _head(self, header):
        setup = header["setup"]
        self.slots = setup["contexts"] * setup["streams"]
        self.contexts = setup["contexts"]
        groups = [self._cost(group) for group in setup["batch_groups"]]
        self.costs = [groups[task["batch_group"]] * task["inputs"] for task in setup["tasks"]]
        self.deadlines = [task["deadline_ns"] for task in setup["tasks"]]
        self.stages = [len(task["stage_estimates_ns"]) for task in setup["tasks"]]

    def _cost(self, group):
        sizes = [row for row in group["times"] if row["inputs"] <= group["batch_limit"]]
        return min(row["execution_ns"] / row["inputs"] for row in sizes) / self.slots / self.estimates_factor

    def _take(self, line):
        if line.get("event") == "job_released":
            self.jobs[line["task"], line["ordinal"]] = [line["nominal_release_ns"], False]
        elif line.get("decision") == "launch_stage":
            self.running[line["slot"]] = line["stage"], [(job["task"], job["ordinal"]) for job in line["jobs"]]
        elif line.get("event") == "stage_finished":
            stage, jobs = self.running.pop(line["slot"])
            for job in jobs:
                if stage == self.stages[job[0]]:
                    self.jobs[job][1] = line["now_ns"] <= self.jobs[job][0] + self.deadlines[job[0]]

    def shares(self, begin_ms, end_ms, contexts_lost):
        """Per window in [begin, end): work in time over min(work released, closed loop)."""
        begin_ns, end_ns = begin_ms * 10**6, end_ms * 10**6
        offered, done = {}, {}
        for (task, _), (release, in_time) in self.jobs.items():
            if begin_ns <= release < end_ns:
                window = (release - begin_ns) // WINDOW_NS
                offered[window] = offered.get(window, 0) + self.costs[task]
                done[window] = done.get(window, 0) + self.costs[task] * in_time
        loop = WINDOW_NS * (self.contexts - contexts_lost) / self.contexts
        return [done[window] / min(work, loop) for window, work in sorted(offered.items())
                if begin_ns + (window + 1) * WINDOW_NS <= end_ns]


class Case:
    """A disturbance: what `daris sim` is told beside the set, and the spans [begin, end) that count."""

    def __init__(self, name, load, words=(), disturbances=(), lost_at_ms=None):
        self.name, self.load, self.words, self.disturbances = name, load, list(words), list(disturbances)
        self.spans_ms = [((lost_at_ms or 0) + SETTLED_MS, DURATION_MS - SETTLED_MS)]
        self.contexts_lost = 0 if lost_at_ms is None else 1
        self.estimates_factor = next((row["factor"] for row in disturbances if row["kind"] == "estimates"), 1)

    def command(self, folder, task_set):
        """The words behind `daris sim`."""
        words = ["--task-set", task_set, "--load", str(self.load), *self.words]
        if self.disturbances:
            file = folder / "injection.json"
            file.write_text(json.dumps({"schema": "daris.injection", "version": 1,
                                        "disturbances": self.disturbances}), encoding="utf-8")
            words += ["--inject", str(file)]
        return words


class Bursts:
    """Releases whose rate is ten times higher for 400 ms of each 2 s; in between, half of the closed loop."""

    name, contexts_lost, estimates_factor = "bursts of 10 times", 0, 1
    cycle_ms = CALM_MS + BURST_MS
    spans_ms = [(begin + SETTLED_MS, end) for cycle in range(DURATION_MS // (CALM_MS + BURST_MS))
                for begin, end in ((cycle * (CALM_MS + BURST_MS), cycle * (CALM_MS + BURST_MS) + CALM_MS),
                                   (cycle * (CALM_MS + BURST_MS) + CALM_MS, (cycle + 1) * (CALM_MS + BURST_MS)))]

    def __init__(self, loads):
        """`loads`: jobs per second of each group of the set at CALM_LOAD times its overload."""
        self.loads = loads

    def command(self, folder, task_set):
        """Writes a set of single tasks, each with releases of its own: copies would come in lock step."""
        groups = []
        source = json.loads((SCRIPTS.parent / f"workloads/task_sets/{task_set}.json").read_text(encoding="utf-8"))
        for group in source["tasks"]:
            for copy in range(max(1, round(self.loads[group["name"]] / group["rate_hz"]))):
                name = f"{group['name']}-{copy}"
                (folder / f"{name}.csv").write_text("\n".join(self._times(name, group["rate_hz"])), encoding="utf-8")
                groups.append({**group, "name": name, "count": 1, "deadline_ms": 1000 / group["rate_hz"],
                               "arrival": {"kind": "trace", "file": f"{name}.csv"}})
        file = folder / "set.json"
        file.write_text(json.dumps({**source, "tasks": groups}), encoding="utf-8")
        return ["--task-set", str(file)]

    def _times(self, name, rate_hz):
        """Poisson releases in seconds; the clock of the draws runs ten times faster in a burst."""
        draws, now_ms, times = random.Random(name), 0.0, []
        while True:
            left_ms = draws.expovariate(rate_hz / 1000)  # at the calm rate
            while left_ms > 0:
                phase = now_ms % self.cycle_ms
                speed, end = (1, CALM_MS) if phase < CALM_MS else (BURST_FACTOR, self.cycle_ms)
                step = min(left_ms, (end - phase) * speed)
                now_ms, left_ms = now_ms + step / speed + 1e-9, left_ms - step
            if now_ms >= DURATION_MS:
                return times
            times.append(f"{now_ms / 1000:.9f}")


def cases(load, calm_loads):
    """The disturbances; `load` is 1.3 times the best closed loop of batches."""
    lost = {"kind": "context_lost", "context": 0, "at_ms": MIDDLE_MS}
    return [Case("level 0 alone at 1.5", load * 1.5 / 1.3, ["--priority-mix", "1"]),
            Case("level 0 alone at 3", load * 3 / 1.3, ["--priority-mix", "1"]),
            Case("estimates half", load, disturbances=[{"kind": "estimates", "factor": 0.5}]),
            Case("estimates twice", load, disturbances=[{"kind": "estimates", "factor": 2}]),
            Case("a context lost", load, disturbances=[lost], lost_at_ms=MIDDLE_MS),
            Bursts(calm_loads)]


def simulate(simulator, folder, shape, words):
    """Runs `daris sim`, and gives its log's path and its report. A finished run is not made again."""
    folder.mkdir(parents=True, exist_ok=True)
    log, report = folder / "log.jsonl", folder / "report.json"
    contexts, streams, oversubscription = shape
    if not report.exists():
        command = [simulator.daris, "sim", "--policy", "daris-batched", "--contexts", str(contexts), "--streams",
                   str(streams), "--oversubscription", str(oversubscription), "--duration", f"{DURATION_MS}ms",
                   "--warmup", "0", "--replications", "1", *words, "--log", str(log), "-o", str(report)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"daris sim failed:\n{done.stderr}")
    return log, json.loads(report.read_text(encoding="utf-8"))["points"][0]


def calm_loads(simulator, folder, task_set, shape):
    words = ["--task-set", task_set, "--load", str(OVERLOADS[task_set] * CALM_LOAD)]
    _, point = simulate(simulator, folder, shape, words)
    return {load["task"]: load["demand_jobs_per_s"] for load in point["loads"]}


def measure(simulator):
    print("work in time over min(released, closed loop), per 200 ms: the least, and the tenth from below of 100")
    met, root = True, pathlib.Path(simulator.folder) / "no-collapse"
    for shape in SHAPES:
        for task_set in SETS:
            name = f"{task_set}-{shape[0]}x{shape[1]}"
            loads = calm_loads(simulator, root / f"{name}-calm", task_set, shape)
            for number, case in enumerate(cases(OVERLOADS[task_set], loads)):
                if case.contexts_lost == shape[0]:
                    continue
                folder = root / f"{name}-{number}"
                folder.mkdir(parents=True, exist_ok=True)
                log, _ = simulate(simulator, folder, shape, case.command(folder, task_set))
                run = Run(log, case.estimates_factor)
                shares = sorted(share for span in case.spans_ms for share in run.shares(*span, case.contexts_lost))
                met = met and shares[0] >= BAR
                print(f"  {name:24} {case.name:22} {shares[0]:6.3f} {shares[len(shares) // 10]:6.3f}"
                      f"{'' if shares[0] >= BAR else '  below'}", flush=True)
    return met
