"""Signatures of files, which show without reading a file that it was replaced or written to."""

import os
from typing import NamedTuple


def identity_signature(status: os.stat_result) -> str:
    """The size in bytes, the modification time in nanoseconds and the inode, all of which a rename keeps."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def change_signature(status: os.stat_result) -> str:
    """The identity signature and the time of the last status change (ctime), which no program can set: differs after
    every write."""
    return f"{identity_signature(status)} {status.st_ctime_ns}"


class FileChange(NamedTuple):
    """A file that differs from what the last scan saw, or that is to be read again."""

    path: str
    identity_signature: str
    change_signature: str
    """The change signatures of the file and its companions, joined."""
    newest: int
    """The newest modification time of the file, its companions and its changed media, in nanoseconds."""
    companions: tuple[str, ...]
    """Names of the other files of the same stem in its folder."""
    former_signature: str = ""
    """The identity signature that the last scan saw at this path; empty for a new file."""
    edited: bool = True
    """False if nothing changed, and the file is read again only because the program or configuration did."""
