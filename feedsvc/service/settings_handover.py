"""Passes the settings to the child processes of `feedsvc serve`, through a file without a name.

So a process that is restarted after a week still has the configuration with which the service was started, even if
config.toml has changed, until SIGHUP makes the supervisor read it again.
"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the supervisor only passes settings on, and loads neither their types nor what reads them
    from feedsvc.config import Config


def hand_over(settings: "Config") -> int:
    """A descriptor from which `read_settings` reads `settings`, to be inherited by children."""
    descriptor = anonymous_file()
    write_settings(settings, descriptor)
    return descriptor


def write_settings(settings: "Config", descriptor: int) -> None:
    """Writes `settings` to the empty file of `descriptor`, which stays open."""
    import pickle

    with open(descriptor, "wb", closefd=False) as file:
        pickle.dump(settings, file)


def anonymous_file() -> int:
    """The descriptor of a file without a name, in memory if the system can: a full disk must not prevent a start."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("feedsvc settings")
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        return os.dup(file.fileno())


def read_settings(descriptor: int) -> "Config":
    """The settings in the file of `descriptor`. The file position does not change, since several processes share it."""
    import pickle

    data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    settings: Config = pickle.loads(data)  # noqa: S301 - written by our own parent process
    return settings
