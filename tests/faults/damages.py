"""Ways in which a store is damaged, each made by chance from a seed."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

Damage = Callable[[Path, random.Random], str]
"""Damages the store at a path, and returns what it did."""


def flip_a_bit(store: Path, chance: random.Random) -> str:
    data = bytearray(store.read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    store.write_bytes(data)
    return f"a bit at {at}"


def flip_a_bit_of_the_schema(store: Path, chance: random.Random) -> str:
    data = bytearray(store.read_bytes())
    starts = [at for at in range(len(data) - 7) if data[at : at + 7] == b"CREATE "]
    at = chance.choice(starts) + chance.randrange(300)
    data[at % len(data)] ^= 1 << chance.randrange(8)
    store.write_bytes(data)
    return f"a bit of the schema at {at}"


def flip_a_bit_of_a_text(store: Path, chance: random.Random) -> str:
    """The highest bit, so that the text is no UTF-8."""
    table, column, row = _any_value(store, chance, "text")
    value = f"CAST(x'c3' || substr(CAST({column} AS BLOB), 2) AS TEXT)"
    _run(store, f"UPDATE {table} SET {column} = {value} WHERE {_is_row(row)}")
    return f"a text in {table}.{column}"


def truncate(store: Path, chance: random.Random) -> str:
    data = store.read_bytes()
    at = chance.randrange(len(data))
    store.write_bytes(data[:at])
    return f"truncated to {at}"


def zero_a_page(store: Path, chance: random.Random) -> str:
    data = store.read_bytes()
    at = chance.randrange(len(data) // 8192) * 8192
    store.write_bytes(data[:at] + bytes(8192) + data[at + 8192 :])
    return f"zeros at {at}"


def scramble_a_page(store: Path, chance: random.Random) -> str:
    data = store.read_bytes()
    at = chance.randrange(len(data) // 8192) * 8192
    store.write_bytes(data[:at] + chance.randbytes(8192) + data[at + 8192 :])
    return f"noise at {at}"


def swap_two_pages(store: Path, chance: random.Random) -> str:
    data = store.read_bytes()
    pages = [data[at : at + 8192] for at in range(0, len(data), 8192)]
    one, other = chance.sample(range(1, len(pages)), 2)
    pages[one], pages[other] = pages[other], pages[one]
    store.write_bytes(b"".join(pages))
    return f"pages {one} and {other}"


def change_the_magic(store: Path, chance: random.Random) -> str:
    store.write_bytes(chance.randbytes(16) + store.read_bytes()[16:])
    return "the magic"


def add_a_journal(store: Path, chance: random.Random) -> str:
    store.with_name(store.name + "-wal").write_bytes(chance.randbytes(chance.choice([1, 32, 8248, 60_000])))
    return "a journal of noise"


def drop_a_table(store: Path, chance: random.Random) -> str:
    table = chance.choice(_tables(store))
    _run(store, f"DROP TABLE {table}")
    return f"without {table}"


def drop_a_column(store: Path, chance: random.Random) -> str:
    table = chance.choice(_tables(store))
    columns = [row[1] for row in _rows(store, f"PRAGMA table_info({table})") if not row[5]]
    for column in chance.sample(columns, len(columns)):
        try:
            _run(store, f"ALTER TABLE {table} DROP COLUMN {column}")
        except sqlite3.OperationalError:  # it has an index
            continue
        return f"without {table}.{column}"
    return drop_a_table(store, chance)


def rename_a_column(store: Path, chance: random.Random) -> str:
    table = chance.choice(_tables(store))
    column = chance.choice([row[1] for row in _rows(store, f"PRAGMA table_info({table})")])
    _run(store, f"ALTER TABLE {table} RENAME COLUMN {column} TO another")
    return f"{table}.{column} renamed"


def drop_an_index(store: Path, chance: random.Random) -> str:
    index = chance.choice(
        [row[0] for row in _rows(store, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")]
    )
    _run(store, f"DROP INDEX {index}")
    return f"without {index}"


def retype_a_column(store: Path, chance: random.Random) -> str:
    table = chance.choice(_tables(store))
    kind = chance.choice([("VARCHAR", "BLOB"), ("INTEGER", "REAL"), ("BLOB", "INTEGER")])
    with closing(sqlite3.connect(store)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?", (*kind, table))
        file.commit()
    return f"{table} with {kind[1]} for {kind[0]}"


def change_a_value(store: Path, chance: random.Random) -> str:
    table, column, row = _any_value(store, chance, "")
    value = chance.choice(["x'00ff'", "'x'", "-1.5", "9223372036854775807", "''", "x''"])
    _run(store, f"UPDATE OR IGNORE {table} SET {column} = {value} WHERE {_is_row(row)}")
    return f"{table}.{column} is {value}"


def change_a_note(store: Path, chance: random.Random) -> str:
    name = chance.choice([row[0] for row in _rows(store, "SELECT name FROM notes")])
    value = chance.choice(["{{", "", "[]", '"x"', "null", "-1.5", '{"edition":"x"}', "[[[[", "[1,{}]", '"\\ud800"'])
    with closing(sqlite3.connect(store)) as file:
        file.execute("UPDATE notes SET value = ? WHERE name = ?", (value.encode(), name))
        file.commit()
    return f"the note {name} is {value}"


def lose_a_note(store: Path, chance: random.Random) -> str:
    name = chance.choice([row[0] for row in _rows(store, "SELECT name FROM notes")])
    _run(store, f"DELETE FROM notes WHERE name = '{name}'")
    return f"without the note {name}"


def lose_rows(store: Path, chance: random.Random) -> str:
    table = chance.choice(["bodies", "notes", "articles", "documents"])
    _run(store, f"DELETE FROM {table} WHERE {chance.choice(['1', 'abs(random()) % 2'])}")
    return f"rows of {table} lost"


DAMAGES: tuple[Damage, ...] = (
    flip_a_bit,
    flip_a_bit_of_the_schema,
    flip_a_bit_of_a_text,
    truncate,
    zero_a_page,
    scramble_a_page,
    swap_two_pages,
    change_the_magic,
    add_a_journal,
    drop_a_table,
    drop_a_column,
    rename_a_column,
    drop_an_index,
    retype_a_column,
    change_a_value,
    change_a_note,
    lose_a_note,
    lose_rows,
)


def damage(store: Path, seed: int) -> str:
    """Damages the store at `store`, in a way of its own for each seed; returns what was done."""
    chance = random.Random(seed)
    return f"{seed}: {DAMAGES[seed % len(DAMAGES)](store, chance)}"


def _run(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store)) as file:
        file.execute("PRAGMA foreign_keys = OFF")
        file.execute(statement)
        file.commit()
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows(store: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store)) as file:
        return list(file.execute(query))


def _tables(store: Path) -> list[str]:
    return [str(row[0]) for row in _rows(store, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]


def _any_value(store: Path, chance: random.Random, kind: str) -> tuple[str, str, dict[str, object]]:
    """A table, a column, and the key of a row whose value there is of that type; of any type if `kind` is empty."""
    tables = _tables(store)
    for table in chance.sample(tables, len(tables)):
        columns = _rows(store, f"PRAGMA table_info({table})")
        keys = ", ".join(str(row[1]) for row in columns if row[5])
        for column in chance.sample([str(row[1]) for row in columns], len(columns)):
            where = f"typeof({column}) = '{kind}' AND {column} <> ''" if kind else "1"
            found = _rows(store, f"SELECT {keys or 'rowid'} FROM {table} WHERE {where}")
            if found:
                return table, column, dict(zip((keys or "rowid").split(", "), chance.choice(found), strict=True))
    raise LookupError(kind)


def _is_row(row: dict[str, object]) -> str:
    return " AND ".join(f"{name} = {_literal(value)}" for name, value in row.items())


def _literal(value: object) -> str:
    return f"'{value.replace(chr(39), chr(39) * 2)}'" if isinstance(value, str) else str(value)
