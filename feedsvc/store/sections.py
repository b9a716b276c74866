"""The sections that are published: what each is called, and where it stands in the tree."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store.bulk import Bulk
from feedsvc.store.schema import sections


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


def find(connection: Connection, path: str) -> Entry | None:
    row = connection.execute(_FIND, {"wanted": path}).first()
    return Entry(*row) if row else None


def everything(connection: Connection) -> dict[str, Entry]:
    """All by path, in its order."""
    return {row[0]: Entry(*row[1:]) for row in connection.execute(_ALL)}


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(sections)).scalar_one()


def children(connection: Connection, path: str, most: int = -1) -> dict[str, str]:
    """Path to title of those directly below `path`; of more than `most`, the first ones."""
    bounds = {"first": f"{path}/", "last": f"{path}0"} if path else {"first": "", "last": "\U0010ffff"}
    found = connection.execute(_CHILDREN, bounds | {"depth": depth(path) + 1, "most": most})
    return {row.path: row.title for row in found}


def inside(connection: Connection, path: str) -> Iterator[str]:
    """All that are below `path`, however deep; the whole site has none."""
    if path:
        yield from connection.scalars(select(sections.c.path).where(_INSIDE), {"first": f"{path}/", "last": f"{path}0"})


def highest(connection: Connection, most: int) -> dict[str, Entry]:
    """The upper levels by path, as many as are no more than `most` together; of a first one, so many."""
    rows = list(connection.execute(_HIGHEST, {"most": most + 1}))
    if len(rows) > most:
        last = rows.pop().depth
        rows = [row for row in rows if row.depth < last] or rows
    return {row.path: Entry(*row[2:]) for row in rows}


def put(connection: Connection, entries: Mapping[str, Entry]) -> None:
    _PUT.execute(connection, ((path, depth(path), *entry) for path, entry in entries.items()))


def drop(connection: Connection, paths: Iterable[str]) -> None:
    if rows := [{"wanted": path} for path in sorted(paths)]:
        connection.execute(_DROP, rows)
