"""The base of all values."""

from msgspec import Struct


class Value(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A frozen value, which stores its arguments unchanged.

    Text is cleaned when it is read: see `feedsvc.model.cleaning`. Values never form reference cycles, so cyclic garbage
    collection is off for them (`gc=False`).
    """
