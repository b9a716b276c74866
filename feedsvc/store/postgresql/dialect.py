"""PostgreSQL's words for what the statements of the store say in SQLite's.

The statements use few things that the two say differently: the greater of two values, lists that come as one parameter
in JSON, and upserts, which SQLAlchemy has in a form for each database that differs in one attribute.
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
        """A parameter with its type. A text takes its collation from the column that it is compared with."""
        if isinstance(dbapi_type, String):
            return f"{sqltext}::text"
        return str(super().render_bind_cast(type_, dbapi_type, sqltext))

    def visit_on_conflict_do_nothing(self, on_conflict: Any, **options: Any) -> Any:
        on_conflict.constraint_target = None  # PostgreSQL alone can name a constraint here
        return super().visit_on_conflict_do_nothing(on_conflict, **options)

    def visit_on_conflict_do_update(self, on_conflict: Any, **options: Any) -> Any:
        on_conflict.constraint_target = None
        return super().visit_on_conflict_do_update(on_conflict, **options)

    def visit_max_func(self, function: Any, **options: Any) -> str:
        """SQLite's `max` is an aggregate, and with two arguments the greater one."""
        return self._extreme(function, "greatest", "bool_or", **options)

    def visit_min_func(self, function: Any, **options: Any) -> str:
        """The same of `min`."""
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
        """The members of an array of JSON, as texts in a column `value`."""
        [array] = function.clauses.clauses
        return f"json_array_elements_text(CAST({self.process(array, **options)} AS json))"

    def visit_json_array_func(self, function: Any, **options: Any) -> str:
        """An array of JSON, in which SQLite has no true and false, but 1 and 0."""
        members = (
            f"CAST({self.process(each, **options)} AS integer)"
            if isinstance(each.type, Boolean)
            else self.process(each, **options)
            for each in function.clauses.clauses
        )
        return f"json_build_array({', '.join(members)})"

    def visit_json_group_array_func(self, function: Any, **options: Any) -> str:
        """The array of all rows, empty where there is none."""
        return f"coalesce(json_agg{self.function_argspec(function, **options)}, '[]')"

    def visit_textclause(self, textclause: Any, **options: Any) -> Any:
        if "json_each" in textclause.text:
            textclause = textclause._clone()
            textclause.text = _LISTS.sub(r"json_array_elements_text(CAST(\1 AS json))", textclause.text)
        return super().visit_textclause(textclause, **options)
