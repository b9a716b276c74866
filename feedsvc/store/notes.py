"""Small values of the store, each with a name and a type, kept as JSON."""

from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import bindparam, delete, inspect, select

from feedsvc.store.dialect import insert
from feedsvc.store.schema import notes
from feedsvc.store.transaction import Transaction

T = TypeVar("T")
S = TypeVar("S")


class Note(Generic[T]):
    """The value with the name `name` and the type `kind`; `default` if there is none."""

    def __init__(self, name: str, kind: Any, default: T) -> None:
        self.name = name
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)
        self._default = default
        _DECODERS[name] = self._decoder

    def get(self, transaction: Transaction) -> T:
        """The last value set by `put`, or the default. Raises msgspec.MsgspecError for bytes that no Note has
        written."""
        return self.decode(transaction.scalar(_GET, {"wanted": self.name}))

    def decode(self, encoded: bytes | None) -> T:
        """The value of the JSON `encoded`; the default for None. Raises msgspec.MsgspecError as `get` does."""
        return self._default if encoded is None else self._decoder.decode(encoded)

    def put(self, transaction: Transaction, value: T) -> None:
        """Sets the value."""
        transaction.execute(_PUT, {"name": self.name, "value": msgspec.json.encode(value)})

    def remove(self, transaction: Transaction) -> None:
        """Removes the value: `get` returns the default again."""
        transaction.execute(_REMOVE, {"wanted": self.name})


def get_both(transaction: Transaction, first: Note[T], second: Note[S]) -> tuple[T, S]:
    """The values of two notes, read by one statement."""
    rows = transaction.execute(_GET_BOTH, {"first": first.name, "second": second.name})
    found: dict[str, bytes] = {row.name: row.value for row in rows}
    return first.decode(found.get(first.name)), second.decode(found.get(second.name))


# Built once: building a statement takes longer than running it.
_GET_BOTH = select(notes.c.name, notes.c.value).where(notes.c.name.in_([bindparam("first"), bindparam("second")]))
_GET = select(notes.c.value).where(notes.c.name == bindparam("wanted"))
_ADD = insert(notes)
_PUT = _ADD.on_conflict_do_update(index_elements=["name"], set_={"value": _ADD.excluded.value})
_REMOVE = delete(notes).where(notes.c.name == bindparam("wanted"))

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {}
"""The decoder of every Note, by its name."""
_ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def check_all(transaction: Transaction) -> None:
    """Decodes all notes. Raises msgspec.MsgspecError for the first value that no Note has written."""
    for name, encoded in transaction.execute(select(notes.c.name, notes.c.value)):
        _DECODERS.get(name, _ANYTHING).decode(encoded)


def names(transaction: Transaction) -> set[str]:
    """The names of the notes that have a value."""
    return set(transaction.scalars(select(notes.c.name)))


def is_there(transaction: Transaction) -> bool:
    """True if the store has its tables; False for a moment at the very first start."""
    return inspect(transaction.connection).has_table(notes.name)
