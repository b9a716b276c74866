"""The format of an exported ledger: JSON Lines, a header and then one article a line, sorted by id.

It holds only what identities and dates need; the articles themselves are the newsroom's files.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO

import msgspec
from msgspec import UNSET, Struct, UnsetType

from feedsvc.model.former_paths import former_path
from feedsvc.model.identity import absolute, normalised_id
from feedsvc.model.problem import Problem
from feedsvc.model.text import one_line, xml_safe

VERSION = 1
LONGEST = 2**16
"""Most bytes of a line; no export has a longer one."""
MOST = 20
"""Most bad lines that are reported; a file with more of them is the wrong file."""
_KEY = re.compile(r"[a-z2-7]{12}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)


class Header(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line. `look` is the fingerprint of an example: if it differs here, no fingerprint can be compared."""

    feedsvc: str = "ledger"
    version: int = VERSION
    authority: str
    look: str
    articles: int


class Adopted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The link and the dates by which readers of another system know the article."""

    link: str
    dated: datetime | None
    said: datetime | None


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article. `path` is None if its file is gone; `last_path` is then the path that it had, if known. `digest` is
    the SHA-256 of the file."""

    id: str
    key: str
    path: str | None
    title: str
    slug: str
    first_seen: datetime
    published: datetime
    available: datetime
    updated: datetime
    revision: int
    shown: bool
    fingerprint: str
    digest: str
    withdrawn: datetime | None = None
    """The time of its withdrawal, than which a return must be newer. None if it is not withdrawn."""
    adopted: Adopted | None = None
    former_paths: tuple[str, ...] | UnsetType = UNSET
    """The paths of the article on the site in the system that the newsroom left."""
    last_path: str | UnsetType = UNSET


class InvalidLedger(Exception):
    """Raised for a file that was not written by an export, or not completely. `problems` has the reasons."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def validate(file: BinaryIO, name: str, authority: str) -> Header:
    """The header of `file`, all of which is checked. Raises InvalidLedger if it cannot be imported.

    `name` is the file's name in problems. Atom makes an id that is no IRI into one with the authority, so the authority
    must be the same.
    """
    trouble: list[Problem] = []
    header, rest = opened(file, name)
    seen = _Seen()
    count = 0
    for number, line in rest:
        count += 1
        try:
            _check(decode(line), seen, authority, header)
        except ValueError as error:
            trouble.append(_invalid_line(name, number, str(error)))
            if len(trouble) == MOST:
                break
    if not trouble and count != header.articles:
        reason = f"the file has {count} of {header.articles} articles: it was cut off, or edited"
        trouble.append(Problem(place=name, reason=reason, remedy=_REMEDY))
    if trouble:
        raise InvalidLedger(tuple(trouble))
    return header


def opened(file: BinaryIO, name: str) -> tuple[Header, Iterator[tuple[int, bytes]]]:
    """The header, and the other lines with their numbers. Raises InvalidLedger if there is no header."""
    file.seek(0)
    first = file.readline(LONGEST)
    try:
        header = msgspec.json.decode(first, type=Header)
    except (msgspec.MsgspecError, ValueError) as error:
        raise InvalidLedger((_invalid_line(name, 1, f"this is no ledger: {error}"),)) from error
    if (header.feedsvc, header.version) != ("ledger", VERSION):
        reason = f"the ledger is of version {header.version}, and here is {VERSION}"
        raise InvalidLedger(
            (Problem(place=f"{name}, line 1", reason=reason, remedy="use the feedsvc that exported it"),)
        )
    return header, _numbered(file)


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 1
    while line := file.readline(LONGEST):
        number += 1
        if line.strip() or len(line) == LONGEST:
            yield number, line


def decode(line: bytes) -> Line:
    """The article in `line`. Raises ValueError for anything else."""
    if len(line) == LONGEST:
        raise ValueError(f"the line is longer than {LONGEST} bytes")
    try:
        return msgspec.json.decode(line, type=Line)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error


class _Seen:
    """The values that must differ from line to line."""

    def __init__(self) -> None:
        self._values: dict[str, set[str]] = {"id": set(), "key": set(), "path": set()}

    def add(self, name: str, value: str) -> None:
        """Notes a value. Raises ValueError if an earlier line has the same."""
        if value in self._values[name]:
            raise ValueError(f"an earlier line has the same {name}")
        self._values[name].add(value)


def _check(line: Line, seen: _Seen, authority: str, header: Header) -> None:
    """Raises ValueError if a line has values that no ledger can have."""
    wrong = [name for name, good in _rules(line) if not good]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} cannot be so")
    for value in _instants(line):
        _check_time(value)
    if header.authority != authority and absolute(authority, line.id) != line.id:
        remedy = f'set [site] id_authority = "{header.authority}"'
        raise ValueError(f"the id {line.id!r} is known to Atom's readers by the authority {header.authority}; {remedy}")
    seen.add("id", normalised_id(authority, line.id))
    seen.add("key", line.key)
    if path := line.path or line.last_path:
        seen.add("path", path)


def _rules(line: Line) -> Iterator[tuple[str, bool]]:
    yield "id", bool(line.id) and line.id == one_line(line.id)
    yield "key", _KEY.fullmatch(line.key) is not None
    yield "path", line.path is None or _is_path(line.path)
    yield "last_path", line.last_path is UNSET or (line.path is None and _is_path(line.last_path))
    yield "title", bool(one_line(line.title))
    yield "slug", bool(line.slug) and line.slug == one_line(line.slug) and "/" not in line.slug
    yield "revision", 0 < line.revision < 2**53
    yield "fingerprint", _HEX.fullmatch(line.fingerprint) is not None
    yield "digest", line.digest != "" and _HEX.fullmatch(line.digest) is not None
    yield "former_paths", all(path == former_path(path) != "" for path in line.former_paths or ())
    yield "adopted", line.adopted is None or line.adopted.link == one_line(line.adopted.link)


def _is_path(path: str) -> bool:
    parts = path.split("/")
    return path == xml_safe(path) and PurePosixPath(path).parts == tuple(parts) and parts[0] != "" and ".." not in parts


def _instants(line: Line) -> Iterator[datetime]:
    yield from (line.first_seen, line.published, line.available, line.updated)
    if line.withdrawn is not None:
        yield line.withdrawn
    if line.adopted:
        yield from (each for each in (line.adopted.dated, line.adopted.said) if each is not None)


def _check_time(value: datetime) -> None:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    if not 1 < value.year < 9999:
        raise ValueError(f"{value.isoformat()} is not in any year of UTC's")


_REMEDY = "export the ledger again, and bring the file over whole and unedited"


def _invalid_line(name: str, number: int, reason: str) -> Problem:
    return Problem(place=f"{name}, line {number}", reason=reason, remedy=_REMEDY)
