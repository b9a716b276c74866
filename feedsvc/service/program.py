"""The commands by which the service starts its own programs, and the environment that they need."""

import os
import sys
from pathlib import Path


def python_command(module: str, *arguments: str) -> list[str]:
    """The command that runs `module` with this interpreter; modules in the working directory are not imported (-P)."""
    return [sys.executable, "-P", "-m", module, *arguments]


def child_command(module: str, *arguments: str) -> list[str]:
    """The command that calls `main` of `module`, otherwise as `python_command`."""
    return python_command("feedsvc.service.child_main", module, *arguments)


def environment() -> dict[str, str]:
    """The environment in which a command of `python_command` imports this package, and decodes file names as this
    process does, independently of the working directory and of how this process was started.
    """
    root = Path(__file__).parents[2]
    added = () if root.name in ("site-packages", "dist-packages") else (str(root),)  # must stay after the stdlib
    paths = os.pathsep.join(filter(None, (*added, os.environ.get("PYTHONPATH", ""))))
    encoding = {"PYTHONUTF8": "1"} if sys.flags.utf8_mode else {}  # the mode may come from the command line: -X utf8
    return os.environ | encoding | ({"PYTHONPATH": paths} if paths else {})


def service_environment() -> dict[str, str]:
    """The environment of all processes of the service: `environment`, and few arenas of malloc, since each may keep
    memory that is free."""
    return {"MALLOC_ARENA_MAX": "2"} | environment()
