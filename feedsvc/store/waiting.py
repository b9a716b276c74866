"""The articles that readers do not see yet, read from the ledger for the status."""

from sqlalchemy import bindparam, select

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy, Status
from feedsvc.model.codec import FOREVER
from feedsvc.model.status_lists import WaitingArticle
from feedsvc.store.schema import articles
from feedsvc.store.transaction import Transaction

MOST = 500
"""The most articles that are listed."""

_WAITING = (
    select(articles.c.path, articles.c.opens, articles.c.encoded_copy)
    .where(articles.c.path.is_not(None), articles.c.opens > bindparam("now"))
    .order_by(articles.c.opens, articles.c.path)
    .limit(MOST)
)


def waiting(transaction: Transaction, now: int) -> tuple[WaitingArticle, ...]:
    """The articles that open after `now` (seconds) or have no date to open, the soonest first; at most MOST."""
    rows = transaction.execute(_WAITING, {"now": now})
    return tuple(_waiting(path, opens, codec.decode(encoded)) for path, opens, encoded in rows)


def _waiting(path: str, opens: int, copy: ArticleCopy) -> WaitingArticle:
    if copy.status is not Status.USABLE:
        return WaitingArticle(path, copy.title, copy.status.value, None)
    is_embargo = copy.embargo is not None and codec.seconds(copy.embargo) == opens
    until = codec.instant(opens) if opens < FOREVER else None
    return WaitingArticle(path, copy.title, "embargo" if is_embargo else "scheduled", until)
