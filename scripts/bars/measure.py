#!/usr/bin/env python3
"""Measures, in simulation, what is promised of `daris-batched` and of `daris recommend`.

Exit codes: 0 all bars are met; 1 one is missed. Finished points in the folder are not run again.
"""
import argparse
import importlib
import sys

from points import Simulator

BARS = ("beside_batching", "urgent_beside_batching", "own_weights", "light_load", "word", "no_collapse",
        "recommendation")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("bars", nargs="*", choices=[[], *BARS], help="which ones (all)")
    parser.add_argument("--daris", default="build/release/bin/daris", help="the program")
    parser.add_argument("-o", "--output", default="out/bars", help="the folder for the points")
    parser.add_argument("--threads", type=int, default=2)
    words = parser.parse_args()
    simulator = Simulator(words.daris, words.output, words.threads)
    met = [importlib.import_module(name).measure(simulator) for name in words.bars or BARS]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
