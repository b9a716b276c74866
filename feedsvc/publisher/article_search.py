"""Finds the article that somebody names as people do: by a part of its headline, its file's name, or an old address."""

import difflib
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from feedsvc.model.explanation import NotFound
from feedsvc.store import ledger
from feedsvc.store.entries import LedgerEntry
from feedsvc.store.ledger import ArticleName
from feedsvc.store.transaction import Transaction

SHOWN = 5
"""Articles that are named where several fit."""
COMPARED = 5_000
"""Newest articles among which near matches are looked for: to compare each takes long."""


def search(transaction: Transaction, wanted: str) -> LedgerEntry | None:
    """The one article that fits `wanted` best; None if none does. Raises NotFound, with their names, if several do.

    Reads the names of all articles.
    """
    found = best_matches(wanted, ledger.names(transaction))
    if len(found) > 1:
        listed = "; ".join(map(_shown, found[:SHOWN]))
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise NotFound(f"{len(found)} articles fit {wanted}, name one by its file or key: {listed}{more}")
    return ledger.find(transaction, number=found[0].number) if found else None


def near_matches(transaction: Transaction, wanted: str) -> str:
    """A sentence that names the articles whose file or headline is most like `wanted`; empty if none is like it."""
    names: dict[str, str] = {}
    for each in list(ledger.names(transaction))[-COMPARED:]:
        names.update(dict.fromkeys((_stem(each.path or ""), each.title.casefold()), _shown(each)))
    close = difflib.get_close_matches(_stem(wanted), [name for name in names if name], n=3)
    return f"did you mean {' or '.join(dict.fromkeys(names[name] for name in close))}?" if close else ""


def _shown(article: ArticleName) -> str:
    """The name by which the article can be asked for, its file or else its key, and its headline."""
    return f"{article.path or article.key} ({article.title})"


def best_matches(wanted: str, articles: Iterable[ArticleName]) -> list[ArticleName]:
    """The articles of `articles` that fit `wanted` best, in their order: by the closest kind of match that there is."""
    text = _Wanted.of(wanted)
    kinds: dict[int, list[ArticleName]] = {}
    for article in articles:
        kind = _kind(text, article)
        if kind is not None:
            kinds.setdefault(kind, []).append(article)
    return kinds[min(kinds)] if kinds else []


class _Wanted(NamedTuple):
    """The text that somebody typed, as it is compared."""

    whole: str
    words: tuple[str, ...]
    address: str
    """The path of a URL, without slashes around it; empty if it is no URL and no path."""

    @classmethod
    def of(cls, text: str) -> "_Wanted":
        folded = " ".join(text.casefold().split())
        try:
            address = unquote(urlsplit(text.strip()).path).strip("/").casefold() if "/" in text else ""
        except ValueError:
            address = ""
        return cls(folded, tuple(folded.split()), address)


def _kind(wanted: _Wanted, article: ArticleName) -> int | None:
    """The kind of the match, 0 for the closest; None if there is none."""
    path, title = (article.path or "").casefold(), " ".join(article.title.casefold().split())
    name = path.rpartition("/")[2]
    tests = (
        wanted.address != "" and wanted.address in {_address(url) for url in (article.url, article.link)},
        wanted.whole in (name, _stem(name)) or (wanted.whole != "" and path.endswith(f"/{wanted.whole}")),
        wanted.whole == title,
        len(wanted.whole) > 1 and wanted.whole in title,
        len(wanted.whole) > 1 and wanted.whole in path,
        len(wanted.words) > 1 and all(word in title for word in wanted.words),
        wanted.address != "" and article.slug == wanted.address.rpartition("/")[2],
    )
    return next((kind for kind, fits in enumerate(tests) if fits), None)


def _address(url: str) -> str | None:
    """The path of `url` as `_Wanted.address` is; None if it has none."""
    try:
        return unquote(urlsplit(url).path).strip("/").casefold() or None
    except ValueError:
        return None


def _stem(name: str) -> str:
    last = name.casefold().rpartition("/")[2]
    return last.rpartition(".")[0] or last
