"""The base of all values."""

from msgspec import Struct


class Value(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A frozen value, which stores what it is given.

    Text is cleaned where it enters: see `feedsvc.model.cleaning`. Values never form reference cycles, so they are
    invisible to the cyclic garbage collector (`gc=False`).
    """
