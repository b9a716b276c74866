"""Small JSON values by name, the number of the current Edition among them."""

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.store.schema import notes

AWAITED = "awaited"
"""The note of the paths of feeds that come with the rest of an archive; there is none where all of it is there."""


def current(connection: Connection) -> int:
    """The number of the current Edition; 0 while nothing was ever published."""
    return int(get(connection, "edition", 0))


def put(connection: Connection, name: str, value: object) -> None:
    """Keep a small JSON value under `name`."""
    encoded = msgspec.json.encode(value)
    statement = insert(notes).values(name=name, value=encoded)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": encoded}))


def get(connection: Connection, name: str, default: Any = None) -> Any:
    """The value under `name`, or `default`."""
    encoded = connection.execute(select(notes.c.value).where(notes.c.name == name)).scalar()
    return default if encoded is None else msgspec.json.decode(encoded)


def remove(connection: Connection, name: str) -> None:
    connection.execute(delete(notes).where(notes.c.name == name))
