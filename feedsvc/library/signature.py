"""Signatures of files: they tell that a file is another one, or that it was written to, without reading it."""

import os
from typing import NamedTuple


def identity_signature(status: os.stat_result) -> str:
    """Size in bytes, time in nanoseconds and inode: a file that is renamed keeps all three."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def change_signature(status: os.stat_result) -> str:
    """The identity signature and the time of the last change of status, which nobody can set: it differs after every
    write."""
    return f"{identity_signature(status)} {status.st_ctime_ns}"


class FileChange(NamedTuple):
    """A file that is not as the last scan saw it, or that is to be read again."""

    path: str
    identity_signature: str
    change_signature: str
    """The change signatures of the file and its companions, joined."""
    newest: int
    """The newest time of the file and of all that belongs to it, in nanoseconds."""
    companions: tuple[str, ...]
    """Names of the other files of the same stem in its folder."""
    former_signature: str = ""
    """The identity signature that the last scan saw at this path; empty for a new file."""
    edited: bool = True
    """False if nothing changed, and the file is only read again under another program or configuration."""
