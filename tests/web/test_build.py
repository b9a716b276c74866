"""The form for a new feed: its table loads without change, and gives the feed that was shown."""

import json
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from edition import CONSOLE, NOON, OPERATOR, SMALL, Answer, Newsroom, Served, ask, served, story
from lxml import html

from feedsvc.config import load
from feedsvc.formats import FORMATS
from feedsvc.service import feed_drafts
from feedsvc.store import documents
from feedsvc.store.sqlite.database import open_store

TAKEN = '[[feeds]]\npath = "/taken.xml"\nformat = "rss"\n'


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    newsroom = Newsroom(tmp_path_factory.mktemp("build"), SMALL + CONSOLE + TAKEN)
    for number in range(6):
        name = ("sport", "news/eu")[number % 2]
        newsroom.write(
            f"{name}/{number}.md", story(f"“Story” {number} <b>", section=name.title(), tags=f"t{number % 3}")
        )
    newsroom.publish()
    return newsroom


@pytest.fixture(scope="module")
def side(room: Newsroom) -> Iterator[Served]:
    with served(room) as side:
        side.now = NOON + timedelta(minutes=1)
        yield side


def page(side: Served, **fields: str) -> Answer:
    return ask(side.app, "/-/build", QUERY_STRING=urlencode(fields), **OPERATOR)


def draft(side: Served, **fields: str) -> dict[str, Any]:
    answer = ask(side.app, "/-/build.json", QUERY_STRING=urlencode(fields), **OPERATOR)
    assert answer.code == 200
    found: dict[str, Any] = json.loads(answer.body)
    return found


FORM = {
    "path": "/partners/“desk”.json",
    "format": "json",
    "title": 'The "Desk" \\ it',
    "sections": "sport, news/eu,sport",
    "without_tags": "t1",
    "limit": "3",
    "content": "summary",
}


def test_the_table_loads_without_change_and_gives_the_feed_that_was_shown(room: Newsroom, side: Served) -> None:
    found = draft(side, **FORM)
    assert found.get("issues", []) == []
    assert tomllib.loads(found["table"]) == {
        "feeds": [
            {
                "path": "/partners/“desk”.json",
                "format": "json",
                "title": 'The "Desk" \\ it',
                "sections": ["sport", "news/eu"],
                "exclude": {"tags": ["t1"]},
                "limit": 3,
                "content": "summary",
            }
        ]
    }
    file = room.config
    before = file.read_text("utf-8")
    try:
        file.write_text(f"{before}\n{found['table']}", "utf-8")
        assert load(file, FORMATS).feeds[-1].title == FORM["title"]
        room.publish(NOON + timedelta(minutes=2))
    finally:
        file.write_text(before, "utf-8")
    with open_store(room.settings.state.path).read() as transaction:
        head = documents.heads(transaction, FORM["path"])[0]
        body = documents.body(transaction, head.etag or "", head.number) or b""
    titles = [item["title"] for item in json.loads(body)["items"]]
    assert [each.rpartition(" (")[0] for each in found["report"]["accepted"]] == titles
    assert len(titles) == 3
    assert found["report"]["documents"] == [[FORM["path"], len(body)]]


def test_the_page_shows_the_table_and_the_stories_and_keeps_what_was_filled_in(side: Served) -> None:
    answer = page(side, **FORM)
    assert (answer.code, answer.headers["cache-control"]) == (200, "no-store")
    tree = html.document_fromstring(answer.body.decode())
    assert "".join(tree.xpath("//pre//text()")).startswith('[[feeds]]\npath = "/partners/“desk”.json"\n')
    assert {each.get("name"): each.get("value") for each in tree.iter("input")}["title"] == FORM["title"]
    assert tree.xpath("//select[@name='format']/option[@selected]/text()") == ["json"]
    assert "“Story” 2 <b>" in tree.text_content()
    assert tree.xpath("//a[contains(@href, 'desk')]") == []  # it is not published


def test_the_empty_form_offers_every_format_and_asks_nothing_of_the_store(side: Served) -> None:
    tree = html.document_fromstring(page(side).body.decode())
    offered = tree.xpath("//select[@name='format']/option/text()")
    assert set(FORMATS) <= set(offered)
    assert tree.xpath("//pre") == []
    assert all(each.getparent().tag == "label" for each in (*tree.iter("input"), *tree.iter("select")))
    assert tree.xpath("//script") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "x"}, "path: missing"),
        ({"path": "/x.xml"}, "format: missing"),
        ({"path": "/taken.xml", "format": "rss"}, "there is a feed at this path"),
        ({"path": "/-/x", "format": "rss"}, "path: found"),
        ({"path": "/x.xml", "format": "rrs"}, "did you mean `rss`?"),
        ({"path": "/x.xml", "format": "/etc/passwd.py"}, "format: "),
        ({"path": "/x.xml", "format": "rss", "limit": "many"}, "limit: found"),
        ({"path": "/x.xml", "format": "rss", "max_age": "soon"}, "max_age: found"),
        ({"path": "/x.xml", "format": "rss", "media": "scent"}, "media: found"),
        ({"path": "/x.xml", "format": "news-sitemap"}, "options.name: missing"),
        ({"path": "/x.xml", "format": "rss", "options": "name = "}, "they are not TOML"),
        ({"path": "/x.xml", "format": "rss", "options": '} [[feeds]] path = "/y"'}, "they are not TOML"),
        ({"path": "/x.xml", "format": "rss", "options": "size = 2"}, "options.size: unknown key"),
    ],
)
def test_what_is_wrong_is_told_with_its_remedy_and_nothing_is_to_be_pasted(
    side: Served, fields: dict[str, str], said: str
) -> None:
    found = draft(side, **fields)
    assert any(said in each for each in found["issues"]), found["issues"]
    assert "table" not in found
    assert "report" not in found
    shown = page(side, **fields)
    assert shown.code == 200
    assert b"<pre" not in shown.body


def test_hostile_fields_stay_text(side: Served) -> None:
    mark = "</textarea><script>alert(1)</script>\u202e\n[[feeds]]"
    for name in feed_names(side):
        answer = page(side, **{"path": "/x.xml", "format": "rss", name: mark})
        assert b"<script>alert" not in answer.body
        assert answer.code == 200
        table = draft(side, **{"path": "/x.xml", "format": "rss", name: mark}).get("table", "")
        assert len(tomllib.loads(table).get("feeds", [])) <= 1


def feed_names(side: Served) -> list[str]:
    tree = html.document_fromstring(page(side).body.decode())
    return [each.get("name") for each in (*tree.iter("input"), *tree.iter("select"))]


def test_a_partner_s_form_tells_what_is_held_back(side: Served) -> None:
    report = draft(side, path="/msn.xml", format="msn")["report"]
    assert report["held"]
    assert "asks" in report


def test_only_the_newest_stories_are_looked_at(side: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_drafts, "DEEPEST", 2)
    monkeypatch.setattr(feed_drafts, "MOST", 1)
    found = draft(side, path="/x.xml", format="rss")
    assert len(found["report"]["accepted"]) == 1
    assert "Only the newest 2 stories" in found["note"]
    assert draft(side, path="/x.xml", format="rss", tags="none-has-this")["report"].get("accepted", []) == []


def test_a_stranger_sees_no_form(side: Served, tmp_path: Path) -> None:
    query = urlencode(FORM)
    assert {ask(side.app, f"/-/build{suffix}", QUERY_STRING=query).code for suffix in ("", ".json")} == {401}
