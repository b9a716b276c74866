"""Answers operators' questions from the store: the status, what a partner accepts, why an article is in a feed or not.

Each function raises StoreError if nothing was ever published, or if the store cannot be read. Formats and the publisher
are imported only by the answers that need them: other commands start in half of the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from feedsvc.config import Config
from feedsvc.model.explanation import Explanation
from feedsvc.model.operator_answers import PreflightReport
from feedsvc.model.stages import StageTimes
from feedsvc.service.settings import interval, now
from feedsvc.service.stores import open_ledger
from feedsvc.store import state
from feedsvc.store.status import Status, read_status, with_disk
from feedsvc.store.transaction import Transaction


@contextmanager
def open_for_reading(settings: Config) -> Iterator[Transaction]:
    """A transaction that reads the store. The store is neither created nor repaired."""
    store = open_ledger(settings)
    try:
        with store.read() as transaction:
            yield transaction
    finally:
        store.close()


def current_status(settings: Config) -> Status:
    """The status: sections, feeds, items, the last and the next regeneration, and problems."""
    from feedsvc.library.ignored import ignored_files
    from feedsvc.readers import SUFFIXES

    with open_for_reading(settings) as transaction:
        found = read_status(transaction, now(), interval(settings))
    ignored = ignored_files(settings.articles_folder, SUFFIXES)
    found = replace(found, ignored=ignored, serves_only=not settings.server.publish)
    return with_disk(found, settings.state.path)


def stage_times(settings: Config) -> dict[str, StageTimes]:
    """The times of each stage, over all publications so far that changed anything."""
    with open_for_reading(settings) as transaction:
        return state.STAGE_TIMES.get(transaction)


def preflight_feed(settings: Config, feed: str) -> PreflightReport:
    """The items of `feed` as its partner judges them. Raises NotFound for an unknown feed."""
    from feedsvc.publisher.preflight import preflight
    from feedsvc.service.wiring import formats_of, make_plan

    formats = formats_of(settings)
    with open_for_reading(settings) as transaction:
        return preflight(transaction, make_plan(settings, formats), formats, now(), feed=feed)


def explain_article(settings: Config, article: str, feed: str) -> Explanation:
    """The reason why `article` is or is not in `feed`; for every feed if `feed` is empty. Raises NotFound for an
    unknown article or feed."""
    from feedsvc.publisher.explain import explain
    from feedsvc.service.wiring import formats_of, make_plan

    formats = formats_of(settings)
    with open_for_reading(settings) as transaction:
        return explain(transaction, make_plan(settings, formats), formats, now(), article=article, feed=feed)
