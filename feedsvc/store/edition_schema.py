"""The tables of the current Edition, and of the last Editions.

`documents` and `bodies` are everything that is published, `attachments` the files that its articles show, `sections`,
`item_counts` and `custom_feeds` the feeds. `editions`, `feed_contents`, `article_versions` and `pinned_versions` are
the history.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    false,
)

from feedsvc.store.schema import BigNumber, Text, metadata

sections = Table(
    "sections",  # published sections, and the sections above them
    metadata,
    Column("path", Text, primary_key=True),
    Column("depth", BigNumber, nullable=False),  # 0 is the whole site
    Column("name", Text),  # as articles name it; null if only the configuration has it
    Column("title", Text, nullable=False),
    Index("sections_by_depth", "depth", "path"),
    sqlite_with_rowid=False,
)

attachments = Table(
    "attachments",
    metadata,
    Column("file", Text, primary_key=True),
    Column("article", ForeignKey("articles.number"), primary_key=True, index=True),
    Column("signature", Text, nullable=False),  # as it was published
    sqlite_with_rowid=False,
)

documents = Table(
    "documents",
    metadata,
    Column("number", BigNumber, primary_key=True),
    Column("address", BigNumber, nullable=False),  # 0 is the canonical one, then the mirrors in their order
    Column("path", Text, nullable=False),
    Column("edition", BigNumber, nullable=False, index=True),  # in which it last changed
    Column("status", BigNumber, nullable=False),  # 200 published, 410 gone, 404 as if never published
    Column("type", Text, nullable=False),
    Column("modified", BigNumber, nullable=False),
    Column("shared_second", Boolean, nullable=False),  # other bytes had the same `modified`
    Column("max_age", BigNumber, nullable=False),
    Column("file", Text, nullable=False),  # below the articles folder, if the body is that file
    Column("on_demand", Boolean, nullable=False),  # loaded on request; else kept in memory by every server
    Column("topic", Boolean, nullable=False, server_default=false()),  # hubs and subscribers are notified of it
    Index("documents_by_path", "path", "address", unique=True),
)

Index("documents_held", documents.c.edition, sqlite_where=~documents.c.on_demand)

bodies = Table(
    "bodies",
    metadata,
    Column("document", ForeignKey("documents.number"), primary_key=True),
    Column("coding", Text, primary_key=True),
    Column("etag", Text, nullable=False),
    Column("length", BigNumber, nullable=False),
    Column("body", LargeBinary),  # null if it is a file, or can be unpacked from the gzip body
)

# A starting server reads everything but the bodies; this index spares it reading past them.
Index("bodies_told", bodies.c.document, bodies.c.coding, bodies.c.etag, bodies.c.length)

item_counts = Table(
    "item_counts",  # the number of articles in each feed, by the path of its document
    metadata,
    Column("path", Text, primary_key=True),
    Column("item_count", BigNumber, nullable=False),
    sqlite_with_rowid=False,
)

editions = Table(
    "editions",  # the last Editions
    metadata,
    Column("edition", BigNumber, primary_key=True),
    Column("at", BigNumber, nullable=False),
    Column("documents", BigNumber, nullable=False),
    Column("note", Text, nullable=False),
)

feed_contents = Table(
    "feed_contents",  # the contents of each feed from an Edition on
    metadata,
    Column("feed", Text, primary_key=True),
    Column("edition", BigNumber, primary_key=True, index=True),
    Column("at", BigNumber, nullable=False),
    Column("entries", LargeBinary, nullable=False),  # JSON: the key and the update time of each article
    sqlite_with_rowid=False,
)


def _version() -> list[Column[Any]]:
    """The columns of `articles` that decide what readers see of an article."""
    return [
        Column("slug", Text),
        Column("published", BigNumber),
        Column("updated", BigNumber),
        Column("revision", BigNumber),
        Column("fingerprint", Text),
        Column("opens", BigNumber),
        Column("closes", BigNumber),
        Column("has_own_page", Boolean),
        Column("encoded_copy", LargeBinary),
        Column("body", Text),
    ]


article_versions = Table(
    "article_versions",  # an article as it was before `edition` changed it; all null if it did not exist
    metadata,
    Column("edition", BigNumber, primary_key=True),
    Column("article", BigNumber, primary_key=True),
    *_version(),
)

pinned_versions = Table(
    "pinned_versions",  # the versions in the files of articles that are rolled back
    metadata,
    Column("article", BigNumber, primary_key=True),
    *_version(),
)

custom_feeds = Table(
    "custom_feeds",
    metadata,
    Column("path", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),  # JSON: its articles, and its documents
    sqlite_with_rowid=False,
)
