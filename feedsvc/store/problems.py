"""The problems that were found, each under the file or part of the service that found it."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.codec import decode as decode
from feedsvc.model.codec import encode as encode
from feedsvc.model.codec import instant as instant
from feedsvc.model.codec import seconds as seconds
from feedsvc.model.problem import Problem
from feedsvc.store.schema import problems

_SETTLE = delete(problems).where(problems.c.origin == bindparam("wanted"))


def replace_problems(connection: Connection, origin: str, found: Iterable[Problem]) -> None:
    """What `origin` (a file, or a room) has to complain of, in place of what it had before."""
    connection.execute(_SETTLE, {"wanted": origin})
    if rows := [{"origin": origin} | msgspec.structs.asdict(problem) for problem in found]:
        connection.execute(insert(problems), rows)


def troubled(connection: Connection) -> set[str]:
    """The origins that have something to complain of."""
    return set(connection.scalars(select(problems.c.origin).distinct()))


def count_problems(connection: Connection) -> tuple[int, int]:
    """How many hold something back, and how many are warnings."""
    counted = select(problems.c.warning, func.count()).group_by(problems.c.warning)
    found = {row[0]: row[1] for row in connection.execute(counted)}
    return found.get(False, 0), found.get(True, 0)


def all_problems(connection: Connection) -> tuple[Problem, ...]:
    query = select(problems.c.place, problems.c.reason, problems.c.remedy, problems.c.warning)
    return tuple(sorted(Problem(**row._mapping) for row in connection.execute(query)))
