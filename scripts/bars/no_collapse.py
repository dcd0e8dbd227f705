"""Under overload of any kind, `daris-batched` goes on doing what the slots can do.

Each point is one run with its event log. Per 200 ms, the jobs that were released then and came in time are
set against min(jobs released, closed loop of the slots left). The closed loop is that of the mix that is
offered, in the batch sizes that do most per time of those that deadlines permit (closed_loop.py). The same is
shown for work: a job's work is the time of its batch in that loop / inputs / slots.
"""
import json
import pathlib
import random
import subprocess

from closed_loop import mix_over_sum, permitted_sizes
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

    def __init__(self, log, estimates_factor=1):
        self.jobs, self.running, self.estimates_factor = {}, {}, estimates_factor
        self.mix_over_sum = 1  # what the closed loop of the mix takes over the sum of its networks' loops
        with open(log, encoding="utf-8") as lines:
            self._head(json.loads(next(lines)))
            for line in lines:
                self._take(json.loads(line))

    def _head(self, header):
        self.header = header
        setup = header["setup"]
        self.slots = setup["contexts"] * setup["streams"]
        self.contexts = setup["contexts"]
        self.group_of = [task["batch_group"] for task in setup["tasks"]]
        self.deadlines = [task["deadline_ns"] for task in setup["tasks"]]
        self.stages = [len(task["stage_estimates_ns"]) for task in setup["tasks"]]
        self.sizes = [self._best_size(group, setup) for group in range(len(setup["batch_groups"]))]
        of_input = [size["execution_ns"] / size["inputs"] / self.slots for size in self.sizes]
        self.costs = [of_input[group] * task["inputs"] for group, task in zip(self.group_of, setup["tasks"])]

    def _best_size(self, group, setup):
        batches = setup["batch_groups"][group]
        times = [{"inputs": row["inputs"], "execution_ns": row["execution_ns"] / self.estimates_factor}
                 for row in batches["times"] if row["inputs"] <= batches["batch_limit"]]
        deadline_ns = min(deadline for deadline, of in zip(self.deadlines, self.group_of) if of == group)
        return min(permitted_sizes(times, self.slots, deadline_ns),
                   key=lambda row: row["execution_ns"] / row["inputs"])

    def use_loop_of_mix(self, simulator, folder):
        """Simulates the closed loop of the mix that was offered, if it is one."""
        if len(self.sizes) > 1:
            jobs = [0] * len(self.sizes)
            for task, _ in self.jobs:
                jobs[self.group_of[task]] += 1
            self.mix_over_sum = mix_over_sum(simulator, folder, self.header, jobs, self.sizes)

    def _take(self, line):
        if line.get("event") == "job_released":
            self.jobs[line["task"], line["ordinal"]] = [line["nominal_release_ns"], False]
        elif line.get("decision") == "launch_stage":
            jobs = [(job["task"], job["ordinal"]) for job in line["jobs"]]
            self.running[line["slot"]] = line["stage"], jobs
        elif line.get("event") == "stage_finished":
            stage, jobs = self.running.pop(line["slot"])
            for job in jobs:
                if stage == self.stages[job[0]]:
                    self.jobs[job][1] = line["now_ns"] <= self.jobs[job][0] + self.deadlines[job[0]]

    def shares(self, begin_ms, end_ms, contexts_lost):
        """Per window in [begin, end): jobs in time over min(jobs released, closed loop); the same of work."""
        begin_ns, end_ns = begin_ms * 10**6, end_ms * 10**6
        windows = [Window() for _ in range((end_ns - begin_ns) // WINDOW_NS)]
        for (task, _), (release, in_time) in self.jobs.items():
            number = (release - begin_ns) // WINDOW_NS
            if 0 <= number < len(windows):
                windows[number].add(self.costs[task] * self.mix_over_sum, in_time)
        loop_ns = WINDOW_NS * (self.contexts - contexts_lost) / self.contexts
        return [window.shares(loop_ns) for window in windows if window.jobs]


class Window:
    """What was released in 200 ms, and what of it came in time."""

    def __init__(self):
        self.jobs = self.jobs_in_time = 0
        self.work_ns = self.work_in_time_ns = 0

    def add(self, cost_ns, in_time):
        self.jobs, self.work_ns = self.jobs + 1, self.work_ns + cost_ns
        if in_time:
            self.jobs_in_time, self.work_in_time_ns = self.jobs_in_time + 1, self.work_in_time_ns + cost_ns

    def shares(self, loop_ns):
        possible = min(1, loop_ns / self.work_ns)  # of what was released
        return self.jobs_in_time / self.jobs / possible, self.work_in_time_ns / self.work_ns / possible


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
    spans_ms = [(begin + SETTLED_MS, end)
                for cycle in range(DURATION_MS // (CALM_MS + BURST_MS))
                for begin, end in ((cycle * (CALM_MS + BURST_MS), cycle * (CALM_MS + BURST_MS) + CALM_MS),
                                   (cycle * (CALM_MS + BURST_MS) + CALM_MS,
                                    (cycle + 1) * (CALM_MS + BURST_MS)))]

    def __init__(self, loads):
        """`loads`: jobs per second of each group of the set at CALM_LOAD times its overload."""
        self.loads = loads

    def command(self, folder, task_set):
        """Writes a set of single tasks, each with releases of its own: copies would come in lock step."""
        groups = []
        file = SCRIPTS.parent / f"workloads/task_sets/{task_set}.json"
        source = json.loads(file.read_text(encoding="utf-8"))
        for group in source["tasks"]:
            for copy in range(max(1, round(self.loads[group["name"]] / group["rate_hz"]))):
                name = f"{group['name']}-{copy}"
                (folder / f"{name}.csv").write_text("\n".join(self._times(name, group["rate_hz"])),
                                                    encoding="utf-8")
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
        command = [simulator.daris, "sim", "--policy", "daris-batched", "--contexts", str(contexts),
                   "--streams", str(streams), "--oversubscription", str(oversubscription), "--duration",
                   f"{DURATION_MS}ms", "--warmup", "0", "--replications", "1", *words, "--log", str(log),
                   "-o", str(report)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"daris sim failed:\n{done.stderr}")
    return log, json.loads(report.read_text(encoding="utf-8"))["points"][0]


def calm_loads(simulator, folder, task_set, shape):
    words = ["--task-set", task_set, "--load", str(OVERLOADS[task_set] * CALM_LOAD)]
    _, point = simulate(simulator, folder, shape, words)
    return {load["task"]: load["demand_jobs_per_s"] for load in point["loads"]}


def measure(simulator):
    print("in time over min(released, closed loop), per 200 ms: the least, and the tenth from below of 100")
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
                run.use_loop_of_mix(simulator, folder / "loop")
                met = show(name, case, run) and met
    return met


def show(name, case, run):
    both = [share for span in case.spans_ms for share in run.shares(*span, case.contexts_lost)]
    jobs, work = (sorted(shares) for shares in zip(*both))
    tenth, good = len(jobs) // 10, min(jobs[0], work[0]) >= BAR
    print(f"  {name:24} {case.name:22} {jobs[0]:6.3f} {jobs[tenth]:6.3f}   "
          f"work {work[0]:6.3f} {work[tenth]:6.3f}{'' if good else '  below'}", flush=True)
    return good
