"""Decides which objects of a bucket are copied into the folder that the library reads.

Pure functions of the bucket's listing and of the files in the folder.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from feedsvc.model.problem import Problem

RESERVED = ".feedsvc"
"""The folder, at the top of the copy, that holds no articles but incomplete files and the marks."""
_LONGEST_STEP = 255
"""Bytes of a name that a file system takes (POSIX NAME_MAX)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ListedObject(NamedTuple):
    """An object: its key, its size in bytes, and a mark that changes whenever its bytes do."""

    key: str
    size: int
    mark: str


class MirrorPlan(NamedTuple):
    """Keys to copy, files to remove, and objects that cannot be files."""

    copied: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]


def plan_mirror(listed: Iterable[ListedObject], marks: Mapping[str, str], files: Mapping[str, int]) -> MirrorPlan:
    """The plan that makes the folder equal to the `listed` objects.

    `files` maps the files of the folder to their sizes, and `marks` maps them to the marks of the objects that they are
    copies of.
    """
    found: dict[str, ListedObject] = {}
    for each in listed:  # a key with a trailing slash, which marks a folder, is listed without it
        if each.key and (each.key not in found or each.size):
            found[each.key] = each
    problems = {key: fault for key in found if (fault := fault_of(key))}
    folders = {folder for key in found.keys() - problems.keys() for folder in _folders(key)}
    wanted = []
    for key, each in found.items():
        if key in problems or _is_marker(each, folders):
            continue
        if key in folders:
            problems[key] = "other keys go on behind it, so it would be a file and a folder"
        else:
            wanted.append(each)
    copied = (each.key for each in wanted if (marks.get(each.key), files.get(each.key)) != (each.mark, each.size))
    removed = files.keys() - {each.key for each in wanted}
    return MirrorPlan(tuple(sorted(copied)), tuple(sorted(removed)), tuple(map(_skipped, problems.items())))


def fault_of(key: str) -> str:
    """The reason why an object of this key cannot be a file; empty if it can."""
    steps = key.split("/")
    if any(step in ("", ".", "..") for step in steps) or _CONTROL.search(key):
        return "its key has an empty step, dots alone in one, or a control character"
    if any(len(step.encode()) > _LONGEST_STEP for step in steps):
        return f"its key has a step of more than {_LONGEST_STEP} bytes"
    return f"{RESERVED} is the name of a folder that feedsvc needs" if steps[0] == RESERVED else ""


def _folders(key: str) -> Iterator[str]:
    """All folders above the file of `key`."""
    while key := key.rpartition("/")[0]:
        yield key


def _is_marker(listed: ListedObject, folders: set[str]) -> bool:
    """True for an object that only makes a console show a folder; its trailing slash is not listed."""
    name = listed.key.rpartition("/")[2]
    return not listed.size and (listed.key in folders or "." not in name)


def _skipped(found: tuple[str, str]) -> Problem:
    key, reason = found
    return Problem(place=key, reason=reason, remedy="rename that object; until then it is not read")
