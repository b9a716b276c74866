"""The base of the tables of config.toml."""

from msgspec import Struct


class Table(Struct, frozen=True, kw_only=True):
    """A table of config.toml. In a list of tables, the first field is a name, which must be unique in the list."""
