"""Files in, Copies out: one module for each input format, ending in a READER; `_` modules are what they share."""

from feedsvc.model import Reader, Reading, Rules, Source, Unreadable
from feedsvc.readers._body import to_html
from feedsvc.registry import collect

__all__ = ["SUFFIXES", "read", "to_html"]

_READERS = collect("feedsvc.readers", "READER", Reader)
_BY_SUFFIX = {suffix: reader for reader in _READERS.values() for suffix in reader.suffixes}
SUFFIXES = frozenset(_BY_SUFFIX)
"""The suffixes, in lower case and with their dot, of the files that are articles."""


def read(source: Source, rules: Rules) -> Reading:
    """What the reader for the suffix of `source` makes of it. Raises Unreadable, and nothing else."""
    suffix = "." + source.path.rpartition(".")[2].lower()
    if suffix not in _BY_SUFFIX:
        raise Unreadable(f"no reader for {suffix}", f"use one of {', '.join(sorted(SUFFIXES))}")
    return _BY_SUFFIX[suffix].read(source, rules)
