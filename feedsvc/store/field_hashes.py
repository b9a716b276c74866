"""Hashes of what readers see of an article, field by field: they tell what an edit changed without the old text.

A row is right only for the text and the path that the article has. Whatever changes one of them puts other hashes, or
forgets them.
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
    """Keeps the hashes of the article `number`; None forgets them."""
    if hashes is None:
        transaction.execute(_FORGET, {"number": number})
    else:
        transaction.execute(_PUT, {"article": number, "hashes": hashes})


def get(transaction: Transaction, number: int) -> bytes | None:
    """The hashes of the article `number`; None if they are not known."""
    hashes: bytes | None = transaction.scalar(_GET, {"number": number})
    return hashes


def forget_all(transaction: Transaction) -> None:
    """Forgets the hashes of all articles: another program may make other HTML of the same text."""
    transaction.execute(delete(field_hashes))
