"""Runs a script of analysis/figures on made-up documents, as a user would."""

import json
import os
import subprocess
import sys
import tempfile

FIGURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "analysis", "figures")


class ScriptRun:
    """What one run gave: exit status, standard output, messages, and the bytes of the files made, by name."""

    def __init__(self, script, *documents, options=(), output=True):
        with tempfile.TemporaryDirectory() as folder:
            paths = [self._written(folder, number, document) for number, document in enumerate(documents)]
            out = os.path.join(folder, "out")
            words = [*paths, *(["-o", out] if output else []), *options]
            command = [sys.executable, os.path.join(FIGURES, script), *words]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.status, self.output, self.messages = done.returncode, done.stdout, done.stderr
            self.files = {}
            for name in sorted(os.listdir(out)) if os.path.isdir(out) else []:
                with open(os.path.join(out, name), "rb") as file:
                    self.files[name] = file.read()

    @staticmethod
    def _written(folder, number, document):
        """A text is written as it is."""
        path = os.path.join(folder, f"{number}.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(document if isinstance(document, str) else json.dumps(document))
        return path
