"""Every store that there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import VERSIONS, Servers

from feedsvc.store.port import Store
from feedsvc.store.postgresql import database as postgresql
from feedsvc.store.sqlite import database as sqlite


@pytest.fixture(params=["sqlite", *(f"postgresql-{version}" for version in VERSIONS)])
def store(request: pytest.FixtureRequest, tmp_path: Path, postgresql_servers: Servers) -> Iterator[Store]:
    """A store in which nothing is yet."""
    name, _, version = request.param.partition("-")
    if name == "sqlite":
        made: Store = sqlite.prepare_store(tmp_path)[0]
    else:
        made = postgresql.prepare_store(postgresql_servers.prepared_database(version))
    yield made
    made.close()
