"""Entries of the ledger and articles as values, for tests of decisions: no store, no disk."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from feedsvc.model import codec
from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.codec import FOREVER
from feedsvc.model.identity import absolute
from feedsvc.store.entries import LedgerEntry

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW = codec.seconds(NOON)
HOUR, DAY = 3_600, 86_400


def entry(number: int, copy: ArticleCopy | None = None, **changes: Any) -> LedgerEntry:
    """Article `number`, which came so many hours before noon and is open."""
    when = NOW - number * HOUR
    made = LedgerEntry(
        number=number,
        id=f"urn:x:{number}",
        normalised_id=f"urn:x:{number}",
        key=f"key{number}",
        path=f"{number}.md",
        slug=f"story-{number}",
        first_seen=when,
        published=when,
        available=when,
        updated=when,
        revision=1,
        fingerprint="",
        digest="",
        opens=when,
        closes=FOREVER,
        shown=True,
        phase=0,
        has_own_page=True,
        withdrawn=None,
        encoded_copy=codec.encode(copy or ArticleCopy(title=f"Story {number}")),
        checksum=None,
        last_path=None,
        body="What came of it.",
    )
    return replace(made, **changes)


def article(number: int, **changes: Any) -> Article:
    """The article of `entry(number)`."""
    told = entry(number)
    when = codec.instant(told.published)
    made = Article(
        title=f"Story {number}",
        id=told.id,
        iri=absolute("news.example,2026", told.id),
        key=told.key,
        slug=told.slug,
        url=f"https://site.invalid/articles/{told.key}/{told.slug}",
        summary="",
        published=when,
        updated=when,
        content="<p>What came of it.</p>",
    )
    return replace(made, **changes)
