"""For tests: runs `daris report` in a folder of its own, and reads what it wrote."""

import csv
import json
import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
RESULTS = ROOT / "analysis/results"


def run(program, *words, folder=None, **variables):
    environment = {**os.environ, **variables}
    return subprocess.run([str(program), *map(str, words)], cwd=folder, env=environment, capture_output=True,
                          text=True, check=False)


class Publication:
    """The files that `daris report` made of `reports`. `close()` removes them."""

    def __init__(self, daris, reports, *words, **variables):
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name) / "out"
        self.reports = [json.loads(pathlib.Path(file).read_text("utf-8")) for file in reports]
        self.ended = run(daris, "report", *reports, "-o", self.folder, *words, **variables)

    def close(self):
        self.holder.cleanup()

    def points(self):
        """By id: the point, and its report."""
        return {point["id"]: (point, report) for report in self.reports for point in report.get("points", [])}

    def read(self, name):
        return (self.folder / name).read_text("utf-8")

    def csv_rows(self):
        with open(self.folder / "points.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def page_data(self):
        return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>',
                                    self.read("index.html"), re.DOTALL)[1])
