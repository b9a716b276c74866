"""The windows of feeds: a feed holds the articles above its floor, the newest article that ever left it.

So an article that left never returns, and no older article replaces one that is withdrawn. A feed is named by the path
of its section, or by the path of a custom feed, which starts with `/`. Statements that run for every feed are built
once.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import and_, bindparam, or_, select, update

from feedsvc.model.codec import FOREVER
from feedsvc.store.dialect import insert
from feedsvc.store.entries import LedgerEntry, LedgerHead, WindowCandidate
from feedsvc.store.ledger import COLUMNS, is_open
from feedsvc.store.schema import articles, memberships, windows
from feedsvc.store.transaction import Transaction


class Key(NamedTuple):
    """The sort key of articles in feeds: when the article became available, its own date (both in seconds), its id."""

    available: int
    published: int
    id: str

    @property
    def order(self) -> tuple[int, int, str]:
        """A tuple that is smaller for newer articles; ties are broken by id."""
        return -self.available, -self.published, self.id

    def next_older(self) -> "Key":
        """The next key in the order, just older than this one and no article's. Ids are lines of text without U+0001,
        so no id comes between one and the same with U+0001 at its end."""
        return self._replace(id=f"{self.id}\x01")


BOTTOM = Key(-FOREVER, -FOREVER, "")
"""Older than every article."""


class WindowState(NamedTuple):
    """The state of a feed: its `floor`, the `policy` with which it was last cut, its own date `updated`, and the
    instant at which its next article becomes too old (`expires_at`), both in seconds."""

    floor: Key = BOTTOM
    policy: str = ""
    updated: int = 0
    expires_at: int = FOREVER
    pending: bool = False
    """True if an article has left that is not in an archive yet."""


_STANDING = select(windows).where(windows.c.feed == bindparam("wanted"))
_add = insert(windows)
_PUT = _add.on_conflict_do_update(
    index_elements=["feed"], set_={each.name: _add.excluded[each.name] for each in windows.c}
)


def state(transaction: Transaction, feed: str) -> WindowState:
    """The state of `feed`; the default for a new feed."""
    row = transaction.execute(_STANDING, {"wanted": feed}).first()
    return WindowState(Key(*row[1:4]), *row[4:]) if row else WindowState()


def is_above(transaction: Transaction, feed: str, key: Key) -> bool:
    """True if an article with `key` is newer than every article that ever left `feed`."""
    return key.order < state(transaction, feed).floor.order


def put(transaction: Transaction, feed: str, now: WindowState) -> None:
    """Sets the state of `feed`."""
    values = {
        "feed": feed,
        **now.floor._asdict(),
        "policy": now.policy,
        "updated": now.updated,
        "expires_at": now.expires_at,
    }
    transaction.execute(_PUT, values | {"pending": now.pending})


def put_changed(transaction: Transaction, now: dict[str, WindowState]) -> None:
    """Sets the states that have changed."""
    for feed, each in now.items():
        if each != state(transaction, feed):
            put(transaction, feed, each)


def expired(transaction: Transaction, now: int) -> list[str]:
    """The feeds that have an article which is too old at `now`."""
    return list(transaction.scalars(select(windows.c.feed).where(windows.c.expires_at <= now)))


def forget_future(transaction: Transaction, now: int) -> list[str]:
    """Forgets the dates of feeds that are later than `now`, and returns these feeds."""
    ahead = windows.c.updated > now
    feeds = list(transaction.scalars(select(windows.c.feed).where(ahead)))
    transaction.execute(update(windows).where(ahead).values(updated=0))
    return feeds


def known(transaction: Transaction) -> set[str]:
    """All feeds that ever existed."""
    return set(transaction.scalars(select(windows.c.feed)))


def retire(transaction: Transaction, gone: Iterable[str]) -> None:
    """Cancels due work for the feeds in `gone`. Articles that left them stay out."""
    if rows := [{"wanted": feed} for feed in sorted(gone)]:
        transaction.execute(_REST, rows)


_REST = update(windows).where(windows.c.feed == bindparam("wanted")).values(expires_at=FOREVER, pending=False)


def reopen(transaction: Transaction) -> set[str]:
    """Lets articles return to feeds without archives, and returns these feeds: it resets their floors."""
    let_go = (windows.c.policy != "archive") & (windows.c.available > BOTTOM.available)
    feeds = set(transaction.scalars(select(windows.c.feed).where(let_go)))
    transaction.execute(update(windows).where(let_go).values(**BOTTOM._asdict()))
    return feeds


def reopen_aged(transaction: Transaction) -> set[str]:
    """Does the same as `reopen` for feeds that have a maximum age of articles, and returns these feeds."""
    let_go = (windows.c.policy != "archive") & (windows.c.policy != "") & (windows.c.available > BOTTOM.available)
    rows = transaction.execute(select(windows.c.feed, windows.c.policy).where(let_go))
    feeds = {feed for feed, policy in rows if msgspec.json.decode(policy)[1]}
    if feeds:
        wanted = windows.c.feed == bindparam("wanted")
        transaction.execute(
            update(windows).where(wanted).values(**BOTTOM._asdict()), [{"wanted": feed} for feed in sorted(feeds)]
        )
    return feeds


def pending(transaction: Transaction) -> list[str]:
    """The sections from which an article left that is not in an archive yet."""
    return list(transaction.scalars(select(windows.c.feed).where(windows.c.pending).order_by(windows.c.feed)))


# --- articles above the floor -----------------------------------------------------------------------------------------

_BRIEF = [
    *(articles.c.number, articles.c.encoded_copy),
    *(memberships.c[name] for name in Key._fields),
    *(articles.c.opens, articles.c.phase),
]
FULL = [memberships.c.available if column.name == "available" else column for column in COLUMNS]
"""In the order of LedgerEntry's fields."""


def newest(
    transaction: Transaction, section: str, now: int, floor: Key = BOTTOM, batch: int = 100
) -> Iterator[LedgerEntry]:
    """The articles of `section` that are above `floor` and open at `now`, newest first; fetched `batch` at a time."""
    yield from (LedgerEntry(*row) for row in transaction.stream(_NEWEST, _of(section, now, floor), rows=batch))


def newest_copies(transaction: Transaction, section: str, now: int, floor: Key = BOTTOM) -> Iterator[WindowCandidate]:
    """The same articles as from `newest`, in the same order, with only the fields that feeds select by."""
    yield from (WindowCandidate(*row) for row in transaction.stream(_NEWEST_COPIES, _of(section, now, floor)))


def key_of(entry: LedgerHead | WindowCandidate) -> Key:
    """The place of `entry` in the order of a feed."""
    return Key(entry.available, entry.published, entry.id)


def _of(section: str, now: int, floor: Key) -> dict[str, object]:
    """The parameters of the statements that `_newest` makes."""
    return {"section": section, "now": now} | floor._asdict()


def above(floor: Key) -> Any:
    """The condition that a membership is newer than `floor`. Its first term can use an index."""
    by = memberships.c
    newer = (by.published > floor.published) | ((by.published == floor.published) & (by.id < floor.id))
    return and_(by.available >= floor.available, or_(by.available > floor.available, newer))


def _newest(columns: list[Any]) -> Any:
    """The statement that selects `columns` of the articles of a section, newest first."""
    floor: Any = Key(*map(bindparam, Key._fields))  # type: ignore[arg-type]
    return (
        select(*columns)
        .join(memberships, memberships.c.article == articles.c.number)
        .where(memberships.c.section == bindparam("section"), above(floor), is_open)
        .order_by(memberships.c.available.desc(), memberships.c.published.desc(), memberships.c.id)
    )


_NEWEST, _NEWEST_COPIES = _newest(FULL), _newest(_BRIEF)
