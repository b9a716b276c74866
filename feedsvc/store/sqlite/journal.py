"""Reads a journal without SQLite (https://sqlite.org/fileformat2.html#the_write_ahead_log).

SQLite reads the journal by an index, a file that processes share in memory. A disk that loses writes (FUSE, or a
network, after an error) may have an outdated index, and SQLite trusts it: then it does not see commits that are in the
journal, and overwrites them.
"""

import struct
from itertools import count
from pathlib import Path

_HEADER, _FRAME = struct.Struct(">4sIIIII8x"), struct.Struct(">IIII8x")
_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


def commits(database: Path) -> list[int]:
    """The numbers of the frames that end a committed transaction in the journal of `database`; the first frame is 1."""
    found = []
    try:
        with database.with_name(database.name + "-wal").open("rb") as journal:
            magic, _, page, _, *salts = _HEADER.unpack(journal.read(_HEADER.size))
            for number in count(1) if magic in _MAGIC else ():
                _, size, *frame_salts = _FRAME.unpack(journal.read(_FRAME.size))
                if frame_salts != salts:
                    break
                if size:  # of the database, in the last frame of a transaction
                    found.append(number)
                journal.seek(page, 1)
    except (OSError, struct.error):  # there is no journal, or it ends here
        pass
    return found


def holds_commits(database: Path) -> bool:
    """True if the journal of `database` has a committed transaction."""
    return bool(commits(database))
