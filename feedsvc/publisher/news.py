"""Log sentences about the stories that a publication published or withdrew."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from feedsvc.model.plan import Plan
from feedsvc.model.urls import SITE, article_path
from feedsvc.publisher.context import Publication
from feedsvc.store import documents, ledger_transfer, pending, state
from feedsvc.store.documents import LIVE
from feedsvc.store.entries import LedgerHead

NAMED = 3
"""Maximum stories that are named; the others are only counted."""
_LONGEST = 100
"""Maximum characters of a headline in a log."""
_FORMER, _WEEK, _LOOKED_AT = 10, 7 * 86_400, 1_000
"""A newsroom had readers before if at least `_FORMER` of the first `_LOOKED_AT` stories are older than `_WEEK`
seconds."""
_LOCAL = {"127.0.0.1", "localhost", "::1"}
ADVICE = (
    "readers who follow this newsroom's former feeds would see its stories twice: if there are any, end feedsvc now, "
    "delete the state folder, run `feedsvc ledger adopt` with copies of those feeds, and start again"
)


class Turned(NamedTuple):
    """The stories that this publication published, and those that it withdrew."""

    published: tuple[LedgerHead, ...]
    withdrawn: tuple[LedgerHead, ...]


def tell(publication: Publication) -> tuple[str, ...]:
    """The sentences for a publication that is about to be made.

    Empty if everything is published again, since all stories would be news. The same holds for the first publication,
    except for the advice to newsrooms that had readers before.
    """
    if publication.is_first:
        return _advice(publication)
    if publication.everything:
        return ()
    transaction, since = publication.transaction, state.LAST_TICK.get(publication.transaction)

    def has_page(key: str) -> bool:
        return LIVE in documents.below(transaction, article_path(key, "")).values()

    turned = sort(pending.marked_articles(transaction), since, publication.seconds, has_page)
    return (*_sentences("published", turned.published, publication.plan), *_sentences("withdrew", turned.withdrawn))


def _advice(publication: Publication) -> tuple[str, ...]:
    """The advice to adopt former feeds; empty unless the newsroom seems to have had readers before its first
    publication."""
    if urlsplit(publication.plan.addresses[0]).hostname in _LOCAL:
        return ()
    known = [*islice(ledger_transfer.all_identities(publication.transaction), _LOOKED_AT)]
    former = sum(head.published < publication.seconds - _WEEK for head, _ in known)
    is_moved = former >= _FORMER and not any(adopted for _, adopted in known)
    return (ADVICE,) if is_moved else ()


def sort(changed: Iterable[LedgerHead], since: int, now: int, has_page: Callable[[str], bool]) -> Turned:
    """The stories of `changed` that were published or withdrawn after `since`, as of `now` (both in seconds).
    `has_page` is True for a key if the previous Edition has a page of the article."""
    published, withdrawn = [], []
    for head in changed:
        if head.is_open(now):
            published += [head] if head.available > since else []
        elif (head.withdrawn or 0) > since or (head.shown and has_page(head.key)):
            withdrawn.append(head)
    return Turned(tuple(published), tuple(withdrawn))


def _sentences(verb: str, heads: tuple[LedgerHead, ...], plan: Plan | None = None) -> list[str]:
    """One sentence for each of the first NAMED stories, with its address if there is a `plan`; and one for the rest."""
    told = []
    for head in heads[:NAMED]:
        copy = head.copy
        address = plan.address(copy.url, head.key, head.slug).replace(SITE, plan.addresses[0]) if plan else ""
        told.append(f"{verb} “{copy.title[:_LONGEST]}”" + (f" → {address}" if address else ""))
    more = len(heads) - NAMED
    return [*told, f"{verb} {more} more"] if more > 0 else told
