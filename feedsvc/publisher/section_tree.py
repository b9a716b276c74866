"""The tree of published sections, and their titles."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from feedsvc.model import codec
from feedsvc.model.article import Section
from feedsvc.model.plan import Plan
from feedsvc.store import memberships, sections
from feedsvc.store.entries import SectionEntry
from feedsvc.store.transaction import Transaction


class SectionChanges(NamedTuple):
    """The paths of the sections that were added, removed, or given another title."""

    came: frozenset[str]
    gone: frozenset[str]
    renamed: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """All of them together."""
        return self.came | self.gone | self.renamed


def refresh_sections(
    transaction: Transaction, plan: Plan, now: datetime, stale: Iterable[str] | None
) -> SectionChanges:
    """Updates the published sections to the articles and `plan` as of `now`. Returns the changes.

    `stale` are the sections that may have changed; None if all may have.
    """
    if stale is None:
        before = sections.everything(transaction)
        after: dict[str, SectionEntry | None] = dict.fromkeys(before) | _current_entries(transaction, plan, now, before)
    else:
        found = {path: sections.find(transaction, path) for path in stale}
        before = {path: entry for path, entry in found.items() if entry}
        after = {path: _current_entry(transaction, plan, now, path, entry) for path, entry in found.items()}
    there = {path: entry for path, entry in after.items() if entry}
    sections.put(transaction, {path: entry for path, entry in there.items() if entry != before.get(path)})
    sections.drop(transaction, before.keys() - there.keys())
    same = before.keys() & there.keys()
    return SectionChanges(
        came=frozenset(there.keys() - before.keys()),
        gone=frozenset(before.keys() - there.keys()),
        renamed=frozenset(path for path in same if before[path].title != there[path].title),
    )


def _current_entries(
    transaction: Transaction, plan: Plan, now: datetime, before: dict[str, SectionEntry]
) -> dict[str, SectionEntry]:
    paths = sorted({"", *memberships.named_sections(transaction), *planned_sections(plan)})
    found = {path: _current_entry(transaction, plan, now, path, before.get(path)) for path in paths}
    return {path: entry for path, entry in found.items() if entry}


def _current_entry(
    transaction: Transaction, plan: Plan, now: datetime, path: str, before: SectionEntry | None
) -> SectionEntry | None:
    name = memberships.section_name(transaction, path, codec.seconds(now))
    # A published section stays while it has articles, even if none of them is open.
    if name is None and before and memberships.is_named(transaction, path):
        name = before.name
    return section_entry(plan, path, name)


def section_entry(plan: Plan, path: str, name: str | None) -> SectionEntry | None:
    """The section at `path` as published, if open articles name it `name` (None if no open article is in it).

    The title is that of the plan, or `name`, or is made from the path; None if neither articles nor `plan` have the
    section.
    """
    if not path:
        return SectionEntry(None, plan.title)
    own = plan.sections.get(path)
    title = (own and own.title) or name
    if not title and (own or any(each.startswith(f"{path}/") for each in plan.sections)):
        title = path.rpartition("/")[2].replace("-", " ").capitalize()
    return SectionEntry(name, title) if title else None


def planned_sections(plan: Plan) -> Iterator[str]:
    """The paths of the sections of `plan`, and of those above them."""
    for path in plan.sections:
        steps = path.split("/")
        yield from ("/".join(steps[:depth]) for depth in range(1, len(steps) + 1))


AT_FIRST = 300
"""Sections that are loaded together on the first access: all sections of most newsrooms."""


class SectionIndex:
    """The published sections, each loaded once. Create a new index after `refresh_sections`."""

    def __init__(self, transaction: Transaction, plan: Plan) -> None:
        self._transaction = transaction
        self._plan = plan
        self._known: dict[str, SectionEntry | None] = {}

    def entry(self, path: str) -> SectionEntry | None:
        """The section at `path`; None if it is not published."""
        if not self._known:
            self._known |= sections.highest(self._transaction, AT_FIRST)
        if path not in self._known:
            self._known[path] = sections.find(self._transaction, path)
        return self._known[path]

    def is_there(self, path: str) -> bool:
        """True if the section at `path` is published."""
        return self.entry(path) is not None

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles of all sections, by path. Reads all sections: for publications of everything."""
        return {path: entry.title for path, entry in sections.everything(self._transaction).items()}

    def trail(self, path: str) -> tuple[Section, ...]:
        """The sections from the top down to `path`, inclusive."""
        parts = path.split("/") if path else []
        paths = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return tuple(self.section(each) for each in paths)

    def section(self, path: str) -> Section:
        """The section at `path` with its title; if it is not published, the title is the last step of its path."""
        entry = self.entry(path)
        return self._section(path, entry.title if entry else path.rpartition("/")[2])

    def highest(self, most: int) -> dict[str, SectionEntry]:
        """The upper levels of the tree, by path: as many whole levels as have no more than `most` sections in total, or
        the first `most` sections of the first level."""
        found = sections.highest(self._transaction, most)
        self._known |= found
        return found

    def children(self, path: str, most: int) -> tuple[Section, ...]:
        """The sections directly below `path`, at most the first `most`."""
        found = sections.children(self._transaction, path, most)
        return tuple(self._section(*each) for each in found.items())

    def _section(self, path: str, title: str) -> Section:
        plan = self._plan.sections.get(path)
        return Section(path=path, title=title, description=plan.description if plan else "")
