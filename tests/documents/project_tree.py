"""The files of the project, without git: a clean clone has it, an unpacked archive has not."""

import os

SKIPPED = {".git", "build", "out", ".carry", "__pycache__"}
SKIPPED_BEGIN = ".venv"
SOURCE_ENDS = (".h", ".cpp", ".cu", ".cuh", ".in", ".py", ".sh", ".cmake", ".env")
SOURCE_NAMES = {"CMakeLists.txt", "Makefile", "run"}


class Tree:
    """Paths are relative to the root, with `/` between their parts."""

    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.files = set()
        self.folders = {""}
        for folder, names, files in os.walk(self.root):
            names[:] = [name for name in names if name not in SKIPPED and not name.startswith(SKIPPED_BEGIN)]
            within = os.path.relpath(folder, self.root).replace(os.sep, "/")
            within = "" if within == "." else within + "/"
            self.folders.update(within + name for name in names)
            self.files.update(within + name for name in files)

    def has(self, path):
        return path in self.files or path.rstrip("/") in self.folders

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read()

    def pages(self):
        return sorted(path for path in self.files if path.endswith(".md"))

    def sources(self):
        return sorted(path for path in self.files
                      if path.endswith(SOURCE_ENDS) or path.rsplit("/", 1)[-1] in SOURCE_NAMES)
