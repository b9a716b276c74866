"""The pages for following are published with the sections, and cost nothing when an article changes."""

from pathlib import Path
from typing import Any

import pytest
from newsroom import PLAN, Newsroom, own_feed, section, story

from feedsvc.model.follow import ReaderService
from feedsvc.model.selection import Selection
from feedsvc.publisher.section_documents import SectionDocuments


def newsroom(folder: Path, **plan: Any) -> Newsroom:
    made = Newsroom(folder)
    made.configure(PLAN, **plan)
    made.write("news/eu/fish.md", story("Fish quotas agreed"))
    made.publish()
    return made


def test_the_site_and_every_section_have_one_at_every_address(tmp_path: Path) -> None:
    made = newsroom(tmp_path)
    for path in ("/follow", "/news/follow", "/news/eu/follow"):
        assert f"https://news.example{path.removesuffix('follow')}rss.xml".encode() in made.body(path)
        assert f"https://mirror.example.net{path.removesuffix('follow')}rss.xml".encode() in made.body(path, 1)
        assert b"news.example" not in made.body(path, 1).replace(
            b'rel="canonical" href="https://news.example', b""
        ).replace(b'og:url" content="https://news.example', b"")


def test_an_edit_of_an_article_makes_no_such_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = newsroom(tmp_path)
    written: list[str] = []
    monkeypatch.setattr(SectionDocuments, "write_follow_page", lambda _self, path: written.append(path))
    made.write("news/eu/fish.md", story("Fish quotas agreed at last"))
    made.publish()
    assert made.titles() == ["Fish quotas agreed at last"]
    assert written == []
    made.write("sport/row.md", story("Rowing"))
    made.publish()
    assert written == ["", "sport"]


def test_it_goes_with_its_section(tmp_path: Path) -> None:
    made = newsroom(tmp_path)
    made.remove("news/eu/fish.md")
    made.publish()
    assert (made.code("/news/eu/follow"), made.code("/follow")) == (410, 200)


def test_another_title_is_on_the_page_and_on_those_below(tmp_path: Path) -> None:
    made = newsroom(tmp_path)
    made.configure(PLAN, sections={"news": section("news", "Tidings")}, digest="2")
    made.publish()
    assert b"Tidings</bdi></h1>" in made.body("/news/follow")
    assert b">Tidings</a>" in made.body("/news/eu/follow")


def test_the_configuration_may_name_other_readers(tmp_path: Path) -> None:
    made = newsroom(tmp_path, readers=(ReaderService(name="Ours", url="https://r.example/?u={feed}"),))
    assert b'href="https://r.example/?u=https://news.example/rss.xml"' in made.body("/follow")
    assert b"Feedly" not in made.body("/follow")


def test_a_feed_of_the_newsrooms_own_is_offered_where_its_page_is(tmp_path: Path) -> None:
    made = newsroom(tmp_path, feeds=(own_feed("/eu-only.json", Selection(sections=("news/eu",))),))
    assert b"https://news.example/eu-only.json" in made.body("/news/eu/follow")
    assert b"eu-only.json" not in made.body("/follow").partition(b"</head>")[2]
