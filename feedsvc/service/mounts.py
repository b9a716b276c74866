"""The disks that are mounted at a folder or below it (proc(5), /proc/PID/mountinfo, on Linux)."""

import os
import re
from pathlib import Path

_TABLE = Path("/proc/self/mountinfo")
_PLACE = 4
"""The number of the field with the place of a mount."""
_ESCAPED = re.compile(rb"\\([0-7]{3})")


def mounts_below(folder: Path, table: Path = _TABLE) -> tuple[bytes, ...]:
    """The lines of `table` on mounts at `folder` and below it: other ones once a disk there is mounted, unmounted or
    made writable. Empty if the system has no such table."""
    try:
        lines = table.read_bytes().splitlines()
        place = os.fsencode(folder.resolve())
    except (OSError, RuntimeError):  # a link leads to itself
        return ()
    return tuple(line for line in lines if _is_below(line, place))


def _is_below(line: bytes, place: bytes) -> bool:
    fields = line.split(b" ", _PLACE + 1)
    if len(fields) <= _PLACE:
        return False
    mounted = _ESCAPED.sub(lambda found: bytes((int(found[1], 8) & 0xFF,)), fields[_PLACE])
    return mounted == place or mounted.startswith(place.rstrip(b"/") + b"/")
