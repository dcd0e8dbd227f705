#!/usr/bin/env python3
"""Proves that a change of the code changes no results: two programs must write the same bytes.

usage: same_results.py BEFORE AFTER [--keep FOLDER] [--jobs N] [--notes]
       same_results.py AFTER --against FOLDER [--jobs N] [--notes]

BEFORE and AFTER are folders with a `daris` program. --keep writes the results of BEFORE into a folder.
--against compares with such a folder instead of running BEFORE again.

Both programs run the 200 configurations of tests/equality/configurations.txt, two sweeps with their merges,
ablations, a calibration, `list` and `schema`. Reports and event logs must be equal byte for byte, except for
the fields that EXCEPT_IN_REPORT and EXCEPT_IN_LOG name. Exit codes must be equal too, also those of
tests/equality/wrong-inputs.txt. AFTER must also replay every log that it wrote, and the committed logs of a
real GPU. Differences of messages and of `--help` are notes: each is named, and --notes prints it.

Exit codes: 0 the results are the same; 1 they differ, and the first differing field of each document is
named; 2 the programs could not be compared.
"""

import argparse
import concurrent.futures
import dataclasses
import difflib
import gzip
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
LISTS = ROOT / "tests" / "equality"
CONFIGURATIONS = 200

# What may differ in a report's provenance: which program wrote it, and when.
# With --against the machine may differ too.
EXCEPT_IN_REPORT = ["commit", "program", "started_utc", "wall_s"]
HOST_IN_REPORT = ["os", "cpu"]
# Fields of reports that came after 0.1.0. They are left out if BEFORE has none of them.
ADDED_IN_REPORT = {"p50_95", "p95_95", "p99_95", "p999_95", "slo_jobs_missing"}
# What may differ in the header of an event log; what came in after 0.1.0 and decides nothing.
EXCEPT_IN_LOG = ["program"]
ADDED_IN_LOG = rb'"model":"[^"]*","precision":"[^"]*",'

# Files from elsewhere in the project that the lists name.
BORROWED = {
    "synthetic.json": "tests/data/synthetic_profile.json",
    "synthetic-contention.json": "tests/cli/data/contention.json",
    "live-green.jsonl": "tests/cli/data/live-logs/green.jsonl",
    "live-green-batching.jsonl": "tests/cli/data/live-logs/green-batching.jsonl",
    "live-mps.jsonl": "tests/cli/data/live-logs/mps.jsonl",
    "live-streams.jsonl": "tests/cli/data/live-logs/streams.jsonl",
}
SWEEPS = ["sweep-shapes", "sweep-switches"]
COMMANDS = ["sim", "run", "sweep", "merge", "profile", "calibrate", "replay", "ablations", "list", "schema"]
LISTED = ["policies", "models", "task-sets", "profiles", "contention-models", "schemas"]
DECIDED = ["green-4x2-os1.5", "static-driving", "batching-mixed-wait", "schedule-daris-time"]
USUAL_TIMES = ["--duration", "0.3s", "--warmup", "0.1s"]
TIMES_FROM = {"--duration", "--warmup", "--config", "--releases", "--schedule"}
SECONDS_MAX = 600  # of one command


class CannotCompare(Exception):
    """What keeps the programs from being compared."""


def read_list(file: pathlib.Path) -> dict[str, list[str]]:
    """The lines of a list: name -> words."""
    lines: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0] in lines:
            raise CannotCompare(f"{file}: {words[0]} stands twice")
        lines[words[0]] = words[1:]
    return lines


def configurations() -> dict[str, list[str]]:
    """The 200 configurations with their times."""
    lines = read_list(LISTS / "configurations.txt")
    if len(lines) != CONFIGURATIONS:
        raise CannotCompare(f"configurations.txt has {len(lines)} configurations instead of {CONFIGURATIONS}")
    inputs = {file.stem for file in (LISTS / "inputs").iterdir()} | {name.split(".")[0] for name in BORROWED}
    if taken := inputs & set(lines):
        raise CannotCompare(f"configurations.txt: {taken.pop()} is the name of an input")
    return {name: words if TIMES_FROM & set(words) else words + USUAL_TIMES for name, words in lines.items()}


def waves(lines: dict[str, list[str]]) -> list[list[str]]:
    """The names in groups; what a line reads was written by a group before its own."""
    done: set[str] = set()
    order = []
    while len(done) < len(lines):
        ready = [name for name, words in lines.items() if name not in done and needs(words, lines) <= done]
        if not ready:
            raise CannotCompare("configurations.txt: some lines wait for each other")
        order.append(ready)
        done.update(ready)
    return order


def needs(words: Iterable[str], lines: dict[str, list[str]]) -> set[str]:
    """The lines whose report or log these words name."""
    stems = (re.sub(r"\.jsonl?$", "", word) for word in words if word.endswith((".json", ".jsonl")))
    return {stem for stem in stems if stem in lines}


def digest_of_lists() -> str:
    """Changes with the lists and with every file that they name."""
    own = [LISTS / "configurations.txt", LISTS / "wrong-inputs.txt", *(LISTS / "inputs").iterdir()]
    files = sorted(own) + [ROOT / path for path in BORROWED.values()]
    hashed = hashlib.sha256()
    for file in files:
        hashed.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return hashed.hexdigest()


@dataclasses.dataclass
class Side:
    """One program, the folder that it runs in, and the folder for what it wrote: results/ and notes/."""

    program: pathlib.Path
    work: pathlib.Path
    out: pathlib.Path
    jobs: int
    replay: bool
    exit_codes: dict[str, int] = dataclasses.field(default_factory=dict)
    unreplayed: list[str] = dataclasses.field(default_factory=list)
    replayed: int = 0

    def path(self, name: str) -> pathlib.Path:
        file = self.out / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def run(self, name: str, words: list[str]) -> bytes:
        """Runs a command, notes its exit code and its messages, and returns what it printed."""
        environment = {key: value for key, value in os.environ.items() if key != "DARIS_DATA_DIR"}
        command = [str(self.program), *words]
        done = subprocess.run(
            command, cwd=self.work, capture_output=True, check=False, env=environment, timeout=SECONDS_MAX
        )
        self.exit_codes[name] = done.returncode
        messages = done.stderr.replace(str(self.program.parent).encode(), b"BIN")
        self.path(f"notes/{name}.stderr").write_bytes(messages)
        return done.stdout

    def must(self, name: str, words: list[str]) -> bytes:
        """Runs a command that has to succeed."""
        output = self.run(name, words)
        if self.exit_codes[name] != 0:
            said = self.path(f"notes/{name}.stderr").read_text(errors="replace").strip()
            raise CannotCompare(
                f"{self.program} {shlex.join(words)}: exit code {self.exit_codes[name]}: {said}"
            )
        return output

    def save(self, name: str, data: bytes) -> None:
        if name.endswith(".gz"):
            data = gzip.compress(data, compresslevel=1, mtime=0)
        self.path(f"results/{name}").write_bytes(data)

    def keep(self, name: str, file: str) -> None:
        self.save(name, (self.work / file).read_bytes())

    def check_replay(self, log: pathlib.Path) -> None:
        done = subprocess.run(
            [str(self.program), "replay", str(log)], cwd=self.work, capture_output=True, check=False
        )
        self.replayed += 1
        if done.returncode != 0:
            self.unreplayed.append(f"{log.name}: {done.stderr.decode(errors='replace').strip()}")

    def simulate(self, name: str, words: list[str]) -> None:
        outputs = ["--threads", "1", "--log", f"{name}.jsonl", "-o", f"{name}.json"]
        self.must(f"sim {name}", ["sim", *words, *outputs])
        self.keep(f"sim/{name}.json", f"{name}.json")
        self.keep(f"sim/{name}.jsonl.gz", f"{name}.jsonl")
        if self.replay:
            self.check_replay(self.work / f"{name}.jsonl")

    def sweep(self, name: str) -> None:
        """All points of a sweep, then the same in two shards; both merges must be there and equal."""
        command = ["sweep", f"{name}.json", "--threads", str(self.jobs), "--no-progress", "-o"]
        self.save(
            f"{name}/points.txt", self.must(f"{name} --dry-run", [*command, f"{name}-dry", "--dry-run"])
        )
        self.must(name, [*command, name])
        for number in "12":
            self.must(f"{name} --shard {number}/2", [*command, f"{name}-{number}", "--shard", f"{number}/2"])
        for file in sorted((self.work / name / "points").iterdir()):
            self.keep(f"{name}/points/{file.name}", f"{name}/points/{file.name}")
        self.keep(f"{name}/plan.json", f"{name}/plan.json")
        self.must(f"merge {name}", ["merge", name, "--table", "-o", f"{name}-merged.json"])
        self.must(f"merge {name} shards", ["merge", f"{name}-1", f"{name}-2", "-o", f"{name}-shards.json"])
        self.keep(f"{name}/merged.json", f"{name}-merged.json")
        self.keep(f"{name}/merged-shards.json", f"{name}-shards.json")

    def print_documents(self) -> None:
        for kind in LISTED:
            self.save(f"list/{kind}.txt", self.must(f"list {kind}", ["list", kind]))
        schemas = (self.out / "results" / "list" / "schemas.txt").read_text().splitlines()
        for name in (line.split()[0] for line in schemas):
            self.save(f"schema/{name}.json", self.must(f"schema {name}", ["schema", name]))

    def combine(self) -> None:
        """What reads the documents of several commands."""
        self.must("merge both", ["merge", *SWEEPS, "-o", "both.json", "--no-table"])
        self.keep("both.json", "both.json")
        self.must("ablations", ["ablations", "sweep-switches-merged.json", "-o", "ablations.json"])
        self.keep("ablations.json", "ablations.json")
        for name in DECIDED:
            self.save(
                f"decided/{name}.jsonl.gz",
                self.must(f"decide {name}", ["replay", f"{name}.jsonl", "--decide"]),
            )

    def calibrate(self) -> None:
        self.must("calibrate", ["calibrate", "--profile", "synthetic.json", "-o", "calibrated.json"])
        self.keep("calibrated.json", "calibrated.json")

    def refuse(self, name: str, words: list[str]) -> None:
        self.save(f"wrong/{name}.txt", self.run(f"wrong {name}", words))

    def help(self) -> None:
        self.path("notes/help.txt").write_bytes(self.must("--help", ["--help"]))
        self.path("notes/version.txt").write_bytes(self.must("--version", ["--version"]))
        for command in COMMANDS:
            self.path(f"notes/help {command}.txt").write_bytes(
                self.run(f"{command} --help", [command, "--help"])
            )
            if command in ("run", "profile"):  # these programs are there only if LibTorch was, or CUPTI
                del self.exit_codes[f"{command} --help"]

    def replay_live_logs(self) -> None:
        for name in sorted(BORROWED):
            if name.startswith("live-"):
                self.check_replay(self.work / name)

    def produce(self) -> None:
        """Runs everything."""
        for file in (LISTS / "inputs").iterdir():
            shutil.copy(file, self.work)
        for name, path in BORROWED.items():
            shutil.copy(ROOT / path, self.work / name)
        lines = configurations()
        order = waves(lines)
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            first = [pool.submit(self.calibrate), pool.submit(self.print_documents), pool.submit(self.help)]
            for names in order:
                finish([pool.submit(self.simulate, name, lines[name]) for name in names])
            finish(first)
            if self.replay:
                self.replay_live_logs()
            for name in SWEEPS:
                self.sweep(name)  # with threads of its own
            wrong = read_list(LISTS / "wrong-inputs.txt").items()
            finish(
                [pool.submit(self.combine), *(pool.submit(self.refuse, name, words) for name, words in wrong)]
            )
        self.save("exit-codes.json", (json.dumps(self.exit_codes, indent=1, sort_keys=True) + "\n").encode())


def finish(futures: list[concurrent.futures.Future]) -> None:
    """Waits for all; the first that failed ends the rest that have not begun."""
    try:
        for future in concurrent.futures.as_completed(futures):
            future.result()
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def comparable_report(data: bytes, excepted: Iterable[str]) -> bytes:
    """The report with null in place of the excepted fields of its provenance; all other bytes stay."""
    begin = data.find(b'\n  "provenance": {\n')
    end = data.find(b"\n  }", begin)
    if begin < 0 or end < 0:
        return data
    keys = "|".join(excepted).encode()
    provenance = re.sub(
        rb'(\n +"(?:' + keys + rb')": )[^\n]*?(,?)(?=\n)', rb"\1null\2", data[begin : end + 1]
    )
    return data[:begin] + provenance + data[end + 1 :]


def comparable_log(data: bytes) -> bytes:
    """The log with null in place of the excepted fields of its header, and without the added ones."""
    header, line_break, rest = data.partition(b"\n")
    for key in EXCEPT_IN_LOG:
        header = re.sub(rb'("%s":)"[^"]*"' % key.encode(), rb"\1null", header, count=1)
    return re.sub(ADDED_IN_LOG, b"", header) + line_break + rest


def shown(before: object, after: object) -> str:
    """Both values; of long ones the part from a little before the first difference."""
    texts = [json.dumps(value) for value in (before, after)]
    begin = max(len(os.path.commonprefix(texts)) - 20, 0)
    one, other = (text if len(text) <= 80 else f"...{text[begin : begin + 70]}..." for text in texts)
    return f"{one} before, {other} after"


def first_difference(before: object, after: object, place: str = "") -> str | None:
    """The first field that differs, with both values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            inner = f"{place}.{key}" if place else key
            if key not in before or key not in after:
                return f"{inner}: is missing {'before' if key not in before else 'after'}"
            if difference := first_difference(before[key], after[key], inner):
                return difference
        return None if list(before) == list(after) else f"{place}: its keys stand in another order"
    if isinstance(before, list) and isinstance(after, list):
        for index, (one, other) in enumerate(zip(before, after)):
            if difference := first_difference(one, other, f"{place}[{index}]"):
                return difference
        return (
            None
            if len(before) == len(after)
            else f"{place}: {len(before)} entries before, {len(after)} after"
        )
    same = type(before) is type(after) and before == after
    return None if same else f"{place}: {shown(before, after)}"


def difference_of_texts(before: bytes, after: bytes) -> str:
    """Names the first line that differs, and its first field if both are JSON."""
    befores, afters = before.split(b"\n"), after.split(b"\n")
    for number, (one, other) in enumerate(zip(befores, afters), 1):
        if one == other:
            continue
        try:
            field = first_difference(json.loads(one), json.loads(other))
            return f"line {number}: {field or 'the same values in other bytes'}"
        except ValueError:
            return f"line {number}: {shown(one.decode(errors='replace'), other.decode(errors='replace'))}"
    return f"{len(befores)} lines before, {len(afters)} after"


def difference_of_documents(before: bytes, after: bytes) -> str:
    try:
        field = first_difference(json.loads(before), json.loads(after))
    except ValueError:
        return difference_of_texts(before, after)
    return field or f"the same values in other bytes, {difference_of_texts(before, after)}"


def without_added(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return {key: value for key, value in pairs if key not in ADDED_IN_REPORT}


def difference_of_reports(before: bytes, after: bytes) -> str | None:
    """What differs in a report. An older one may lack fields; all others must have the same bytes."""
    added = [any(f'"{field}"'.encode() in side for field in ADDED_IN_REPORT) for side in (before, after)]
    if added == [False, True]:
        return first_difference(json.loads(before), json.loads(after, object_pairs_hook=without_added))
    return None if before == after else difference_of_documents(before, after)


def difference_of_files(name: str, before: bytes, after: bytes, excepted: Iterable[str]) -> str | None:
    """What differs in a result; None if nothing does but what may."""
    if name.endswith(".gz"):
        before, after = comparable_log(gzip.decompress(before)), comparable_log(gzip.decompress(after))
        return None if before == after else difference_of_texts(before, after)
    if name.endswith(".json"):
        before, after = comparable_report(before, excepted), comparable_report(after, excepted)
        return difference_of_reports(before, after)
    return None if before == after else difference_of_texts(before, after)


def pairs(before: pathlib.Path, after: pathlib.Path) -> Iterator[tuple[str, bytes | None, bytes | None]]:
    """Each file of either folder, with its bytes on both sides."""
    names = {
        str(file.relative_to(side)) for side in (before, after) for file in side.rglob("*") if file.is_file()
    }
    for name in sorted(names):
        yield name, *(
            (side / name).read_bytes() if (side / name).is_file() else None for side in (before, after)
        )


def compare(before: pathlib.Path, after: pathlib.Path, excepted: Iterable[str]) -> tuple[int, list[str]]:
    """The number of results that were compared, and a line for each that differs."""
    count, differences = 0, []
    for name, one, other in pairs(before / "results", after / "results"):
        count += 1
        if one is None or other is None:
            differences.append(f"{name}: is missing {'before' if one is None else 'after'}")
        elif difference := difference_of_files(name, one, other, excepted):
            differences.append(f"{name}: {difference}")
    return count, differences


def notes(before: pathlib.Path, after: pathlib.Path) -> list[tuple[str, str]]:
    """The messages and help texts that differ, each with a diff."""
    found = []
    for name, one, other in pairs(before / "notes", after / "notes"):
        if one == other:
            continue
        lines = [(data or b"").decode(errors="replace").splitlines() for data in (one, other)]
        found.append((name, "\n".join(difflib.unified_diff(*lines, "before", "after", lineterm="", n=0))))
    return found


def program_in(folder: str) -> pathlib.Path:
    program = pathlib.Path(folder).resolve() / "daris"
    if not os.access(program, os.X_OK):
        raise CannotCompare(f"{program}: there is no program")
    return program


def produce(folder: str, out: pathlib.Path, jobs: int, replay: bool) -> Side:
    """Runs everything with the program of a folder; what it wrote lies in `out`."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="same-results-") as work:
        side = Side(program_in(folder), pathlib.Path(work), out, jobs, replay)
        side.produce()
    print(f"{side.program}: {len(side.exit_codes)} commands in {time.monotonic() - begin:.0f} s", flush=True)
    return side


def kept_results(folder: str) -> pathlib.Path:
    kept = pathlib.Path(folder).resolve()
    stamp = kept / "lists.sha256"
    if not stamp.is_file():
        raise CannotCompare(f"{folder}: has no results of --keep")
    if stamp.read_text() != digest_of_lists():
        raise CannotCompare(
            f"{folder}: its results are of other lists than those of tests/equality; keep them anew"
        )
    return kept


def before_results(arguments: argparse.Namespace, scratch: pathlib.Path) -> pathlib.Path:
    """Runs BEFORE, or finds what was kept of it."""
    if arguments.against:
        return kept_results(arguments.against)
    out = pathlib.Path(arguments.keep).resolve() if arguments.keep else scratch / "before"
    if arguments.keep and out.exists() and any(out.iterdir()):
        raise CannotCompare(f"{out}: is not empty; name a new folder for --keep")
    produce(arguments.folders[0], out, arguments.jobs, replay=False)
    (out / "lists.sha256").write_text(digest_of_lists())
    return out


def run(arguments: argparse.Namespace) -> int:
    excepted = EXCEPT_IN_REPORT + (HOST_IN_REPORT if arguments.against else [])
    with tempfile.TemporaryDirectory(prefix="same-results-") as scratch_name:
        scratch = pathlib.Path(scratch_name)
        before = before_results(arguments, scratch)
        after = produce(arguments.folders[-1], scratch / "after", arguments.jobs, replay=True)
        count, differences = compare(before, after.out, excepted)
        noted = notes(before, after.out)
    for line in [*differences, *(f"does not replay: {log}" for log in after.unreplayed)]:
        print(f"DIFFERS  {line}")
    for name, diff in noted:
        print(f"note     {name}: differs" + (f"\n{diff}" if arguments.notes else ""))
    fields = [f"provenance.{field}" for field in excepted] + [f"{field} of a log" for field in EXCEPT_IN_LOG]
    print(f"{count} results compared, {len(differences)} differ (not compared: {', '.join(fields)})")
    print(f"{after.replayed} logs replayed, {len(after.unreplayed)} to other decisions; {len(noted)} notes")
    return 1 if differences or after.unreplayed else 0


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument(
        "folders", nargs="+", metavar="FOLDER", help="[BEFORE] AFTER: folders with a daris program"
    )
    parser.add_argument("--keep", metavar="FOLDER", help="keep BEFORE's results there, for --against")
    parser.add_argument(
        "--against", metavar="FOLDER", help="compare with results that were kept, instead of BEFORE's"
    )
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="commands that run side by side (default: 2)"
    )
    parser.add_argument("--notes", action="store_true", help="print what differs in messages and help texts")
    arguments = parser.parse_args(words)
    if len(arguments.folders) != (1 if arguments.against else 2) or (arguments.against and arguments.keep):
        parser.error("BEFORE and AFTER are needed, or AFTER alone with --against")
    try:
        return run(arguments)
    except CannotCompare as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
