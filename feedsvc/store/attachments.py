"""The media files that published articles show."""

from sqlalchemy import delete, select

from feedsvc.store.dialect import insert
from feedsvc.store.edition_schema import attachments
from feedsvc.store.schema import changed_articles
from feedsvc.store.transaction import Transaction


def attached(transaction: Transaction) -> dict[int, dict[str, str]]:
    """The signatures of the files that changed articles show, by article number and path, as they were when they were
    published."""
    query = select(attachments).join(changed_articles, changed_articles.c.article == attachments.c.article)
    found: dict[int, dict[str, str]] = {}
    for row in transaction.execute(query):
        found.setdefault(row.article, {})[row.file] = row.signature
    return found


def attach(transaction: Transaction, article: int, files: dict[str, str]) -> None:
    """Notes that `article` shows `files` (signatures by path) and no others."""
    transaction.execute(delete(attachments).where(attachments.c.article == article))
    if files:
        rows = [{"file": file, "article": article, "signature": stamp} for file, stamp in files.items()]
        transaction.execute(insert(attachments), rows)


def is_attached(transaction: Transaction, file: str) -> bool:
    """True if any published article shows `file`."""
    query = select(attachments.c.file).where(attachments.c.file == file).limit(1)
    return transaction.execute(query).scalar() is not None
