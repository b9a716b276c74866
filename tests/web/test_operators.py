"""What operators and their machines are told."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from edition import CONFIG, CONSOLE, NOON, OPERATOR, SECRET, SMALL, Newsroom, Served, ask, served, story
from prometheus_client.parser import text_string_to_metric_families

from feedsvc.config import load
from feedsvc.model.alerts import KINDS, AlertRecord, AlertState
from feedsvc.service.queries import current_status
from feedsvc.store import alerts, destinations, purges, state
from feedsvc.store.sqlite.database import Store
from feedsvc.store.status import LATE
from feedsvc.web import operators
from feedsvc.web.follower import Follower

SECOND = timedelta(seconds=1)


@pytest.fixture
def side(tmp_path: Path) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path, SMALL + CONSOLE)
    newsroom.write("news/bad.md", story("Bad", SECRET, date="some day"))
    newsroom.publish()
    with served(newsroom) as side:
        yield side


def figures(side: Served) -> dict[str, float]:
    families = text_string_to_metric_families(ask(side.app, "/-/metrics", **OPERATOR).body.decode())
    return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


def labelled(side: Served, name: str) -> dict[str, float]:
    """The figures of `name`, by the value of their label."""
    families = text_string_to_metric_families(ask(side.app, "/-/metrics", **OPERATOR).body.decode())
    return {
        next(iter(each.labels.values())): each.value
        for family in families
        for each in family.samples
        if each.name == name
    }


def test_a_process_is_alive_whatever_else_is_wrong(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    for answer in (ask(Served(newsroom).app, "/-/health"), ask(Served(newsroom).app, "/-/health", HTTP_HOST="x")):
        assert (answer.code, answer.body, answer.headers["cache-control"]) == (200, b"ok\n", "no-store")


def test_it_is_fresh_with_an_edition_that_somebody_keeps_up(side: Served) -> None:
    side.now = NOON + 900 * SECOND
    assert ask(side.app, "/-/ready").body == b"ready\n"
    assert ask(side.app, "/-/fresh").body == b"fresh\n"


def test_a_clock_that_is_behind_is_named_and_takes_no_node_out_of_service(side: Served) -> None:
    side.now = NOON - timedelta(days=2)
    answer = ask(side.app, "/-/ready")
    assert answer.code == 200
    assert b"the clock" in answer.body
    assert b"behind what was published" in answer.body
    assert ask(side.app, "/rss.xml").code == 200


@pytest.mark.parametrize("path", ["/-/ready", "/-/fresh"])
def test_it_is_neither_ready_nor_fresh_before_there_is_an_edition(tmp_path: Path, path: str) -> None:
    answer = ask(Served(Newsroom(tmp_path)).app, path)
    assert (answer.code, answer.headers["cache-control"]) == (503, "no-store")
    assert answer.body.startswith(b"nothing has been published yet")
    assert ask(Served(Newsroom(tmp_path)).app, "/-/status").code == 503


def test_it_is_neither_where_the_store_is_gone_and_serves_the_last_edition(side: Served) -> None:
    """As in the empty folder where its disk was mounted; connections that are open still read it."""
    folder = side.store.path.parent
    folder.rename(folder.with_name("away"))
    folder.mkdir()
    for path in ("/-/ready", "/-/fresh"):
        answer = ask(side.app, path)
        assert answer.code == 503
        assert b"not in its folder any more: mount its disk" in answer.body
    assert ask(side.app, "/rss.xml").code == 200


def test_it_is_not_fresh_when_three_intervals_have_passed_and_ready_all_the_same(side: Served) -> None:
    side.now = NOON + 901 * SECOND
    answer = ask(side.app, "/-/fresh")
    assert (answer.code, answer.headers["cache-control"]) == (503, "no-store")
    assert b"901 s ago" in answer.body
    assert ask(side.app, "/-/ready").code == 200
    assert ask(side.app, "/rss.xml").code == 200
    assert (figures(side)["feedsvc_ready"], figures(side)["feedsvc_fresh"]) == (1, 0)


def test_a_disk_that_is_full_is_told_and_takes_no_node_out_of_service(
    side: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = SimpleNamespace(f_frsize=4096, f_bfree=0, f_blocks=9, f_bavail=0, f_files=9, f_favail=9, f_flag=0)
    problems = figures(side)["feedsvc_problems"]
    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", lambda _folder: full)
        assert ask(side.app, "/-/ready").body == b"ready\n"
        assert ask(side.app, "/-/fresh").body == b"fresh\n"
        assert b"its disk is full" in ask(side.app, "/-/status.json", **OPERATOR).body
        assert b"its disk is full" not in ask(side.app, "/-/status.json").body
        told = current_status(load(side.store.path.parent.with_name("config.toml"))).problems
        assert sum("its disk is full" in str(each) for each in told) == 1
        assert figures(side)["feedsvc_problems"] == problems + 1
        side.now = NOON + 901 * SECOND
        assert b"901 s ago" in ask(side.app, "/-/fresh").body
        assert b"; the disk of the state folder is full\n" in ask(side.app, "/-/fresh").body
        assert ask(side.app, "/-/ready").code == 200
    assert b"full" not in ask(side.app, "/-/fresh").body
    assert figures(side)["feedsvc_problems"] == problems


def test_by_a_crontab_line_it_is_fresh_until_what_was_planned_is_late(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL + '[schedule]\ncron = "0 6 * * mon"\n')
    newsroom.publish()
    planned = NOON + timedelta(days=5)
    with Store(newsroom.database).write() as connection:
        state.NEXT_REGENERATION.put(connection, planned)
    with served(newsroom) as side:
        for now, code in ((planned, 200), (planned + LATE, 200), (planned + LATE + SECOND, 503)):
            side.now = now
            assert ask(side.app, "/-/fresh").code == code


def test_the_status_is_a_page_and_json_for_who_asks_for_it(side: Served) -> None:
    for accepted in ("", "*/*", "text/html", "text/html, application/json;q=0.9", "text/*", "image/png", "junk"):
        answer = ask(side.app, "/-/status", HTTP_ACCEPT=accepted, **OPERATOR)
        assert (answer.code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), accepted
        assert (answer.headers["vary"], answer.headers["cache-control"]) == ("Accept, Authorization", "no-store")
    for accepted in ("application/json", "application/json, text/html;q=0.5", "application/*"):
        answer = ask(side.app, "/-/status", HTTP_ACCEPT=accepted, **OPERATOR)
        assert answer.headers["content-type"] == "application/json", accepted
        assert json.loads(answer.body)["edition"] == 1


def test_the_status_names_what_is_wrong_and_where_and_the_remedy(side: Served) -> None:
    page = ask(side.app, "/-/status", **OPERATOR).body.decode()
    (problem,) = json.loads(ask(side.app, "/-/status", HTTP_ACCEPT="application/json", **OPERATOR).body)["problems"]
    for part in ("Fresh.", "/news/eu/rss.xml", "2026-11-20 12:00 UTC", problem["place"], problem["remedy"]):
        assert part in page


def test_the_status_of_a_service_in_trouble_says_so(side: Served) -> None:
    side.now = NOON + timedelta(days=1)
    assert b"Not fresh: the last regeneration was 86400 s ago" in ask(side.app, "/-/status", **OPERATOR).body


def test_the_status_tells_nothing_of_what_articles_say(side: Served) -> None:
    for kind in ("text/html", "application/json"):
        assert SECRET.encode() not in ask(side.app, "/-/status", HTTP_ACCEPT=kind, **OPERATOR).body


def test_an_operator_is_told_by_file_what_waits(side: Served) -> None:
    page = ask(side.app, "/-/status", HTTP_ACCEPT="text/html", **OPERATOR).body.decode()
    assert "news/secret-notes.md" in page.partition("Not out yet")[2]
    assert "2030-01-01 00:00 UTC" in page
    assert "secret-notes" not in ask(side.app, "/-/status", HTTP_ACCEPT="text/html").body.decode()


def test_the_status_says_why_an_article_is_in_a_feed_or_not(side: Served) -> None:
    def told(query: str) -> dict[str, str]:
        answer = ask(side.app, "/-/status", HTTP_ACCEPT="application/json", QUERY_STRING=query, **OPERATOR)
        found = json.loads(answer.body)
        return {each["feed"]: each["reason"] for each in found.get("verdicts", ())} or {"": found["note"]}

    assert told("article=news/secret-notes.md&feed=/") == {"/": "embargo until 2030-01-01T00:00:00+00:00"}
    assert told("article=news/eu/fish.md&feed=news/eu") == {"/news/eu/": "item 1 of 1"}
    assert told("article=news/bad.md")["/"].startswith("quarantined: ")
    assert told("article=nothing.md")[""].startswith("no article has the path")
    for odd in (
        "article=%ff%00",
        "article=\x80",
        "article=%ed%a0%80&feed=%",
        "article",
        "=&=;",
        "article=" + "a" * 9999,
    ):
        assert ask(side.app, "/-/status", QUERY_STRING=odd, **OPERATOR).code == 200
    page = ask(side.app, "/-/status", QUERY_STRING="article=%3Cscript%3E", **OPERATOR)
    assert b"<script>" not in page.body.partition(b"<form")[2].partition(b"</form>")[0]
    assert "form-action 'self'" in page.headers["content-security-policy"]


def test_metrics_are_prometheus_text(side: Served) -> None:
    answer = ask(side.app, "/-/metrics", **OPERATOR)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


def test_metrics_are_those_of_the_store_and_of_the_process(side: Served) -> None:
    side.now = NOON + 42 * SECOND
    body = ask(side.app, "/rss.xml").body
    found = figures(side)
    told = json.loads(ask(side.app, "/-/status", HTTP_ACCEPT="application/json", **OPERATOR).body)
    expected = {
        "edition": 1,
        "articles": told["articles"],
        "sections": len(told["sections"]),
        "feeds": len(told["feeds"]),
        "problems": 1,
        "warnings": 0,
        "publisher_up": 0,
        "last_regeneration_timestamp_seconds": NOON.timestamp(),
        "last_regeneration_age_seconds": 42,
        "ready": 1,
        "fresh": 1,
        "store_readable": 1,
        "serving_edition": 1,
        "serving_documents": len(side.view.edition.tables[0]),
        "serving_cache_bytes": len(body),
        "last_story_timestamp_seconds": datetime(2026, 11, 15, 7, 52, tzinfo=UTC).timestamp(),
    }
    assert 0 < found.pop("feedsvc_disk_free_ratio") <= 1
    assert {name: value for name, value in found.items() if name.startswith("feedsvc_")} == {
        f"feedsvc_{name}": value for name, value in expected.items()
    }


def test_metrics_with_labels_are_few_and_known(side: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    assert labelled(side, "feedsvc_build_info") == {version("feedsvc"): 1}
    assert labelled(side, "feedsvc_feed_last_change_timestamp_seconds")["/rss.xml"] == NOON.timestamp()
    assert labelled(side, "feedsvc_alarms") == dict.fromkeys(KINDS, 0)
    told = AlertState(since=1, told=1)
    states = {"a disk": told, "b disk": told, "a silence news": told, "b silence": told, "b push": AlertState(since=1)}
    with side.store.write() as transaction:
        alerts.RECORD.put(transaction, AlertRecord(states=states))
    assert {kind: number for kind, number in labelled(side, "feedsvc_alarms").items() if number} == {
        "disk": 1,
        "silence": 2,
    }
    with side.store.write() as transaction:
        destinations.put(transaction, "s3://bucket", 1, NOON, ())
        purges.put(transaction, "fastly Id", 1, NOON)
    assert labelled(side, "feedsvc_destination_edition") == {"s3://bucket": 1}
    assert labelled(side, "feedsvc_purged_edition") == {"fastly Id": 1}
    assert b"s3://bucket" not in ask(side.app, "/-/metrics").body
    monkeypatch.setattr("feedsvc.web.metrics.FEEDS", 2)
    assert len(labelled(side, "feedsvc_feed_last_change_timestamp_seconds")) == 2


def test_a_process_that_lags_behind_can_be_told_by_its_metrics(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, CONFIG + CONSOLE)
    newsroom.publish()
    with served(newsroom) as side:
        newsroom.write("news/more.md", story("More"))
        newsroom.publish(NOON + SECOND)
        found = figures(side)
        assert (found["feedsvc_edition"], found["feedsvc_serving_edition"]) == (2, 1)


def test_the_page_of_a_large_service_shows_what_it_has_room_for_and_where_the_rest_is(
    side: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operators, "_SHOWN", 2)
    feeds = json.loads(ask(side.app, "/-/status", HTTP_ACCEPT="application/json", **OPERATOR).body)["feeds"]
    page = ask(side.app, "/-/status", **OPERATOR).body.decode()
    assert [f'href="{each["path"]}"' in page for each in feeds] == [True, True, False, False]
    assert "And 2 more, which <code>feedsvc status</code> shows." in page


def test_the_stages_of_a_story_are_told_as_histograms_to_operators_alone(side: Served) -> None:
    families = text_string_to_metric_families(ask(side.app, "/-/metrics", **OPERATOR).body.decode())
    [stages] = [family for family in families if family.name == "feedsvc_stage_seconds"]
    counts = {sample.labels["stage"]: sample.value for sample in stages.samples if sample.name.endswith("_count")}
    assert counts == {"read": 1, "published": 1, "served": 0}
    assert b"feedsvc_stage_seconds" not in ask(side.app, "/-/metrics").body


def test_a_process_tells_how_late_it_serves_an_edition_that_came_while_it_ran(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.publish()
    with served(newsroom) as side:
        follower = Follower(side.view, side.store)
        follower.look()
        assert side.view.served.count == 0
        newsroom.write("news/more.md", story("More"))
        newsroom.publish(NOON + timedelta(hours=1))
        follower.look()
        assert side.view.served.count == 1
