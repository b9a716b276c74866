"""Requests for a publication to the running publisher, and its responses, as notes in the store.

A request stays until it is answered, so that the next publisher answers it if this one dies. A poke, to which nobody
awaits an answer, is removed when it is taken: a publisher that fails then examines the whole folder later.
"""

from feedsvc.model.base import Value
from feedsvc.model.report import Report
from feedsvc.store.notes import Note
from feedsvc.store.transaction import Transaction

KEPT = 20
"""Responses that are kept. The process that asked looks for its response several times a second."""
MOST = 1_000
"""The most paths that pokes name together; if there are more, the whole folder is examined."""


class PublishRequest(Value, frozen=True, kw_only=True):
    """A request for one publication. `token` is unique; `accept_removals` removes articles whose files are gone."""

    token: str
    accept_removals: bool = False
    poked: tuple[str, ...] | None = None
    """The paths below the articles folder that a poke names, empty for the whole folder; None if this is no poke."""


class PublishResponse(Value, frozen=True, kw_only=True):
    """The answer to the request with this `token`: a report, or the reason why there is none."""

    token: str
    report: Report | None = None
    trouble: str = ""


_REQUESTS: Note[tuple[PublishRequest, ...]] = Note("wishes", tuple[PublishRequest, ...], ())
_RESPONSES: Note[tuple[PublishResponse, ...]] = Note("answers", tuple[PublishResponse, ...], ())


def ask(transaction: Transaction, wish: PublishRequest) -> None:
    """Adds a request."""
    _REQUESTS.put(transaction, (*wishes(transaction), wish))


def poke(transaction: Transaction, token: str, paths: frozenset[str]) -> None:
    """Adds a poke, which names `paths` (empty for the whole folder). It includes an earlier poke that was not taken
    yet, under the new `token`: a publisher that has already read the earlier one does not know these paths."""
    pending = wishes(transaction)
    before = [wish.poked for wish in pending if wish.poked is not None]
    named = paths.union(*before)
    everything = not paths or () in before or len(named) > MOST
    poked = () if everything else tuple(sorted(named))
    others = [wish for wish in pending if wish.poked is None]
    _REQUESTS.put(transaction, (*others, PublishRequest(token=token, poked=poked)))


def take_pokes(transaction: Transaction) -> tuple[PublishRequest, ...]:
    """Removes the pokes, and returns them."""
    taken = tuple(wish for wish in wishes(transaction) if wish.poked is not None)
    if taken:
        cancel(transaction, *taken)
    return taken


def wishes(transaction: Transaction) -> tuple[PublishRequest, ...]:
    """The requests that are not answered yet."""
    return _REQUESTS.get(transaction)


def cancel(transaction: Transaction, *gone: PublishRequest) -> None:
    """Removes requests."""
    tokens = {wish.token for wish in gone}
    _REQUESTS.put(transaction, tuple(wish for wish in wishes(transaction) if wish.token not in tokens))


def answer(
    transaction: Transaction, granted: tuple[PublishRequest, ...], report: Report | None, trouble: str = ""
) -> None:
    """Answers all of `granted` with one report, or with `trouble`."""
    cancel(transaction, *granted)
    asked = (wish.token for wish in granted if wish.poked is None)
    fresh = [PublishResponse(token=token, report=report, trouble=trouble) for token in asked]
    _RESPONSES.put(transaction, (*_RESPONSES.get(transaction), *fresh)[-KEPT:])


def answer_to(transaction: Transaction, wish: PublishRequest) -> PublishResponse | None:
    """The answer to `wish`; None if there is none yet."""
    return next((each for each in _RESPONSES.get(transaction) if each.token == wish.token), None)
