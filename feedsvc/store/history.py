"""The last Editions: the contents of their feeds, and the articles as they were before each of them.

An undo log: an Edition keeps the previous version of each article and the new contents of each feed that it changed. So
the cost is in proportion to the changes, and a body that did not change is kept once. Instants are seconds.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Integer, bindparam, delete, func, select

from feedsvc.model import codec
from feedsvc.model.codec import FOREVER
from feedsvc.model.feed import Feed
from feedsvc.store import state
from feedsvc.store.dialect import insert
from feedsvc.store.edition_schema import article_versions, editions, feed_contents, pinned_versions
from feedsvc.store.entries import ArticleVersion, PastEdition
from feedsvc.store.notes import Note
from feedsvc.store.schema import articles
from feedsvc.store.transaction import Transaction

KEPT = 10
"""The number of Editions that a rollback can return to, including the current one."""
VERSION_COLUMNS = tuple(column.name for column in pinned_versions.c if column.name != "article")
"""The columns of `articles` that decide what readers see of an article."""
Items = list[tuple[str, int]]
"""The contents of a feed: the key and the update time of each article."""
NO_CONTENTS = b"[]"
"""The contents of a feed without articles, as `encode_contents` encodes them."""

_AS_IT_IS: list[Any] = [articles.c[name] for name in VERSION_COLUMNS]


# --- Editions ---------------------------------------------------------------------------------------------------------


def record_edition(transaction: Transaction, edition: int, now: int, documents: int) -> None:
    """Records that `edition` is published, and removes data that only Editions before the last KEPT need."""
    note = state.NEXT_EDITION_NOTE.get(transaction)
    state.NEXT_EDITION_NOTE.remove(transaction)
    transaction.execute(insert(editions).values(edition=edition, at=now, documents=documents, note=note))
    kept = [row.edition for row in last_editions(transaction)]
    if len(kept) <= KEPT:
        return
    oldest, dropped = kept[KEPT - 1], kept[KEPT]
    transaction.execute(delete(editions).where(editions.c.edition < oldest))
    transaction.execute(delete(article_versions).where(article_versions.c.edition <= oldest))
    transaction.execute(_OVERTAKEN, {"dropped": dropped, "oldest": oldest})


_newer = feed_contents.alias()
_CHANGED = select(_newer.c.feed).where(_newer.c.edition > bindparam("dropped"), _newer.c.edition <= bindparam("oldest"))
_later = feed_contents.alias()
_OVERTAKEN = delete(feed_contents).where(
    feed_contents.c.feed.in_(_CHANGED),  # the others have no such rows
    select(_later.c.feed)
    .where(
        _later.c.feed == feed_contents.c.feed,
        _later.c.edition > feed_contents.c.edition,
        _later.c.edition <= bindparam("oldest"),
    )
    .exists(),
)


def set_note(transaction: Transaction, text: str) -> None:
    """Sets the note of the next Edition."""
    state.NEXT_EDITION_NOTE.put(transaction, text)


def last_editions(transaction: Transaction) -> list[PastEdition]:
    """The Editions that a rollback can return to, newest first."""
    return [PastEdition(*row) for row in transaction.execute(select(editions).order_by(editions.c.edition.desc()))]


# --- feeds ------------------------------------------------------------------------------------------------------------


class EditionContents(NamedTuple):
    """The contents of a feed, unchanged since the Edition `since`."""

    since: int
    items: Items


_STANDING = (
    select(feed_contents.c.edition, feed_contents.c.entries)
    .where(feed_contents.c.feed == bindparam("wanted"), feed_contents.c.edition <= bindparam("until"))
    .order_by(feed_contents.c.edition.desc())
    .limit(1)
)


def put_contents(transaction: Transaction, edition: int, now: int, feeds: dict[str, bytes]) -> None:
    """Records the contents of `feeds` (encoded by `encode_contents`, by path) from `edition` on, if they have changed.

    Nothing is recorded for other documents, with NO_CONTENTS.
    """
    for feed, encoded in feeds.items():
        known = transaction.execute(_STANDING, {"wanted": feed, "until": edition}).first()
        if encoded != (known.entries if known else NO_CONTENTS):
            statement = insert(feed_contents).values(feed=feed, edition=edition, at=now, entries=encoded)
            transaction.execute(
                statement.on_conflict_do_update(index_elements=["feed", "edition"], set_={"entries": encoded})
            )


def edition_contents(transaction: Transaction, feed: str, edition: int) -> EditionContents | None:
    """The contents of the feed at path `feed` in `edition`; None if they are not kept."""
    row = transaction.execute(_STANDING, {"wanted": feed, "until": edition}).first()
    return EditionContents(row.edition, msgspec.json.decode(row.entries, type=Items)) if row else None


def contents_at(transaction: Transaction, edition: int) -> dict[str, Items]:
    """The contents of each feed in `edition`, by the feed's path."""
    newest = (
        select(feed_contents.c.feed, func.max(feed_contents.c.edition).label("edition"))
        .where(feed_contents.c.edition <= edition)
        .group_by(feed_contents.c.feed)
        .subquery()
    )
    query = select(feed_contents.c.feed, feed_contents.c.entries).join(
        newest, (newest.c.feed == feed_contents.c.feed) & (newest.c.edition == feed_contents.c.edition)
    )
    return {row[0]: msgspec.json.decode(row[1], type=Items) for row in transaction.execute(query)}


def encode_contents(feed: Feed) -> bytes:
    """The contents of `feed`, encoded for `put_contents`."""
    items: Items = [(each.key, codec.seconds(each.updated)) for each in feed.articles]
    return msgspec.json.encode(items)


class Served(NamedTuple):
    """The last version of an article in a feed: the instant at which it was `updated`, and the instant `until` which
    the feed had it; None if it still has it."""

    updated: int
    until: int | None


def last_served(transaction: Transaction, feed: str, key: str) -> Served | None:
    """The last version of the article `key` in `feed`; None if no recorded Edition had it there."""
    query = (
        select(feed_contents.c.at, feed_contents.c.entries)
        .where(feed_contents.c.feed == feed)
        .order_by(feed_contents.c.edition.desc())
    )
    until = None
    for row in transaction.execute(query):
        updated = dict(msgspec.json.decode(row.entries, type=Items)).get(key)
        if updated is not None:
            return Served(updated, until)
        until = row.at
    return None


# --- articles ---------------------------------------------------------------------------------------------------------


_AN_ARTICLE = articles.c.number == bindparam("number")
_KEPT_COLUMNS: list[Any] = [bindparam("edition", type_=Integer), articles.c.number, *_AS_IT_IS]
_KEEP = insert(article_versions).from_select(
    ["edition", "article", *VERSION_COLUMNS], select(*_KEPT_COLUMNS).where(_AN_ARTICLE)
)
_KEEP = _KEEP.on_conflict_do_nothing()


def keep_version(transaction: Transaction, number: int, edition: int) -> None:
    """Records the article before it changes for `edition`, the next one. If a version is already recorded for
    `edition`, that one is kept."""
    transaction.execute(_KEEP, {"edition": edition, "number": number})


def keep_absent(transaction: Transaction, numbers: Iterable[int]) -> None:
    """Records that these articles did not exist before the next Edition. Before the first Edition nothing did, so
    nothing is recorded."""
    edition = state.next_edition(transaction)
    if edition > 1 and (rows := [{"edition": edition, "article": number} for number in sorted(numbers)]):
        transaction.execute(insert(article_versions).on_conflict_do_nothing(), rows)


class ChangeSince(NamedTuple):
    """The first Edition after the requested one in which an article changed; `pulled` if it was withdrawn, removed
    or made a draft since."""

    edition: int
    pulled: bool


_WAS = select(
    article_versions.c.article,
    article_versions.c.edition,
    article_versions.c.encoded_copy.is_not(None) & (article_versions.c.opens >= FOREVER),
)
_SINCE = _WAS.where(article_versions.c.edition > bindparam("wanted")).order_by(article_versions.c.edition)
_VERSION = select(*(article_versions.c[name] for name in VERSION_COLUMNS)).where(
    article_versions.c.edition == bindparam("edition"), article_versions.c.article == bindparam("number")
)


def changed_since(transaction: Transaction, edition: int) -> dict[int, ChangeSince]:
    """The articles that changed after `edition`, by article number."""
    found: dict[int, ChangeSince] = {}
    for article, changed, pulled in transaction.execute(_SINCE, {"wanted": edition}):
        known = found.get(article)
        if known is None:
            found[article] = ChangeSince(changed, pulled=False)
        elif pulled:
            found[article] = known._replace(pulled=True)
    return found


def version(transaction: Transaction, number: int, past: ChangeSince) -> ArticleVersion | None:
    """The article as it was in the Edition requested from `changed_since`; None if it did not exist then."""
    row = transaction.execute(_VERSION, {"edition": past.edition, "number": number}).one()
    return ArticleVersion(*row) if row.encoded_copy is not None else None


# --- articles that were rolled back -----------------------------------------------------------------------------------


_PINNED_COLUMNS: list[Any] = [articles.c.number, *_AS_IT_IS]
_PIN = insert(pinned_versions).from_select(["article", *VERSION_COLUMNS], select(*_PINNED_COLUMNS).where(_AN_ARTICLE))
_PIN = _PIN.on_conflict_do_nothing()
_UNPIN = delete(pinned_versions).where(pinned_versions.c.article == bindparam("number"))


def pin(transaction: Transaction, number: int) -> None:
    """Records the article as it is in its file, while readers are shown an older version."""
    transaction.execute(_PIN, {"number": number})


def unpin(transaction: Transaction, number: int) -> None:
    """Ends the rollback of one article."""
    transaction.execute(_UNPIN, {"number": number})


def pinned_numbers(transaction: Transaction) -> frozenset[int]:
    """The numbers of the articles that are rolled back."""
    return frozenset(transaction.scalars(select(pinned_versions.c.article)))


_PINNED = select(*(pinned_versions.c[name] for name in VERSION_COLUMNS)).where(
    pinned_versions.c.article == bindparam("number")
)


def pinned_version(transaction: Transaction, number: int) -> ArticleVersion | None:
    """The version in the file of an article that is rolled back; None for other articles."""
    row = transaction.execute(_PINNED, {"number": number}).one_or_none()
    return ArticleVersion(*row) if row else None


class ActiveRollback(Struct, frozen=True):
    """The rollback in force: its Edition, its instant, and the number of articles that are still rolled back."""

    edition: int
    since: datetime
    articles: int


class RollbackNote(Struct, frozen=True):
    """The Edition that articles were rolled back to, and when."""

    edition: int
    since: datetime


_ROLLED_BACK: Note[RollbackNote | None] = Note("rolled back", RollbackNote | None, None)


def record_rollback(transaction: Transaction, edition: int, now: datetime) -> None:
    """Notes that articles are rolled back to `edition` from `now` on."""
    _ROLLED_BACK.put(transaction, RollbackNote(edition, now))


def rolled_back_at(transaction: Transaction) -> int | None:
    """The instant of the last rollback, seconds; None if there was none."""
    note = _ROLLED_BACK.get(transaction)
    return codec.seconds(note.since) if note else None


def active_rollback(transaction: Transaction) -> ActiveRollback | None:
    """The rollback in force; None if there is none."""
    note = _ROLLED_BACK.get(transaction)
    count = transaction.execute(select(func.count()).select_from(pinned_versions)).scalar_one() if note else 0
    return ActiveRollback(note.edition, note.since, count) if note and count else None
