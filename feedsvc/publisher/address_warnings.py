"""Warnings about addresses in the configuration that are probably mistakes: redirects from or to nothing, and feeds
that replace others."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from feedsvc.model.plan import Plan
from feedsvc.model.problem import Problem
from feedsvc.model.urls import OPERATORS, article_key
from feedsvc.store import documents, ledger
from feedsvc.store.documents import LIVE
from feedsvc.store.problems import replace_problems
from feedsvc.store.transaction import Transaction

_ORIGIN = "addresses that cannot be meant"
IsThere = Callable[[str], bool]
"""True if something is published at a path."""


def write_warnings(transaction: Transaction, plan: Plan, places: Mapping[str, str]) -> None:
    """Updates the warnings to what is published. `places` maps the paths of the sections' feeds to the sections."""
    own = {feed.path for feed in plan.feeds}

    def is_there(path: str) -> bool:
        return path in own or path in places or _is_published(transaction, path)

    found = [*replaced_feeds(own, places), *redirect_warnings(plan.redirects, is_there)]
    replace_problems(transaction, _ORIGIN, found)


def replaced_feeds(own: set[str], places: Mapping[str, str]) -> Iterator[Problem]:
    """A warning for each custom feed that replaces a section's feed."""
    for path in sorted(own & places.keys()):
        whose = f"the section {places[path]}" if places[path] else "the whole site"
        reason = f"it takes the place of the feed of {whose}, which is published there otherwise"
        yield Problem(place=path, reason=reason, remedy="give it another path in config.toml", warning=True)


def redirect_warnings(redirects: Mapping[str, str], is_there: IsThere) -> Iterator[Problem]:
    """A warning for each redirect that is never followed, or whose target does not exist."""
    for old, new in redirects.items():
        if is_there(unquote(old)):
            reason = f"redirects[].from {old}: something is published there, so nobody is sent to {new}"
            yield Problem(place="config.toml", reason=reason, remedy="remove the redirect", warning=True)
        elif new.startswith("/") and not _leads_somewhere(new, redirects, is_there):
            reason = f"redirects[].to {new}: there is nothing, so {old} leads nowhere"
            yield Problem(place="config.toml", reason=reason, remedy="correct the path", warning=True)


def _leads_somewhere(new: str, redirects: Mapping[str, str], is_there: IsThere) -> bool:
    path = unquote(urlsplit(new).path)
    return path.startswith(OPERATORS) or is_there(path) or is_there(f"{path}/") or path in map(unquote, redirects)


def _is_published(transaction: Transaction, path: str) -> bool:
    """True if there is a document at `path`, or will be: pages of articles are written over several publications."""
    key = article_key(path)
    if key:
        return ledger.find(transaction, key=key) is not None
    return any(head.status == LIVE for head in documents.heads(transaction, path).values())
