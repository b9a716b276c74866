"""Sections as they are published: titles, trails, what comes and what goes; and how an article names them."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, own_feed, section, story

from feedsvc.model.selection import Selection
from feedsvc.publisher.section_tree import planned_sections, section_entry
from feedsvc.store import documents


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def title(room: Newsroom, path: str) -> str:
    return str(room.feed(f"/{path}/feed.json")["title"])


def test_a_section_appears_with_the_first_article_that_names_it(room: Newsroom) -> None:
    room.write("a.md", story("A", section="News / EU"))
    room.publish()
    assert room.titles("/news/feed.json") == room.titles("/news/eu/feed.json") == ["A"]
    assert title(room, "news/eu") == "The Lantern – News / EU"
    assert b"/news/eu/rss.xml" in room.body("/feeds.opml")


def test_an_article_that_names_no_section_stands_in_its_folders(room: Newsroom) -> None:
    room.write("news/eu/a.md", story("A"))
    room.write("news/eu/b.txt", "Sport   /   Rowing\n\nB\n\nIts text.\n")
    room.write("news/eu/c.md", story("C", section='"???"'))
    room.publish()
    assert sorted(room.titles("/news/eu/feed.json")) == ["A", "C"]
    assert room.titles("/sport/rowing/feed.json") == ["B"]


def test_an_article_stands_in_several_sections_and_once_in_each(room: Newsroom) -> None:
    room.write("a.md", story("A", section="[News / EU, news/uk, Sport]"))
    room.publish()
    for path in ("news", "news/eu", "news/uk", "sport"):
        assert room.titles(f"/{path}/feed.json") == ["A"]


def test_newest_first_ties_by_id(room: Newsroom) -> None:
    for number in (3, 1, 2):
        room.write(f"{number}.md", story(f"Same {number}", id=f"urn:x:{number}"))
    room.write("old.md", story("Old", date="2026-01-01"))
    room.write("new.md", story("New", date="2026-11-20T10:00:00Z"))
    room.publish()
    assert room.titles() == ["New", "Same 1", "Same 2", "Same 3", "Old"]


def test_a_section_is_called_by_the_smallest_of_its_names_whatever_came_first(room: Newsroom) -> None:
    room.write("news/eu/folder.md", story("By folder"))
    room.write("path.md", story("By path", section="news/eu"))
    room.publish()
    assert title(room, "news/eu") == "The Lantern – News / Eu"
    room.write("crumb.md", story("By breadcrumb", section="News / EU"))
    room.publish()
    assert title(room, "news/eu") == "The Lantern – News / EU"
    room.remove("crumb.md")
    room.publish()
    assert title(room, "news/eu") == "The Lantern – News / Eu"


def test_every_article_names_its_sections_by_their_published_titles(room: Newsroom) -> None:
    room.write("path.md", story("By path", section="news/eu", date="2026-11-18"))
    room.publish()
    page = room.page("By path")
    assert ">eu</a>" in room.body(page).decode()
    room.write("crumb.md", story("By breadcrumb", section="[News / EU, Sport]"))
    room.publish()
    for item in room.feed()["items"]:
        assert "News/EU" in item["tags"] or "EU" in item["tags"]
    assert ">EU</a>" in room.body(page).decode()
    assert ">eu</a>" not in room.body(page).decode()
    assert b">news/eu<" not in room.body("/rss.xml")


def test_a_title_of_the_config_is_the_title_and_links_still_lead_to_the_section(tmp_path: Path) -> None:
    sections = {"news": section("news", "The news"), "news/eu": section("news/eu", "European Union")}
    room = Newsroom(tmp_path, replace(PLAN, sections=sections))
    room.write("a.md", story("A", section="news/eu"))
    room.publish()
    assert title(room, "news/eu") == "The Lantern – The news / European Union"
    page = room.body(room.page("A")).decode()
    assert "European Union" in page
    assert 'href="/news/eu/"' in page
    assert "/european-union/" not in page


def test_a_section_of_the_config_is_there_without_articles_and_so_are_those_above_it(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, replace(PLAN, sections={"deep/north-sea": section("deep/north-sea", "")}))
    room.publish()
    assert room.titles("/deep/north-sea/feed.json") == []
    assert title(room, "deep/north-sea") == "The Lantern – Deep / North sea"


def test_a_section_whose_last_article_goes_is_gone_with_all_its_documents(room: Newsroom) -> None:
    room.write("a.md", story("A", section="News / EU"))
    room.write("b.md", story("B", section="News"))
    room.publish()
    room.write("a.md", story("A", section="News"))
    room.publish()
    for name in ("rss.xml", "atom.xml", "feed.json", ""):
        assert room.code(f"/news/eu/{name}") == 410
        assert room.code(f"/news/{name}") == 200
    assert b"news/eu" not in room.body("/feeds.opml") + room.body("/") + room.body("/news/")
    room.write("c.md", story("C", section="News / EU"))
    room.publish()
    assert room.titles("/news/eu/feed.json") == ["C"]


def test_a_section_whose_articles_are_all_closed_stays_with_an_empty_feed(room: Newsroom) -> None:
    room.write("a.md", story("A", section="News", expires="2026-11-20T13:00:00Z"))
    room.publish()
    room.publish(minutes=120)
    assert room.titles("/news/feed.json") == []
    assert title(room, "news") == "The Lantern – News"


def test_a_section_that_only_hidden_articles_name_does_not_appear(room: Newsroom) -> None:
    room.write("a.md", story("A", section="Secret project", draft="true"))
    room.write("b.md", story("B", section="Later", embargo="2026-11-20T13:00:00Z"))
    room.publish()
    assert (room.code("/secret-project/rss.xml"), room.code("/later/rss.xml")) == (404, 404)
    room.publish(minutes=60)
    assert room.titles("/later/feed.json") == ["B"]


def test_a_section_may_be_called_articles_or_media(room: Newsroom) -> None:
    room.write("a.md", story("A", section="[Articles / Essays, Media]", image="a.png"))
    room.write("a.png", b"picture")
    room.write("b.md", story("B"))
    room.publish()
    assert room.titles("/articles/essays/feed.json") == room.titles("/media/feed.json") == ["A"]
    room.write("a.md", story("A", section="News", image="a.png"))
    room.publish()
    for path in ("/articles/essays/", "/articles/essays/rss.xml", "/articles/", "/media/"):
        assert room.code(path) == 410
    assert (room.code("/media/a.png"), room.code(room.page("A"))) == (200, 200)


def test_an_own_feed_of_one_section_leads_to_its_page_once_there_is_one(tmp_path: Path) -> None:
    feed = own_feed("/own.json", Selection(sections=("news",)))
    room = Newsroom(tmp_path, replace(PLAN, feeds=(feed,)))
    room.publish()
    assert room.feed("/own.json")["home_page_url"] == "https://news.example/"
    room.write("a.md", story("A", section="News"))
    room.publish()
    assert room.feed("/own.json")["home_page_url"] == "https://news.example/news/"


def test_a_feeds_date_is_that_of_the_newest_change_in_it(room: Newsroom) -> None:
    room.write("a.md", story("A", section="News"))
    room.write("b.md", story("B", section="Sport", updated="2026-11-20T09:00:00Z"))
    room.publish()
    assert b"<updated>2026-11-19T08:00:00+00:00</updated>" in room.body("/news/atom.xml").split(b"<entry>")[0]
    assert b"<updated>2026-11-20T09:00:00+00:00</updated>" in room.body("/atom.xml").split(b"<entry>")[0]


def test_terms_of_a_section_are_its_own(tmp_path: Path) -> None:
    terms = replace(TERMS, interval=60)
    room = Newsroom(tmp_path, replace(PLAN, sections={"news": section("news", "News", terms)}))
    room.write("a.md", story("A", section="News / EU"))
    room.publish()
    with room.store.read() as connection:
        ages = {path: documents.heads(connection, path)[0].max_age for path in ("/news/rss.xml", "/news/", "/rss.xml")}
    assert ages == {"/news/rss.xml": 60, "/news/": 60, "/rss.xml": 300}


# --- as values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name", "title"),
    [
        ("", None, "The Lantern"),
        ("news", "NEWS", "The news"),
        ("news", None, "The news"),
        ("sport", "Sport", "Sport"),
        ("sport", None, None),
        ("deep/north-sea", None, "North sea"),
        ("deep", None, "Deep"),
        ("deep", "DEEP", "DEEP"),
    ],
)
def test_a_title_is_the_plans_or_the_articles_or_made_from_the_path(
    path: str, name: str | None, title: str | None
) -> None:
    sections = {"news": section("news", "The news"), "deep/north-sea": section("deep/north-sea")}
    entry = section_entry(replace(PLAN, sections=sections), path, name)
    assert (entry and entry.title) == title


def test_a_planned_section_brings_those_above_it() -> None:
    plan = replace(PLAN, sections={"news/eu/ports": section("news/eu/ports")})
    assert list(planned_sections(plan)) == ["news", "news/eu", "news/eu/ports"]
