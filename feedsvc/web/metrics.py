"""The figures of metrics. `metrics_text` writes them."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from feedsvc.model.alerts import KINDS, AlertRecord
from feedsvc.store.destinations import Delivered
from feedsvc.store.purges import Purged
from feedsvc.store.push_status import PushCounts
from feedsvc.store.status import Counts

FEEDS = 200
"""Maximum feeds with a figure of their own: each is a time series that stays for good."""


class Figure(NamedTuple):
    """A number with its name (the prefix `feedsvc_` is added) and its help text."""

    name: str
    help: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()
    """Name and value of each label; figures of the same name must be adjacent."""


def of_the_service(found: Counts, now: datetime) -> Iterator[Figure]:
    """The figures of the newsroom and its publisher."""
    yield Figure("edition", "Number of the current edition.", found.edition)
    yield Figure("articles", "Articles in the folder.", found.articles)
    yield Figure("sections", "Sections that are published.", found.sections)
    yield Figure("feeds", "Feeds published.", found.feeds)
    yield Figure("problems", "Problems that hold something back.", found.problems)
    yield Figure("warnings", "Problems that hold nothing back.", found.warnings)
    yield Figure("publisher_up", "Whether a publisher is there.", bool(found.publisher))
    if found.last:
        yield Figure("last_regeneration_timestamp_seconds", "When the last regeneration ended.", found.last.timestamp())
        age = (now - found.last).total_seconds()
        yield Figure("last_regeneration_age_seconds", "Time since the last regeneration ended.", age)


def of_push(found: PushCounts, now: datetime) -> Iterator[Figure]:
    """The figures of push: subscriptions and pending deliveries."""
    yield Figure("push_subscriptions", "Subscriptions at the own hub.", found.subscriptions)
    yield Figure(
        "push_waiting", "Feeds that hubs and subscribers are still to be told of.", sum(found.waiting.values())
    )
    yield Figure("push_failing_hosts", "Hosts that failed three times in a row or more.", found.failing_hosts)
    age = 0.0 if found.oldest is None else max(0.0, now.timestamp() - found.oldest / 1_000)
    yield Figure("push_oldest_waiting_seconds", "Age of the oldest that waits; 0 if nothing does.", age)


def of_copies(places: Mapping[str, Delivered], caches: Mapping[str, Purged]) -> Iterator[Figure]:
    """The Edition at each place of `[[publish]]`, and the Edition up to which each cache of `[[purge]]` was purged."""
    for to, place in places.items():
        yield Figure("destination_edition", "Edition that a place has as a whole.", place.edition, (("to", to),))
    for name, cache in caches.items():
        yield Figure("purged_edition", "Edition up to which a cache was purged.", cache.edition, (("cache", name),))


def of_alarms(record: AlertRecord) -> Iterator[Figure]:
    """The number of alarms of each kind that were sent and are not over. An alarm to several recipients counts once."""
    told = [kind for kind, *_ in {tuple(key.split(" ")[1:]) for key, state in record.states.items() if state.told}]
    for kind in KINDS:
        yield Figure("alarms", "Alarms that stand, if config.toml has [[alerts]].", told.count(kind), (("kind", kind),))


def of_feeds(changes: Iterable[tuple[str, int | None]], last_story: int | None) -> Iterator[Figure]:
    """The time of the last story, and of the last change of the first FEEDS feeds, by path; unknown (None) times are
    left out."""
    if last_story is not None:
        yield Figure("last_story_timestamp_seconds", "When the last story came that readers can see.", last_story)
    known = ((path, changed) for path, changed in changes if changed is not None)
    for path, changed in islice(known, FEEDS):
        yield Figure("feed_last_change_timestamp_seconds", "When the feed changed last.", changed, (("feed", path),))


def of_the_machine(folder: Path) -> Iterator[Figure]:
    """The version of this program, and the free ratio of the disk of `folder` (the state folder)."""
    yield Figure("build_info", "The version of this program.", 1, (("version", version("feedsvc")),))
    with suppress(OSError):
        found = os.statvfs(folder)
        if found.f_blocks:
            yield Figure("disk_free_ratio", "Free part of the disk of the state.", found.f_bavail / found.f_blocks)
