"""Finds the article or the feed that an operator names by path, id, key or URL."""

from collections.abc import Collection, Iterator
from urllib.parse import unquote, urlsplit

from feedsvc.model.explanation import NotFound
from feedsvc.model.former_paths import same_path
from feedsvc.model.identity import key_of, normalised_id
from feedsvc.model.plan import Plan
from feedsvc.model.urls import ARTICLES, document_path
from feedsvc.store import former_paths, ledger
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.transaction import Transaction


def find_article(transaction: Transaction, plan: Plan, wanted: str) -> LedgerEntry | None:
    """The article that `wanted` names by a path below the articles folder, an id, a key or a URL; None if there is
    none."""
    for where in article_names(plan.authority, wanted):
        if entry := ledger.find(transaction, **where):
            return entry
    if "://" in wanted and (entry := ledger.find_by_url(transaction, wanted)):
        return entry
    return _find_by_former_path(transaction, _path(wanted))


def _find_by_former_path(transaction: Transaction, path: str) -> LedgerEntry | None:
    """The article to whose page `path` leads on the site; None if there is none."""
    if not path.startswith("/"):
        return None
    key = next(iter(former_paths.keys(transaction, same_path(path))), None)
    return None if key is None else ledger.find(transaction, key=key)


def article_names(authority: str, wanted: str) -> Iterator[dict[str, str]]:
    """The possible meanings of `wanted`, each a column of the ledger and its value, the likeliest first."""
    yield {"path": wanted}
    yield {"key": wanted}
    place = _path(wanted)
    parts = place.strip("/").split("/")
    if parts[0] == ARTICLES.strip("/") and len(parts) > 1:
        yield {"path": "/".join(parts[1:])}
        yield {"key": parts[1]}
    yield {"normalised_id": normalised_id(authority, wanted)}  # an id
    yield {"key": key_of(wanted)}  # a path whose file is gone


def find_feeds(
    wanted: str, sections: Collection[str], custom: Collection[str], filenames: Collection[str]
) -> list[str]:
    """The paths of all feeds (a section's feed by the path of its page), or of the one that `wanted` names by path or
    URL.

    The path of a section's feed in one format, such as `/news/rss.xml`, names the section. Raises NotFound if there is
    no such feed.
    """
    known = [*(document_path(path, "") for path in sections), *custom]
    if not wanted:
        return known
    named = f"/{_path(wanted).lstrip('/')}"
    folder, _, name = named.rpartition("/")
    for path in (named, f"{named.rstrip('/')}/", f"{folder}/" if name in filenames else ""):
        if path in known:
            return [path]
    raise NotFound(f"there is no feed {wanted}; there are {', '.join(known)}")


def _path(wanted: str) -> str:
    """The path of a feed's URL, whichever of the site's hosts it has; any other text unchanged."""
    try:
        return unquote(urlsplit(wanted).path) if wanted.startswith(("http://", "https://")) else wanted
    except ValueError:
        return wanted
