"""Reads what a journal holds, without SQLite (https://sqlite.org/fileformat2.html#the_write_ahead_log).

SQLite finds its way through the journal by an index, a file that processes share in memory. On a disk that loses what
was written there (FUSE, or a network, after an error) the index may be one of earlier, and SQLite believes it: then
commits that are in the journal do not exist for it, and it writes over them.
"""

import struct
from pathlib import Path

_HEADER, _FRAME = struct.Struct(">4sIIIII8x"), struct.Struct(">IIII8x")
_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


def holds_commits(database: Path) -> bool:
    """True if the journal of `database` has a transaction that was committed."""
    try:
        with database.with_name(database.name + "-wal").open("rb") as journal:
            magic, _, page, _, *salts = _HEADER.unpack(journal.read(_HEADER.size))
            while magic in _MAGIC:
                _, committed, *frame_salts = _FRAME.unpack(journal.read(_FRAME.size))
                if frame_salts != salts:
                    return False
                if committed:  # the size of the database, in the last frame of a transaction
                    return True
                journal.seek(page, 1)
    except (OSError, struct.error):  # there is none, or it ends
        pass
    return False
