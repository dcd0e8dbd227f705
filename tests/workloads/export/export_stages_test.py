"""What the exporter takes for a model file, and how it names packages.

PyTorch is made up, so that nothing is compiled.
"""

import contextlib
import io
import os
import pathlib
import sys
import tempfile
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


class Module:
    """In the place of torch.nn.Module."""


def fake_torch():
    torch = types.ModuleType("torch")
    torch.nn = types.SimpleNamespace(Module=Module)
    inductor = types.ModuleType("torch._inductor")
    inductor.aoti_compile_and_package = None
    return {"torch": torch, "torch._inductor": inductor}


sys.modules.update(fake_torch())
sys.path.insert(0, str(ROOT / "workloads" / "export"))
import export_stages  # noqa: E402


class ModelFiles(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(sys.path.__setitem__, slice(None), list(sys.path))

    def write(self, name, text):
        path = pathlib.Path(self.folder.name, name)
        path.write_text(text, encoding="utf-8")
        return path

    def refusal(self, text):
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as stopped:
            export_stages.load_function(text)
        return str(stopped.exception)

    def test_a_model_may_import_its_neighbours_wherever_it_is_called(self):
        self.write("parts_of_mine.py", "NUMBER = 7\n")
        path = self.write("net.py", "from parts_of_mine import NUMBER\ndef stages(): return NUMBER\n")
        self.assertEqual(export_stages.load_function(f"{path}:stages")(), 7)
        beside = os.path.relpath(path, os.getcwd())
        self.assertEqual(export_stages.load_function(f"{beside}:stages")(), 7)

    def test_a_model_may_have_a_dataclass_under_postponed_annotations(self):
        path = self.write(
            "configured.py",
            "from __future__ import annotations\nfrom dataclasses import dataclass\n"
            "@dataclass\nclass Config:\n    width: int = 4\ndef stages(): return Config().width\n")
        self.assertEqual(export_stages.load_function(f"{path}:stages")(), 4)

    def test_a_path_may_have_a_colon_and_any_suffix(self):
        path = self.write("v2:net.model", "def stages(): return 1\n")
        self.assertEqual(export_stages.load_function(f"{path}:stages")(), 1)

    def test_what_is_missing_is_named(self):
        path = self.write("net.py", "stages = 3\n")
        self.assertIn("there is no file none.py", self.refusal("none.py:stages"))
        self.assertIn("has no function other", self.refusal(f"{path}:other"))
        self.assertIn("has no function stages", self.refusal(f"{path}:stages"))
        self.assertIn("FILE.py:FUNCTION is needed", self.refusal(str(path)))
        self.assertIn("there is no file", self.refusal(f"{self.folder.name}:stages"))


class Stages(unittest.TestCase):
    def test_a_package_has_a_name_that_every_file_system_takes(self):
        for name in ("backbone/stem", "..", "a b\n", "\u5377\u79ef", "x" * 500, "/"):
            file = export_stages.package_name(2, name)
            self.assertRegex(file, r"^3-[A-Za-z0-9_.+-]*\.pt2$")
            self.assertLess(len(file), 100)
        self.assertEqual(export_stages.package_name(0, "stem+layer1.0"), "1-stem+layer1.0.pt2")

    def test_stages_are_pairs_of_a_name_and_a_module(self):
        module = Module()
        right = [("a/b", module), ("a/b", module)]
        self.assertEqual(export_stages.checked(right), right)
        self.assertEqual(export_stages.checked(dict(a=module).items()), [("a", module)])
        wrong = {"gives no list of stages": (None, [], 3),
                 "stage 1: the name is": ([("", module)], [(1, module)]),
                 "stage 2 is": ([("a", module), module], [("a", module), ("b", 3)], [("a", module), ("b",)])}
        for problem, examples in wrong.items():
            for stages in examples:
                with self.assertRaisesRegex(ValueError, problem):
                    export_stages.checked(stages)


if __name__ == "__main__":
    unittest.main()
