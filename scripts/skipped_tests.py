#!/usr/bin/env python3
"""Lists the tests of a ctest run that the machine could not run, each with the reason that it printed.

usage: skipped_tests.py TEST-LOG.xml   (JUnit, as `ctest --output-junit` writes it)
"""

import sys
import xml.etree.ElementTree as ElementTree


def reason(output: str) -> str:
    """The line that says why: what a test prints behind "Skipped" or "skipped:"."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for line, following in zip(lines, lines[1:] + [""]):
        if "skipped:" in line.lower():
            return line
        if line.endswith(": Skipped"):
            return following
    return lines[-1] if lines else "no reason given"


def main() -> None:
    for case in ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
        if case.get("status") == "notrun" or case.find("skipped") is not None:
            print(f"skipped: {case.get('name')}: {reason(case.findtext('system-out') or '')}")


if __name__ == "__main__":
    main()
