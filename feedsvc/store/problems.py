"""The problems that were found, each with its origin: a file, or a part of the service."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import bindparam, delete, func, select

from feedsvc.model.problem import Problem
from feedsvc.store.dialect import insert
from feedsvc.store.schema import problems
from feedsvc.store.transaction import Transaction

_SETTLE = delete(problems).where(problems.c.origin == bindparam("wanted"))


def replace_problems(transaction: Transaction, origin: str, found: Iterable[Problem]) -> None:
    """Replaces the problems of `origin` (a file, or a part of the service) by `found`."""
    transaction.execute(_SETTLE, {"wanted": origin})
    if rows := [{"origin": origin} | msgspec.structs.asdict(problem) for problem in found]:
        transaction.execute(insert(problems), rows)


def settle(transaction: Transaction, origin: str, found: Iterable[Problem]) -> None:
    """Does the same as `replace_problems`, but writes nothing if there were no problems and are none."""
    standing = select(problems.c.origin).where(problems.c.origin == origin).limit(1)
    said = tuple(found)
    if said or transaction.execute(standing).first() is not None:
        replace_problems(transaction, origin, said)


def troubled(transaction: Transaction) -> set[str]:
    """The origins that have problems."""
    return set(transaction.scalars(select(problems.c.origin).distinct()))


def problems_of(transaction: Transaction, origin: str) -> tuple[Problem, ...]:
    """The problems of `origin`, sorted."""
    query = select(problems.c.place, problems.c.reason, problems.c.remedy, problems.c.warning)
    rows = transaction.execute(query.where(problems.c.origin == origin))
    return tuple(sorted(Problem(**row._mapping) for row in rows))


def count_problems(transaction: Transaction) -> tuple[int, int]:
    """The number of problems that hold something back, and of warnings."""
    counted = select(problems.c.warning, func.count()).group_by(problems.c.warning)
    found = {row[0]: row[1] for row in transaction.execute(counted)}
    return found.get(False, 0), found.get(True, 0)


def all_problems(transaction: Transaction) -> tuple[Problem, ...]:
    """All problems, sorted."""
    query = select(problems.c.place, problems.c.reason, problems.c.remedy, problems.c.warning)
    return tuple(sorted(Problem(**row._mapping) for row in transaction.execute(query)))
