"""Hands the settings to the child processes of `feedsvc serve`, through a file without a name.

So a process that is restarted after a week continues with the configuration that the service was started with, whatever
has become of config.toml meanwhile, until SIGHUP asks for it to be read again.
"""

import os
import pickle
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the supervisor only passes settings on and does not load their types
    from feedsvc.config import Config


def hand_over(settings: "Config") -> int:
    """A descriptor, to be inherited by children, from which `read_settings` reads `settings`."""
    descriptor = anonymous_file()
    write_settings(settings, descriptor)
    return descriptor


def write_settings(settings: "Config", descriptor: int) -> None:
    """Writes `settings` to the empty file behind `descriptor`, which stays open."""
    with open(descriptor, "wb", closefd=False) as file:
        pickle.dump(settings, file)


def anonymous_file() -> int:
    """The descriptor of a file without a name, in memory where the system can: a full disk must not prevent a start."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("feedsvc settings")
    with TemporaryFile() as file:
        return os.dup(file.fileno())


def read_settings(descriptor: int) -> "Config":
    """The settings in the file behind `descriptor`, whose position stays as it is: several processes share it."""
    data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    settings: Config = pickle.loads(data)  # noqa: S301 - written by our own parent process
    return settings
