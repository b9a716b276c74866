"""A newsroom whose store is in PostgreSQL."""

from pathlib import Path
from typing import Any

from newsroom import PLAN, Newsroom

from feedsvc.model.plan import Plan
from feedsvc.model.problem import Problem
from feedsvc.store.postgresql import database as postgresql


class SharedNewsroom(Newsroom):
    """Articles in `folder`/articles, the store at `url`."""

    def __init__(self, folder: Path, url: str, plan: Plan = PLAN) -> None:
        self.url = url
        super().__init__(folder, plan)

    def prepare(self) -> tuple[Any, tuple[Problem, ...]]:
        return postgresql.prepare_store(self.url), ()
