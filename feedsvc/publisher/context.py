"""The values that all steps of one publication share: the transaction, the plan, and the instant."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from feedsvc.model import codec
from feedsvc.model.format import Format
from feedsvc.model.plan import Plan
from feedsvc.publisher.articles import KeptArticles
from feedsvc.publisher.page_workers import PageWorkers
from feedsvc.store.transaction import Transaction


class Publication(NamedTuple):
    """One publication, within one transaction."""

    transaction: Transaction
    plan: Plan
    formats: Mapping[str, Format]
    """The formats by name."""
    root: Path
    """The articles folder."""
    now: datetime
    kept: KeptArticles
    pages: PageWorkers
    edition: int
    """The number of the new Edition, if any document changes."""
    everything: bool = False
    """True if the configuration or the program has changed, so that every document is written again."""

    @property
    def seconds(self) -> int:
        """`now` in whole seconds since 1970."""
        return codec.seconds(self.now)

    @property
    def is_first(self) -> bool:
        """True if nothing was ever published: then no document is visible before the Edition is closed."""
        return self.edition == 1
