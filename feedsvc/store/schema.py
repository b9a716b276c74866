"""The tables of the ledger: the articles, the data that belongs to them, and the work for the next publication.

Instants are whole seconds since 1970 in UTC; paths are POSIX paths. `articles` has the identity, the dates and the last
good copy of each article, `former_paths` its former paths on this site, `memberships` the sections and
`media_references` the files that it names, `revisions` the changes that readers saw, and `withdrawals` the feeds from
which it was withdrawn. `scanned_files` and `scanned_folders` are the result of the last scan. `windows` has the floors
of feeds, `archives` and `archive_items` the articles that left them. `changed_articles`, `changed_sections`,
`left_sections` and `pending_pages` are for the next publication.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    true,
)

VERSION = 11
"""The version of the tables. A store of another version is not changed, except for the versions in `MIGRATED`."""

MIGRATED = (4, 5, 6, 7, 8, 9, 10)
"""The older versions that are migrated to this one when the store is opened for writing."""

BigNumber = BigInteger().with_variant(Integer(), "sqlite")
"""The type of instants, numbers and `codec.FOREVER`, which need 64 bits; SQLite's INTEGER has them."""

Text = String().with_variant(String(collation="C"), "postgresql")
"""The type of texts, which every database orders by code point: ranges of paths and ties between ids rely on it."""

metadata = MetaData()

articles = Table(
    "articles",
    metadata,
    Column("number", BigNumber, primary_key=True),
    Column("id", Text, nullable=False),
    Column("normalised_id", Text, nullable=False, unique=True),  # the id without regard to case and Unicode form
    Column("key", Text, nullable=False, unique=True),
    Column("path", Text, unique=True),  # empty once the file is gone
    Column("slug", Text, nullable=False),
    Column("first_seen", BigNumber, nullable=False),
    Column("published", BigNumber, nullable=False),
    Column("available", BigNumber, nullable=False),  # since when it is available here, by which feeds are ordered
    Column("updated", BigNumber, nullable=False),
    Column("revision", BigNumber, nullable=False),
    Column("fingerprint", Text, nullable=False),  # a hash of the parts that readers see
    Column("digest", Text, nullable=False, index=True),  # a hash of the file's bytes, to recognise renamed files
    Column("opens", BigNumber, nullable=False, index=True),
    Column("closes", BigNumber, nullable=False, index=True),
    Column("shown", Boolean, nullable=False),  # readers may ever have seen it, whatever its state is now
    Column("phase", BigNumber, nullable=False, server_default="0"),  # at the last publication, see `entries.Phase`
    Column("has_own_page", Boolean, nullable=False),  # its page may be one of ours, since the file names no other
    Column("withdrawn", BigNumber),  # when it was withdrawn, if readers may have seen it
    Column("encoded_copy", LargeBinary, nullable=False),  # the ArticleCopy, without its body
    Column("body", Text, nullable=False),  # in the markup that `encoded_copy` names; HTML is made of it for a feed
    Column("checksum", LargeBinary),  # of `encoded_copy` and `body` as they were written; null if not known
    Column("last_path", Text),  # of a file that is gone; null once another article has been there
)

Index("articles_by_last_path", articles.c.last_path, sqlite_where=articles.c.last_path.is_not(None))

adopted_identities = Table(
    "adopted_identities",  # how readers know an article from the system that the newsroom left
    metadata,
    Column("article", ForeignKey("articles.number"), primary_key=True),
    Column("link", Text, nullable=False),
    Column("published", BigNumber),
    Column("file_date", BigNumber),  # the date in the file then; a different date in the file overrules `published`
)

former_paths = Table(
    "former_paths",  # paths of this site at which an article was before
    metadata,
    Column("path", Text, primary_key=True),
    Column("article", ForeignKey("articles.number"), primary_key=True, index=True),
    Column("adopted", Boolean, nullable=False),  # from the system that the newsroom left; else from the file
    sqlite_with_rowid=False,
)

field_hashes = Table(
    "field_hashes",  # of the fields that readers see of an article; without a row, the texts have to be compared
    metadata,
    Column("article", ForeignKey("articles.number"), primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("section", Text, primary_key=True),
    Column("available", BigNumber, primary_key=True),  # as of the article, or later if it joined the section later
    Column("published", BigNumber, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("article", ForeignKey("articles.number"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Index("memberships_by_name", "section", "name"),
    sqlite_with_rowid=False,
)

windows = Table(
    "windows",
    metadata,
    Column("feed", Text, primary_key=True),  # the path of a section, or of a custom feed
    Column("available", BigNumber, nullable=False),  # the floor, with the two below: the newest article that ever left
    Column("published", BigNumber, nullable=False),
    Column("id", Text, nullable=False),
    Column("policy", Text, nullable=False),  # with which the feed was last cut
    Column("updated", BigNumber, nullable=False),  # the feed's own date, which never goes back
    Column("expires_at", BigNumber, nullable=False, index=True),  # when the next article is too old for the feed
    Column("pending", Boolean, nullable=False),  # an article has left that is not in an archive yet
    sqlite_with_rowid=False,
)

archives = Table(
    "archives",
    metadata,
    Column("section", Text, primary_key=True),
    Column("number", BigNumber, primary_key=True),  # from 1, the oldest
    Column("name", Text, nullable=False),
    Column("available", BigNumber, nullable=False),  # of its newest article, like the two below
    Column("published", BigNumber, nullable=False),
    Column("id", Text, nullable=False),
    Column("render_state", BigNumber, nullable=False, index=True),  # 0 published as it is, 1 to be rendered, 2 urgently
    sqlite_with_rowid=False,
)

archive_items = Table(
    "archive_items",
    metadata,
    Column("section", Text, primary_key=True),
    Column("number", BigNumber, primary_key=True),
    Column("place", BigNumber, primary_key=True),  # from 0, the newest
    Column("article", ForeignKey("articles.number"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

revisions = Table(
    "revisions",
    metadata,
    Column("article", ForeignKey("articles.number"), primary_key=True),
    Column("number", BigNumber, primary_key=True),
    Column("changed_at", BigNumber, nullable=False),
    Column("changed", Text, nullable=False),  # names of fields, with spaces between them
    sqlite_with_rowid=False,
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("feed", Text, primary_key=True),  # the path of a section, or of a custom feed
    Column("article", ForeignKey("articles.number"), primary_key=True, index=True),
    Column("since", BigNumber, nullable=False, index=True),
    sqlite_with_rowid=False,
)

media_references = Table(
    "media_references",
    metadata,
    Column("file", Text, primary_key=True),
    Column("article", ForeignKey("articles.number"), primary_key=True, index=True),
    Column("type", Text, nullable=False),  # empty if the file is missing, or its type is not published
    Column("signature", Text, nullable=False),  # size, mtime and inode when the article was read; empty if missing
    sqlite_with_rowid=False,
)

scanned_files = Table(
    "scanned_files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("folder", Text, nullable=False, index=True),
    Column("signature", Text, nullable=False),  # size, mtime and inode of the file and of all files that belong to it
    Column("article", BigNumber),
    sqlite_with_rowid=False,
)

scanned_folders = Table(
    "scanned_folders",  # folders that agree with `scanned_files`
    metadata,
    Column("path", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),  # of the content of the folder
    sqlite_with_rowid=False,
)

problems = Table(
    "problems",
    metadata,
    Column("place", Text, nullable=False, index=True),
    Column("origin", Text, nullable=False, index=True),  # the file, or the part of the service, that found it
    Column("reason", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("warning", Boolean, nullable=False),
)

changed_articles = Table(
    "changed_articles", metadata, Column("article", BigNumber, primary_key=True)
)  # changed since it was last published

pending_pages = Table(
    "pending_pages", metadata, Column("article", BigNumber, primary_key=True)
)  # its page does not show its present state yet

changed_sections = Table(
    "changed_sections",
    metadata,
    Column("section", Text, primary_key=True),  # changed since it was last published
    sqlite_with_rowid=False,
)

left_sections = Table(
    "left_sections",  # the places in sections that an article left since it was last published; it may have returned
    metadata,
    Column("article", BigNumber, primary_key=True),
    Column("section", Text, primary_key=True),
    Column("available", BigNumber, nullable=False),
    Column("published", BigNumber, nullable=False),
    sqlite_with_rowid=False,
)

Index("windows_pending", windows.c.feed, sqlite_where=windows.c.pending == true())

notes = Table(
    "notes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),  # JSON
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("epoch", BigNumber, nullable=False),
    Column("expires_at", BigNumber, nullable=False),
)
