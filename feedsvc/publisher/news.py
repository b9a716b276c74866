"""Sentences that tell the newsroom which stories a publication brought, and which it took back."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from feedsvc.model.plan import Plan
from feedsvc.model.urls import SITE, article_path
from feedsvc.publisher.context import Publication
from feedsvc.store import documents, pending, state
from feedsvc.store.documents import LIVE
from feedsvc.store.entries import LedgerHead

NAMED = 3
"""Stories that are named; of more there is only the number."""
_LONGEST = 100
"""Characters of a headline in a log."""


class Turned(NamedTuple):
    """The stories that can be read since this publication, and those that were withdrawn."""

    published: tuple[LedgerHead, ...]
    withdrawn: tuple[LedgerHead, ...]


def tell(publication: Publication) -> tuple[str, ...]:
    """The sentences for a publication that is about to be made; empty for the first one, and where everything is
    published again: all stories would be news."""
    if publication.is_first or publication.everything:
        return ()
    transaction, since = publication.transaction, state.LAST_TICK.get(publication.transaction)

    def has_page(key: str) -> bool:
        return LIVE in documents.below(transaction, article_path(key, "")).values()

    turned = sort(pending.dirty_articles(transaction), since, publication.seconds, has_page)
    return (*_sentences("published", turned.published, publication.plan), *_sentences("withdrew", turned.withdrawn))


def sort(changed: Iterable[LedgerHead], since: int, now: int, has_page: Callable[[str], bool]) -> Turned:
    """The stories of `changed` that turned after `since`, as of `now` (both in seconds). `has_page` tells of a key if
    the Edition before has a page of the article."""
    published, withdrawn = [], []
    for head in changed:
        if head.is_open(now):
            published += [head] if head.available > since else []
        elif (head.withdrawn or 0) > since or (head.shown and has_page(head.key)):
            withdrawn.append(head)
    return Turned(tuple(published), tuple(withdrawn))


def _sentences(verb: str, heads: tuple[LedgerHead, ...], plan: Plan | None = None) -> list[str]:
    """One sentence for each of the first stories, with the address if there is a `plan`; and one for all others."""
    told = []
    for head in heads[:NAMED]:
        copy = head.copy
        address = plan.address(copy.url, head.key, head.slug).replace(SITE, plan.addresses[0]) if plan else ""
        told.append(f"{verb} “{copy.title[:_LONGEST]}”" + (f" → {address}" if address else ""))
    more = len(heads) - NAMED
    return [*told, f"{verb} {more} more"] if more > 0 else told
