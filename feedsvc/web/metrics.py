"""Metrics in Prometheus' text format 0.0.4."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from itertools import accumulate, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from prometheus_client import PROCESS_COLLECTOR, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as TYPE
from prometheus_client.metrics_core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from feedsvc.model.alerts import KINDS, AlertRecord
from feedsvc.model.stages import BOUNDS, StageTimes
from feedsvc.store.destinations import Delivered
from feedsvc.store.purges import Purged
from feedsvc.store.push_status import PushCounts
from feedsvc.store.status import Counts

__all__ = [
    "TYPE",
    "Figure",
    "of_alarms",
    "of_copies",
    "of_feeds",
    "of_push",
    "of_the_machine",
    "of_the_service",
    "text",
    "text_with_process",
]

FEEDS = 200
"""Maximum feeds with a figure of their own: each is a time series that stays for good."""


class Figure(NamedTuple):
    """A number with its name (the prefix `feedsvc_` is added) and its help text."""

    name: str
    help: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()
    """Name and value of each label; figures of the same name must be adjacent."""


class _Figures(Collector):
    def __init__(self, figures: Iterator[Figure], stages: Mapping[str, StageTimes]) -> None:
        self._figures = tuple(figures)
        self._stages = stages

    def collect(self) -> Iterator[Metric]:
        for (name, text), figures in groupby(self._figures, key=itemgetter(0, 1)):
            found = list(figures)
            family = GaugeMetricFamily(f"feedsvc_{name}", text, labels=[label for label, _ in found[0].labels])
            for each in found:
                family.add_metric([value for _, value in each.labels], each.value)
            yield family
        if self._stages:
            yield _histogram(self._stages)


def _histogram(stages: Mapping[str, StageTimes]) -> HistogramMetricFamily:
    text = "Time of a saved story in each stage on its way to readers."
    family = HistogramMetricFamily("feedsvc_stage_seconds", text, labels=["stage"])
    for name, times in stages.items():
        bounds = [*map(str, BOUNDS), "+Inf"]
        family.add_metric([name], list(zip(bounds, accumulate(times.counts), strict=True)), times.seconds)
    return family


def text(figures: Iterator[Figure]) -> bytes:
    """The figures in the text format."""
    return generate_latest(_registry(figures))


def text_with_process(figures: Iterator[Figure], stages: Mapping[str, StageTimes]) -> bytes:
    """The figures in the text format, with the times of `stages`, followed by the figures of this process."""
    registry = _registry(figures, stages)
    registry.register(PROCESS_COLLECTOR)
    return generate_latest(registry)


def _registry(figures: Iterator[Figure], stages: Mapping[str, StageTimes] = {}) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Figures(figures, stages))
    return registry


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
