"""The tables of the Edition, and of those before it.

`documents` and `bodies` are all that is published, `attachments` the files that its articles show; `sections`,
`item_counts` and `custom_feeds` tell which feeds there are. `editions`, `feed_contents`, `article_versions` and
`pinned_versions` are the history.
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
    "sections",  # that are published, those above them included
    metadata,
    Column("path", Text, primary_key=True),
    Column("depth", BigNumber, nullable=False),  # 0 is the whole site
    Column("name", Text),  # as articles name it; none if none does, and only the configuration has it
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
    Column("status", BigNumber, nullable=False),  # 200 published, 410 gone, 404 as if it had never been
    Column("type", Text, nullable=False),
    Column("modified", BigNumber, nullable=False),
    Column("shared_second", Boolean, nullable=False),  # other bytes had the same `modified`
    Column("max_age", BigNumber, nullable=False),
    Column("file", Text, nullable=False),  # below the articles folder, if the body is that file
    Column("on_demand", Boolean, nullable=False),  # looked up when it is asked for; else held by every server
    Column("topic", Boolean, nullable=False, server_default=false()),  # hubs and subscribers are told of it
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
    Column("body", LargeBinary),  # none where it is a file, or is to be had out of the one in gzip
)

# A server that starts asks for all but the bodies, among which it would have to look for the rest.
Index("bodies_told", bodies.c.document, bodies.c.coding, bodies.c.etag, bodies.c.length)

item_counts = Table(
    "item_counts",  # how many articles stand in each, by the path of its document
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
    "feed_contents",  # of each feed, since which edition
    metadata,
    Column("feed", Text, primary_key=True),
    Column("edition", BigNumber, primary_key=True, index=True),
    Column("at", BigNumber, nullable=False),
    Column("entries", LargeBinary, nullable=False),  # JSON: key of the article, and when it was updated
    sqlite_with_rowid=False,
)


def _version() -> list[Column[Any]]:
    """The columns of `articles` that make up how readers see an article."""
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
    "article_versions",  # how an article was before `edition` changed it; all empty if it was not there
    metadata,
    Column("edition", BigNumber, primary_key=True),
    Column("article", BigNumber, primary_key=True),
    *_version(),
)

pinned_versions = Table(
    "pinned_versions",  # articles that were rolled back: how they are by their files
    metadata,
    Column("article", BigNumber, primary_key=True),
    *_version(),
)

custom_feeds = Table(
    "custom_feeds",
    metadata,
    Column("path", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),  # JSON: what it holds, and its documents
    sqlite_with_rowid=False,
)
