"""Tells whether the file at a path is still the same: it may be replaced, or another disk mounted over it."""

from pathlib import Path

FileIdentity = tuple[int, int]
"""Device and inode. The inode alone is not enough: files on two disks often have the same one."""


def identify(path: Path) -> FileIdentity | None:
    """The identity of the file at `path`; None if there is none. Raises OSError if the system cannot tell."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino
