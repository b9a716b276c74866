"""The sections that are published: what each is called, and where it stands in the tree."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select

from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.edition_schema import sections
from feedsvc.store.transaction import Transaction


class Entry(NamedTuple):
    """`name` is how articles name the section; None where it is only in the configuration."""

    name: str | None
    title: str


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
    """How far below the whole site, which is 0."""
    return path.count("/") + 1 if path else 0


def find(transaction: Transaction, path: str) -> Entry | None:
    row = transaction.execute(_FIND, {"wanted": path}).first()
    return Entry(*row) if row else None


def everything(transaction: Transaction) -> dict[str, Entry]:
    """All by path, in its order."""
    return {row[0]: Entry(*row[1:]) for row in transaction.execute(_ALL)}


def count(transaction: Transaction) -> int:
    return int(transaction.execute(select(func.count()).select_from(sections)).scalar_one())


def children(transaction: Transaction, path: str, most: int = -1) -> dict[str, str]:
    """Path to title of those directly below `path`; of more than `most`, the first ones."""
    bounds = {"first": f"{path}/", "last": f"{path}0"} if path else {"first": "", "last": "\U0010ffff"}
    found = transaction.execute(_CHILDREN, bounds | {"depth": depth(path) + 1, "most": most})
    return {row.path: row.title for row in found}


def inside(transaction: Transaction, path: str) -> Iterator[str]:
    """All that are below `path`, however deep; the whole site has none."""
    if path:
        yield from transaction.scalars(
            select(sections.c.path).where(_INSIDE), {"first": f"{path}/", "last": f"{path}0"}
        )


def highest(transaction: Transaction, most: int) -> dict[str, Entry]:
    """The upper levels by path, as many as are no more than `most` together; of a first one, so many."""
    rows = list(transaction.execute(_HIGHEST, {"most": most + 1}))
    if len(rows) > most:
        last = rows.pop().depth
        rows = [row for row in rows if row.depth < last] or rows
    return {row.path: Entry(*row[2:]) for row in rows}


def put(transaction: Transaction, entries: Mapping[str, Entry]) -> None:
    _PUT.execute(transaction, ((path, depth(path), *entry) for path, entry in entries.items()))


def drop(transaction: Transaction, paths: Iterable[str]) -> None:
    if rows := [{"wanted": path} for path in sorted(paths)]:
        transaction.execute(_DROP, rows)
