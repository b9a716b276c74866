"""Trial publications: everything is read, and rendered into a store that is deleted afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from feedsvc.config import Config
from feedsvc.library.ignored import ignored_files
from feedsvc.model import codec
from feedsvc.model.explanation import Explanation
from feedsvc.model.problem import Problem
from feedsvc.model.report import Report
from feedsvc.model.status_lists import IgnoredFiles
from feedsvc.publisher.explain import explain
from feedsvc.readers import SUFFIXES
from feedsvc.service.exclusive import Busy, claim
from feedsvc.service.operations import NotPublished, regenerate_fully
from feedsvc.service.settings import now
from feedsvc.service.wiring import formats_of, make_plan, make_regeneration
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
    with _trial(settings) as (store, _), store.read() as transaction:
        answer = explain(transaction, make_plan(settings), formats_of(settings), now(), article=article)
        problems = all_problems(transaction)
    return CheckedArticle(answer, tuple(each for each in problems if _concerns(each, answer)))


def _concerns(problem: Problem, answer: Explanation) -> bool:
    """True if `problem` concerns the article in `answer`, in its file or in a feed."""
    return problem.place == answer.path or (answer.page != "" and answer.page in problem.reason)


@contextmanager
def _trial(settings: Config) -> Iterator[tuple[Store, Report]]:
    with _scratch_folder() as folder:
        store, _ = prepare_store(Path(folder))
        try:
            with store.write() as transaction:
                lease = claim(transaction)
            if isinstance(lease, Busy):
                raise NotPublished(lease.reason)
            yield store, regenerate_fully(make_regeneration(settings, store), lease, accept_removals=True)
        finally:
            store.close()


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
