"""A store in one SQLite database: its transactions, and the handling of errors in them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.store.errors import NotAsWritten, StoreBusy, StoreDamaged
from feedsvc.store.sqlite import soundness
from feedsvc.store.sqlite.abandoned import abandon
from feedsvc.store.sqlite.clean_close import mark_clean, unmark_clean
from feedsvc.store.sqlite.engine import begin, check_again, make_engine
from feedsvc.store.sqlite.error_codes import store_error
from feedsvc.store.sqlite.file_identity import FileIdentity, identify
from feedsvc.store.sqlite.suspicion import suspect
from feedsvc.store.transaction import Transaction


def store_path(folder: Path) -> Path:
    """The file of the store in `folder`."""
    return folder / "store.sqlite3"


_LAST_WAIT_MS = 1_000
"""The wait of who closes a store for those who read it, in milliseconds. After Ctrl-C they may be cursors of its own;
the journal then stays as it is."""


class Store:
    """One SQLite database. Readers never wait for the writer (WAL); there is one writer at a time."""

    def __init__(self, path: Path, *, writes: bool = False) -> None:
        """Opens nothing yet. `path` is the file, which must exist when it is opened; `writes` is as for
        `make_engine`."""
        self.path = path
        self._engine = make_engine(path, writes=writes)
        self._files = set[FileIdentity]()
        """The files that were opened since the last call of `close`; usually one."""
        event.listen(self._engine, "connect", self._note_file)
        self._suspected: FileIdentity | None = None
        """The file for which a check was last requested."""
        self._judged: FileIdentity | None = None
        """The file that was last checked because of an unforeseen error."""
        self._verdict = ""
        """The fault that this check found; empty for none."""
        self._is_damaged = False

    @property
    def name(self) -> str:
        """The place of the store."""
        return str(self.path)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Begins a transaction that reads one consistent state. Raises StoreError if the store cannot be read. If the
        work in it raises an unforeseen error, the store is checked for damage, once for each file."""
        try:
            with self.translated(), self._engine.begin() as connection:
                yield Transaction(connection)
        except StoreDamaged:
            self.suspect()
            raise
        except soundness.UNFORESEEN as error:
            if type(error).__module__ == "builtins":
                self._judge()
            raise

    def _judge(self) -> None:
        """Raises StoreDamaged if the file is damaged. Each file is checked only once."""
        self.suspect()
        if self._judged != self._suspected:
            self._judged, self._verdict = self._suspected, ""
            try:
                self.examine()
            except StoreDamaged as error:
                self._verdict = error.reason
        if self._verdict:
            raise StoreDamaged(self.path, self._verdict) from None

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Begins a transaction that writes: all of it is stored, or nothing. Raises StoreError if it cannot be stored.
        If the work in it raises an unforeseen error, the store is checked for damage."""
        try:
            with self._examined(), self.translated(), self._writing() as connection:
                yield Transaction(connection)
        except StoreDamaged:
            self._note_damage()
            raise

    write_lease = write
    """The lease is written like everything else: SQLite has one writer at a time."""

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            self._engine.connect() as connection,
            connection.execution_options(writing=True).begin(),
        ):
            yield connection

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raises the database's errors as StoreError, StoreBusy or StoreDamaged, without the data that they quote.

        After an error that the machine caused, the next transaction opens the file again: the disk may have been
        mounted again, or have lost the memory that processes share, which SQLite makes again once nobody has the file
        open.
        """
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            told = store_error(error, self.path)
            if not isinstance(told, (StoreBusy, StoreDamaged)):
                self.close()
            raise told from None
        except msgspec.MsgspecError as error:
            raise StoreDamaged(self.path, f"a value in it cannot be read: {type(error).__name__}") from None
        except NotAsWritten as error:
            raise StoreDamaged(self.path, str(error)) from None

    @contextmanager
    def _examined(self) -> Iterator[None]:
        """Raises StoreDamaged in place of an unforeseen error if the store is damaged."""
        try:
            yield
        except soundness.UNFORESEEN as error:
            if type(error).__module__ == "builtins":
                self.examine()
            raise

    def examine(self) -> None:
        """Checks all of the store. Raises StoreDamaged for the first fault."""
        with self.guarded(), self.read() as transaction:
            soundness.check_all(transaction, self.path)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Raises StoreDamaged for any unforeseen error of SQLite's driver: even the text of an error may not be
        UTF-8."""
        try:
            yield
        except soundness.UNFORESEEN as error:
            raise StoreDamaged(self.path, f"it cannot be read: {type(error).__name__}") from None

    def suspect(self) -> None:
        """Asks the publisher to check the store, which seems to be damaged; only once for each file, which may be
        sound."""
        with suppress(OSError):
            file = identify(self.path)
            if file is not None and file != self._suspected:
                self._suspected = file
                suspect(self.path)

    def commit_and_continue(self, transaction: Transaction) -> None:
        """Commits `transaction` and begins another one in its place. Other writers may come between the two. No query
        may be open."""
        check_again(transaction.connection)
        transaction.run_sql("COMMIT")
        begin(transaction.connection)

    def _note_file(self, connection: Any, _record: object) -> None:
        if connection.file is not None:
            self._files.add(connection.file)

    def close(self) -> None:
        """Closes all connections, unless that would damage another database."""
        pool, is_hidden = self._engine.pool, self._is_hidden_by_a_copy()
        self._files.clear()
        self._engine.dispose(close=not is_hidden)
        if is_hidden:
            abandon(pool)

    def _is_hidden_by_a_copy(self) -> bool:
        """True if a file of another disk, with the same inode, is at the path of the one that is open."""
        found = self._found()
        return found is not None and any(file != found and file[1] == found[1] for file in self._files)

    def _found(self) -> FileIdentity | None:
        """The file that is at the path; None if there is none, or the system cannot tell."""
        with suppress(OSError):
            return identify(self.path)
        return None

    def close_for_good(self) -> None:
        """Closes a store that was written to, and marks it clean, so that the next opening skips the check of its
        pages. A store that was found damaged is not marked."""
        if self._is_damaged:
            self.close_as_damaged()
            return
        if self._files and self._found() not in self._files:  # what is there now is another store
            self.close()
            return
        with suppress(SQLAlchemyError, sqlite3.Error, OSError, *soundness.UNFORESEEN):
            with self._engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute(f"PRAGMA busy_timeout={_LAST_WAIT_MS}")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.close()
            mark_clean(self.path)
        self.close()

    def close_as_damaged(self) -> None:
        """Closes the store so that the next opening checks all of it, and rebuilds it if it is damaged."""
        self.close()
        self._note_damage()

    def _note_damage(self) -> None:
        """Makes the next opening check all of the store."""
        self._is_damaged = True
        with suppress(OSError):
            unmark_clean(self.path)

    def seen_frames(self) -> int | None:
        """The number of frames of the journal that SQLite knows of; None if another process is moving them to the
        database just now. They are moved as far as no reader needs them in the journal."""
        with self.translated(), self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            is_busy, frames, _ = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return None if is_busy else int(frames)

    def journal_mode(self) -> str:
        """The mode of the journal, after setting it to WAL: another mode if that is not possible."""
        with self.translated(), self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            return str(raw.execute("PRAGMA journal_mode=WAL").fetchone()[0])
