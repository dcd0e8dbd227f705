"""The closed loop of a mix: every slot runs one batch after another, networks in the proportion offered.

The times that a set-up gives for batches are those of loops in which all networks run one size. A mix runs a
size of its own for each network, so its loop is simulated: policy `scripted` runs a log that is written here.
"""
import json

ROUNDS = 60  # of the mix, of about 50 jobs
BEGIN, END = 0.15, 0.9  # of the loop: the part in which all slots are busy with all networks


def permitted_sizes(times, slots, deadline_ns):
    """The sizes for which a job that just missed a launch can wait for the next slot's, and is in time."""
    return [row for row in times if row["execution_ns"] * (slots + 1) <= deadline_ns * slots] or times[:1]


def mix_over_sum(simulator, folder, header, jobs, sizes):
    """Time that the mix needs in its loop over the sum of what its networks need in theirs.

    `header`: of a log of the run. `jobs`: by group, how many are offered. `sizes`: by group, a row of the
    times.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scale = 50 / sum(jobs)
    counts = [max(1, round(jobs_of * scale * ROUNDS / size["inputs"])) * size["inputs"]
              for jobs_of, size in zip(jobs, sizes)]
    log = write_log(simulator, folder, header, counts, sizes)
    simulator.run("sim", "--schedule", log, "--log", folder / "loop.jsonl", "-o", folder / "loop.json")
    slots = header["setup"]["contexts"] * header["setup"]["streams"]
    costs = [size["execution_ns"] / size["inputs"] / slots for size in sizes]
    return 1 / work_per_time(folder / "loop.jsonl", slots, costs)


def write_log(simulator, folder, header, counts, sizes):
    """A log in which all jobs are released at once, and batches go to the slots that are free first."""
    setup, config = header["setup"], header["config"]
    tasks = [next(task for task in setup["tasks"] if task["batch_group"] == group)
             for group in range(len(counts))]
    groups = []
    for group, (task, count) in enumerate(zip(tasks, counts)):
        (folder / f"{group}.csv").write_text("0\n" * count, encoding="utf-8")
        groups.append({"name": f"network{group}", "count": 1, "model": task["model"], "priority": 0,
                       "precision": task["precision"], "rate_hz": 1, "deadline_ms": 100000,
                       "arrival": {"kind": "trace", "file": f"{group}.csv"}})
    task_set = folder / "set.json"
    document = {"schema": "daris.task-set", "version": 1, "name": "loop", "tasks": groups}
    task_set.write_text(json.dumps(document), encoding="utf-8")
    source = folder / "source.jsonl"
    simulator.run("sim", "--task-set", task_set, "--policy", "daris-batched", "--contexts",
                  str(setup["contexts"]), "--streams", str(setup["streams"]), "--oversubscription",
                  str(config["oversubscription"]), "--duration", "20s", "--warmup", "0", "--log", source,
                  "-o", folder / "source.json")
    lines = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    kept = [line for line in lines[1:]
            if line.get("event") == "job_released" or line.get("decision") == "admit_job"]
    written = folder / "written.jsonl"
    with open(written, "w", encoding="utf-8") as file:
        slots = setup["contexts"] * setup["streams"]
        for line in [lines[0], *kept, *launches(counts, sizes, slots), lines[-1]]:
            file.write(json.dumps(line) + "\n")
    return written


def launches(counts, sizes, slots):
    batches = sorted(((number + 0.5) * size["inputs"] / count, group, number)
                     for group, (count, size) in enumerate(zip(counts, sizes))
                     for number in range(count // size["inputs"]))
    busy_ns = [0] * slots
    for _, group, number in batches:
        slot, inputs = busy_ns.index(min(busy_ns)), sizes[group]["inputs"]
        busy_ns[slot] += sizes[group]["execution_ns"]
        yield {"step": 0, "now_ns": 0, "decision": "launch_stage", "slot": slot, "stage": 1, "batch": inputs,
               "jobs": [{"task": group, "ordinal": number * inputs + job} for job in range(inputs)]}


def work_per_time(log, slots, costs):
    """Work that ended while all slots were busy, at these costs of a job, over the time."""
    running, ends, last = {}, [], [0] * slots
    for line in map(json.loads, log.read_text(encoding="utf-8").splitlines()):
        if line.get("decision") == "launch_stage":
            running[line["slot"]] = len(line["jobs"]) * costs[line["jobs"][0]["task"]]
        elif line.get("event") == "stage_finished":
            ends.append((line["now_ns"], running.pop(line["slot"])))
            last[line["slot"]] = line["now_ns"]
    begin, end = BEGIN * min(last), END * min(last)
    return sum(work for ended, work in ends if begin < ended <= end) / (end - begin)
