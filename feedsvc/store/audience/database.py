"""The database of the figures: created at the first write, and set aside if it is damaged."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.store.audience.schema import VERSION, metadata
from feedsvc.store.errors import StoreDamaged
from feedsvc.store.sqlite.engine import make_engine
from feedsvc.store.sqlite.error_codes import store_error
from feedsvc.store.transaction import Transaction

LARGEST = 512 * 2**20
"""Bytes of the database beyond which nothing is added to it: then somebody is faking readers."""
_OURS = 0o600


class AudienceStore:
    """The figures in the state folder. Each transaction opens the file again, so this works after a fork, and when the
    file was replaced."""

    def __init__(self, folder: Path, beside: Path | None = None) -> None:
        """Opens nothing yet. If the file `beside` is given, nothing is created while it is missing: then the folder is
        only the place where its disk is to be mounted."""
        self.path = folder / "audience.sqlite3"
        self._beside = beside

    @property
    def is_full(self) -> bool:
        """True if the database is larger than LARGEST, so that nothing more is added."""
        try:
            return self.path.stat().st_size > LARGEST
        except OSError:
            return False

    @contextmanager
    def read(self) -> Iterator[Transaction | None]:
        """Begins a transaction that reads one consistent state; None if nothing was ever counted. Raises StoreError."""
        if not self.path.is_file():
            yield None
            return
        with self._connected(writing=False) as connection:
            yield Transaction(connection) if _is_made(connection) else None

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Begins a transaction that writes: all of it is stored, or nothing. Raises StoreError; a damaged file is set
        aside, and the next transaction creates a new one. The folder must exist."""
        try:
            self._make()
            with self._connected(writing=True) as connection:
                yield Transaction(connection)
        except StoreDamaged:
            self._set_aside()
            raise

    def _make(self) -> None:
        """Creates the file if it is missing, in WAL mode. The tables are made by the first transaction that writes."""
        with self._translated():
            if not self.path.is_file():
                if self._beside is not None:
                    self._beside.stat()
                os.close(os.open(self.path, os.O_CREAT | os.O_CLOEXEC, _OURS))  # SQLite's other files get the same mode
            if self.path.stat().st_size:
                return
            raw = sqlite3.connect(self.path, isolation_level=None)
            try:
                raw.execute("PRAGMA page_size=4096")
                raw.execute("PRAGMA journal_mode=WAL")
            finally:
                raw.close()

    @contextmanager
    def _connected(self, *, writing: bool) -> Iterator[Connection]:
        engine = make_engine(self.path, writes=False)
        try:
            with (
                self._translated(),
                engine.connect() as connection,
                connection.execution_options(writing=writing).begin(),
            ):
                if writing:
                    connection.exec_driver_sql("PRAGMA secure_delete=ON")  # overwrites deleted keys
                    if not _is_made(connection):
                        metadata.create_all(connection)
                        connection.exec_driver_sql(f"PRAGMA user_version={VERSION}")
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raises the errors of the database and of the machine as StoreError."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise store_error(error, self.path) from None

    def _set_aside(self) -> None:
        """Renames the damaged file, with `.damaged` added to its name."""
        with suppress(OSError):
            self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
        for tail in ("-wal", "-shm"):
            with suppress(OSError):
                self.path.with_name(self.path.name + tail).unlink()


def _is_made(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("PRAGMA user_version").scalar_one() == VERSION)
