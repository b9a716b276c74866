"""Opens connections to PostgreSQL. The only importer of its driver, psycopg 3.

No state is kept in a session, since behind a pooler the next transaction may run in another one. So there are no
prepared statements, and each transaction sets its own parameters.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import cycle
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import create_engine
from sqlalchemy.pool import QueuePool

from feedsvc.store.lineage import SERVER, Lineage
from feedsvc.store.postgresql.dialect import Compiler
from feedsvc.store.publications import WRITE_LOCK

DriverError = psycopg.Error
_DEFAULTS: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8_000,
    "target_session_attrs": "read-write",  # of several hosts, one that accepts writes
    "application_name": "feedsvc",
}
"""Parameters of libpq that the URL does not set: with them, the loss of a server is noticed within seconds."""
_READ = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    "SET LOCAL statement_timeout = '120s'; SET LOCAL jit = off;"
    "SET LOCAL idle_in_transaction_session_timeout = '10min'"
)
_LEASE = (
    "BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '4s';"
    "SET LOCAL idle_in_transaction_session_timeout = '4s'"
)
# A frozen writer blocks others for no longer than this, so that a take-over lasts at most two terms of the lease.
# Longer transactions set their own limits: publications, which the next holder of the lease ends, and operators' work.
_WRITE = (
    "BEGIN; SET LOCAL lock_timeout = '15s'; SET LOCAL statement_timeout = '120s'; SET LOCAL jit = off;"
    "SET LOCAL idle_in_transaction_session_timeout = '8s';"
    f"SELECT pg_advisory_xact_lock({WRITE_LOCK}, 0)"
)
_BEGINNINGS = {"read": _READ, "lease": _LEASE, "write": _WRITE}


def parameters_of(url: str) -> dict[str, Any]:
    """The parameters of `url` and the defaults. Raises psycopg.ProgrammingError for a URL that libpq does not
    understand."""
    return _DEFAULTS | conninfo_to_dict(url)


def is_understood(url: str) -> bool:
    """True if libpq understands `url`."""
    try:
        parameters_of(url)
    except psycopg.Error:
        return False
    return True


def connector(url: str, newest: Callable[[], Lineage] = Lineage) -> Callable[[], Any]:
    """A function that opens a connection in autocommit mode, on which `begin` begins each transaction.

    Of several hosts, the first may be one that a failover left behind and that is writable again. So if its timeline is
    earlier than that of `newest`, which this node has seen, another host that is not behind is used, if there is one.
    """

    def connect() -> Any:
        given = parameters_of(url)
        connection = _opened(given)
        if "," in str(given.get("host") or given.get("hostaddr")) and _is_behind(connection, known := newest()):
            for one in _each_host(given):
                with suppress(psycopg.Error):
                    other = _opened(one)
                    if not _is_behind(other, known):
                        connection.close()
                        return other
                    other.close()
        return connection

    return connect


def _opened(parameters: dict[str, Any]) -> Any:
    connection = psycopg.connect(**parameters, autocommit=True, prepare_threshold=None)
    connection.adapters.register_loader("json", TextLoader)  # decoded later, where its types are known
    return connection


def _each_host(parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parameters for each single host of several; one port may stand for all of them."""
    names = [name for name in ("host", "hostaddr") if parameters.get(name)]
    for *hosts, port in zip(
        *(str(parameters[name]).split(",") for name in names),
        cycle(str(parameters.get("port") or "").split(",")),
        strict=False,
    ):
        yield parameters | dict(zip(names, hosts, strict=True)) | {"port": port}


def _is_behind(connection: Any, known: Lineage) -> bool:
    """True if the server of `connection` is on an earlier timeline than `known`."""
    with suppress(psycopg.Error):  # it is a standby, if the URL allows any server
        system, timeline = connection.execute(f"SELECT {SERVER}").fetchone()
        return bool(system == known.system and timeline < known.timeline)
    return False


def make_engine(url: str, newest: Callable[[], Lineage] = Lineage) -> Engine:
    """The engine for the database at `url`; see `connector`. Opens nothing yet."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=connector(url, newest),
        poolclass=QueuePool,
        pool_size=2,
        max_overflow=8,
        pool_pre_ping=True,
        hide_parameters=True,
        paramstyle="format",
    )
    engine.dialect.statement_compiler = Compiler
    event.listen(engine, "begin", begin)
    return engine


def begin(connection: Connection) -> None:
    """Begins a transaction of the kind in the options of `connection`: `read`, `lease` or `write`."""
    connection.exec_driver_sql(_BEGINNINGS[connection.get_execution_options().get("kind", "read")])


def place_of(url: str) -> str:
    """The place of the database, for people; without a password."""
    given = conninfo_to_dict(url)
    hosts = str(given.get("host") or given.get("hostaddr") or "this machine")
    return f"postgresql://{hosts}/{given.get('dbname', '')}"
