"""Finds an article by what people remember of it: part of its headline, its file's name, or a former address."""

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
"""Maximum articles that are named when several match."""
COMPARED = 5_000
"""Newest articles among which near matches are searched: each comparison is slow."""


def search(transaction: Transaction, wanted: str) -> LedgerEntry | None:
    """The one article that matches `wanted` best; None if there is none. Raises NotFound, with their names, if several
    do.

    Reads the names of all articles.
    """
    found = best_matches(wanted, ledger.names(transaction))
    if len(found) > 1:
        listed = "; ".join(map(_shown, found[:SHOWN]))
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise NotFound(f"{len(found)} articles fit {wanted}, name one by its file or key: {listed}{more}")
    return ledger.find(transaction, number=found[0].number) if found else None


def near_matches(transaction: Transaction, wanted: str) -> str:
    """A sentence with the articles whose file or headline is most similar to `wanted`; empty if none is similar."""
    names: dict[str, str] = {}
    for each in list(ledger.names(transaction))[-COMPARED:]:
        names.update(dict.fromkeys((_stem(each.path or ""), each.title.casefold()), _shown(each)))
    close = difflib.get_close_matches(_stem(wanted), [name for name in names if name], n=3)
    return f"did you mean {' or '.join(dict.fromkeys(names[name] for name in close))}?" if close else ""


def _shown(article: ArticleName) -> str:
    """The name by which the article can be found (its file, or else its key), and its headline."""
    return f"{article.path or article.key} ({article.title})"


def best_matches(wanted: str, articles: Iterable[ArticleName]) -> list[ArticleName]:
    """The articles that match `wanted`, in their order; only those with the closest kind of match that any of them
    has."""
    text = _Wanted.of(wanted)
    kinds: dict[int, list[ArticleName]] = {}
    for article in articles:
        kind = _kind(text, article)
        if kind is not None:
            kinds.setdefault(kind, []).append(article)
    return kinds[min(kinds)] if kinds else []


class _Wanted(NamedTuple):
    """A search text, normalised for comparison."""

    whole: str
    words: tuple[str, ...]
    address: str
    """The path of a URL, without leading and trailing slashes; empty if the text is neither URL nor path."""

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
    """The path of `url` in the form of `_Wanted.address`; None if it has none."""
    try:
        return unquote(urlsplit(url).path).strip("/").casefold() or None
    except ValueError:
        return None


def _stem(name: str) -> str:
    last = name.casefold().rpartition("/")[2]
    return last.rpartition(".")[0] or last
