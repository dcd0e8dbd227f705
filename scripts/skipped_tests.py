#!/usr/bin/env python3
"""Lists the tests of a ctest run that the machine could not run, each with the reason that it printed: whole programs, and
single tests of programs that passed.

usage: skipped_tests.py TEST-LOG.xml   (JUnit, as `ctest --output-junit` writes it, with the output of passed tests whole)
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

SKIPPED = "[  SKIPPED ] "


def reason(output: list[str]) -> str:
    """The line that says why: what a test prints behind "Skipped" or "skipped:"."""
    for line, following in zip(output, output[1:] + [""]):
        if "skipped:" in line.lower():
            return line
        if line.endswith(": Skipped"):
            return following
    return output[-1] if output else "no reason given"


def single_tests(output: list[str]) -> Iterator[str]:
    """Those that GoogleTest ran and that skipped themselves; its summary names each again, behind the last of them."""
    begin = 0
    for number, line in enumerate(output):
        if line.startswith("[ RUN "):
            begin = number
        elif line.startswith(SKIPPED) and line.endswith(" ms)"):
            yield f"{line.removeprefix(SKIPPED).split(' ')[0]}: {reason(output[begin + 1:number])}"


def main() -> None:
    for case in ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
        output = [line.strip() for line in (case.findtext("system-out") or "").splitlines() if line.strip()]
        if case.get("status") == "notrun" or case.find("skipped") is not None:
            print(f"skipped: {case.get('name')}: {reason(output)}")
            continue
        for skipped in single_tests(output):
            print(f"skipped: {case.get('name')}: {skipped}")


if __name__ == "__main__":
    main()
