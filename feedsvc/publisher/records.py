"""The records of the feeds that a publication wrote: state of the window, contents, numbers of items."""

from collections.abc import Iterable
from typing import NamedTuple

from feedsvc.model.feed import Feed
from feedsvc.publisher.context import Publication
from feedsvc.store import history, item_counts, windows
from feedsvc.store.windows import WindowState


class FeedRecord(NamedTuple):
    """One feed that was written. Short, as a large newsroom has thousands of them."""

    window_name: str
    """The name of its window: a section's path, or the path of a custom feed, which begins with a slash."""
    window: WindowState
    path: str
    contents: bytes
    """Its articles, as the history of Editions keeps them."""
    item_counts: dict[str, int]
    """The number of items in each of its documents, by path."""
    articles: frozenset[int]
    """The numbers of the articles to which its documents lead."""


def make_record(
    window_name: str, window: WindowState, feed: Feed, documents: Iterable[str], articles: frozenset[int]
) -> FeedRecord:
    """The record of `feed`, which was written at the paths `documents`."""
    count = len(feed.articles)
    contents = history.encode_contents(feed)
    return FeedRecord(window_name, window, feed.path, contents, dict.fromkeys(documents, count), articles)


def save_records(publication: Publication, records: Iterable[FeedRecord]) -> None:
    """Keeps the windows of the feeds, and their numbers of items."""
    written = tuple(records)
    windows.put_changed(publication.transaction, {record.window_name: record.window for record in written})
    counts = {path: count for record in written for path, count in record.item_counts.items()}
    item_counts.put(publication.transaction, counts)


def save_contents(publication: Publication, records: Iterable[FeedRecord], gone: Iterable[str] = ()) -> None:
    """Keeps what stands in the feeds as of the new Edition; nothing stands in those at the paths that are `gone`."""
    contents = {record.path: record.contents for record in records} | dict.fromkeys(gone, history.NO_CONTENTS)
    history.put_contents(publication.transaction, publication.edition, publication.seconds, contents)
