"""What is remembered of the operator's own feeds, by their paths: articles, documents, expiry and tokens."""

from collections.abc import Iterable, Mapping

from feedsvc.store import notes
from feedsvc.store.transaction import Transaction

_EXPIRIES, _TOKENS = "turns", "tokens"


def members(transaction: Transaction, path: str) -> list[int]:
    """The numbers of the articles that the feed holds."""
    found: list[int] = notes.get(transaction, f"members {path}", [])
    return found


def candidates(transaction: Transaction, path: str) -> list[int]:
    """The numbers of all articles that were judged for the feed, rejected ones too."""
    found: list[int] = notes.get(transaction, f"judged {path}", [])
    return found


def documents(transaction: Transaction, path: str) -> list[str]:
    """The paths of the documents of which the feed consists."""
    found: list[str] = notes.get(transaction, f"parts {path}", [])
    return found


def put_articles(transaction: Transaction, path: str, members: Iterable[int], candidates: Iterable[int]) -> None:
    notes.put(transaction, f"members {path}", [*members])
    notes.put(transaction, f"judged {path}", [*candidates])


def put_documents(transaction: Transaction, path: str, documents: Iterable[str]) -> None:
    notes.put(transaction, f"parts {path}", [*documents])


def expiries(transaction: Transaction) -> dict[str, int]:
    """The instants (seconds) at which an article gets too old for a feed, by the feed's path."""
    found: dict[str, int] = notes.get(transaction, _EXPIRIES, {})
    return found


def put_expiries(transaction: Transaction, expiries: Mapping[str, int]) -> None:
    notes.put(transaction, _EXPIRIES, expiries)


def tokens(transaction: Transaction) -> dict[str, str]:
    """The SHA-256 (hex) of the token that opens a document, by the document's path; others need none."""
    found: dict[str, str] = notes.get(transaction, _TOKENS, {})
    return found


def put_tokens(transaction: Transaction, tokens: Mapping[str, str]) -> None:
    notes.put(transaction, _TOKENS, tokens)


def awaited(transaction: Transaction) -> list[str] | None:
    """The paths of the feeds that are put off while the rest of a backlog is read; None if none is awaited."""
    found: list[str] | None = notes.get(transaction, notes.AWAITED)
    return found


def put_awaited(transaction: Transaction, paths: Iterable[str]) -> None:
    notes.put(transaction, notes.AWAITED, [*paths])


def clear_awaited(transaction: Transaction) -> None:
    notes.remove(transaction, notes.AWAITED)
