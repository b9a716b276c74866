"""Export and import of identities: the part of the ledger that a newsroom keeps when it moves.

All functions take a transaction, which the caller holds. Instants are seconds, as in the tables.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, or_, select, text, update

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.codec import FOREVER
from feedsvc.store import ledger, state
from feedsvc.store.dialect import insert
from feedsvc.store.entries import AdoptedIdentity, LedgerEntry, LedgerHead
from feedsvc.store.schema import adopted_identities, articles, memberships, scanned_files
from feedsvc.store.transaction import Transaction

IMPORTED = "imported"
"""A signature that no file has, so that the next scan reads the file, or reports it missing."""
UNKNOWN = ""
"""The fingerprint of an article whose former content is not known: the next scan treats it as unchanged."""

_ADOPTED: tuple[Any, ...] = (adopted_identities.c.link, adopted_identities.c.published, adopted_identities.c.file_date)
_ALIKE = select(*ledger.COLUMNS).where(
    or_(
        articles.c.normalised_id == bindparam("by_normalised_id"),
        articles.c.key == bindparam("by_key"),
        articles.c.path == bindparam("by_path"),
    )
)


def all_identities(transaction: Transaction) -> Iterator[tuple[LedgerHead, AdoptedIdentity | None]]:
    """All articles in the order of ids, each with its adopted identity; None if it has none."""
    query = select(*ledger.BRIEF, *_ADOPTED).join(
        adopted_identities, adopted_identities.c.article == articles.c.number, isouter=True
    )
    for row in transaction.stream(query.order_by(articles.c.id)):
        link, published, file_date = row[-3:]
        yield LedgerHead(*row[:-3]), AdoptedIdentity(link, published, file_date) if link is not None else None


def count(transaction: Transaction) -> int:
    """The number of articles."""
    return int(transaction.execute(select(func.count()).select_from(articles)).scalar_one())


def conflicts(transaction: Transaction, normalised_id: str, key: str, path: str | None) -> list[LedgerEntry]:
    """The articles that share an id, a key or a path with one that is to be imported."""
    found = transaction.execute(_ALIKE, {"by_normalised_id": normalised_id, "by_key": key, "by_path": path})
    return [LedgerEntry(*row) for row in found]


def is_unseen(transaction: Transaction, entry: LedgerHead) -> bool:
    """True if no Edition can have shown the article to readers, so that its id may still change."""
    if not state.current_edition(transaction):
        return True
    return not entry.shown and not entry.phase and entry.opens > state.LAST_TICK.get(transaction)


def last_number(transaction: Transaction) -> int:
    """The highest number of an article; 0 if there is none."""
    return transaction.scalar(select(func.max(articles.c.number))) or 0


def insert_unread(transaction: Transaction, rows: list[tuple[dict[str, object], ArticleCopy]]) -> None:
    """Adds articles that another service has read. They stay hidden until their files are read here."""
    closed = {"opens": FOREVER, "closes": FOREVER, "body": "", "has_own_page": False}
    first = last_number(transaction) + 1
    values = [
        {"number": number, "encoded_copy": codec.encode(copy)} | row | closed
        for number, (row, copy) in enumerate(rows, first)
    ]
    if values:
        transaction.execute(insert(articles), values)
        there = [(str(row["path"]), row["number"]) for row in values if row["path"] is not None]
        paths = msgspec.json.encode([path for path, _ in there]).decode()
        transaction.execute(_FORGET_LAST_PATHS, {"paths": paths})
        read_again(transaction, there)


_FORGET_LAST_PATHS = text(
    "UPDATE articles SET last_path = NULL WHERE last_path IN (SELECT value FROM json_each(:paths))"
)


def read_again(transaction: Transaction, files: Iterable[tuple[str, Any]]) -> None:
    """Makes the next scan read these files (path and article number), whatever their signatures are."""
    rows = [
        {"path": path, "folder": path.rpartition("/")[0], "signature": IMPORTED, "article": number}
        for path, number in files
    ]
    if rows:
        statement = insert(scanned_files)
        values = {"signature": statement.excluded.signature, "article": statement.excluded.article}
        transaction.execute(statement.on_conflict_do_update(index_elements=["path"], set_=values), rows)


def rename(transaction: Transaction, number: int, values: dict[str, object]) -> None:
    """Gives the article another id or other dates, in the ledger and in its sections."""
    transaction.execute(update(articles).where(articles.c.number == number).values(**values))
    told = {name: values[name] for name in ("id", "published") if name in values}
    if told:
        transaction.execute(update(memberships).where(memberships.c.article == number).values(**told))


# --- identities adopted from another system ---------------------------------------------------------------------------


def adopt(transaction: Transaction, number: int, link: str, published: int | None, file_date: int | None) -> None:
    """Records the link and the date by which readers know the article. The date holds while the date in the file is
    `file_date`."""
    transaction.execute(delete(adopted_identities).where(adopted_identities.c.article == number))
    transaction.execute(
        insert(adopted_identities).values(article=number, link=link, published=published, file_date=file_date)
    )


_ADOPTED_BY = select(*_ADOPTED).where(adopted_identities.c.article == bindparam("number"))


def adopted_by(transaction: Transaction, number: int) -> AdoptedIdentity | None:
    """The identity that was adopted for the article; None if none was."""
    row = transaction.execute(_ADOPTED_BY, {"number": number}).one_or_none()
    return AdoptedIdentity(*row) if row else None


def anything_adopted(transaction: Transaction) -> bool:
    """True if anything was adopted from another system."""
    return transaction.scalar(select(adopted_identities.c.article).limit(1)) is not None
