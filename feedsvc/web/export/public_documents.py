"""The documents of the current Edition that may be published to places without access control."""

from pathlib import Path
from typing import NamedTuple

from feedsvc.model.problem import Problem
from feedsvc.store import documents, state
from feedsvc.store.entries import PublishedDocument
from feedsvc.store.transaction import Transaction
from feedsvc.web.export.disk import StaticError
from feedsvc.web.export.sheets import OURS


class PublicDocuments(NamedTuple):
    """All documents that may be published, each once for each representation, and problems for those that may not."""

    rows: list[PublishedDocument]
    problems: tuple[Problem, ...]


def read_public(transaction: Transaction, store: Path) -> PublicDocuments:
    """The documents of the current Edition in `store`, the file of the database. Raises StaticError before the first
    Edition."""
    if not state.current_edition(transaction):
        raise StaticError(store, "nothing has been published yet", "publish first; what was written stays as it is")
    locked = state.TOKENS.get(transaction)
    found = [*documents.everything(transaction)]
    ours = {row.path for row in found if row.path.split("/")[1] in OURS}
    rows = [row for row in found if row.path not in locked and row.path not in ours]
    return PublicDocuments(rows, (*map(_locked, sorted(locked)), *map(_ours, sorted(ours))))


def _locked(path: str) -> Problem:
    reason = "it is not among the files: a static server would give it to anybody"
    return Problem(place=path, reason=reason, remedy="let feedsvc serve it, or take its token away", warning=True)


def _ours(path: str) -> Problem:
    reason = "it is not among the files: that name is one of the folder's own"
    return Problem(place=path, reason=reason, remedy="give the feed another path", warning=True)
