"""Windows: what stands in a feed is what is newer than its floor, the newest article that ever left it.

So an article that left never comes back, and no older one takes the place of one that is withdrawn. A feed is a
section's path, or the path of a feed of the operator's own, which starts with `/`. Statements that run for every feed
are built once.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.codec import FOREVER
from feedsvc.store.ledger import COLUMNS, is_open
from feedsvc.store.schema import articles, memberships, windows


class Key(NamedTuple):
    """By which articles are ordered: since when the article is to be had, its own date (seconds), its id."""

    available: int
    published: int
    id: str

    @property
    def order(self) -> tuple[int, int, str]:
        """Smaller for what is newer; ties by id."""
        return -self.available, -self.published, self.id


BOTTOM = Key(-FOREVER, -FOREVER, "")
"""Older than every article."""


class WindowState(NamedTuple):
    """What is remembered of a feed: `terms` are those under which the window was cut, `updated` its own date, `turns`
    when the next article gets too old for it (seconds)."""

    floor: Key = BOTTOM
    terms: str = ""
    updated: int = 0
    turns: int = FOREVER
    pending: bool = False
    """Something left that is not in an archive yet."""


_STANDING = select(windows).where(windows.c.feed == bindparam("wanted"))
_add = insert(windows)
_KEEP = _add.on_conflict_do_update(
    index_elements=["feed"], set_={each.name: _add.excluded[each.name] for each in windows.c}
)


def state(connection: Connection, feed: str) -> WindowState:
    row = connection.execute(_STANDING, {"wanted": feed}).first()
    return WindowState(Key(*row[1:4]), *row[4:]) if row else WindowState()


def is_above(connection: Connection, feed: str, key: Key) -> bool:
    """Whether an article with `key` is newer than all that ever left `feed`."""
    return key.order < state(connection, feed).floor.order


def keep(connection: Connection, feed: str, now: WindowState) -> None:
    values = {"feed": feed, **now.floor._asdict(), "terms": now.terms, "updated": now.updated, "turns": now.turns}
    connection.execute(_KEEP, values | {"pending": now.pending})


def keep_all(connection: Connection, now: dict[str, WindowState]) -> None:
    for feed, each in now.items():
        if each != state(connection, feed):
            keep(connection, feed, each)


def expired(connection: Connection, now: int) -> list[str]:
    """The feeds of which some article is too old at `now`."""
    return list(connection.scalars(select(windows.c.feed).where(windows.c.turns <= now)))


def known(connection: Connection) -> set[str]:
    """Every feed that there ever was."""
    return set(connection.scalars(select(windows.c.feed)))


def retire(connection: Connection, gone: Iterable[str]) -> None:
    """Nothing is due any more for the feeds that are `gone`; what left them is remembered."""
    if rows := [{"wanted": feed} for feed in sorted(gone)]:
        connection.execute(_REST, rows)


_REST = update(windows).where(windows.c.feed == bindparam("wanted")).values(turns=FOREVER, pending=False)


def reopen(connection: Connection) -> set[str]:
    """Let what left come back where it did not go to an archive; the feeds."""
    let_go = (windows.c.terms != "archive") & (windows.c.available > BOTTOM.available)
    feeds = set(connection.scalars(select(windows.c.feed).where(let_go)))
    connection.execute(update(windows).where(let_go).values(**BOTTOM._asdict()))
    return feeds


def pending(connection: Connection) -> list[str]:
    """The sections of which something left that is not in an archive yet."""
    return list(connection.scalars(select(windows.c.feed).where(windows.c.pending).order_by(windows.c.feed)))


# --- what is newer ----------------------------------------------------------------------------------------------------

_BRIEF = [articles.c.number, articles.c.copy.label("copy_"), *(memberships.c[name] for name in Key._fields)]
FULL = [*(column for column in COLUMNS if column.name != "available"), memberships.c.available]


def newest(connection: Connection, section: str, now: int, floor: Key = BOTTOM, batch: int = 100) -> Iterator[Row[Any]]:
    """The open articles of `section` at `now` that are newer than `floor`, newest first; read in batches."""
    yield from connection.execution_options(yield_per=batch).execute(_NEWEST, _of(section, now, floor))


def newest_copies(connection: Connection, section: str, now: int, floor: Key = BOTTOM) -> Iterator[Row[Any]]:
    """`number`, `copy_` and Key of the same, in the same order."""
    yield from connection.execution_options(yield_per=500).execute(_NEWEST_COPIES, _of(section, now, floor))


def key_of(row: Row[Any]) -> Key:
    return Key(row.available, row.published, row.id)


def _of(section: str, now: int, floor: Key) -> dict[str, object]:
    return {"section": section, "now": now} | floor._asdict()


def above(floor: Key) -> Any:
    """Whether a membership is newer; its first term is the one that an index can serve."""
    by = memberships.c
    newer = (by.published > floor.published) | ((by.published == floor.published) & (by.id < floor.id))
    return and_(by.available >= floor.available, or_(by.available > floor.available, newer))


def _newest(columns: list[Any]) -> Any:
    """What `_of` asks for."""
    floor: Any = Key(*map(bindparam, Key._fields))  # type: ignore[arg-type]
    return (
        select(*columns)
        .join(memberships, memberships.c.article == articles.c.number)
        .where(memberships.c.section == bindparam("section"), above(floor), is_open)
        .order_by(memberships.c.available.desc(), memberships.c.published.desc(), memberships.c.id)
    )


_NEWEST, _NEWEST_COPIES = _newest(FULL), _newest(_BRIEF)
