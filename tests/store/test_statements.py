"""Every statement that a module of the store builds once is understood by PostgreSQL as well."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import psycopg
from postgresql_server import Servers
from sqlalchemy import TextClause
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

import feedsvc.store
from feedsvc.store.bulk import Bulk
from feedsvc.store.postgresql.database import prepare_store

APART = ("feedsvc.store.sqlite", "feedsvc.store.audience", "feedsvc.store.postgresql")
"""Packages of one database alone."""


def statements() -> Iterator[tuple[str, Any]]:
    """The name and the statement of each attribute of a module that is one, or a dict or tuple of some."""
    for module in pkgutil.walk_packages(feedsvc.store.__path__, "feedsvc.store."):
        if not module.name.startswith(APART):
            for name, value in vars(importlib.import_module(module.name)).items():
                yield from ((f"{module.name}.{name}", each) for each in _found(value))


def _found(value: object) -> Iterator[Any]:
    if isinstance(value, Bulk):
        yield from _found(value._statement)
    elif isinstance(value, dict | tuple | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _found(each)
    elif isinstance(value, SelectBase | UpdateBase | TextClause):
        yield value


def test_each_statement_is_understood(postgresql_servers: Servers) -> None:
    store = prepare_store(postgresql_servers.prepared_database())
    refused, asked = [], 0
    with store.read() as transaction, psycopg.connect(store.url, autocommit=True) as connection:
        for name, statement in statements():
            if isinstance(statement, TextClause) and " FROM " not in statement.text and " JOIN " not in statement.text:
                continue  # a part of one
            compiled: Any = statement.compile(dialect=transaction.connection.dialect)
            binds = [compiled.binds[key] for key in compiled.positiontup or ()]
            values = [_value(bind.type) for bind in binds if not bind.expanding]
            text = re.sub(r"\(__\[POSTCOMPILE_\w+\]\)", "(NULL)", str(compiled))
            asked += 1
            try:
                connection.execute(f"EXPLAIN {text}", values)
            except psycopg.Error as error:
                refused.append(f"{name}: {error}")
    store.close()
    assert refused == []
    assert asked > 150


def _value(kind: Any) -> object:
    """A value that may stand for a parameter of the type `kind`."""
    if kind._isnull or kind.python_type is str:
        return "0"
    return {int: 0, bytes: b"", bool: False}[kind.python_type]
