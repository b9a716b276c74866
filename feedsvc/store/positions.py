"""The order of a section's open articles, and the marks in it at which pages of older stories begin.

About one article in thirty is a mark, decided by its key alone. So the articles on a page depend only on the articles
around them: an article that is edited, added or removed changes one page or two, however many there are.
"""

from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, literal, or_, select

from feedsvc.store.entries import LedgerEntry
from feedsvc.store.ledger import BRIEF, is_open
from feedsvc.store.schema import articles, memberships
from feedsvc.store.transaction import Transaction

_MARK = "a"
"""The first letter of the keys of marks; keys are hashes in 32 letters and digits."""


class Position(NamedTuple):
    """The place of an article in the order of a section. Greater values are newer, except for ids: the smaller is
    newer."""

    available: int
    published: int
    id: str
    key: str


OLDEST = Position(-(2**62), 0, "", "")
"""The position before all articles, at which the page with the oldest stories begins."""
NEWEST = Position(2**62, 0, "", "")
"""The position after all articles, at which the page with the newest stories ends."""


def is_mark(key: str) -> bool:
    """True if a page begins at the article with `key`."""
    return key.startswith(_MARK)


_by = memberships.c


def _same(place: list[Any]) -> Any:
    return and_(_by.available == place[0], _by.published == place[1], _by.id == place[2])


def _newer(place: list[Any]) -> Any:
    return and_(
        _by.available >= place[0],
        or_(
            _by.available > place[0],
            and_(_by.available == place[0], _by.published > place[1]),
            and_(_by.available == place[0], _by.published == place[1], _by.id < place[2]),
        ),
    )


def _parameters(prefix: str = "") -> list[Any]:
    return [bindparam(f"{prefix}{name}") for name in ("available", "published", "id")]


_place, _end = _parameters(), _parameters("end_")
_NEWER, _SAME = _newer(_place), _same(_place)
_AT_OR_OLDER = and_(_by.available <= _place[0], or_(~_NEWER, _SAME))
_BEFORE_END = and_(_by.available <= _end[0], ~_newer(_end), ~_same(_end))
_MARKED = and_(articles.c.key >= _MARK, articles.c.key < chr(ord(_MARK) + 1))
_DOWN = (_by.available.desc(), _by.published.desc(), _by.id)
_UP = (_by.available, _by.published, _by.id.desc())


def _open(*columns: Any) -> Any:
    joined = select(*columns).join(memberships, _by.article == articles.c.number)
    return joined.where(_by.section == bindparam("section"), is_open)


_POSITION = (_by.available, _by.published, _by.id, articles.c.key)
_BEGIN = _open(*_POSITION).where(_AT_OR_OLDER, _MARKED).order_by(*_DOWN).limit(1)
_FOLLOWING = _open(*_POSITION).where(_NEWER, _MARKED).order_by(*_UP).limit(bindparam("most"))
_NEXT_OLDER = _open(*_POSITION).where(_AT_OR_OLDER, ~_SAME).order_by(*_DOWN).limit(1)
_AT_PLACE = _open(*_POSITION).order_by(*_DOWN).limit(1).offset(bindparam("place"))
_WITHOUT_TEXT = [_by.available if column.name == "available" else column for column in BRIEF] + [
    literal("").label("body")
]
_AT_OR_NEWER = and_(_by.available >= _place[0], or_(_NEWER, _SAME))
_BETWEEN = _open(*_WITHOUT_TEXT).where(_AT_OR_NEWER, _BEFORE_END).order_by(*_UP).limit(bindparam("most"))


def _given(section: str, now: int, position: Position) -> dict[str, object]:
    return {"section": section, "now": now} | dict(zip(("available", "published", "id"), position, strict=False))


def _found(row: Any) -> Position | None:
    return Position(*row) if row else None


def beginning(transaction: Transaction, section: str, now: int, position: Position) -> Position:
    """The mark at which the page with `position` begins; OLDEST if there is no mark at or before it."""
    return _found(transaction.execute(_BEGIN, _given(section, now, position)).first()) or OLDEST


def marks_after(transaction: Transaction, section: str, now: int, position: Position, most: int) -> list[Position]:
    """The first marks that are newer than `position`, at most `most` of them, the oldest first."""
    rows = transaction.execute(_FOLLOWING, _given(section, now, position) | {"most": most})
    return [Position(*row) for row in rows]


def next_older(transaction: Transaction, section: str, now: int, position: Position) -> Position | None:
    """The position that is next older than `position`; None if `position` is the oldest."""
    return _found(transaction.execute(_NEXT_OLDER, _given(section, now, position)).first())


def at_place(transaction: Transaction, section: str, now: int, place: int) -> Position | None:
    """The position of the article at `place` (from 0, the newest); None if there are too few articles."""
    return _found(transaction.execute(_AT_PLACE, {"section": section, "now": now, "place": place}).first())


def entries_between(
    transaction: Transaction, section: str, now: int, first: Position, end: Position, most: int
) -> list[LedgerEntry]:
    """At most `most` articles from `first` on and before `end`, oldest first, without their texts."""
    given = dict(zip(("end_available", "end_published", "end_id"), end, strict=False))
    rows = transaction.execute(_BETWEEN, _given(section, now, first) | given | {"most": most})
    return [LedgerEntry(*row) for row in rows.all()]
