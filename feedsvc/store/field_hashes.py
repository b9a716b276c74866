"""Hashes of the fields of an article that readers see: they show what an edit changed, without the old text.

A row is valid only for the present text and path of the article. Code that changes either of them has to set new
hashes, or remove the row.
"""

from sqlalchemy import bindparam, delete, select

from feedsvc.store.dialect import insert
from feedsvc.store.schema import field_hashes
from feedsvc.store.transaction import Transaction

_add = insert(field_hashes)
_PUT = _add.on_conflict_do_update(index_elements=["article"], set_={"hashes": _add.excluded.hashes})
_GET = select(field_hashes.c.hashes).where(field_hashes.c.article == bindparam("number"))
_FORGET = delete(field_hashes).where(field_hashes.c.article == bindparam("number"))


def put(transaction: Transaction, number: int, hashes: bytes | None) -> None:
    """Sets the hashes of the article `number`; None removes them."""
    if hashes is None:
        transaction.execute(_FORGET, {"number": number})
    else:
        transaction.execute(_PUT, {"article": number, "hashes": hashes})


def get(transaction: Transaction, number: int) -> bytes | None:
    """The hashes of the article `number`; None if they are not known."""
    hashes: bytes | None = transaction.scalar(_GET, {"number": number})
    return hashes


def forget_all(transaction: Transaction) -> None:
    """Removes the hashes of all articles: another version of the program may make other HTML of the same text."""
    transaction.execute(delete(field_hashes))
