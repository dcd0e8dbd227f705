"""A folder of its own for matplotlib, so that the user's home is neither read nor written."""

import atexit
import os
import shutil
import tempfile


def use_own_home():
    """Must come before matplotlib is imported. The folder goes with the process; a set MPLCONFIGDIR stays."""
    if "MPLCONFIGDIR" in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="daris-figures-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["MPLCONFIGDIR"] = folder
