"""The published sections: their names, their titles and their places in the tree."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import bindparam, delete, func, select

from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import ALL, insert
from feedsvc.store.edition_schema import sections
from feedsvc.store.entries import SectionEntry
from feedsvc.store.transaction import Transaction

_FIND = select(sections.c.name, sections.c.title).where(sections.c.path == bindparam("wanted"))
_ALL = select(sections.c.path, sections.c.name, sections.c.title).order_by(sections.c.path)
_INSIDE = (sections.c.path > bindparam("first")) & (sections.c.path < bindparam("last"))
_CHILDREN = (
    select(sections.c.path, sections.c.title)
    .where(sections.c.depth == bindparam("depth"), _INSIDE)
    .order_by(sections.c.path)
    .limit(bindparam("most"))
)
_HIGHEST = (
    select(sections.c.depth, sections.c.path, sections.c.name, sections.c.title)
    .where(sections.c.depth > 0)
    .order_by(sections.c.depth, sections.c.path)
    .limit(bindparam("most"))
)
_add = insert(sections)
_said = {"name": _add.excluded.name, "title": _add.excluded.title}
_PUT = Bulk(_add.on_conflict_do_update(index_elements=["path"], set_=_said))
_DROP = delete(sections).where(sections.c.path == bindparam("wanted"))


def depth(path: str) -> int:
    """The depth of the section `path`: 0 for the whole site."""
    return path.count("/") + 1 if path else 0


def find(transaction: Transaction, path: str) -> SectionEntry | None:
    """The section at `path`; None if it is not published."""
    row = transaction.execute(_FIND, {"wanted": path}).first()
    return SectionEntry(*row) if row else None


def everything(transaction: Transaction) -> dict[str, SectionEntry]:
    """All published sections by path, in the order of their paths."""
    return {row[0]: SectionEntry(*row[1:]) for row in transaction.execute(_ALL)}


def count(transaction: Transaction) -> int:
    """The number of published sections."""
    return int(transaction.execute(select(func.count()).select_from(sections)).scalar_one())


def children(transaction: Transaction, path: str, most: int = ALL) -> dict[str, str]:
    """The titles of the first `most` sections directly below `path`, by path."""
    bounds = {"first": f"{path}/", "last": f"{path}0"} if path else {"first": "", "last": "\U0010ffff"}
    found = transaction.execute(_CHILDREN, bounds | {"depth": depth(path) + 1, "most": most})
    return {row.path: row.title for row in found}


def inside(transaction: Transaction, path: str) -> Iterator[str]:
    """The paths of all sections below `path`, at any depth; none for the whole site (empty path)."""
    if path:
        yield from transaction.scalars(
            select(sections.c.path).where(_INSIDE), {"first": f"{path}/", "last": f"{path}0"}
        )


def highest(transaction: Transaction, most: int) -> dict[str, SectionEntry]:
    """The sections of the upper levels: as many whole levels as have at most `most` sections together. If the first
    level alone has more, its first `most` sections."""
    rows = list(transaction.execute(_HIGHEST, {"most": most + 1}))
    if len(rows) > most:
        last = rows.pop().depth
        rows = [row for row in rows if row.depth < last] or rows
    return {row.path: SectionEntry(*row[2:]) for row in rows}


def put(transaction: Transaction, entries: Mapping[str, SectionEntry]) -> None:
    """Adds or replaces sections."""
    _PUT.execute(transaction, ((path, depth(path), *entry) for path, entry in entries.items()))


def drop(transaction: Transaction, paths: Iterable[str]) -> None:
    """Removes sections."""
    if rows := [{"wanted": path} for path in sorted(paths)]:
        transaction.execute(_DROP, rows)
