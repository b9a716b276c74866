"""The tree of sections: which there are at one instant, and what they are called."""

from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from feedsvc.model import Section
from feedsvc.plan import Plan
from feedsvc.store import editions, ledger


class Sections:
    """As the ledger and the plan have them. `stale` are those that may have changed since the last Edition; None for
    all of them."""

    def __init__(self, connection: Connection, plan: Plan, now: datetime, stale: set[str] | None) -> None:
        self._connection = connection
        self._plan = plan
        self._now = now
        self._stale = stale

    @cached_property
    def names(self) -> dict[str, str]:
        """Path to name, as articles name it, of every section that has been published and is still named."""
        before: dict[str, str] = editions.recall(self._connection, "names", {})
        now = ledger.seconds(self._now)
        if self._stale is None:
            kept = {path: before[path] for path in before.keys() & ledger.named_sections(self._connection)}
            return dict(sorted((kept | ledger.section_names(self._connection, now)).items()))
        for path in self._stale:
            name = ledger.section_name(self._connection, path, now)
            if name is not None:
                before[path] = name
            elif not ledger.is_named(self._connection, path):  # else it has articles, though none is open: it stays
                before.pop(path, None)
        return dict(sorted(before.items()))

    @cached_property
    def titles(self) -> dict[str, str]:
        """Path to title of every section that is published, those above it included."""
        named = dict(self.names)
        for path in self._plan.sections:
            parts = path.split("/")
            for depth in range(1, len(parts) + 1):
                named.setdefault("/".join(parts[:depth]), parts[depth - 1].replace("-", " ").capitalize())
        named |= {path: plan.title for path, plan in self._plan.sections.items() if plan.title}
        named[""] = self._plan.title
        return dict(sorted(named.items()))

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        """The sections directly below each."""
        tree: dict[str, list[str]] = {}
        for path in self.titles:
            if path:
                tree.setdefault(path.rpartition("/")[0], []).append(path)
        return tree

    def trail(self, path: str) -> tuple[Section, ...]:
        """The sections from the top down to `path`, itself included."""
        parts = path.split("/") if path else []
        paths = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return tuple(self.section(each) for each in paths)

    def section(self, path: str) -> Section:
        plan = self._plan.sections.get(path)
        title = self.titles.get(path) or path.rpartition("/")[2]
        return Section(path=path, title=title, description=plan.description if plan else "")

    def children(self, path: str) -> tuple[Section, ...]:
        return tuple(map(self.section, self._below.get(path, ())))
