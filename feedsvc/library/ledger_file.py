"""A ledger as a file of JSON Lines: a header, then an article a line, in the order of ids.

Only what identity and dates need; the articles themselves are the newsroom's files.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO

import msgspec
from msgspec import Struct

from feedsvc.model.identity import absolute, normalised_id
from feedsvc.model.problem import Problem
from feedsvc.model.text import one_line, xml_safe

VERSION = 1
LONGEST = 2**16
"""Bytes of a line; more is none of ours."""
MOST = 20
"""Lines that are complained of; whoever has more of them has the wrong file."""
_KEY = re.compile(r"[a-z2-7]{12}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)


class Header(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`look` is the fingerprint of an example: where it differs, those of the articles say nothing here."""

    feedsvc: str = "ledger"
    version: int = VERSION
    authority: str
    look: str
    articles: int


class Adopted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As the table `adopted` has it."""

    link: str
    dated: datetime | None
    said: datetime | None


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article. `path` is none once its file is gone; `digest` is the SHA-256 of the file."""

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
    """When it was taken back: it can return only as something newer than that."""
    adopted: Adopted | None = None


class InvalidLedger(Exception):
    """The file is none that `export` has written, or not all of it; has the Problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def validate(file: BinaryIO, name: str, authority: str) -> Header:
    """Read all of `file`, which is called `name` in Problems. Raises Garbage for whatever `take` could not take over.

    An id that is no IRI is one in Atom by the authority, so that cannot be another one then.
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
            trouble.append(_garbage(name, number, str(error)))
            if len(trouble) == MOST:
                break
    if not trouble and count != header.articles:
        reason = f"the file has {count} of {header.articles} articles: it was cut off, or edited"
        trouble.append(Problem(place=name, reason=reason, remedy=_REMEDY))
    if trouble:
        raise InvalidLedger(tuple(trouble))
    return header


def opened(file: BinaryIO, name: str) -> tuple[Header, Iterator[tuple[int, bytes]]]:
    """The header, and the other lines with their numbers. Raises Garbage where that is no header."""
    file.seek(0)
    first = file.readline(LONGEST)
    try:
        header = msgspec.json.decode(first, type=Header)
    except (msgspec.MsgspecError, ValueError) as error:
        raise InvalidLedger((_garbage(name, 1, f"this is no ledger: {error}"),)) from error
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
    """Raises ValueError for what is no line of a ledger."""
    if len(line) == LONGEST:
        raise ValueError(f"the line is longer than {LONGEST} bytes")
    try:
        return msgspec.json.decode(line, type=Line)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error


class _Seen:
    def __init__(self) -> None:
        self._values: dict[str, set[str]] = {"id": set(), "key": set(), "path": set()}

    def add(self, name: str, value: str) -> None:
        """Raises ValueError for one that an earlier line has."""
        if value in self._values[name]:
            raise ValueError(f"an earlier line has the same {name}")
        self._values[name].add(value)


def _check(line: Line, seen: _Seen, authority: str, header: Header) -> None:
    """Raises ValueError for a value that cannot be."""
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
    if line.path is not None:
        seen.add("path", line.path)


def _rules(line: Line) -> Iterator[tuple[str, bool]]:
    yield "id", bool(line.id) and line.id == one_line(line.id)
    yield "key", _KEY.fullmatch(line.key) is not None
    yield "path", line.path is None or _is_path(line.path)
    yield "title", bool(one_line(line.title))
    yield "slug", bool(line.slug) and line.slug == one_line(line.slug) and "/" not in line.slug
    yield "revision", 0 < line.revision < 2**53
    yield "fingerprint", _HEX.fullmatch(line.fingerprint) is not None
    yield "digest", line.digest != "" and _HEX.fullmatch(line.digest) is not None
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


def _garbage(name: str, number: int, reason: str) -> Problem:
    return Problem(place=f"{name}, line {number}", reason=reason, remedy=_REMEDY)
