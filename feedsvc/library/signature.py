"""What tells that a file is another one, or that it was written to."""

import os
from typing import NamedTuple


def identity_signature(status: os.stat_result) -> str:
    """What a file keeps that is renamed: bytes, nanoseconds, inode."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def change_signature(status: os.stat_result) -> str:
    """Its entry, and when anything of it was changed, which nobody can set: what was written to has another stamp."""
    return f"{identity_signature(status)} {status.st_ctime_ns}"


class FileChange(NamedTuple):
    """A file that is not as it was: `newest` in nanoseconds, `former` is its entry as it was, empty for a new file."""

    path: str
    entry: str
    stamp: str
    newest: int
    companions: tuple[str, ...]
    former: str = ""
    edited: bool = True
