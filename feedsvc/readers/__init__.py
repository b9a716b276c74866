"""Reads files into ArticleCopies: one module per input format, each ending in a READER; they share the `_` modules."""

from feedsvc.model.article import ArticleCopy
from feedsvc.model.reader import Reader, ReaderOptions, Reading, Source, Unreadable
from feedsvc.model.registry import collect
from feedsvc.readers._dates import parse as read_date
from feedsvc.readers._decoding import check_length
from feedsvc.readers._explanation import Explanation
from feedsvc.readers._explanation import explain as _explain
from feedsvc.readers.html.body import html_of, leads_somewhere, to_html
from feedsvc.readers.metadata.field_values import LONGEST

__all__ = ["SUFFIXES", "Explanation", "explain", "glance", "html_of", "leads_somewhere", "read", "read_date", "to_html"]

_READERS = collect("feedsvc.readers", "READER", Reader)
_BY_SUFFIX = {suffix: reader for reader in _READERS.values() for suffix in reader.suffixes}
SUFFIXES = frozenset(_BY_SUFFIX)
"""The suffixes, in lower case and with their dot, of the files that are articles."""


def read(source: Source, rules: ReaderOptions) -> Reading:
    """Reads `source` by the reader for its suffix. Raises Unreadable, and nothing else."""
    reading = _reader(source.suffix).read(source, rules)
    check_length(reading.copy.body)
    if len(reading.copy.title) > LONGEST:
        raise Unreadable(f"has a headline of more than {LONGEST:,} characters", "put the headline on a line of its own")
    return reading


def explain(source: Source, rules: ReaderOptions) -> Explanation:
    """The explanation of how `source` is read. Raises Unreadable as `read` does."""
    return _explain(_reader(source.suffix), read(source, rules), source, rules)


def glance(source: Source, rules: ReaderOptions) -> ArticleCopy:
    """A copy with the fields that place the article in feeds: its id, dates, sections and status. Other fields may be
    empty. Raises Unreadable, but not in all cases in which `read` does."""
    reader = _reader(source.suffix)
    return reader.parse_header(source, rules) if reader.parse_header else reader.read(source, rules).copy


def _reader(suffix: str) -> Reader:
    if suffix not in _BY_SUFFIX:
        raise Unreadable(
            f"there is no reader for {suffix or 'a file without suffix'}", f"use {', '.join(sorted(SUFFIXES))}"
        )
    return _BY_SUFFIX[suffix]
