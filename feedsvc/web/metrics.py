"""Figures for machines, in Prometheus' text format 0.0.4."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple

from prometheus_client import PROCESS_COLLECTOR, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as TYPE
from prometheus_client.metrics_core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from feedsvc.model.stages import BOUNDS, StageTimes
from feedsvc.store.push_status import PushCounts
from feedsvc.store.status import Counts

__all__ = ["TYPE", "Figure", "of_push", "of_the_service", "text", "text_with_process"]


class Figure(NamedTuple):
    """A number with its name, which gets the prefix `feedsvc_`, and its meaning."""

    name: str
    help: str
    value: float


class _Figures(Collector):
    def __init__(self, figures: Iterator[Figure], stages: Mapping[str, StageTimes]) -> None:
        self._figures = tuple(figures)
        self._stages = stages

    def collect(self) -> Iterator[Metric]:
        for name, text, value in self._figures:
            yield GaugeMetricFamily(f"feedsvc_{name}", text, value)
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
    """The same, with the times of `stages`, and the figures of this process after them."""
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
    """The figures of what hubs and subscribers are told."""
    yield Figure("push_subscriptions", "Subscriptions at the own hub.", found.subscriptions)
    yield Figure(
        "push_waiting", "Feeds that hubs and subscribers are still to be told of.", sum(found.waiting.values())
    )
    yield Figure("push_failing_hosts", "Hosts that failed three times in a row or more.", found.failing_hosts)
    age = 0.0 if found.oldest is None else max(0.0, now.timestamp() - found.oldest / 1_000)
    yield Figure("push_oldest_waiting_seconds", "Age of the oldest that waits; 0 if nothing does.", age)
