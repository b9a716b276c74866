"""How the settings reach the child processes of `feedsvc serve`: through a file without a name.

So a process that is replaced after a week goes on with the configuration that the service was started with, whatever
has been done to config.toml meanwhile; until somebody says that it is to be read anew.
"""

import os
import pickle
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the parent, which only hands it on, does without
    from feedsvc.config import Config


def hand_over(settings: "Config") -> int:
    """A descriptor from which `read_settings` reads; it is for children to inherit."""
    descriptor = anonymous_file()
    write_settings(settings, descriptor)
    return descriptor


def write_settings(settings: "Config", descriptor: int) -> None:
    with open(descriptor, "wb", closefd=False) as file:
        pickle.dump(settings, file)


def anonymous_file() -> int:
    """A file without a name, in memory where the system can: a full disk is no reason not to start."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("feedsvc settings")
    with TemporaryFile() as file:
        return os.dup(file.fileno())


def read_settings(descriptor: int) -> "Config":
    data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    settings: Config = pickle.loads(data)  # noqa: S301 - written by our own parent process
    return settings
