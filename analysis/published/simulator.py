"""Runs `daris` with files of its own making."""
import json
import pathlib
import subprocess

POLICY = {"policy": "daris", "admission": "published", "backend": "mps"}
SECONDS = 10  # of a run, as in the published ones


class Simulator:
    """A `daris` program, and the folder of its files."""

    def __init__(self, daris, folder, threads):
        self.daris, self.folder, self.threads = daris, pathlib.Path(folder).resolve(), threads
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, name, document):
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        return file

    def full_load_ms(self, task_set, shape, profile, model):
        """The estimate of a whole job that a run begins with: its time in a closed loop on all slots."""
        log = self.folder / f"{model.stem}-{profile.stem}-{'-'.join(map(str, shape))}.jsonl"
        self.run("sim", "--task-set", task_set, "--profile", profile, "--model", model, "--backend", "mps",
                 "--contexts", shape[0], "--streams", shape[1], "--oversubscription", shape[2], "--duration",
                 "2ms", "--warmup", "1ms", "--log", log, "-o", "/dev/null")
        with log.open(encoding="utf-8") as lines:
            header = json.loads(next(lines))
        log.unlink()
        return sum(header["setup"]["tasks"][0]["stage_estimates_ns"]) / 1e6

    def sweep(self, name, task_set, profile, bound, variants, replications):
        """The points of the variants, in their order."""
        sweep = self.write(f"{name}-sweep", {
            "schema": "daris.sweep", "version": 1, "task_sets": [task_set], "profile": str(profile),
            "grid": {**POLICY, "bound": bound}, "variants": variants, "duration_s": SECONDS, "warmup_s": 1,
            "replications": replications})
        folder, report = self.folder / name, self.folder / f"{name}-report.json"
        self.run("sweep", sweep, "-o", folder, "--threads", self.threads)
        self.run("merge", folder, "-o", report, "--no-table")
        points = json.loads(report.read_text(encoding="utf-8"))["points"]
        by_model = {(point["config"]["model"], *shape_of(point)): point for point in points}
        return [by_model[variant["model"], variant["contexts"], variant["streams"],
                         variant["oversubscription"]] for variant in variants]

    def run(self, *words):
        done = subprocess.run([str(word) for word in (self.daris, *words)], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise SystemExit(f"daris {words[0]} failed:\n{done.stderr}")


def shape_of(point):
    config = point["config"]
    return config["contexts"], config["streams"], config["oversubscription"]
