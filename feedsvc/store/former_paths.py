"""The former paths of articles on this site, which lead to their present pages."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select

from feedsvc.model.codec import FOREVER
from feedsvc.store import state
from feedsvc.store.dialect import insert
from feedsvc.store.edition_schema import documents
from feedsvc.store.schema import articles, former_paths
from feedsvc.store.transaction import Transaction

_OF_FILE = former_paths.c.article == bindparam("number"), ~former_paths.c.adopted
_SAID = select(former_paths.c.path).where(*_OF_FILE)
_FORGET = delete(former_paths).where(*_OF_FILE)
_ADD = insert(former_paths).on_conflict_do_nothing()
_ADOPTED = select(former_paths.c.path).where(former_paths.c.article == bindparam("number"), former_paths.c.adopted)
_WITH_KEYS = (
    select(former_paths.c.path, articles.c.key)
    .join(articles, articles.c.number == former_paths.c.article)
    .order_by(former_paths.c.path, articles.c.number)
)
_KEYS = (
    select(articles.c.key)
    .join(former_paths, articles.c.number == former_paths.c.article)
    .where(former_paths.c.path == bindparam("path"))
    .order_by(articles.c.number)
)
_STANDING = (articles.c.path.is_not(None), articles.c.opens < FOREVER)
_CLAIMS = (
    select(former_paths.c.path, articles.c.path.label("file"), articles.c.key)
    .join(articles, articles.c.number == former_paths.c.article)
    .where(*_STANDING)
    .order_by(former_paths.c.path, articles.c.number)
)
_TWICE = (
    select(former_paths.c.path)
    .join(articles, articles.c.number == former_paths.c.article)
    .where(*_STANDING)
    .group_by(former_paths.c.path)
    .having(func.count() > 1)
)
_TAKEN = (former_paths.c.path == documents.c.path, former_paths.c.path + "/" == documents.c.path)


class Claim(NamedTuple):
    """A former path, and an article with a file that claims it."""

    path: str
    file: str
    key: str


def put(transaction: Transaction, number: int, paths: Iterable[str]) -> None:
    """Sets the former paths that the article's file names; adopted paths stay."""
    wanted = set(paths)
    if wanted != set(transaction.scalars(_SAID, {"number": number})):
        transaction.execute(_FORGET, {"number": number})
        _add(transaction, number, wanted, adopted=False)


def adopt(transaction: Transaction, number: int, paths: Iterable[str]) -> None:
    """Adds the paths of the article in the system that the newsroom left."""
    _add(transaction, number, set(paths), adopted=True)


def _add(transaction: Transaction, number: int, paths: set[str], *, adopted: bool) -> None:
    state.FORMER_PATHS_CHANGED.put(transaction, True)
    if rows := [{"path": path, "article": number, "adopted": adopted} for path in sorted(paths)]:
        transaction.execute(_ADD, rows)


def adopted_paths(transaction: Transaction, number: int) -> tuple[str, ...]:
    """The paths that were adopted for the article, sorted."""
    return tuple(sorted(transaction.scalars(_ADOPTED, {"number": number})))


def keys(transaction: Transaction, path: str) -> list[str]:
    """The keys of the articles to which `path` leads, in the order in which they were first seen."""
    return list(transaction.scalars(_KEYS, {"path": path}))


def with_keys(transaction: Transaction) -> Iterator[tuple[str, str]]:
    """All paths, each with the key of an article to which it leads; the keys of one path are in the order of `keys`."""
    yield from ((path, key) for path, key in transaction.stream(_WITH_KEYS))


def claimed_twice(transaction: Transaction) -> list[Claim]:
    """The claims to paths that several articles claim."""
    found = transaction.execute(_CLAIMS.where(former_paths.c.path.in_(_TWICE)))
    return [Claim(*row) for row in found]


def taken(transaction: Transaction) -> list[Claim]:
    """The claims to paths at which a document is published, so that they do not redirect."""
    live = (documents.c.address == 0) & (documents.c.status == 200)
    rows = {row for same in _TAKEN for row in transaction.execute(_CLAIMS.join(documents, same).where(live))}
    return sorted(Claim(*row) for row in rows)
