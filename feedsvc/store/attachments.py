"""The files that published articles show."""

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store.schema import attachments, dirty


def attached(connection: Connection) -> dict[int, dict[str, str]]:
    """What the articles that are marked as changed show: article to file to the file's stamp as it was published."""
    query = select(attachments).join(dirty, dirty.c.article == attachments.c.article)
    found: dict[int, dict[str, str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.article, {})[row.file] = row.stamp
    return found


def attach(connection: Connection, article: int, files: dict[str, str]) -> None:
    """Note which files (path to stamp) `article` shows, and no others."""
    connection.execute(delete(attachments).where(attachments.c.article == article))
    if files:
        rows = [{"file": file, "article": article, "stamp": stamp} for file, stamp in files.items()]
        connection.execute(insert(attachments), rows)


def is_attached(connection: Connection, file: str) -> bool:
    query = select(attachments.c.file).where(attachments.c.file == file).limit(1)
    return connection.execute(query).scalar() is not None
