"""Metrics in Prometheus' text format 0.0.4.

Apart from `metrics`, since its library brings an HTTP client and server, and only those need it who ask for metrics.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate, groupby
from operator import itemgetter

from prometheus_client import PROCESS_COLLECTOR, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as TYPE
from prometheus_client.metrics_core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from feedsvc.model.stages import BOUNDS, StageTimes
from feedsvc.web.metrics import Figure

__all__ = ["TYPE", "text", "text_with_process"]


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
