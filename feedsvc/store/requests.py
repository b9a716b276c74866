"""Asking the publisher that is running for a publication, and hearing what came of it: notes in the store.

A wish stays until it is answered, so a publisher that dies over it leaves it to the next.
"""

from feedsvc.model.base import Value
from feedsvc.model.report import Report
from feedsvc.store.notes import Note
from feedsvc.store.transaction import Transaction

KEPT = 20
"""Answers that are kept for who asked: it looks for its own several times a second."""


class PublishRequest(Value, frozen=True, kw_only=True):
    """`token` is no other wish's; `accept_removals` is the library's."""

    token: str
    accept_removals: bool = False


class PublishResponse(Value, frozen=True, kw_only=True):
    """To the wish `token`: the report, or why there is none."""

    token: str
    report: Report | None = None
    trouble: str = ""


_REQUESTS: Note[tuple[PublishRequest, ...]] = Note("wishes", tuple[PublishRequest, ...], ())
_RESPONSES: Note[tuple[PublishResponse, ...]] = Note("answers", tuple[PublishResponse, ...], ())


def ask(transaction: Transaction, wish: PublishRequest) -> None:
    _REQUESTS.put(transaction, (*wishes(transaction), wish))


def wishes(transaction: Transaction) -> tuple[PublishRequest, ...]:
    """Those that are not answered yet."""
    return _REQUESTS.get(transaction)


def cancel(transaction: Transaction, *gone: PublishRequest) -> None:
    tokens = {wish.token for wish in gone}
    _REQUESTS.put(transaction, tuple(wish for wish in wishes(transaction) if wish.token not in tokens))


def answer(
    transaction: Transaction, granted: tuple[PublishRequest, ...], report: Report | None, trouble: str = ""
) -> None:
    """One publication answers all the wishes there were when it began."""
    cancel(transaction, *granted)
    fresh = [PublishResponse(token=wish.token, report=report, trouble=trouble) for wish in granted]
    _RESPONSES.put(transaction, (*_RESPONSES.get(transaction), *fresh)[-KEPT:])


def answer_to(transaction: Transaction, wish: PublishRequest) -> PublishResponse | None:
    return next((each for each in _RESPONSES.get(transaction) if each.token == wish.token), None)
