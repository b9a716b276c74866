"""The destinations of `[[publish]]`: the Edition that each of them has, since when, and its problems."""

from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct

from feedsvc.model.problem import Problem
from feedsvc.store.notes import Note
from feedsvc.store.problems import replace_problems
from feedsvc.store.transaction import Transaction


class Delivered(Struct, frozen=True):
    """The last Edition that a destination has as a whole (0 before the first); `withdrawn` is the last Edition whose
    withdrawals are all carried out there."""

    edition: int
    at: datetime
    withdrawn: int = 0


_DESTINATIONS: Note[dict[str, Delivered]] = Note("destinations", dict[str, Delivered], {})


def everything(transaction: Transaction) -> dict[str, Delivered]:
    """The state of each destination, by its name."""
    return _DESTINATIONS.get(transaction)


def put(transaction: Transaction, name: str, edition: int, now: datetime, problems: Iterable[Problem]) -> None:
    """Notes that the destination has `edition` since `now`, and replaces its problems by `problems`."""
    replace_problems(transaction, _origin(name), problems)
    _DESTINATIONS.put(transaction, everything(transaction) | {name: Delivered(edition, now, edition)})


def put_withdrawn(transaction: Transaction, name: str, edition: int, now: datetime) -> None:
    """Notes that the withdrawals up to `edition` are carried out at the destination, which does not have all of
    `edition` yet."""
    known = everything(transaction)
    before = known.get(name, Delivered(0, now))
    _DESTINATIONS.put(transaction, known | {name: Delivered(before.edition, before.at, edition)})


def put_failure(transaction: Transaction, name: str, now: datetime, problem: Problem) -> None:
    """Replaces the problems of the destination by `problem`; it keeps the Edition that it has."""
    replace_problems(transaction, _origin(name), (problem,))
    _DESTINATIONS.put(transaction, {name: Delivered(0, now)} | everything(transaction))


def keep_only(transaction: Transaction, names: Collection[str]) -> None:
    """Forgets all destinations that are not in `names`, with their problems: the configuration no longer has them."""
    known = everything(transaction)
    gone = known.keys() - set(names)
    for name in gone:
        replace_problems(transaction, _origin(name), ())
    if gone:
        _DESTINATIONS.put(transaction, {name: known[name] for name in known if name not in gone})


def _origin(name: str) -> str:
    return f"[[publish]] {name}"
