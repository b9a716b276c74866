"""The last Editions: what stood in their feeds, and how the articles were before each of them.

An undo log: an Edition keeps of each article that it changed how that was before, and of each feed what stands in it
since. So it costs what changed, and bodies that did not change are kept once. Instants are seconds.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Integer, Row, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.codec import FOREVER
from feedsvc.model.feed import Feed
from feedsvc.store import ledger, notes
from feedsvc.store.schema import articles, contents, former, issued, pinned

KEPT = 10
"""Editions that can be gone back to, the current one among them."""
VERSION_COLUMNS = tuple(column.name for column in pinned.c if column.name != "article")
"""The columns of `articles` that make up how readers see an article."""
Items = list[tuple[str, int]]
"""What stands in a feed: for each article its key, and when it was updated."""
_NOTHING = b"[]"
_NOTE, _ROLLED_BACK = "note of the next edition", "rolled back"

_AS_IT_IS: list[Any] = [articles.c[name] for name in VERSION_COLUMNS]


def _labelled(table: Any) -> list[Any]:
    """As in the ledger's rows, a Copy is called `copy_`."""
    return [column.label("copy_") if column.name == "copy" else column for column in table.c]


# --- Editions ---------------------------------------------------------------------------------------------------------


def issue(connection: Connection, edition: int, now: int, documents: int) -> None:
    """Note that `edition` is published, and forget what only Editions that are too old would need."""
    note = notes.get(connection, _NOTE, "")
    notes.remove(connection, _NOTE)
    connection.execute(insert(issued).values(edition=edition, at=now, documents=documents, note=note))
    kept = [row.edition for row in last(connection)]
    if len(kept) <= KEPT:
        return
    oldest, dropped = kept[KEPT - 1], kept[KEPT]
    connection.execute(delete(issued).where(issued.c.edition < oldest))
    connection.execute(delete(former).where(former.c.edition <= oldest))
    connection.execute(_OVERTAKEN, {"dropped": dropped, "oldest": oldest})


_newer = contents.alias()
_CHANGED = select(_newer.c.feed).where(_newer.c.edition > bindparam("dropped"), _newer.c.edition <= bindparam("oldest"))
_later = contents.alias()
_OVERTAKEN = delete(contents).where(
    contents.c.feed.in_(_CHANGED),  # the others have nothing to lose
    select(_later.c.feed)
    .where(
        _later.c.feed == contents.c.feed,
        _later.c.edition > contents.c.edition,
        _later.c.edition <= bindparam("oldest"),
    )
    .exists(),
)


def note(connection: Connection, text: str) -> None:
    """What is to be told of the next Edition."""
    notes.put(connection, _NOTE, text)


def last(connection: Connection) -> list[Row[Any]]:
    """The Editions that are kept, newest first."""
    return list(connection.execute(select(issued).order_by(issued.c.edition.desc())))


# --- feeds ------------------------------------------------------------------------------------------------------------

_STANDING = (
    select(contents.c.held)
    .where(contents.c.feed == bindparam("wanted"), contents.c.edition <= bindparam("until"))
    .order_by(contents.c.edition.desc())
    .limit(1)
)


def put_contents(connection: Connection, edition: int, now: int, feeds: dict[str, bytes]) -> None:
    """Note what stands in `feeds` (Items as JSON) from `edition` on, where it is not the same as before."""
    for feed, encoded in feeds.items():
        known = connection.scalar(_STANDING, {"wanted": feed, "until": edition})
        if known != encoded and not (known is None and encoded == _NOTHING):
            statement = insert(contents).values(feed=feed, edition=edition, at=now, held=encoded)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["feed", "edition"], set_={"held": encoded})
            )


def contents_at(connection: Connection, edition: int) -> dict[str, Items]:
    """What stood in each feed in `edition`."""
    newest = (
        select(contents.c.feed, func.max(contents.c.edition).label("edition"))
        .where(contents.c.edition <= edition)
        .group_by(contents.c.feed)
        .subquery()
    )
    query = select(contents.c.feed, contents.c.held).join(
        newest, (newest.c.feed == contents.c.feed) & (newest.c.edition == contents.c.edition)
    )
    return {row[0]: msgspec.json.decode(row[1], type=Items) for row in connection.execute(query)}


class EditionRecorder:
    """What a publication puts into `edition` at `now` is noted here while it is printed."""

    def __init__(self, connection: Connection, edition: int, now: int) -> None:
        self._connection = connection
        self._edition = edition
        self._now = now
        self._feeds: dict[str, bytes] = {}  # of all feeds of a large newsroom, so in short

    def note(self, feed: Feed) -> None:
        """What stands in `feed`, however many forms it has."""
        items: Items = [(each.key, ledger.seconds(each.updated)) for each in feed.articles]
        self._feeds[feed.path] = msgspec.json.encode(items)

    def note_gone(self, paths: Iterable[str]) -> None:
        """Feeds that are there no more; other documents among them are no matter."""
        self._feeds |= dict.fromkeys(paths, _NOTHING)

    def keep(self) -> None:
        put_contents(self._connection, self._edition, self._now, self._feeds)

    def close(self, documents: int) -> None:
        """So many documents changed; without any, there is no new Edition."""
        if documents:
            self.keep()
            issue(self._connection, self._edition, self._now, documents)


class Served(NamedTuple):
    """What stood in a feed last of an article: as it was `updated` then, and until when; None if it still does."""

    updated: int
    until: int | None


def last_served(connection: Connection, feed: str, key: str) -> Served | None:
    """None if the feed did not have the article in any Edition that is kept."""
    query = select(contents.c.at, contents.c.held).where(contents.c.feed == feed).order_by(contents.c.edition.desc())
    until = None
    for row in connection.execute(query):
        updated = dict(msgspec.json.decode(row.held, type=Items)).get(key)
        if updated is not None:
            return Served(updated, until)
        until = row.at
    return None


# --- articles ---------------------------------------------------------------------------------------------------------


_AN_ARTICLE = articles.c.number == bindparam("number")
_KEPT_COLUMNS: list[Any] = [bindparam("edition", type_=Integer), articles.c.number, *_AS_IT_IS]
_KEEP = insert(former).from_select(["edition", "article", *VERSION_COLUMNS], select(*_KEPT_COLUMNS).where(_AN_ARTICLE))
_KEEP = _KEEP.on_conflict_do_nothing()


def keep(connection: Connection, number: int) -> None:
    """Keep how the article is, before it is changed for the next Edition; what was kept for that already stays."""
    connection.execute(_KEEP, {"edition": notes.current(connection) + 1, "number": number})


def keep_absent(connection: Connection, numbers: Iterable[int]) -> None:
    """Keep that these articles were not there before the next Edition; before the first, nothing was."""
    edition = notes.current(connection) + 1
    if edition > 1 and (rows := [{"edition": edition, "article": number} for number in sorted(numbers)]):
        connection.execute(insert(former).on_conflict_do_nothing(), rows)


class ChangeSince(NamedTuple):
    """Before which edition an article was changed that one asks about, and whether it was taken back (withdrawn,
    removed, a draft again) at some time since."""

    edition: int
    pulled: bool


_WAS = select(former.c.article, former.c.edition, former.c.copy.is_not(None) & (former.c.opens >= FOREVER))
_SINCE = _WAS.where(former.c.edition > bindparam("wanted")).order_by(former.c.edition)
_VERSION = select(*_labelled(former)).where(
    former.c.edition == bindparam("edition"), former.c.article == bindparam("number")
)


def changed_since(connection: Connection, edition: int) -> dict[int, ChangeSince]:
    """The articles that changed after `edition`."""
    found: dict[int, ChangeSince] = {}
    for article, changed, pulled in connection.execute(_SINCE, {"wanted": edition}):
        known = found.get(article)
        if known is None:
            found[article] = ChangeSince(changed, pulled=False)
        elif pulled:
            found[article] = known._replace(pulled=True)
    return found


def version(connection: Connection, number: int, past: ChangeSince) -> Row[Any]:
    """How the article was in the Edition that was asked about."""
    row: Row[Any] = connection.execute(_VERSION, {"edition": past.edition, "number": number}).one()
    return row


# --- articles that were rolled back -----------------------------------------------------------------------------------


_PINNED_COLUMNS: list[Any] = [articles.c.number, *_AS_IT_IS]
_PIN = insert(pinned).from_select(["article", *VERSION_COLUMNS], select(*_PINNED_COLUMNS).where(_AN_ARTICLE))
_PIN = _PIN.on_conflict_do_nothing()
_UNPIN = delete(pinned).where(pinned.c.article == bindparam("number"))


def pin(connection: Connection, number: int) -> None:
    """Keep how the article is by its file, while it is shown otherwise."""
    connection.execute(_PIN, {"number": number})


def unpin(connection: Connection, number: int) -> None:
    connection.execute(_UNPIN, {"number": number})


def pinned_numbers(connection: Connection) -> frozenset[int]:
    return frozenset(connection.scalars(select(pinned.c.article)))


_PINNED = select(*_labelled(pinned)).where(pinned.c.article == bindparam("number"))


def pinned_version(connection: Connection, number: int) -> Row[Any] | None:
    """How a pinned article is by its file; None for others."""
    row: Row[Any] | None = connection.execute(_PINNED, {"number": number}).one_or_none()
    return row


class ActiveRollback(NamedTuple):
    """A rollback that holds: to which Edition, since when, and for how many articles still."""

    edition: int
    since: datetime
    articles: int


def stand(connection: Connection, edition: int, now: datetime) -> None:
    """Articles are rolled back to `edition`, from now on."""
    notes.put(connection, _ROLLED_BACK, {"edition": edition, "since": now})


def standing(connection: Connection) -> ActiveRollback | None:
    """The rollback that holds, if one does."""
    note = notes.get(connection, _ROLLED_BACK)
    count = connection.execute(select(func.count()).select_from(pinned)).scalar_one() if note else 0
    return ActiveRollback(note["edition"], datetime.fromisoformat(note["since"]), count) if count else None
