#!/usr/bin/env python3
"""Lists the tests of a ctest run that the machine could not run, each with the reason that it printed.

These are whole programs, and single tests of programs that passed.

usage: skipped_tests.py TEST-LOG.xml

The file is JUnit's XML as `ctest --output-junit` writes it. The output of passed tests must be whole.
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

SKIPPED = "[  SKIPPED ] "


def reason(output: list[str]) -> str:
    """The line that says why: it has "skipped:", or follows one that ends in "Skipped"."""
    for line, following in zip(output, output[1:] + [""]):
        if "skipped:" in line.lower():
            return line
        if line.endswith(": Skipped"):
            return following
    return output[-1] if output else "no reason given"


def single_tests(output: list[str]) -> Iterator[str]:
    """The tests that skipped themselves when GoogleTest ran them.

    GoogleTest's summary names each of them again without a time; these lines are passed over.
    """
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
