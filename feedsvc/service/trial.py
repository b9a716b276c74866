"""Trial publications: everything is read, and rendered into a store that is deleted afterwards.

The trial of one article begins with the identities in the real store, if there is one that can be read: which of two
files has an id, and which file was renamed, depends on what was there before. Nothing is written to the real one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from feedsvc.config import Config
from feedsvc.library.ignored import ignored_files
from feedsvc.library.transfer import export_lines, import_lines
from feedsvc.model import codec
from feedsvc.model.explanation import Explanation
from feedsvc.model.identity import mint
from feedsvc.model.problem import Problem
from feedsvc.model.report import Report
from feedsvc.model.status_lists import IgnoredFiles
from feedsvc.publisher.explain import explain
from feedsvc.readers import SUFFIXES
from feedsvc.service.exclusive import Busy, claim
from feedsvc.service.operations import NotPublished, regenerate_fully
from feedsvc.service.queries import open_for_reading
from feedsvc.service.settings import now
from feedsvc.service.wiring import formats_of, make_plan, make_regeneration
from feedsvc.store.entries import LedgerHead
from feedsvc.store.errors import StoreError
from feedsvc.store.problems import all_problems
from feedsvc.store.sqlite.database import Store, prepare_store
from feedsvc.store.waiting import waiting


class Checked(NamedTuple):
    """The outcome of a trial publication."""

    report: Report
    problems: tuple[Problem, ...]
    ignored: tuple[IgnoredFiles, ...]
    waiting: int
    """The number of articles that readers do not see yet, such as drafts and future stories."""


class CheckedArticle(NamedTuple):
    """The part of a trial publication that concerns one article."""

    answer: Explanation
    problems: tuple[Problem, ...]


def check_everything(settings: Config) -> Checked:
    """The outcome for all articles. Raises StoreError and NotPublished."""
    with _trial(settings) as (store, report), store.read() as transaction:
        later = len(waiting(transaction, codec.seconds(now())))
        ignored = ignored_files(settings.articles_folder, SUFFIXES)
        return Checked(report, all_problems(transaction), ignored, later)


def check_article(settings: Config, article: str) -> CheckedArticle:
    """The outcome for `article`, named as in `explain`. Raises StoreError, NotPublished and NotFound."""
    with _scratch_folder() as folder:
        known = _known_identities(settings, Path(folder))
        return _check_article(settings, article, known)


def _check_article(settings: Config, article: str, known: Path | None) -> CheckedArticle:
    with _trial(settings, known) as (store, _), store.read() as transaction:
        answer = explain(transaction, make_plan(settings), formats_of(settings), now(), article=article)
        problems = all_problems(transaction)
    return CheckedArticle(answer, tuple(each for each in problems if _concerns(each, answer)))


def _concerns(problem: Problem, answer: Explanation) -> bool:
    """True if `problem` concerns the article in `answer`, in its file or in a feed."""
    return problem.place == answer.path or (answer.page != "" and answer.page in problem.reason)


@contextmanager
def _trial(settings: Config, known: Path | None = None) -> Iterator[tuple[Store, Report]]:
    """A store with a trial publication, and its report. The articles in the file `known`, an exported ledger, are known
    before it."""
    with _scratch_folder() as folder:
        store, _ = prepare_store(Path(folder))
        try:
            with store.write() as transaction:
                lease = claim(transaction)
                if known is not None:
                    with known.open("rb") as file:
                        import_lines(transaction, file, known.name, settings.site.authority)
            if isinstance(lease, Busy):
                raise NotPublished(lease.reason)
            yield store, regenerate_fully(make_regeneration(settings, store), lease, accept_removals=True)
        finally:
            store.close()


def _known_identities(settings: Config, folder: Path) -> Path | None:
    """A file in `folder` with the part of the newsroom's ledger that a trial needs; None if there is no ledger, or it
    cannot be read."""
    authority, root, file = settings.site.authority, settings.articles_folder, folder / "ledger.jsonl"

    def is_needed(head: LedgerHead) -> bool:
        """False for an article that gets the same id without the ledger: from the path at which its file still is."""
        return head.path is None or head.id != mint(authority, head.path, "").id or not _is_there(root / head.path)

    try:
        with open_for_reading(settings) as transaction, file.open("wb") as lines:
            lines.writelines(export_lines(transaction, authority, now(), is_needed))
    except StoreError:
        return None
    return file


def _is_there(file: Path) -> bool:
    """True if there is something at `file`; False also if nobody can tell, as below a folder without permission."""
    try:
        return file.exists()
    except OSError:
        return False


@contextmanager
def _scratch_folder() -> Iterator[str]:
    """A temporary folder that is deleted afterwards. Raises StoreError if none can be made."""
    try:
        folder = TemporaryDirectory(prefix="feedsvc-check-", ignore_cleanup_errors=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreError(f"there is no room for a temporary folder ({reason}); make some, or set TMPDIR") from None
    with folder as path:
        yield path
