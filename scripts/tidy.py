#!/usr/bin/env python3
"""Runs clang-tidy over the C++ files of a build that changed since it last found them clean.

usage: tidy.py BUILD [--jobs N] [--changed-since COMMIT] [--minutes N] [FOLDER-OR-FILE...]

Without FOLDER-OR-FILE it checks all files. One hash decides whether a file has to be checked again. Into it
go how the file is compiled, its text, the text of every header of the project that it includes, the checks,
and the versions of the tools and libraries. BUILD/tidy/ has an empty file for each hash that was found clean,
so neither a touched file nor a change of branches costs anything.
CUDA sources are left out: Clang can't read the headers of a CUDA that is newer than it.

--changed-since   checks only what differs from this commit: the changed sources, and one source for each
                  changed header that none of them includes. A file that was only renamed has not changed.
--minutes         begins no file after so many minutes and lists the files that are left, which is no failure.
"""

import argparse
import collections
import concurrent.futures
import functools
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


@functools.cache
def included(file: pathlib.Path) -> list[pathlib.Path]:
    """The project's headers that a file includes; includes name them by their path from the root."""
    paths = (ROOT / name.decode() for name in INCLUDE.findall(file.read_bytes()))
    return [path for path in paths if path.is_file()]


@functools.cache
def closure(file: pathlib.Path) -> list[pathlib.Path]:
    """A file and the project's headers that it includes, directly or not."""
    found, waiting = set(), [file]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += included(path)
    return sorted(found)


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def changed_since(commit: str) -> set[pathlib.Path]:
    """The files that differ from a commit, without those that were only renamed or removed."""
    def git(*words: str) -> list[str]:
        run = subprocess.run(["git", "-C", ROOT, *words], check=True, capture_output=True, text=True)
        return run.stdout.splitlines()

    changed = set(git("ls-files", "--others", "--exclude-standard"))
    for line in git("diff", "-M", "-l0", "--diff-filter=d", "--name-status", commit):
        status, *paths = line.split("\t")
        if status != "R100":
            changed.add(paths[-1])
    return {ROOT / path for path in changed}


def touched_by(changed: set[pathlib.Path], units: list[pathlib.Path]) -> list[pathlib.Path]:
    """The changed units, and one unit for each changed header that these do not include.

    That unit is the header's own source, if it has one.
    """
    chosen = {unit for unit in units if unit in changed}
    seen = {path for unit in chosen for path in closure(unit)}
    for header in sorted(changed - seen):
        users = [unit for unit in units if header in closure(unit)]
        if users and header not in seen:
            unit = min(users, key=lambda user: (user.with_suffix(".h") != header, len(closure(user)), user))
            chosen.add(unit)
            seen.update(closure(unit))
    return sorted(chosen)


def sources(build: pathlib.Path, under: list[pathlib.Path]) -> dict[pathlib.Path, list[str]]:
    """The commands that compile each file; a file may be part of several programs."""
    commands = collections.defaultdict(list)
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        wanted = any(file.is_relative_to(path) for path in under)
        if wanted and file.suffix == ".cpp" and build not in file.parents:
            commands[file].append(entry["command"])
    return commands


def check(build: pathlib.Path, file: pathlib.Path) -> tuple[bool, str, float]:
    """Whether a file is clean, what clang-tidy says of it, and how many seconds it took."""
    begin = time.monotonic()
    run = subprocess.run(["clang-tidy", "--quiet", "-p", build, file], capture_output=True, text=True)
    return run.returncode == 0, run.stdout + run.stderr, time.monotonic() - begin


def check_all(arguments: argparse.Namespace, stamps: dict[pathlib.Path, pathlib.Path]) -> tuple[list, list]:
    """Checks the files, and stamps those that are clean. Returns those that are not, and those left."""
    end = time.monotonic() + 60 * arguments.minutes
    failed, left = [], []

    def check_in_time(file: pathlib.Path) -> tuple[bool, str, float] | None:
        return check(arguments.build, file) if time.monotonic() < end else None

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = {pool.submit(check_in_time, file): file for file in stamps}
        for count, future in enumerate(concurrent.futures.as_completed(running), start=1):
            file = running[future]
            if (result := future.result()) is None:
                left.append(file)
                continue
            clean, text, seconds = result
            print(f"[{count}/{len(stamps)}] {file.relative_to(ROOT)}: {seconds:.0f} s", flush=True)
            if clean:
                stamps[file].touch()
            else:
                failed.append(file)
                print(text, flush=True)
    return failed, sorted(left)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--changed-since")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("under", nargs="*", type=lambda text: pathlib.Path(text).resolve())
    arguments = parser.parse_intermixed_args()

    stamps = arguments.build / "tidy"
    stamps.mkdir(exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], check=True, capture_output=True).stdout
    common = [version, (ROOT / ".clang-tidy").read_bytes(), (ROOT / "scripts/versions.env").read_bytes()]

    def stamp(file: pathlib.Path, commands: list[str]) -> pathlib.Path:
        texts = [path.read_bytes() for path in closure(file)]
        return stamps / digest(*common, *(command.encode() for command in commands), *texts)

    wanted = sources(arguments.build, arguments.under or [ROOT])
    if arguments.changed_since:
        chosen = touched_by(changed_since(arguments.changed_since), sorted(wanted))
        wanted = {file: wanted[file] for file in chosen}
    stamp_of = {file: stamp(file, commands) for file, commands in wanted.items()}
    unchecked = {file: path for file, path in stamp_of.items() if not path.exists()}
    print(f"{len(wanted)} files, {len(unchecked)} of them to check", flush=True)

    failed, left = check_all(arguments, unchecked)
    for file in left:
        print(f"not checked within {arguments.minutes:g} minutes: {file.relative_to(ROOT)}", flush=True)
    if failed:
        sys.exit("not clean: " + " ".join(str(file.relative_to(ROOT)) for file in failed))
    print("clean" if not left else f"clean, but {len(left)} files are left to check", flush=True)


if __name__ == "__main__":
    main()
