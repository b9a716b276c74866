"""The tables of the figures of one node. Days are numbered since 1970, in UTC; instants are whole seconds since then.

`keys`, and the `registers` that were filled with them, are kept for the last two days; `readers` has the numbers of
earlier days. `reports` has the numbers that services report. `fetches` has the first fetch of each state of a feed by
each partner, `holdings` the articles that it had then, and `deliveries` the first fetch of each revision of an article.
"""

from sqlalchemy import Column, Index, LargeBinary, MetaData, Table

from feedsvc.store.schema import BigNumber, Text

VERSION = 1
metadata = MetaData()

keys = Table(
    "keys",
    metadata,
    Column("day", BigNumber, primary_key=True),
    Column("key", LargeBinary, nullable=False),  # of the hash of a reader's address and program
)

registers = Table(
    "registers",  # see model.distinct
    metadata,
    Column("day", BigNumber, primary_key=True),
    Column("feed", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("register", BigNumber, primary_key=True),
    Column("rank", BigNumber, nullable=False),
    sqlite_with_rowid=False,
)

readers = Table(
    "readers",
    metadata,
    Column("day", BigNumber, primary_key=True),
    Column("feed", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("number", BigNumber, nullable=False),
    sqlite_with_rowid=False,
)

reports = Table(
    "reports",
    metadata,
    Column("day", BigNumber, primary_key=True),
    Column("feed", Text, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("source", BigNumber, primary_key=True),  # distinguishes several addresses of one feed
    Column("at", BigNumber, nullable=False),
    Column("number", BigNumber, nullable=False),  # the last one of the day
    sqlite_with_rowid=False,
)


def _client() -> list[Column[str]]:
    """The columns that identify a partner: the path of the document, the beginning of the hash of the token (empty for
    a public feed), and the program."""
    return [
        Column("document", Text, primary_key=True),
        Column("token", Text, primary_key=True),
        Column("client", Text, primary_key=True),
    ]


fetches = Table(
    "fetches",
    metadata,
    *_client(),
    Column("contents", BigNumber, primary_key=True),  # the Edition since which the feed has these contents
    Column("at", BigNumber, nullable=False, index=True),
    Column("edition", BigNumber, nullable=False),  # the Edition that was served
    Column("status", BigNumber, nullable=False),  # 200, or 304: the partner had it already
    Column("length", BigNumber, nullable=False),  # bytes that were sent
    sqlite_with_rowid=False,
)

last_fetches = Table(
    "last_fetches",
    metadata,
    *_client(),
    Column("at", BigNumber, nullable=False),
    Column("edition", BigNumber, nullable=False),
    Column("status", BigNumber, nullable=False),
    sqlite_with_rowid=False,
)

holdings = Table(
    "holdings",
    metadata,
    *_client(),
    Column("articles", LargeBinary, nullable=False),  # JSON: the update time of each article, by key
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("article", Text, primary_key=True),  # its key
    *_client(),
    Column("updated", BigNumber, primary_key=True),  # of the revision; 0 if the article has left the feed
    Column("at", BigNumber, primary_key=True),
    Column("revision", BigNumber, nullable=False),  # 0 if the article has left, or the number is not known
    Column("edition", BigNumber, nullable=False),
    Column("status", BigNumber, nullable=False),
    Index("ix_deliveries_at", "at"),
    sqlite_with_rowid=False,
)
