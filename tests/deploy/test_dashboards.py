"""The files shipped for Prometheus and Grafana asks for metrics that are there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from newsroom import Newsroom

from feedsvc.model.alerts import AlertRecord
from feedsvc.store import push_status, status
from feedsvc.store.destinations import Delivered
from feedsvc.store.purges import Purged
from feedsvc.web import metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
OWN = re.compile(r"\bfeedsvc_\w+")
ELSEWHERE = {"ready", "fresh", "serving_edition", "serving_documents", "serving_cache_bytes", "store_readable"}
"""Figures of a serving process, which `tests/web/test_operators.py` has."""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The names of all metrics, and the labels of each."""
    room = Newsroom(tmp_path_factory.mktemp("metrics"))
    room.publish()
    with room.store.read() as transaction:
        counts, pushed = status.count(transaction, room.now), push_status.count(transaction)
    figures = [
        *metrics.of_the_service(counts, room.now),
        *metrics.of_push(pushed, room.now),
        *metrics.of_feeds([("/rss.xml", 1)], 1),
        *metrics.of_copies({"s3://bucket": Delivered(2, room.now)}, {"fastly x": Purged(1, room.now)}),
        *metrics.of_alarms(AlertRecord()),
        *metrics.of_the_machine(room.state),
    ]
    found = {f"feedsvc_{each.name}": {label for label, _ in each.labels} for each in figures}
    return found | {f"feedsvc_{name}": set() for name in ELSEWHERE}


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])


def test_every_metric_that_is_asked_for_is_there_with_its_labels(known: dict[str, set[str]]) -> None:
    asked = {name for each in expressions() for name in OWN.findall(each)}
    assert len(asked) > 12
    assert asked <= known.keys()
    for each in expressions():
        for name, labels in re.findall(r"(feedsvc_\w+)\{([^}]*)\}", each):
            assert set(re.findall(r"(\w+)=", labels)) <= known[name]


def test_names_of_metrics_keep_to_the_rules_of_prometheus(known: dict[str, set[str]]) -> None:
    for name in known:
        assert re.fullmatch(r"feedsvc(_[a-z]+)+", name)
        assert not name.endswith(("_total", "_count", "_sum", "_bucket"))  # they are gauges, one and all
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|mb|percent)(_|$)", name)


def test_every_rule_says_how_bad_it_is_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) >= 8
    for rule in RULES:
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert set(rule["annotations"]) == {"summary", "remedy"}
        assert "instance" in rule["annotations"]["summary"]


def test_the_dashboard_can_be_imported_anywhere() -> None:
    assert DASHBOARD["schemaVersion"] >= 39
    assert [each["name"] for each in DASHBOARD["__inputs"]] == ["DS"]
    sources = {target["datasource"]["uid"] for panel in DASHBOARD["panels"] for target in panel["targets"]}
    assert sources == {"${DS}"}
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert {panel["type"] for panel in DASHBOARD["panels"]} <= {"stat", "timeseries", "table"}
