"""Translates the statements of the store, which are written for SQLite, to PostgreSQL.

They use few constructs that the two databases write differently: the greater of two values, lists passed as one JSON
parameter, and upserts, for which SQLAlchemy has one form per database that differs in one attribute.
"""

import re
from typing import Any

from sqlalchemy import Boolean, String
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg

_LISTS = re.compile(r"\bjson_each\((:\w+)\)")


_Base: Any = PGCompiler_psycopg  # untyped


class Compiler(_Base):  # type: ignore[misc]
    """Compiles the statements of the store for PostgreSQL."""

    def render_bind_cast(self, type_: Any, dbapi_type: Any, sqltext: str) -> str:
        """The parameter with a cast to its type. A text gets its collation from the column with which it is
        compared."""
        if isinstance(dbapi_type, String):
            return f"{sqltext}::text"
        return str(super().render_bind_cast(type_, dbapi_type, sqltext))

    def visit_on_conflict_do_nothing(self, on_conflict: Any, **options: Any) -> Any:
        on_conflict.constraint_target = None  # exists only in PostgreSQL's form of the clause
        return super().visit_on_conflict_do_nothing(on_conflict, **options)

    def visit_on_conflict_do_update(self, on_conflict: Any, **options: Any) -> Any:
        on_conflict.constraint_target = None
        return super().visit_on_conflict_do_update(on_conflict, **options)

    def visit_max_func(self, function: Any, **options: Any) -> str:
        """The SQL of `max`: in SQLite an aggregate, but with two arguments the greater of them."""
        return self._extreme(function, "greatest", "bool_or", **options)

    def visit_min_func(self, function: Any, **options: Any) -> str:
        """The SQL of `min`: in SQLite an aggregate, but with two arguments the smaller of them."""
        return self._extreme(function, "least", "bool_and", **options)

    def _extreme(self, function: Any, of_two: str, of_booleans: str, **options: Any) -> str:
        arguments = function.clauses.clauses
        name = str(function.name)
        if len(arguments) > 1:
            name = of_two
        elif isinstance(arguments[0].type, Boolean):
            name = of_booleans
        return f"{name}{self.function_argspec(function, **options)}"

    def visit_json_each_func(self, function: Any, **options: Any) -> str:
        """The SQL for the members of a JSON array, as texts in a column `value`."""
        [array] = function.clauses.clauses
        return f"json_array_elements_text(CAST({self.process(array, **options)} AS json))"

    def visit_json_array_func(self, function: Any, **options: Any) -> str:
        """The SQL of a JSON array, with 1 and 0 for true and false as in SQLite."""
        members = (
            f"CAST({self.process(each, **options)} AS integer)"
            if isinstance(each.type, Boolean)
            else self.process(each, **options)
            for each in function.clauses.clauses
        )
        return f"json_build_array({', '.join(members)})"

    def visit_json_group_array_func(self, function: Any, **options: Any) -> str:
        """The SQL of a JSON array of all rows; empty if there are none."""
        return f"coalesce(json_agg{self.function_argspec(function, **options)}, '[]')"

    def visit_textclause(self, textclause: Any, **options: Any) -> Any:
        if "json_each" in textclause.text:
            textclause = textclause._clone()
            textclause.text = _LISTS.sub(r"json_array_elements_text(CAST(\1 AS json))", textclause.text)
        return super().visit_textclause(textclause, **options)
