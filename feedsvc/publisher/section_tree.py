"""The tree of sections: which are published, and what they are called."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection

from feedsvc.model.article import Section
from feedsvc.model.plan import Plan
from feedsvc.store import ledger, memberships, sections
from feedsvc.store.sections import Entry


class SectionChanges(NamedTuple):
    """The sections that are not as they were."""

    came: frozenset[str]
    gone: frozenset[str]
    renamed: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.came | self.gone | self.renamed


def refresh_sections(connection: Connection, plan: Plan, now: datetime, stale: Iterable[str] | None) -> SectionChanges:
    """Let the sections be published as articles and `plan` have them at `now`; what moved.

    `stale` are those that may not be as they were; None for all of them.
    """
    if stale is None:
        before = sections.everything(connection)
        after: dict[str, Entry | None] = dict.fromkeys(before) | _all(connection, plan, now, before)
    else:
        found = {path: sections.find(connection, path) for path in stale}
        before = {path: entry for path, entry in found.items() if entry}
        after = {path: _one(connection, plan, now, path, entry) for path, entry in found.items()}
    there = {path: entry for path, entry in after.items() if entry}
    sections.put(connection, {path: entry for path, entry in there.items() if entry != before.get(path)})
    sections.drop(connection, before.keys() - there.keys())
    same = before.keys() & there.keys()
    return SectionChanges(
        came=frozenset(there.keys() - before.keys()),
        gone=frozenset(before.keys() - there.keys()),
        renamed=frozenset(path for path in same if before[path].title != there[path].title),
    )


def _all(connection: Connection, plan: Plan, now: datetime, before: dict[str, Entry]) -> dict[str, Entry]:
    paths = sorted({"", *memberships.named_sections(connection), *_planned(plan)})
    found = {path: _one(connection, plan, now, path, before.get(path)) for path in paths}
    return {path: entry for path, entry in found.items() if entry}


def _one(connection: Connection, plan: Plan, now: datetime, path: str, before: Entry | None) -> Entry | None:
    name = memberships.section_name(connection, path, ledger.seconds(now))
    # One that has articles, though none is open, stays if it was there.
    if name is None and before and memberships.is_named(connection, path):
        name = before.name
    return _entry(plan, path, name)


def _entry(plan: Plan, path: str, name: str | None) -> Entry | None:
    """None for what neither articles nor `plan` name."""
    if not path:
        return Entry(None, plan.title)
    own = plan.sections.get(path)
    title = (own and own.title) or name
    if not title and (own or any(each.startswith(f"{path}/") for each in plan.sections)):
        title = path.rpartition("/")[2].replace("-", " ").capitalize()
    return Entry(name, title) if title else None


def _planned(plan: Plan) -> Iterator[str]:
    """The sections of `plan`, and those above them."""
    for path in plan.sections:
        steps = path.split("/")
        yield from ("/".join(steps[:depth]) for depth in range(1, len(steps) + 1))


class SectionIndex:
    """As they are published; each is looked up once."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        self._connection = connection
        self._plan = plan
        self._known: dict[str, Entry | None] = {}

    def entry(self, path: str) -> Entry | None:
        """None for a section that is not published."""
        if path not in self._known:
            self._known[path] = sections.find(self._connection, path)
        return self._known[path]

    def is_there(self, path: str) -> bool:
        return self.entry(path) is not None

    @cached_property
    def titles(self) -> dict[str, str]:
        """Path to title of every section: ask for it only where all of them matter."""
        return {path: entry.title for path, entry in sections.everything(self._connection).items()}

    def trail(self, path: str) -> tuple[Section, ...]:
        """The sections from the top down to `path`, itself included."""
        parts = path.split("/") if path else []
        paths = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return tuple(self.section(each) for each in paths)

    def section(self, path: str) -> Section:
        entry = self.entry(path)
        return self._section(path, entry.title if entry else path.rpartition("/")[2])

    def highest(self, most: int) -> dict[str, Entry]:
        """The upper levels of the tree, `most` sections together."""
        found = sections.highest(self._connection, most)
        self._known |= found
        return found

    def children(self, path: str, most: int) -> tuple[Section, ...]:
        """Those directly below `path`, of more than `most` the first ones."""
        found = sections.children(self._connection, path, most)
        return tuple(self._section(*each) for each in found.items())

    def _section(self, path: str, title: str) -> Section:
        plan = self._plan.sections.get(path)
        return Section(path=path, title=title, description=plan.description if plan else "")
