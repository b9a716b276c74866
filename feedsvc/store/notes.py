"""Small JSON values by name, the number of the current Edition among them."""

from typing import Any

import msgspec
from sqlalchemy import delete, inspect, select

from feedsvc.store.dialect import insert
from feedsvc.store.schema import notes
from feedsvc.store.transaction import Transaction

AWAITED = "awaited"
"""The note of the paths of feeds that come with the rest of an archive; there is none where all of it is there."""


def current(transaction: Transaction) -> int:
    """The number of the current Edition; 0 while nothing was ever published."""
    return int(get(transaction, "edition", 0))


def put(transaction: Transaction, name: str, value: object) -> None:
    """Keep a small JSON value under `name`."""
    encoded = msgspec.json.encode(value)
    statement = insert(notes).values(name=name, value=encoded)
    transaction.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": encoded}))


def get(transaction: Transaction, name: str, default: Any = None) -> Any:
    """The value under `name`, or `default`."""
    encoded = transaction.execute(select(notes.c.value).where(notes.c.name == name)).scalar()
    return default if encoded is None else msgspec.json.decode(encoded)


def remove(transaction: Transaction, name: str) -> None:
    transaction.execute(delete(notes).where(notes.c.name == name))


def is_there(transaction: Transaction) -> bool:
    """True if the store has its tables; False for a moment at the very first start."""
    return inspect(transaction.connection).has_table(notes.name)
