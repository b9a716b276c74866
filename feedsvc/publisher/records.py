"""The records of the feeds that a publication wrote: state of the window, contents, item counts."""

from collections.abc import Iterable
from typing import NamedTuple

from feedsvc.model.feed import Feed
from feedsvc.publisher.context import Publication
from feedsvc.store import history, item_counts, windows
from feedsvc.store.windows import WindowState


class FeedRecord(NamedTuple):
    """One feed that was written. Kept small, as a large newsroom has thousands of them."""

    window_name: str
    """The name of its window: a section's path, or the path of a custom feed, which begins with a slash."""
    window: WindowState
    path: str
    contents: bytes
    """Its articles, in the form of the history of Editions."""
    item_counts: dict[str, int]
    """The number of items in each of its documents, by path."""
    articles: frozenset[int]
    """The numbers of the articles that its documents link to."""


def make_record(
    window_name: str, window: WindowState, feed: Feed, documents: Iterable[str], articles: frozenset[int]
) -> FeedRecord:
    """The record of `feed`, which was written at the paths `documents`."""
    count = len(feed.articles)
    contents = history.encode_contents(feed)
    return FeedRecord(window_name, window, feed.path, contents, dict.fromkeys(documents, count), articles)


def save_records(publication: Publication, records: Iterable[FeedRecord]) -> None:
    """Stores the windows and the item counts of the feeds."""
    written = tuple(records)
    windows.put_changed(publication.transaction, {record.window_name: record.window for record in written})
    counts = {path: count for record in written for path, count in record.item_counts.items()}
    item_counts.put(publication.transaction, counts)


def save_contents(publication: Publication, records: Iterable[FeedRecord], gone: Iterable[str] = ()) -> None:
    """Stores the contents of the feeds as of the new Edition; those of the feeds at the paths `gone` become empty."""
    contents = {record.path: record.contents for record in records} | dict.fromkeys(gone, history.NO_CONTENTS)
    history.put_contents(publication.transaction, publication.edition, publication.seconds, contents)
