"""The desk: gives what arrives its identity and its dates, once, and keeps them.

An id never changes once readers have seen it: not by renaming the file, nor by editing headline, slug, section or host.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, Row

from feedsvc import afterlife, dating
from feedsvc.identity import fold, key_of, tag
from feedsvc.media import measure
from feedsvc.model import Copy, Problem
from feedsvc.ports import Reading, Unreadable
from feedsvc.sections import folder_chain, opening, section_names
from feedsvc.store import ledger
from feedsvc.store.schema import FOREVER
from feedsvc.text import slugify

Record = Row[Any]


class ForNow(Unreadable):
    """What may pass without a change of the file: it is tried again at every look."""


class Arrival(NamedTuple):
    """A file that was read: where it lies, and what it says."""

    path: str
    entry: str
    """Size, time and inode: a file that is renamed keeps all three."""
    digest: str
    """SHA-256 of its bytes."""
    modified: datetime
    """The newest time of the file and of all that belongs to it, never in the future."""
    reading: Reading
    content: str
    """Its body as HTML, if that may lead anywhere; else empty."""
    edited: bool = True
    """The newsroom touched it; else it is only read anew, by another program or under another configuration."""


@dataclass
class Round:
    """What is known of one look at the folder while its files come in one by one."""

    now: datetime
    lost: dict[int, str] = field(default_factory=dict)
    """Articles whose files are not there any more: number to path, or to nothing if another article is there now."""
    former: dict[str, str] = field(default_factory=dict)
    """For each known file that changed, the `entry` that it had."""
    dirty: set[int] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    """Articles and sections that are to be published anew."""


class Admission(NamedTuple):
    """The article's number, what is odd about it, and the path that it left, if it was renamed."""

    number: int
    problems: tuple[Problem, ...]
    left: str = ""


class Desk:
    """`root` is the articles folder, `authority` the `host,year` of the tag URIs that are minted here (RFC 4151).

    `hosts` are the site's own names, all of them.
    """

    def __init__(self, root: Path, authority: str, hosts: frozenset[str]) -> None:
        self._root = root
        self._authority = authority
        self._hosts = hosts

    def admit(self, connection: Connection, arrival: Arrival, tour: Round) -> Admission:
        """Enter what arrived into the ledger. Raises ForNow where another article has the same id."""
        copy = _in_its_section(arrival)
        measured = measure(self._root, copy, arrival.content, arrival.path)
        copy = measured.copy
        rows = self._candidates(connection, arrival, copy)
        row = self._known(arrival, copy, rows, tour)
        left = self._move(connection, arrival, row, rows, tour)
        problems = [*arrival.reading.problems, *measured.problems]
        problems += [_unknown_address(arrival.path, host) for host in copy.alternates if host not in self._hosts]
        if row is not None and copy.id not in ("", row.id):
            problems.append(_other_id(arrival.path, copy.id, row.id))
        number = self._enter(connection, arrival, copy, row, tour)
        ledger.name_files(connection, number, measured.files, new=row is None)
        return Admission(number, tuple(problems), left)

    def release(self, connection: Connection, number: int, tour: Round) -> None:
        """The file is gone: the article leaves its sections. Its identity is kept, in case it comes back."""
        row = ledger.find(connection, number=number)
        if row is not None:
            values: dict[str, object] = {
                "path": None,
                "opens": FOREVER,
                "closes": FOREVER,
                "shown": dating.was_shown(row, tour.now),
            }
            ledger.name_files(connection, number, ())
            left = self._place(connection, row.number, row.id, row.published, {}, tour)
            values |= afterlife.withdraw(connection, row, left, tour.now)
            ledger.change(connection, number, values)

    # --- who it is ----------------------------------------------------------------------------------------------------

    def _candidates(self, connection: Connection, arrival: Arrival, copy: Copy) -> list[Record]:
        given = fold(self._authority, copy.id) if copy.id else None
        return ledger.candidates(connection, arrival.path, key_of(arrival.path), arrival.digest, given)

    def _known(self, arrival: Arrival, copy: Copy, rows: list[Record], tour: Round) -> Record | None:
        """The article that this is: by the id that it gives, by its path, or, if it was renamed, by its bytes."""
        here = next((row for row in rows if row.path == arrival.path), None)
        if copy.id:
            wanted = fold(self._authority, copy.id)
            named = next((row for row in rows if row.fold == wanted and row is not here), None)
            if named is not None and _is_free(named, arrival, tour):
                return named
            if named is not None and here is None and named.path is not None:
                raise _taken(copy.id, named.path)
        return here if here is not None else self._renamed(arrival, rows, tour)

    def _renamed(self, arrival: Arrival, rows: list[Record], tour: Round) -> Record | None:
        """The article that had these bytes, or else that once stood at this path, and has no file now."""
        free = [row for row in rows if _is_free(row, arrival, tour)]
        alike = (row for row in free if row.digest == arrival.digest)
        return next(alike, next((row for row in free if row.key == key_of(arrival.path)), None))

    def _move(
        self, connection: Connection, arrival: Arrival, row: Record | None, rows: list[Record], tour: Round
    ) -> str:
        """Clear the way for `row` to the place of `arrival`; the path that it leaves, or empty if it was there."""
        if row is None or row.path == arrival.path:
            return ""
        for other in rows:
            if other.path == arrival.path:  # it has lost its file to this one, and may yet find another
                ledger.change(connection, other.number, {"path": None})
                tour.lost[other.number] = ""
        tour.lost.pop(row.number, None)
        if row.path is not None:
            ledger.forget(connection, row.path)
        return row.path or ""

    def _mint(self, connection: Connection, path: str, given: str) -> tuple[str, str]:
        """`(id, key)` of a new article. The same path gives the same, unless an article that moved away has it."""
        name, count = given or path, 1
        while True:
            key = key_of(name)
            minted = given or tag(self._authority, key)
            if not ledger.is_taken(connection, key, fold(self._authority, minted)):
                return minted, key
            count += 1
            name = f"{given or path}#{count}"

    # --- what it says, and since when ---------------------------------------------------------------------------------

    def _enter(self, connection: Connection, arrival: Arrival, copy: Copy, row: Record | None, tour: Round) -> int:
        published = dating.published(copy, row, arrival.modified, tour.now)
        look = dating.fingerprint(copy)
        values: dict[str, Any] = {
            "path": arrival.path,
            "digest": arrival.digest,
            "fingerprint": look,
            "slug": slugify(copy.slug or copy.title) or "article",
            "published": ledger.seconds(published),
            "body": copy.body,
            "paged": not copy.url or "/articles/" in copy.url,
            **ledger.span(opening(copy, copy.published or published)),
        }
        kept = replace(copy, body="")
        names = {"": "", **section_names(copy.sections)}
        if row is None:
            name, key = self._mint(connection, arrival.path, copy.id)
            values |= {"id": name, "fold": fold(self._authority, name), "key": key, "shown": False}
            values |= {"first_seen": ledger.seconds(tour.now), "revision": 1}
            values["updated"] = ledger.seconds(dating.first_updated(copy, published, tour.now))
            number = ledger.add(connection, values, kept)
            self._place(connection, number, name, ledger.seconds(published), names, tour, new=True)
        else:
            number = row.number
            left = self._place(connection, number, row.id, ledger.seconds(published), names, tour)
            values["shown"] = dating.was_shown(row, tour.now)
            touched = arrival.modified if arrival.edited else None
            if row.fingerprint != look:
                values |= afterlife.revise(connection, row, copy, published, touched, tour.now)
            else:
                values["updated"] = ledger.seconds(dating.updated(copy, row, published, None, tour.now))
            values |= afterlife.follow(connection, row, copy, left, values, tour.now)
            ledger.change(connection, number, values, kept)
        return number

    def _place(
        self,
        connection: Connection,
        number: int,
        name: str,
        published: int,
        names: dict[str, str],
        tour: Round,
        *,
        new: bool = False,
    ) -> set[str]:
        """Let the article stand in the sections `names`, and mark all that this touches; where it stood before."""
        before = set() if new else ledger.leave_sections(connection, number)
        ledger.join_sections(connection, number, name, published, names)
        tour.stale |= before | names.keys()
        tour.dirty.add(number)
        return before


def _is_free(row: Record, arrival: Arrival, tour: Round) -> bool:
    """Whether the article has no file now, or had the very file that arrives under another name."""
    return row.path is None or row.number in tour.lost or tour.former.get(row.path) == arrival.entry


def _in_its_section(arrival: Arrival) -> Copy:
    copy = arrival.reading.copy
    chain = folder_chain(arrival.path.rpartition("/")[0])
    return copy if section_names(copy.sections) or not chain else replace(copy, sections=(chain,))


def _taken(given: str, path: str) -> ForNow:
    return ForNow(f"the id {given!r} belongs to {path}", "give one of the two another id, or remove it")


def _other_id(path: str, given: str, kept: str) -> Problem:
    reason = f"the file now says id {given!r}, but readers know the article as {kept!r}, which stays"
    return Problem(
        place=path, reason=reason, remedy="take the id out of the file, or publish it as a new file", warning=True
    )


def _unknown_address(path: str, host: str) -> Problem:
    reason = f"it names the alternate address {host}, which config.toml does not have"
    return Problem(place=path, reason=reason, remedy=f'add "https://{host}" to [site] mirrors', warning=True)
