"""What `daris report` writes goes into a paper as it is: a document with every table and figure compiles.

usage: latex_test.py --daris PROGRAM [--keep FOLDER]

--keep FOLDER keeps the document and its pages there. The exit status is 77 if this machine has no pdflatex,
or none of the packages that the tables name.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from published_sample import RESULTS, ROOT, Publication

REPORTS = [RESULTS / "h100-80gb-hbm3/rivals.json", RESULTS / "h100-80gb-hbm3/best.json",
           RESULTS / "ablations/report.json"]
PACKAGES = ("booktabs", "longtable", "graphicx")
HEAD = r"""\documentclass{article}
\usepackage[a4paper,margin=15mm]{geometry}
\usepackage{%s}
\begin{document}
\scriptsize
"""


def missing():
    """What this machine lacks, or nothing."""
    if shutil.which("pdflatex") is None:
        return "pdflatex"
    for package in (*PACKAGES, "geometry"):
        if not subprocess.run(["kpsewhich", f"{package}.sty"], capture_output=True, check=False).stdout:
            return f"LaTeX's package {package}"
    return ""


def document(tables, figures=()):
    """Every table and every figure, each figure in a column of 85 mm."""
    parts = [f"\\noindent\\input{{{table.as_posix()}}}\n\\clearpage\n" for table in tables]
    parts += [f"\\noindent\\includegraphics[width=85mm]{{{figure.as_posix()}}}\n\n" for figure in figures]
    return HEAD % ",".join(PACKAGES) + "".join(parts) + "\\end{document}\n"


class Latex(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.publication = Publication(arguments.daris, REPORTS, "--claims", ROOT / "experiments/claims.json")
        cls.tables = {table.stem: table for table in (cls.publication.folder / "tables").glob("*.tex")}
        cls.figures = sorted((cls.publication.folder / "figures").glob("*.pdf"))

    @classmethod
    def tearDownClass(cls):
        cls.publication.close()

    def compile(self, name, text):
        """Nothing may be wrong in the second run; the first one finds the widths of long tables."""
        with tempfile.TemporaryDirectory() as holder:
            folder = arguments.keep or pathlib.Path(holder)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.tex").write_text(text, "utf-8")
            command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", f"{name}.tex"]
            for _ in range(2):
                ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace",
                                       check=False)
                self.assertEqual(ended.returncode, 0, ended.stdout[-3000:])
            pages = re.search(r"Output written on \S+ \((\d+) page", ended.stdout)
        self.assertGreater(int(pages[1]), 0)
        for trouble in ("Overfull \\hbox", "Missing character", "LaTeX Warning"):
            self.assertNotIn(trouble, ended.stdout)

    def test_every_table_and_figure_fits_a_page(self):
        self.assertEqual(sorted(self.tables), ["best", "claims", "points"])
        self.assertTrue(self.figures or "matplotlib" in self.publication.ended.stderr)
        self.compile("all", document(self.tables.values(), self.figures))

    def test_a_wide_table_is_in_parts(self):
        text = self.tables["points"].read_text("utf-8")
        self.assertGreater(text.count("\\begin{longtable}"), 1)
        self.assertEqual(self.tables["claims"].read_text("utf-8").count("\\begin{"), 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--daris", required=True)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments, rest = parser.parse_known_args()
    if lacks := missing():
        print(f"skipped: there is no {lacks}")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
