"""The ledger: all articles, with their identities, their dates and the content that was last read from their files.

All functions take a transaction, which the caller holds. Statements that run for every article are built once, at the
top: building a statement costs more than running it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, func, or_, select, text, update

from feedsvc.model import codec
from feedsvc.model.clock import EARLIEST
from feedsvc.model.codec import FOREVER, instant
from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.entries import LedgerEntry, LedgerHead, Phase, checksum
from feedsvc.store.schema import adopted_identities, articles, memberships
from feedsvc.store.transaction import Transaction

BRIEF = [column for column in articles.c if column.name != "body"]
"""In the order of LedgerHead's fields."""


COLUMNS = [*BRIEF, articles.c.body]
"""In the order of LedgerEntry's fields."""


_FIND = {
    name: select(*COLUMNS).where(articles.c[name] == bindparam("wanted")).limit(1)
    for name in ("number", "path", "key", "normalised_id")
}


def find_by_url(transaction: Transaction, url: str) -> LedgerEntry | None:
    """The article whose own URL is `url`; None if there is none. Reads all articles, since no index covers this."""
    for number, encoded in transaction.execute(select(articles.c.number, articles.c.encoded_copy)):
        if codec.decode(encoded).url == url:
            return find(transaction, number=number)
    return None


class ArticleName(NamedTuple):
    """The names by which people look for an article."""

    number: int
    key: str
    path: str | None
    slug: str
    title: str
    url: str
    """Its own address, if its file names one."""
    link: str
    """Its address in the system that the newsroom left; empty if it was not adopted."""


_NAMES = (
    select(
        articles.c.number,
        articles.c.key,
        articles.c.path,
        articles.c.slug,
        articles.c.encoded_copy,
        adopted_identities.c.link,
    )
    .outerjoin(adopted_identities, adopted_identities.c.article == articles.c.number)
    .order_by(articles.c.number)
)


def names(transaction: Transaction) -> Iterator[ArticleName]:
    """The names of all articles, in the order in which they were first seen."""
    for number, key, path, slug, encoded, link in transaction.execute(_NAMES):
        copy = codec.decode(encoded)
        yield ArticleName(number, key, path, slug, copy.title, copy.url, link or "")


_CANDIDATES = (
    select(*BRIEF)
    .where(
        or_(
            articles.c.path == bindparam("by_path"),
            articles.c.last_path == bindparam("by_path"),
            articles.c.key == bindparam("by_key"),
            articles.c.digest == bindparam("by_digest"),
            articles.c.normalised_id == bindparam("by_normalised_id"),
        )
    )
    .order_by(articles.c.number)
)


_TAKEN = select(articles.c.number).where(
    (articles.c.key == bindparam("key")) | (articles.c.normalised_id == bindparam("normalised_id"))
)


_ADD = Bulk(insert(articles))


_OTHERS = articles.c.keys()[1:]


_LAST = select(func.max(articles.c.number))


_SOME = {
    name: f"SELECT {name} FROM articles WHERE {name} IN (SELECT value FROM json_each(:wanted))"  # noqa: S608
    for name in ("path", "last_path", "key", "digest", "normalised_id")
}
_AMONG = {name: text(query) for name, query in _SOME.items()}
_AMONG["path"] = text(f"{_SOME['path']} UNION ALL {_SOME['last_path']}")


_SECTIONS_OF = select(memberships.c.section).where(memberships.c.article == bindparam("number"))


_begun = (articles.c.opens <= bindparam("now")) | (articles.c.phase >= int(Phase.OPENED))
is_open = _begun & (articles.c.closes > bindparam("now")) & (articles.c.phase < int(Phase.CLOSED))
"""The condition that readers may see an article at `now`. An article that was opened stays open if the clock is set
back, and one that was closed stays closed."""


def find(transaction: Transaction, **where: object) -> LedgerEntry | None:
    """The article with this `number`, `path`, `key` or `normalised_id`; None if there is none."""
    [(name, wanted)] = where.items()
    row = transaction.execute(_FIND[name], {"wanted": wanted}).one_or_none()
    return LedgerEntry(*row) if row else None


def candidates(
    transaction: Transaction, path: str, key: str, digest: str, normalised_id: str | None
) -> list[LedgerHead]:
    """The articles that a file may belong to, by path, last path, key, bytes or id, oldest first."""
    wanted = {"by_path": path, "by_key": key, "by_digest": digest, "by_normalised_id": normalised_id}
    return [LedgerHead(*row) for row in transaction.execute(_CANDIDATES, wanted)]


def existing(transaction: Transaction, column: str, values: Iterable[str]) -> set[str]:
    """The members of `values` that any article has in `column`: `key`, `digest`, `normalised_id` or `path`. For `path`,
    last paths count as well."""
    return set(transaction.scalars(_AMONG[column], {"wanted": msgspec.json.encode(list(values)).decode()}))


_STANDING = text(
    "SELECT path, number, digest, fingerprint, slug, encoded_copy FROM articles"
    " WHERE path IN (SELECT value FROM json_each(:wanted)) AND NOT (opens = :earliest AND phase = 0)"
)


def last_read(transaction: Transaction, paths: Iterable[str]) -> dict[str, tuple[int, tuple[str, str, str, bytes]]]:
    """The articles of these files as they were last read: by path, the number, and digest, fingerprint, slug and copy.

    Articles that still wait for a date are left out.
    """
    wanted = {"wanted": msgspec.json.encode(list(paths)).decode(), "earliest": EARLIEST}
    found = transaction.execute(_STANDING, wanted)
    return {path: (number, (digest, look, slug, copy)) for path, number, digest, look, slug, copy in found}


def is_empty(transaction: Transaction) -> bool:
    """True if the ledger has no article."""
    return transaction.scalar(select(articles.c.number).limit(1)) is None


def is_taken(transaction: Transaction, key: str, normalised_id: str) -> bool:
    """True if an article has this key, or an id that is the same without regard to case and Unicode form."""
    return transaction.execute(_TAKEN, {"key": key, "normalised_id": normalised_id}).first() is not None


def add(transaction: Transaction, values: dict[str, Any]) -> int:
    """Adds an article with these columns, and returns its number."""
    [number] = add_all(transaction, [values])
    return number


def add_all(transaction: Transaction, rows: list[dict[str, Any]]) -> range:
    """Adds articles, all with the same columns, and returns their numbers."""
    first = (transaction.scalar(_LAST) or 0) + 1
    whole = (_with_checksum(values) for values in rows)
    _ADD.execute(transaction, ((number, *map(values.get, _OTHERS)) for number, values in enumerate(whole, first)))
    return range(first, first + len(rows))


def change(transaction: Transaction, number: int, values: dict[str, Any]) -> None:
    """Sets columns of the article `number`. Its copy and its body must be set together."""
    transaction.execute(update(articles).where(articles.c.number == number).values(**_with_checksum(values)))


def _with_checksum(values: dict[str, Any]) -> dict[str, Any]:
    """`values` with the checksum of the copy and the body, if they are among them."""
    if "body" not in values:
        return values
    return values | {"checksum": checksum(values["encoded_copy"], values["body"])}


def sections_of(transaction: Transaction, number: int) -> set[str]:
    """The paths of the sections of the article."""
    return set(transaction.scalars(_SECTIONS_OF, {"number": number}))


def count_with_file(transaction: Transaction, most: int | None = None) -> int:
    """The number of articles that have a file, or `most` if it is given and there are more."""
    some = select(articles.c.number).where(articles.c.path.is_not(None)).limit(most).subquery()
    return int(transaction.execute(select(func.count()).select_from(some)).scalar_one())


def count_open(transaction: Transaction, now: int) -> int:
    """The number of articles that readers may see at `now` (seconds)."""
    counted = select(func.count()).select_from(articles).where(is_open)
    return int(transaction.scalar(counted, {"now": now}))


def awaiting_date(transaction: Transaction) -> list[tuple[str, int]]:
    """The files and numbers of the articles that cannot be dated until the clock is right."""
    waiting = select(articles.c.path, articles.c.number).where(
        articles.c.opens == EARLIEST, articles.c.phase == int(Phase.AWAITED), articles.c.path.is_not(None)
    )
    return [(path, number) for path, number in transaction.execute(waiting)]


def note_phases(transaction: Transaction, since: int, now: int) -> None:
    """Notes which articles opened or closed after `since` and until `now`: they stay so even if the clock is set
    back."""
    turned = {
        phase: (column > since) & (column <= now) & (articles.c.phase < int(phase))
        for column, phase in ((articles.c.opens, Phase.OPENED), (articles.c.closes, Phase.CLOSED))
    }
    if transaction.execute(select(articles.c.number).where(or_(*turned.values())).limit(1)).first() is not None:
        for phase, condition in turned.items():
            transaction.execute(update(articles).where(condition).values(phase=int(phase)))


def reopen_unexpired(transaction: Transaction, now: int) -> list[int]:
    """Opens articles again that were closed while the clock was ahead, and returns their numbers."""
    early = (articles.c.phase == int(Phase.CLOSED)) & (articles.c.closes > now) & (articles.c.closes < FOREVER)
    numbers = list(transaction.scalars(select(articles.c.number).where(early)))
    transaction.execute(update(articles).where(early).values(phase=int(Phase.OPENED)))
    return numbers


def next_change_at(transaction: Transaction, now: int) -> datetime | None:
    """The next instant after `now` at which an article opens or closes; None if there is none."""
    turns = [
        transaction.scalar(select(func.min(column)).where(column > now, articles.c.phase < int(phase)))
        for column, phase in ((articles.c.opens, Phase.OPENED), (articles.c.closes, Phase.CLOSED))
    ]
    coming = [turn for turn in turns if turn is not None and turn < FOREVER]
    return instant(min(coming)) if coming else None
