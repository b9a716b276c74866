"""Warnings about former paths of articles that cannot redirect to them."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from feedsvc.model.problem import Problem
from feedsvc.model.urls import article_key
from feedsvc.store import former_paths, state
from feedsvc.store.former_paths import Claim
from feedsvc.store.problems import settle
from feedsvc.store.transaction import Transaction

_ORIGIN = "former paths that lead elsewhere"
_REMEDY = "take it out of `aliases`, `redirect_from` or `url`"


def write_warnings(transaction: Transaction, *, afresh: bool) -> None:
    """Updates the warnings if former paths changed, or if `afresh`: something else is published."""
    if afresh or state.FORMER_PATHS_CHANGED.get(transaction):
        claims = former_paths.claimed_twice(transaction)
        settle(transaction, _ORIGIN, [*contested(claims), *taken(former_paths.taken(transaction))])
        state.FORMER_PATHS_CHANGED.remove(transaction)


def contested(claims: Iterable[Claim]) -> Iterator[Problem]:
    """A warning for each article but the first that claims the same path; `claims` are ordered by path."""
    for path, each in groupby(claims, key=lambda claim: claim.path):
        first, *others = each
        for claim in others:
            reason = f"the old address {path} leads to {first.file}, which names it too"
            yield Problem(place=claim.file, reason=reason, remedy=f"{_REMEDY} of one of the two", warning=True)


def taken(claims: Iterable[Claim]) -> Iterator[Problem]:
    """A warning for each former path at which something other than the article itself is published."""
    for claim in claims:
        if article_key(claim.path) != claim.key:
            reason = f"the old address {claim.path} does not lead to it: something else is published there"
            yield Problem(place=claim.file, reason=reason, remedy=_REMEDY, warning=True)
