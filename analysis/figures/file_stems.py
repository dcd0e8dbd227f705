"""Names of files for task sets."""

import os
import re


def safe(text):
    return re.sub(r"[^A-Za-z0-9_.]+", "_", text)


def file_stems(task_sets, taken=()):
    """Gives each task set a name for its files: that of its own file, and of as many folders as it takes.

    Sets whose paths differ only in characters that file names don't keep get a number, and so does a set of a
    name that is taken.
    """
    paths = {name: os.path.splitext(str(name))[0].strip(os.sep).split(os.sep) for name in task_sets}
    stems = {}
    for name, path in paths.items():
        depth = 1
        others = [other for other in paths.values() if other is not path]
        while depth < len(path) and any(other[-depth:] == path[-depth:] for other in others):
            depth += 1
        stem = "-".join(safe(part) for part in path[-depth:])
        known = [one.casefold() for one in (*taken, *stems.values())]
        number = 1
        numbered = stem
        while numbered.casefold() in known:
            number += 1
            numbered = f"{stem}-{number}"
        stems[name] = numbered
    return stems
