"""Asking the publisher that is running for a publication, and hearing what came of it: notes in the store.

A wish stays until it is answered, so a publisher that dies over it leaves it to the next.
"""

import msgspec
from sqlalchemy import Connection

from feedsvc.model.base import Noun
from feedsvc.model.report import Report
from feedsvc.store import notes

KEPT = 20
"""Answers that are kept for who asked: it looks for its own several times a second."""
_WISHES, _ANSWERS = "wishes", "answers"


class Wish(Noun, frozen=True, kw_only=True):
    """`token` is no other wish's; `accept_removals` is the library's."""

    token: str
    accept_removals: bool = False


class Answer(Noun, frozen=True, kw_only=True):
    """To the wish `token`: the report, or why there is none."""

    token: str
    report: Report | None = None
    trouble: str = ""


def ask(connection: Connection, wish: Wish) -> None:
    notes.remember(connection, _WISHES, (*wishes(connection), wish))


def wishes(connection: Connection) -> tuple[Wish, ...]:
    """Those that are not answered yet."""
    return msgspec.convert(notes.recall(connection, _WISHES, ()), tuple[Wish, ...])


def take_back(connection: Connection, *gone: Wish) -> None:
    tokens = {wish.token for wish in gone}
    left = [wish for wish in wishes(connection) if wish.token not in tokens]
    notes.remember(connection, _WISHES, left)


def answer(connection: Connection, granted: tuple[Wish, ...], report: Report | None, trouble: str = "") -> None:
    """One publication answers all the wishes there were when it began."""
    take_back(connection, *granted)
    fresh = [Answer(token=wish.token, report=report, trouble=trouble) for wish in granted]
    notes.remember(connection, _ANSWERS, [*_answers(connection), *fresh][-KEPT:])


def answer_to(connection: Connection, wish: Wish) -> Answer | None:
    return next((each for each in _answers(connection) if each.token == wish.token), None)


def _answers(connection: Connection) -> tuple[Answer, ...]:
    return msgspec.convert(notes.recall(connection, _ANSWERS, ()), tuple[Answer, ...])
