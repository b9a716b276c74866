"""The limit of open files of a process."""

import resource
from contextlib import suppress

_DESCRIPTORS = 2**16
"""The number of open files that is requested if the system's hard limit is unlimited or too high."""


def raise_descriptors() -> int:
    """Raises the limit of open files, for this process and those that it starts, to what the system allows. Returns the
    new limit.

    Each connection is an open file, and systems start programs with a limit of 1,024.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if 0 <= hard <= 2**20 else max(soft, _DESCRIPTORS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
