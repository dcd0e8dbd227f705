"""What `cmake --install` makes runs wherever it lies, with the data beside it, and needs only the C library.

usage: install_test.py --cmake CMAKE --build FOLDER [--compiler FILE] [--family NAME] [--torch FOLDER]
                       [--cuda FOLDER]

--compiler and --family are those that the programs were built by. --torch and --cuda are the folders of
LibTorch and of CUDA that the companions were built with.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ALLOWED = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}
VARIABLES = ("DARIS_DATA_DIR", "DARIS_TORCH_DIR", "DARIS_CUDA_DIR", "LD_LIBRARY_PATH")
EXAMPLE = "share/doc/daris/docs/own-policy"
SIMULATE = "sim --task-set resnet18-paper --duration 2s --log log.jsonl -o report.json".split()


def run(program: pathlib.Path, *words: str, folder: pathlib.Path, **variables: str):
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES} | variables
    return subprocess.run([program, *words], cwd=folder, env=environment, capture_output=True, text=True)


def dynamic_section(program: pathlib.Path) -> str:
    words = ["readelf", "--dynamic", program]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.holder.name)
        words = [arguments.cmake, "--install", arguments.build, "--prefix", cls.folder / "first"]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        cls.root = (cls.folder / "first").rename(cls.folder / "moved")
        cls.daris = cls.root / "bin" / "daris"

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def work(self, name: str) -> pathlib.Path:
        made = self.folder / name
        made.mkdir()
        return made

    def test_its_data_are_those_beside_it(self):
        folder = self.work("lists")
        before = run(self.daris, "list", "task-sets", folder=folder).stdout
        built = run(arguments.build / "bin/daris", "list", "task-sets", folder=folder).stdout
        self.assertEqual(before, built)
        sets = self.root / "share/daris/workloads/task_sets"
        added = sets / "added-here.json"
        added.write_text((sets / "small-cnn.json").read_text().replace("small-cnn", "added-here", 1))
        after = run(self.daris, "list", "task-sets", folder=folder).stdout
        added.unlink()
        self.assertNotIn("added-here", before)
        self.assertIn("added-here", after)

    def test_it_simulates_as_the_build_does(self):
        found = []
        for name, program in (("installed", self.daris), ("built", arguments.build / "bin/daris")):
            folder = self.work(name)
            ended = run(program, *SIMULATE, folder=folder)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            report = json.loads((folder / "report.json").read_text())
            found.append((report["points"], (folder / "log.jsonl").read_bytes()))
        self.assertEqual(*found)

    def test_it_makes_the_page_of_a_report(self):
        folder = self.work("page")
        self.assertEqual(run(self.daris, *SIMULATE, folder=folder).returncode, 0)
        ended = run(self.daris, "report", "report.json", "-o", "out", folder=folder)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("resnet18-paper", (folder / "out/index.html").read_text())

    def test_it_has_what_a_user_needs(self):
        data, pages = self.root / "share/daris", self.root / "share/doc/daris"
        for path in (data / "workloads/sweeps/demo.json", data / "workloads/export/export_stages.py",
                     data / "analysis/figures/plot_report.py", pages / "LICENSE", pages / "docs/guide.md"):
            self.assertTrue(path.is_file(), path)

    def test_links_between_its_pages_lead_somewhere(self):
        pages = sorted((self.root / "share/doc/daris").rglob("*.md"))
        self.assertGreater(len(pages), 10)
        for page in pages:
            for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
                if not link.startswith(("http:", "https:")):
                    self.assertTrue((page.parent / link).exists(), f"{page}: {link}")

    def test_it_needs_only_the_c_library(self):
        needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic_section(self.daris)))
        if any("san" in name for name in needed):
            self.skipTest("skipped: this build has sanitizers, which are libraries")
        self.assertLessEqual(needed, ALLOWED)

    def test_programs_remember_no_folder_of_the_build(self):
        for program in (self.root / "bin").iterdir():
            self.assertNotRegex(dynamic_section(program), "RPATH|RUNPATH", program)

    def build_example(self, name: str, *options: str) -> pathlib.Path:
        folder = self.work(name)
        made = [arguments.cmake, "-G", "Ninja", "-S", self.root / EXAMPLE, "-B", folder,
                f"-DCMAKE_PREFIX_PATH={self.root}", "-DCMAKE_BUILD_TYPE=Release", *options]
        for words in (made, [arguments.cmake, "--build", folder]):
            ended = subprocess.run(words, capture_output=True, text=True)
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return folder / "earliest_deadline.so"

    def test_the_example_policy_builds_against_it_and_runs(self):
        plugin = self.build_example(
            "own-policy", f"-DCMAKE_CXX_COMPILER={arguments.compiler}",
            "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror")
        source = (self.root / EXAMPLE / "earliest_deadline.cpp").read_text()
        self.assertLessEqual(source.count("\n"), 50)
        checked = run(self.daris, "check-policy", "./earliest_deadline.so", folder=plugin.parent)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        results = []
        for policy in ("./earliest_deadline.so", "edf"):
            ended = run(self.daris, *SIMULATE, "--policy", policy, folder=plugin.parent)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            results.append(json.loads((plugin.parent / "report.json").read_text())["points"][0]["results"])
        for key in ("throughput_jobs_per_s", "on_time_jobs_per_s", "stages_finished"):
            self.assertEqual(results[0][key], results[1][key])

    def test_a_policy_by_another_compiler_is_refused(self):
        other = "clang++" if "clang" not in arguments.family.lower() else "g++"
        if shutil.which(other) is None:
            self.skipTest(f"skipped: there is no {other}")
        plugin = self.build_example("other-compiler", f"-DCMAKE_CXX_COMPILER={other}")
        ended = run(self.daris, *SIMULATE, "--policy", "./earliest_deadline.so", folder=plugin.parent)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertEqual(ended.stderr.count("\n"), 1, ended.stderr)
        self.assertRegex(ended.stderr,
                         r"earliest_deadline.so: was built by \w+, and this daris \S+ by \w+; build")

    def test_it_has_the_headers_that_a_policy_includes_and_no_others(self):
        include = self.root / "include/daris"
        needed, found = {"plugin/own_policy.h"}, set()
        while needed - found:
            header = (needed - found).pop()
            found.add(header)
            needed.update(re.findall(r'#include "(.*)"', (include / header).read_text()))
        self.assertEqual(found, {path.relative_to(include).as_posix() for path in include.rglob("*.h")})

    def test_companions_find_libtorch_by_variables(self):
        if not (self.root / "bin/daris-run").exists():
            self.skipTest("skipped: this build has no companions")
        folder = self.work("companions")
        for word in ("run", "profile"):
            without = run(self.daris, word, "--help", folder=folder)
            self.assertEqual(without.returncode, 3, without.stderr)
            self.assertEqual(without.stderr.count("\n"), 1, without.stderr)
            self.assertIn("set DARIS_TORCH_DIR", without.stderr)
            given = {"DARIS_TORCH_DIR": arguments.torch, "DARIS_CUDA_DIR": arguments.cuda}
            with_both = run(self.daris, word, "--help", folder=folder, **given)
            self.assertEqual(with_both.returncode, 0, with_both.stderr)
            if arguments.torch.endswith("site-packages/torch"):  # CUDA's wheels lie beside it
                alone = run(self.daris, word, "--help", folder=folder, DARIS_TORCH_DIR=arguments.torch)
                self.assertEqual(alone.returncode, 0, alone.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--build", required=True, type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--family", default="GNU")
    parser.add_argument("--torch", default="")
    parser.add_argument("--cuda", default="")
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
