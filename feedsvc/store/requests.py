"""Requests for a publication to the publisher that is running, and its responses: notes in the store.

A wish stays until it is answered, so a publisher that dies over it leaves it to the next. Nobody waits for the answer
to a poke: it stays until it is taken, for whoever fails over it looks at everything later.
"""

from feedsvc.model.base import Value
from feedsvc.model.report import Report
from feedsvc.store.notes import Note
from feedsvc.store.transaction import Transaction

KEPT = 20
"""Responses that are kept. Whoever asked looks for its own several times a second."""
MOST = 1_000
"""Paths that pokes name together; if there are more, everything is looked at."""


class PublishRequest(Value, frozen=True, kw_only=True):
    """A request for one publication. `token` is unique; `accept_removals` lets go of articles whose files are gone."""

    token: str
    accept_removals: bool = False
    poked: tuple[str, ...] | None = None
    """The paths below the articles folder that a poke names, none for all of it; None if this is no poke."""


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
    """Adds a poke, which names `paths`. One that was not taken yet becomes a part of it, under the new `token`: whoever
    looks already for the former one has not seen all of this."""
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
