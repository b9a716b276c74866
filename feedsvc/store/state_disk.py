"""Tells whether the disk of a state folder can be written to.

No process that fails to write to it, be it the store or the figures of the audience, can record this there. So those
that are asked for the status look at the disk themselves.
"""

import os
from pathlib import Path

from feedsvc.model.problem import Problem

NEEDED = 2**17
"""Free bytes below which a disk counts as full: the journal and its index need as much."""
_REMEDIES = {
    "full": "make room on the disk",
    "out of inodes": "remove files that nobody needs from the disk",
    "read-only": "mount it so that it can be written to, and look into the system's log for the reason",
}


def disk_fault(folder: Path, *, is_written: bool) -> str:
    """The reason why the disk of `folder` cannot be written to: `full`, `out of inodes` or `read-only`; empty if it
    can be, or the system cannot tell.

    `is_written` is True if somebody has just written to it, or need not: then only a disk without any free block counts
    as full. The blocks that a system reserves for root, and a mount that is read-only for this process alone, do not
    matter then.
    """
    try:
        found = os.statvfs(folder)
    except OSError:
        return ""
    is_limited = found.f_blocks > 0  # a disk in memory may have no size, and then no free block either
    if is_limited and found.f_bfree * found.f_frsize < NEEDED:
        return "full"
    if is_written:
        return ""
    if is_limited and found.f_bavail * found.f_frsize < NEEDED:
        return "full"
    if found.f_files > 0 and found.f_favail == 0:
        return "out of inodes"
    return "read-only" if found.f_flag & os.ST_RDONLY else ""


def disk_problems(folder: Path, *, is_written: bool) -> tuple[Problem, ...]:
    """The problem of the disk of `folder`, if it has one; `is_written` is as for `disk_fault`."""
    fault = disk_fault(folder, is_written=is_written)
    if not fault:
        return ()
    reason = f"its disk is {fault}, so publications fail, and readers are not counted"
    return (Problem(place=str(folder), reason=reason, remedy=f"{_REMEDIES[fault]}; what was published stays"),)


def with_cause(trouble: str, folder: Path, *, is_written: bool) -> str:
    """`trouble`, the reason why the served documents may be out of date, followed by that of the disk of `folder` if it
    has one; empty if there is no trouble. `is_written` is as for `disk_fault`."""
    fault = trouble and disk_fault(folder, is_written=is_written)
    return f"{trouble}; the disk of the state folder is {fault}" if fault else trouble
