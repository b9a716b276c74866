"""Asking the publisher that is running for a publication, and hearing what came of it: notes in the store.

A wish stays until it is answered, so a publisher that dies over it leaves it to the next.
"""

import msgspec
from sqlalchemy import Connection

from feedsvc.model.base import Value
from feedsvc.model.report import Report
from feedsvc.store import notes

KEPT = 20
"""Answers that are kept for who asked: it looks for its own several times a second."""
_WISHES, _ANSWERS = "wishes", "answers"


class PublishRequest(Value, frozen=True, kw_only=True):
    """`token` is no other wish's; `accept_removals` is the library's."""

    token: str
    accept_removals: bool = False


class PublishResponse(Value, frozen=True, kw_only=True):
    """To the wish `token`: the report, or why there is none."""

    token: str
    report: Report | None = None
    trouble: str = ""


def ask(connection: Connection, wish: PublishRequest) -> None:
    notes.put(connection, _WISHES, (*wishes(connection), wish))


def wishes(connection: Connection) -> tuple[PublishRequest, ...]:
    """Those that are not answered yet."""
    return msgspec.convert(notes.get(connection, _WISHES, ()), tuple[PublishRequest, ...])


def cancel(connection: Connection, *gone: PublishRequest) -> None:
    tokens = {wish.token for wish in gone}
    left = [wish for wish in wishes(connection) if wish.token not in tokens]
    notes.put(connection, _WISHES, left)


def answer(
    connection: Connection, granted: tuple[PublishRequest, ...], report: Report | None, trouble: str = ""
) -> None:
    """One publication answers all the wishes there were when it began."""
    cancel(connection, *granted)
    fresh = [PublishResponse(token=wish.token, report=report, trouble=trouble) for wish in granted]
    notes.put(connection, _ANSWERS, [*_answers(connection), *fresh][-KEPT:])


def answer_to(connection: Connection, wish: PublishRequest) -> PublishResponse | None:
    return next((each for each in _answers(connection) if each.token == wish.token), None)


def _answers(connection: Connection) -> tuple[PublishResponse, ...]:
    return msgspec.convert(notes.get(connection, _ANSWERS, ()), tuple[PublishResponse, ...])
