"""The console: where an article is, and why not; what a partner takes; what an Edition changed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from edition import CONSOLE, NOON, OPERATOR, SECRET, SMALL, Answer, Newsroom, Served, ask, served, story
from lxml import html

from feedsvc.web import console
from feedsvc.web.console import Console

PARTNERS = """
[[feeds]]
path = "/partners/short.xml"
format = "msn"
title = "For MSN"

[[feeds]]
path = "/partners/other.json"
format = "json"
sections = ["sport"]
"""
PAGES = ("search", "feeds", "partners", "editions")
ALL = ("/-/status.json", *(f"/-/{name}{suffix}" for name in PAGES for suffix in ("", ".json")))
QUERIES = ("", "article=news/secret-notes.md", "feed=/partners/short.xml", "edition=2", "page=2")


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path_factory.mktemp("console"), SMALL + CONSOLE + PARTNERS)
    newsroom.publish()
    newsroom.write("sport/row.md", story("Rowing at dusk"))
    newsroom.write("news/eu/fish.md", story("Fish quotas agreed at last", section="News / EU", slug="fish"))
    newsroom.publish(NOON + timedelta(minutes=5))
    with served(newsroom) as side:
        side.now = NOON + timedelta(minutes=6)
        yield side


def page(side: Served, path: str, query: str = "") -> Answer:
    return ask(side.app, path, QUERY_STRING=query, **OPERATOR)


def data(side: Served, path: str, query: str = "") -> Any:
    answer = page(side, path, query)
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


def follow(side: Served, answer: Answer, words: str) -> Answer:
    """The page to which the link with these `words` leads."""
    links = {link.text_content(): link.get("href") for link in html.document_fromstring(answer.body.decode()).iter("a")}
    path, _, query = links[words].partition("?")
    return page(side, path, query)


# --- who is told ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path in ALL if path != "/-/status.json"])
def test_a_stranger_is_told_the_same_nothing_whatever_he_asks(side: Served, path: str) -> None:
    told = {(answer.code, answer.body) for query in QUERIES for answer in [ask(side.app, path, QUERY_STRING=query)]}
    assert {code for code, _ in told} == {401}
    assert len(told) == 1
    assert SECRET.encode() not in told.pop()[1]


def test_where_no_token_would_help_none_is_asked_for(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish()
    with served(newsroom) as side:
        answer = ask(side.app, "/-/search", REMOTE_ADDR="127.0.0.1", HTTP_HOST="127.0.0.1")
        assert (answer.code, "www-authenticate" in answer.headers) == (403, False)


def test_a_stranger_gets_the_public_status_as_json_too(side: Served) -> None:
    found = json.loads(ask(side.app, "/-/status.json").body)
    assert (found["problems"], found.get("waiting", []), found["last"]) == ([], [], None)
    assert data(side, "/-/status.json")["waiting"]


@pytest.mark.parametrize("path", ALL)
def test_no_cache_keeps_it_and_each_page_has_its_json(side: Served, path: str) -> None:
    answer = page(side, path)
    assert (answer.code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Authorization" in answer.headers["vary"]
    assert answer.headers["content-type"].startswith("application/json" if path.endswith(".json") else "text/html")


def test_it_only_reads(side: Served) -> None:
    assert {ask(side.app, path, "POST", **OPERATOR).code for path in ALL} == {405}


# --- search -----------------------------------------------------------------------------------------------------------


def test_an_article_is_found_by_a_part_of_its_headline_and_its_feeds_are_named(side: Served) -> None:
    found = data(side, "/-/search.json", "article=quotas+agreed")
    included = {each["feed"] for each in found["verdicts"] if each["included"]}
    assert {"/", "/news/", "/news/eu/"} <= included
    shown = page(side, "/-/search", "article=quotas+agreed").body.decode()
    assert "Fish quotas agreed at last" in shown
    assert "/news/eu/" in shown.partition("Not in")[0]


def test_why_an_article_is_not_out_is_told_with_its_instant(side: Served) -> None:
    assert "embargo until 2030-01-01" in page(side, "/-/search", "article=news/secret-notes.md").body.decode()


def test_of_several_articles_each_is_a_click_away_and_a_hidden_one_tells_no_headline(side: Served) -> None:
    several = page(side, "/-/search", "article=a")  # a letter: of no article alone
    assert several.code in (200, 404)
    found = data(side, "/-/search.json", "article=news")
    assert len(found["articles"]) > 2
    hidden = [each for each in found["articles"] if not each["is_open"]]
    assert hidden
    assert {each["title"] for each in hidden} == {""}
    listed = page(side, "/-/search", "article=news")
    assert SECRET.encode() not in listed.body
    assert b"embargo until 2030" in follow(side, listed, "news/secret-notes.md").body


def test_what_is_not_there_is_said_and_no_markup_comes_back(side: Served) -> None:
    answer = page(side, "/-/search", "article=%3Cscript%3Ealert(1)%3C/script%3E")
    assert answer.code == 404
    assert b"<script>" not in answer.body
    assert "error" in data(side, "/-/search.json", "article=nothing+of+the+kind")


@pytest.mark.parametrize("query", ["article=%ff%00", "article=%ed%a0%80&feed=%", "=&=;", "article=" + "a" * 9999])
def test_odd_queries_break_nothing(side: Served, query: str) -> None:
    assert {page(side, path, query).code for path in ALL} <= {200, 404}
    for number in ("page=-1", "page=9999999999999", "edition=x", "page=%D9%A3", "edition=999999999"):
        assert {page(side, path, number).code for path in ALL} <= {200, 404}


# --- feeds, partners, Editions ----------------------------------------------------------------------------------------


def test_the_feeds_are_listed_with_their_items_and_last_change(side: Served) -> None:
    found = {each["path"]: each for each in data(side, "/-/feeds.json")["feeds"]}
    assert found["/news/eu/rss.xml"]["items"] == 1
    assert found["/news/eu/rss.xml"]["changed"] == (NOON + timedelta(minutes=5)).timestamp()
    assert b"2026-11-20 12:05 UTC" in page(side, "/-/feeds").body


def test_what_was_held_back_for_a_partner_and_why_is_one_click_away(side: Served) -> None:
    listed = page(side, "/-/partners")
    assert [each["path"] for each in data(side, "/-/partners.json")["partners"]] == [
        "/partners/short.xml",
        "/partners/other.json",
    ]
    shown = follow(side, listed, "/partners/short.xml").body.decode()
    report = data(side, "/-/partners.json", "feed=/partners/short.xml")
    assert report["held"]
    (article, why), *_ = report["held"]
    for part in (article, why, report["asks"][0]):
        assert part in html.document_fromstring(shown).text_content()
    assert page(side, "/-/partners", "feed=/nothing.xml").code == 404


def test_what_an_edition_changed_is_one_click_away_with_the_command_to_return(side: Served) -> None:
    listed = page(side, "/-/editions")
    assert b"feedsvc editions rollback 1" in listed.body
    shown = follow(side, listed, "2").body.decode()
    assert "Rowing at dusk" in shown
    assert "Fish quotas agreed at last" in shown
    feeds = {each["feed"]: each for each in data(side, "/-/editions.json", "edition=2")["feeds"]}
    changed = feeds["/news/eu/"]
    assert (changed["added"], changed["changed"], changed["removed"]) == ([], ["Fish quotas agreed at last"], [])
    assert page(side, "/-/editions", "edition=1").code == 404
    assert b'edition=1"' not in listed.body


def test_a_long_list_is_shown_page_by_page(side: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [each["path"] for each in data(side, "/-/feeds.json")["feeds"]]
    monkeypatch.setattr(console, "SHOWN", 2)
    found: list[str] = []
    for number in range(1, 99):
        part = data(side, "/-/feeds.json", f"page={number}")
        found += [each["path"] for each in part["feeds"]]
        if not part["more"]:
            break
    assert found == everything
    assert b"page=2" in page(side, "/-/feeds").body


def test_one_question_at_a_time_is_answered(side: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_WAIT", 0.01)
    codes: list[int] = []
    once = Console._feeds

    def asks_again(self: Console, asked: Any) -> Any:
        if not codes:
            codes.append(0)
            codes.append(page(side, "/-/editions").code)
        return once(self, asked)

    monkeypatch.setattr(Console, "_feeds", asks_again)
    assert page(side, "/-/feeds").code == 200
    assert codes == [0, 503]
    assert page(side, "/-/editions").code == 200


def test_english_pages_of_a_persian_newsroom_say_that_they_are_english(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL.replace("[site]", '[site]\nlanguage = "fa"') + CONSOLE)
    newsroom.publish()
    with served(newsroom) as side:
        for name in ("status", *PAGES):
            root = html.document_fromstring(page(side, f"/-/{name}").body.decode())
            assert root.get("dir") == "rtl"
            (heading,) = root.xpath("//h1")
            assert heading.xpath("ancestor::*[@lang][1]/@lang") == ["en"], name
            assert heading.xpath("ancestor::*[@dir][1]/@dir") == ["ltr"], name


def test_what_was_not_found_can_be_asked_otherwise(side: Served) -> None:
    answer = page(side, "/-/search", "article=no+such+story+anywhere")
    assert answer.code == 404
    asked = {
        each.get("name"): each.get("value") for each in html.document_fromstring(answer.body.decode()).iter("input")
    }
    assert asked == {"article": "no such story anywhere", "feed": ""}
