"""The commands by which the service starts programs of its own, and the environment that these need."""

import os
import sys
from pathlib import Path


def python_command(module: str, *arguments: str) -> list[str]:
    """The command that runs `module` with this interpreter; modules in the working directory are not imported (-P)."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """The environment in which such a command imports this package, and reads names of files as this process does.

    This holds whatever the working directory is, and however this process was started.
    """
    root = Path(__file__).parents[2]
    added = () if root.name in ("site-packages", "dist-packages") else (str(root),)  # those come after Python's own
    paths = os.pathsep.join(filter(None, (*added, os.environ.get("PYTHONPATH", ""))))
    encoding = {"PYTHONUTF8": "1"} if sys.flags.utf8_mode else {}  # it may come from the command line: -X utf8
    return os.environ | encoding | ({"PYTHONPATH": paths} if paths else {})
