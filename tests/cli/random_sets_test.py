"""Draws random task sets with the generator, and simulates them: each must be a set that `daris sim` takes.

usage: random_sets_test.py DARIS
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

GENERATOR = pathlib.Path(__file__).resolve().parents[2] / "workloads/task_sets/make_random_sets.py"
DARIS = sys.argv.pop(1)


def draw(folder, *options):
    """Gives the text of each set by its name."""
    subprocess.run([sys.executable, GENERATOR, "-o", folder, *options], check=True)
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.json"))}


class RandomSets(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def test_equal_seeds_give_equal_sets_and_others_do_not(self):
        first = draw(self.folder / "a", "--sets", "3")
        self.assertEqual(first, draw(self.folder / "b", "--sets", "3"))
        self.assertEqual(len(set(first.values())), 6)

    def test_sets_have_every_level_and_can_be_simulated(self):
        for name, text in draw(self.folder, "--sets", "4", "--seed", "100").items():
            groups = json.loads(text)["tasks"]
            levels = {group["priority"] for group in groups}
            self.assertEqual(sorted(levels), list(range(int(name.split("-")[1]))))
            command = [DARIS, "sim", "--task-set", self.folder / f"{name}.json", "--load", "1.2",
                       "--duration", "20ms", "--warmup", "0", "-o", self.folder / "report.json"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            (self.folder / "report.json").unlink()


if __name__ == "__main__":
    unittest.main()
