"""The desk: gives what arrives its identity and its dates, once, and keeps them.

An id never changes once readers have seen it: not by renaming the file, nor by editing headline, slug, section or host.
"""

from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Row

from feedsvc.identity import fold, key_of, tag
from feedsvc.media import measure
from feedsvc.model import Copy, Problem, Reading, Unreadable, instant
from feedsvc.sections import folder_chain, opening, section_names
from feedsvc.store import ledger
from feedsvc.store.schema import FOREVER
from feedsvc.text import slugify

Record = Row[Any]


class Arrival(NamedTuple):
    """A file that was read: its path, the SHA-256 of its bytes, its newest modification time, and what it says."""

    path: str
    digest: str
    modified: datetime
    reading: Reading


class Desk:
    """`root` is the articles folder, `authority` the `host,year` of the tag URIs that are minted here (RFC 4151).

    `hosts` are the site's own names, all of them.
    """

    def __init__(self, root: Path, authority: str, hosts: frozenset[str]) -> None:
        self._root = root
        self._authority = authority
        self._hosts = hosts

    def admit(
        self, connection: Connection, arrival: Arrival, lost: dict[str, int], now: datetime
    ) -> tuple[int, tuple[Problem, ...]]:
        """Enter what arrived at `now` into the ledger; the article's number, and what is odd about it.

        `lost` are the articles (path to number) whose files are not there any more: one that was only renamed is taken
        out of it. Raises Unreadable where another article has the same id.
        """
        copy, missing = measure(self._root, _in_its_section(arrival), arrival.path)
        row = self._known(connection, arrival, copy, lost)
        problems = [*arrival.reading.problems, *missing]
        problems += [_unknown_address(arrival.path, host) for host in copy.alternates if host not in self._hosts]
        if row is not None and copy.id not in ("", row.id):
            problems.append(_other_id(arrival.path, copy.id, row.id))
        number = self._enter(connection, arrival, copy, row, now)
        return number, tuple(problems)

    def release(self, connection: Connection, number: int) -> None:
        """The file is gone: the article leaves its sections. Its identity is kept, in case it comes back."""
        row = ledger.find(connection, number=number)
        if row is not None:
            ledger.change(connection, number, {"path": None, "opens": FOREVER, "closes": FOREVER})
            ledger.join_sections(connection, number, row.id, row.published, {})

    # --- who it is ----------------------------------------------------------------------------------------------------

    def _known(self, connection: Connection, arrival: Arrival, copy: Copy, lost: dict[str, int]) -> Record | None:
        """The article that this is: by its path, by its given id, or, if it was renamed, by its bytes."""
        row = ledger.find(connection, path=arrival.path)
        if row is None and copy.id:
            row = ledger.find(connection, fold=fold(copy.id))
            if row is not None and row.path is not None and row.path not in lost:
                raise _taken(copy.id, row.path)
        if row is None and not copy.id:
            row = self._renamed(connection, arrival, lost)
        if row is not None and row.path != arrival.path:
            lost.pop(row.path, None)
            if row.path is not None:
                ledger.forget(connection, row.path)
        return row

    def _renamed(self, connection: Connection, arrival: Arrival, lost: dict[str, int]) -> Record | None:
        """The article that had these bytes, or stood at this path, and has no file now."""
        alike = (*ledger.alike(connection, arrival.digest), ledger.find(connection, key=key_of(arrival.path)))
        return next((row for row in alike if row is not None and (row.path is None or row.path in lost)), None)

    def _mint(self, connection: Connection, path: str, given: str) -> tuple[str, str]:
        """`(id, key)` of a new article. The same path gives the same, unless an article that moved away has it."""
        name, count = given or path, 1
        while ledger.find(connection, key=key_of(name)) is not None:
            count += 1
            name = f"{given or path}#{count}"
        key = key_of(name)
        return given or tag(self._authority, key), key

    # --- what it says, and since when ---------------------------------------------------------------------------------

    def _enter(self, connection: Connection, arrival: Arrival, copy: Copy, row: Record | None, now: datetime) -> int:
        published = _published(copy, row, arrival.modified, now)
        look = fingerprint(copy)
        values: dict[str, object] = {
            "path": arrival.path,
            "digest": arrival.digest,
            "fingerprint": look,
            "slug": slugify(copy.slug or copy.title) or "article",
            "published": ledger.seconds(published),
            **ledger.span(opening(copy, published)),
        }
        if row is None:
            name, key = self._mint(connection, arrival.path, copy.id)
            values |= {"id": name, "fold": fold(name), "key": key, "first_seen": ledger.seconds(now), "revision": 1}
            values["updated"] = ledger.seconds(_first_updated(copy, published, now))
            number = ledger.add(connection, values, copy)
        else:
            name, number = row.id, row.number
            changed = row.fingerprint != look
            updated = _updated(copy, row, arrival.modified, now, changed) if _was_seen(row, now) else None
            values["updated"] = ledger.seconds(max(updated or _first_updated(copy, published, now), published))
            values["revision"] = row.revision + changed
            ledger.change(connection, number, values, copy)
        names = {"": "", **section_names(copy.sections)}
        ledger.join_sections(connection, number, name, ledger.seconds(published), names)
        return number


def _was_seen(row: Record, now: datetime) -> bool:
    return bool(row.opens <= ledger.seconds(now))


def _in_its_section(arrival: Arrival) -> Copy:
    copy = arrival.reading.copy
    chain = folder_chain(arrival.path.rpartition("/")[0])
    return copy if copy.sections or not chain else replace(copy, sections=(chain,))


def _published(copy: Copy, row: Record | None, modified: datetime, now: datetime) -> datetime:
    """As the file says; else as the ledger says; else the file's own date at first sight, never in the future."""
    if copy.published is not None:
        return copy.published
    return ledger.instant(row.published) if row is not None else instant(min(modified, now))


def _first_updated(copy: Copy, published: datetime, now: datetime) -> datetime:
    if copy.updated is None or copy.updated > now:
        return published
    return max(copy.updated, published)


def _updated(copy: Copy, row: Record, modified: datetime, now: datetime, changed: bool) -> datetime:
    """When the last change that a reader sees was made: as the file says if that is later, else by the file's date."""
    before = ledger.instant(row.updated)
    if not changed:
        return before
    candidates = (copy.updated, instant(modified))
    return next((each for each in candidates if each is not None and before < each <= now), instant(now))


def fingerprint(copy: Copy) -> str:
    """A hash of what a reader sees of an article; dates, sections and tags are not among it."""
    seen = (
        *(copy.title, copy.summary, copy.body, copy.markup, copy.url, copy.language, copy.correction),
        *(copy.caption, copy.credit, copy.authors, copy.media),
    )
    return blake2b(msgspec.json.encode(seen), digest_size=16).hexdigest()


def _taken(given: str, path: str) -> Unreadable:
    return Unreadable(f"the id {given!r} belongs to {path}", "give one of the two another id, or remove it")


def _other_id(path: str, given: str, kept: str) -> Problem:
    reason = f"the file now says id {given!r}, but readers know the article as {kept!r}, which stays"
    return Problem(
        place=path, reason=reason, remedy="take the id out of the file, or publish it as a new file", warning=True
    )


def _unknown_address(path: str, host: str) -> Problem:
    reason = f"it names the alternate address {host}, which config.toml does not have"
    return Problem(place=path, reason=reason, remedy=f'add "https://{host}" to [site] mirrors', warning=True)
