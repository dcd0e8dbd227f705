#!/usr/bin/env python3
"""Runs clang-tidy over the C++ files of a build that changed since it last found them clean.

usage: tidy.py BUILD [--jobs N] [FOLDER-OR-FILE...]   (of the project; all of it if none is named)

What decides about a file goes into one hash: how it is compiled, its text, that of every header of the project that it
includes, the checks, and the versions of the tools and of the libraries. The hashes of clean files are kept in
BUILD/tidy/, each the name of an empty file, so that neither a touched file nor a change of branches costs anything.
CUDA sources are left out: Clang can't read the headers of a CUDA that is newer than it.
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
    """The project's headers that a file names; all are named by their path from the root."""
    paths = (ROOT / name.decode() for name in INCLUDE.findall(file.read_bytes()))
    return [path for path in paths if path.is_file()]


def closure(file: pathlib.Path) -> list[pathlib.Path]:
    """A file and all that it includes, directly or not."""
    found, waiting = set(), [file]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += included(path)
    return sorted(found)


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def sources(build: pathlib.Path, under: list[pathlib.Path]) -> dict[pathlib.Path, list[str]]:
    """The commands that compile each file; a file may be part of several programs."""
    commands = collections.defaultdict(list)
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        if file.suffix == ".cpp" and build not in file.parents and any(file.is_relative_to(path) for path in under):
            commands[file].append(entry["command"])
    return commands


def check(build: pathlib.Path, file: pathlib.Path) -> tuple[bool, str, float]:
    """Whether a file is clean, what there is to say of it, and how many seconds it took."""
    begin = time.monotonic()
    run = subprocess.run(["clang-tidy", "--quiet", "-p", build, file], capture_output=True, text=True)
    return run.returncode == 0, run.stdout + run.stderr, time.monotonic() - begin


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--jobs", type=int, default=1)
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
    unchecked = {file: path for file, commands in wanted.items() if not (path := stamp(file, commands)).exists()}
    print(f"{len(wanted)} files, {len(unchecked)} of them to check", flush=True)

    failed = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = {pool.submit(check, arguments.build, file): file for file in unchecked}
        for count, future in enumerate(concurrent.futures.as_completed(running), start=1):
            file, (clean, text, seconds) = running[future], future.result()
            print(f"[{count}/{len(unchecked)}] {file.relative_to(ROOT)}: {seconds:.0f} s", flush=True)
            if clean:
                unchecked[file].touch()
            else:
                failed.append(file)
                print(text, flush=True)
    if failed:
        sys.exit("not clean: " + " ".join(str(file.relative_to(ROOT)) for file in failed))


if __name__ == "__main__":
    main()
