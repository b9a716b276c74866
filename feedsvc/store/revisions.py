"""The revisions of articles: each change that a reader could see, with its number, its time and the changed fields.

The first revision, the article as it was first published, is not recorded; so an article without any has `revision` 1.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from feedsvc.model import codec
from feedsvc.store.dialect import insert
from feedsvc.store.schema import revisions
from feedsvc.store.transaction import Transaction

KEPT = 20
"""The number of revisions that are kept of each article."""


class Revision(NamedTuple):
    """One change that readers saw. `changed` are names of fields in alphabetical order; `status` for a withdrawal and
    for the end of one."""

    number: int
    changed_at: datetime
    changed: tuple[str, ...]


def add(transaction: Transaction, article: int, revision: Revision) -> None:
    """Adds a revision of the article."""
    values = {"article": article, "number": revision.number, "changed_at": codec.seconds(revision.changed_at)}
    transaction.execute(_ADD, values | {"changed": " ".join(revision.changed)})
    transaction.execute(_TRIM, {"wanted": article, "until": revision.number - KEPT})


_ADD = insert(revisions)
_ADD = _ADD.on_conflict_do_update(  # one change of a file may change the article twice: its text, and its withdrawal
    index_elements=["article", "number"],
    set_={"changed_at": _ADD.excluded.changed_at, "changed": revisions.c.changed + " " + _ADD.excluded.changed},
)
_TRIM = delete(revisions).where(revisions.c.article == bindparam("wanted"), revisions.c.number <= bindparam("until"))


def of(transaction: Transaction, article: int) -> list[Revision]:
    """The revisions of the article, newest first."""
    query = select(revisions).where(revisions.c.article == article).order_by(revisions.c.number.desc())
    return [
        Revision(row.number, codec.instant(row.changed_at), tuple(row.changed.split()))
        for row in transaction.execute(query)
    ]
