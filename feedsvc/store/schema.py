"""The tables: what lasts. Instants are whole seconds since 1970 in UTC; paths are POSIX paths.

The ledger is `articles` (identity, dates, the last good Copy), `memberships` (which sections name it), `named_files`
(which files beside it it names), `revisions` (what readers saw change) and `withdrawals` (from which feeds it was taken
back). `windows` is what feeds let go of, `archives` and `archived` where it went. `sources` is what the last scan saw,
`folders` those in which nothing else is. The Edition is `documents`, `bodies` and `attachments` (which files its
articles show); its `sections` and `feeds` are those that are published.
"""

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, true

VERSION = 7
"""Of the tables; a store of another version is not touched, but for those that `GROWN` names."""
GROWN = (4, 5, 6)
"""Versions that only lack tables or indexes of this one: these are made when somebody writes again."""

metadata = MetaData()

articles = Table(
    "articles",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("fold", String, nullable=False, unique=True),  # the id without regard to case and Unicode form
    Column("key", String, nullable=False, unique=True),
    Column("path", String, unique=True),  # empty once the file is gone
    Column("slug", String, nullable=False),
    Column("first_seen", Integer, nullable=False),
    Column("published", Integer, nullable=False),
    Column("available", Integer, nullable=False),  # since when it is to be had here, by which feeds are ordered
    Column("updated", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("fingerprint", String, nullable=False),  # of what a reader sees
    Column("digest", String, nullable=False, index=True),  # of the file's bytes, by which a renamed file is known again
    Column("opens", Integer, nullable=False, index=True),
    Column("closes", Integer, nullable=False, index=True),
    Column("shown", Boolean, nullable=False),  # readers may have seen it once, however it is now
    Column("paged", Boolean, nullable=False),  # its page may be one of ours: the file names no other
    Column("withdrawn", Integer),  # when it was taken back, if readers may have seen it
    Column("copy", LargeBinary, nullable=False),  # without its body
    Column("body", String, nullable=False),  # in the markup that `copy` names; HTML is made of it for a feed
)

adopted = Table(
    "adopted",  # from the system that the newsroom left: how readers know the article
    metadata,
    Column("article", ForeignKey("articles.number"), primary_key=True),
    Column("link", String, nullable=False),
    Column("dated", Integer),
    Column("said", Integer),  # the date in the file at that time; another one there overrules `dated`
)

field_hashes = Table(
    "field_hashes",  # of what readers see of an article, field by field; no row: not known, the text itself has to tell
    metadata,
    Column("article", ForeignKey("articles.number"), primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("section", String, primary_key=True),
    Column("available", Integer, primary_key=True),  # the article's, or later, where it joined the section later
    Column("published", Integer, primary_key=True),
    Column("id", String, primary_key=True),
    Column("article", ForeignKey("articles.number"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Index("memberships_by_name", "section", "name"),
    sqlite_with_rowid=False,
)

sections = Table(
    "sections",  # that are published, those above them included
    metadata,
    Column("path", String, primary_key=True),
    Column("depth", Integer, nullable=False),  # 0 is the whole site
    Column("name", String),  # as articles name it; none if none does, and only the configuration has it
    Column("title", String, nullable=False),
    Index("sections_by_depth", "depth", "path"),
    sqlite_with_rowid=False,
)

windows = Table(
    "windows",
    metadata,
    Column("feed", String, primary_key=True),  # a section's path, or the path of a feed of the operator's own
    Column("available", Integer, nullable=False),  # the floor: the newest article that ever left
    Column("published", Integer, nullable=False),
    Column("id", String, nullable=False),
    Column("terms", String, nullable=False),  # under which it left
    Column("updated", Integer, nullable=False),  # the feed's own date, which never goes back
    Column("turns", Integer, nullable=False, index=True),  # when the next article is too old for the feed
    Column("pending", Boolean, nullable=False),  # something left that is not in an archive yet
    sqlite_with_rowid=False,
)

archives = Table(
    "archives",
    metadata,
    Column("section", String, primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1, the oldest
    Column("name", String, nullable=False),
    Column("available", Integer, nullable=False),  # of its newest article, like the two below
    Column("published", Integer, nullable=False),
    Column("id", String, nullable=False),
    Column("stale", Integer, nullable=False, index=True),  # 0 as it is printed, 1 not, 2 not and urgent
    sqlite_with_rowid=False,
)

archived = Table(
    "archived",
    metadata,
    Column("section", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),  # from 0, the newest
    Column("article", ForeignKey("articles.number"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

revisions = Table(
    "revisions",
    metadata,
    Column("article", ForeignKey("articles.number"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("made", Integer, nullable=False),
    Column("changed", String, nullable=False),  # names of fields, with spaces between them
    sqlite_with_rowid=False,
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("feed", String, primary_key=True),  # a section's path, or the path of a feed of the operator's own
    Column("article", ForeignKey("articles.number"), primary_key=True, index=True),
    Column("since", Integer, nullable=False, index=True),
    sqlite_with_rowid=False,
)

named_files = Table(
    "named_files",
    metadata,
    Column("file", String, primary_key=True),
    Column("article", ForeignKey("articles.number"), primary_key=True, index=True),
    Column("type", String, nullable=False),  # empty for what is not there, or of no kind that is published
    Column("stamp", String, nullable=False),  # size, mtime and inode when the article was read; empty: not there
    sqlite_with_rowid=False,
)

attachments = Table(
    "attachments",
    metadata,
    Column("file", String, primary_key=True),
    Column("article", ForeignKey("articles.number"), primary_key=True, index=True),
    Column("stamp", String, nullable=False),  # as it was published
    sqlite_with_rowid=False,
)

sources = Table(
    "sources",
    metadata,
    Column("path", String, primary_key=True),
    Column("folder", String, nullable=False, index=True),
    Column("stamp", String, nullable=False),  # size, mtime and inode of the file and of all that belongs to it
    Column("article", Integer),
    sqlite_with_rowid=False,
)

folders = Table(
    "folders",  # in which everything is as `sources` has it
    metadata,
    Column("path", String, primary_key=True),
    Column("digest", LargeBinary, nullable=False),  # of all that is in it
    sqlite_with_rowid=False,
)

problems = Table(
    "problems",
    metadata,
    Column("place", String, nullable=False, index=True),
    Column("origin", String, nullable=False, index=True),  # the file or room that found it
    Column("reason", String, nullable=False),
    Column("remedy", String, nullable=False),
    Column("warning", Boolean, nullable=False),
)

dirty = Table("dirty", metadata, Column("article", Integer, primary_key=True))  # changed since it was last published
unprinted = Table("unprinted", metadata, Column("article", Integer, primary_key=True))  # its page is not as it is

stale = Table(
    "stale",
    metadata,
    Column("section", String, primary_key=True),  # changed since it was last published
    sqlite_with_rowid=False,
)

documents = Table(
    "documents",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("address", Integer, nullable=False),  # 0 is the canonical one, then the mirrors in their order
    Column("path", String, nullable=False),
    Column("edition", Integer, nullable=False, index=True),  # in which it last changed
    Column("status", Integer, nullable=False),  # 200 published, 410 gone, 404 as if it had never been
    Column("type", String, nullable=False),
    Column("modified", Integer, nullable=False),
    Column("shared_second", Boolean, nullable=False),  # other bytes had the same `modified`
    Column("max_age", Integer, nullable=False),
    Column("file", String, nullable=False),  # below the articles folder, if the body is that file
    Column("shelved", Boolean, nullable=False),  # looked up when it is asked for; else held by every server
    Index("documents_by_path", "path", "address", unique=True),
)

Index("documents_held", documents.c.edition, sqlite_where=~documents.c.shelved)
Index("windows_pending", windows.c.feed, sqlite_where=windows.c.pending == true())

bodies = Table(
    "bodies",
    metadata,
    Column("document", ForeignKey("documents.number"), primary_key=True),
    Column("coding", String, primary_key=True),
    Column("etag", String, nullable=False),
    Column("length", Integer, nullable=False),
    Column("body", LargeBinary),  # none where it is a file, or is to be had out of the one in gzip
)
# A server that starts asks for all but the bodies, among which it would have to look for the rest.
Index("bodies_told", bodies.c.document, bodies.c.coding, bodies.c.etag, bodies.c.length)

feeds = Table(
    "feeds",  # how many articles stand in each, by the path of its document
    metadata,
    Column("path", String, primary_key=True),
    Column("length", Integer, nullable=False),
    sqlite_with_rowid=False,
)

issued = Table(
    "issued",  # the last Editions
    metadata,
    Column("edition", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("note", String, nullable=False),
)

contents = Table(
    "contents",  # of each feed, since which edition
    metadata,
    Column("feed", String, primary_key=True),
    Column("edition", Integer, primary_key=True, index=True),
    Column("at", Integer, nullable=False),
    Column("held", LargeBinary, nullable=False),  # JSON: key of the article, and when it was updated
    sqlite_with_rowid=False,
)


def _version() -> list[Column[Any]]:
    """What an article looks like to readers: these columns of `articles`."""
    return [
        Column("slug", String),
        Column("published", Integer),
        Column("updated", Integer),
        Column("revision", Integer),
        Column("fingerprint", String),
        Column("opens", Integer),
        Column("closes", Integer),
        Column("paged", Boolean),
        Column("copy", LargeBinary),
        Column("body", String),
    ]


former = Table(
    "former",  # how an article was before `edition` changed it; all empty if it was not there
    metadata,
    Column("edition", Integer, primary_key=True),
    Column("article", Integer, primary_key=True),
    *_version(),
)

pinned = Table(
    "pinned",  # articles that were rolled back: how they are by their files
    metadata,
    Column("article", Integer, primary_key=True),
    *_version(),
)

notes = Table(
    "notes",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),  # JSON
)

leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("expires", Integer, nullable=False),
)
