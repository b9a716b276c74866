"""Reads rows directly from the pages of a database file, for files whose header, schema or tree is damaged.

The layout is that of https://sqlite.org/fileformat2.html, sections 1.6 (pages), 2.1 (records) and 4.1 (journal).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

Value = int | bytes | None
"""An integer, a text or blob as bytes, or null; floats do not occur."""

_LEAF = 13
"""The first byte of a page with rows of a table."""
_FILE_HEADER, _JOURNAL_HEADER, _FRAME_HEADER = 100, 32, 24
_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""The bytes of an integer, by its serial type."""
MOST_COLUMNS = 64
"""The most columns that are read of a row; our tables have at most half as many."""


class RawRow(NamedTuple):
    """A row as it is on its page. A value that is not entirely on the page is None."""

    number: int
    values: list[Value]
    first_blob: int
    """The index of the first blob in `values`; the length of `values` if there is none."""


def rows_on_pages(path: Path, page: int, least: int) -> Iterator[RawRow]:
    """The rows with at least `least` columns on all pages of `page` bytes, free pages included, first of the journal
    and then of the file at `path`."""
    journal = path.with_name(path.name + "-wal")
    for data in _pages(journal, page, _JOURNAL_HEADER, _FRAME_HEADER):
        yield from _rows(data, 0, least)
    for number, data in enumerate(_pages(path, page, 0, 0)):
        yield from _rows(data, _FILE_HEADER if number == 0 else 0, least)


def _pages(path: Path, page: int, skipped: int, before_each: int) -> Iterator[bytes]:
    """The pages of a file, after `skipped` bytes at its start and `before_each` bytes before each; none if it cannot be
    read."""
    try:
        with path.open("rb") as file:
            file.seek(skipped)
            while len(data := file.read(before_each + page)) == before_each + page:
                yield data[before_each:]
    except OSError:
        return


def _rows(page: bytes, start: int, least: int) -> Iterator[RawRow]:
    if page[start] != _LEAF:
        return
    for index in range(int.from_bytes(page[start + 3 : start + 5])):
        place = start + 8 + 2 * index
        at = int.from_bytes(page[place : place + 2])
        try:
            if row := _row(page, at, least):
                yield row
        except IndexError:  # the cell points beyond the page
            continue


def _row(page: bytes, at: int, least: int) -> RawRow | None:
    """The row at `at`; None if it has too few columns. Raises IndexError if there is no row."""
    size, at = _varint(page, at)
    number, at = _varint(page, at)
    payload = page[at : at + _local_size(size, len(page))]
    length, position = _varint(payload, 0)
    kinds: list[int] = []
    while position < length and len(kinds) < MOST_COLUMNS:
        kind, position = _varint(payload, position)
        kinds.append(kind)
    if len(kinds) < least:
        return None
    blobs = [place for place, kind in enumerate(kinds) if kind >= 12 and kind % 2 == 0]
    return RawRow(number, _values(payload[length:], kinds), min(blobs, default=len(kinds)))


def _local_size(size: int, page: int) -> int:
    """The number of bytes on the page itself of a record of `size` bytes (section 1.6, cell formats)."""
    if size <= page - 35:
        return size
    least = (page - 12) * 32 // 255 - 23
    kept = least + (size - least) % (page - 4)
    return kept if kept <= page - 35 else least


def _values(body: bytes, kinds: list[int]) -> list[Value]:
    values: list[Value] = []
    at = 0
    for kind in kinds:
        size = _SIZES.get(kind, (kind - 12) // 2 if kind >= 12 else 0)
        part = body[at : at + size]
        at += size
        if kind >= 12:
            values.append(part if len(part) == size else None)
        else:
            values.append({0: None, 8: 0, 9: 1}.get(kind, int.from_bytes(part, signed=True)))
    return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The integer at `at`, of seven bits per byte, and the offset after it (section 1.6, varint)."""
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at
    return value << 8 | data[at], at + 1
