"""The caches of `[[purge]]`: the Edition up to which each was purged, and the documents that have changed since.

These notes and the Edition of each document are the outbox: nothing else has to be kept, whenever a process ends.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import bindparam, select

from feedsvc.model.problem import Problem
from feedsvc.store import state
from feedsvc.store.documents import LIVE
from feedsvc.store.edition_schema import documents
from feedsvc.store.notes import Note
from feedsvc.store.problems import replace_problems
from feedsvc.store.transaction import Transaction


class Purged(Struct, frozen=True):
    """The last Edition up to which a cache was purged; `withdrawn` is the same for withdrawn documents alone."""

    edition: int
    at: datetime
    withdrawn: int = 0


class ChangedDocument(NamedTuple):
    """A document that was last changed by `edition`."""

    address: int
    path: str
    edition: int
    is_gone: bool
    is_locked: bool = False
    """True if it has needed a token since `edition`: a cache may have it from before."""


_FIRST = 1
"""The first Edition, before which no cache had anything."""
_PURGES: Note[dict[str, Purged]] = Note("purges", dict[str, Purged], {})
_CHANGED = (
    select(documents.c.address, documents.c.path, documents.c.edition, documents.c.status != LIVE)
    .where(documents.c.edition > bindparam("since"))
    .order_by(documents.c.number)
)

_AT_PATHS = (
    select(documents.c.address, documents.c.path)
    .where(documents.c.path.in_(bindparam("paths", expanding=True)))
    .order_by(documents.c.number)
)


def everything(transaction: Transaction) -> dict[str, Purged]:
    """The state of each cache, by its name."""
    return _PURGES.get(transaction)


def put(transaction: Transaction, name: str, edition: int, now: datetime) -> None:
    """Notes that the cache was purged up to `edition` at `now`, and has no problem."""
    replace_problems(transaction, _origin(name), ())
    _PURGES.put(transaction, everything(transaction) | {name: Purged(edition, now, edition)})


def put_withdrawn(transaction: Transaction, name: str, edition: int, now: datetime) -> None:
    """Notes that the cache was purged at `now` of documents withdrawn up to `edition`. Of a cache without a state, it
    is not known what else it has: its first complete Edition purges all."""
    known = everything(transaction)
    before = known.get(name, Purged(0, now))
    _PURGES.put(transaction, known | {name: Purged(before.edition, before.at, edition)})


def put_failure(transaction: Transaction, name: str, problem: Problem) -> None:
    """Replaces the problem of the cache by `problem`."""
    replace_problems(transaction, _origin(name), (problem,))


def keep_only(transaction: Transaction, names: Collection[str], now: datetime) -> None:
    """Forgets all caches that are not in `names`, with their problems. A new one is purged of later changes only."""
    known = everything(transaction)
    published = max(_FIRST, state.current_edition(transaction))
    new = {name: Purged(published, now) for name in names}
    wanted = new | {name: each for name, each in known.items() if name in names}
    for name in known.keys() - wanted.keys():
        replace_problems(transaction, _origin(name), ())
    if wanted != known:
        _PURGES.put(transaction, wanted)


def changed_since(transaction: Transaction, edition: int) -> list[ChangedDocument]:
    """The documents that changed after `edition`. Of those that need a token, which no cache gets, only those that have
    needed it since then."""
    locked = state.TOKENS.get(transaction).keys()
    found = (ChangedDocument(*row) for row in transaction.execute(_CHANGED, {"since": edition}))
    changed = [each._replace(is_gone=bool(each.is_gone)) for each in found if each.path not in locked]
    since = {path: began for path, began in state.LOCKED_SINCE.get(transaction).items() if began > edition}
    rows = transaction.execute(_AT_PATHS, {"paths": [*since.keys() & locked]}).all() if since else ()
    return changed + [ChangedDocument(row.address, row.path, since[row.path], False, True) for row in rows]


def _origin(name: str) -> str:
    return f"[[purge]] {name}"
