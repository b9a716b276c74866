"""What is named by the site's own address is on the address that was asked, wherever that name stands."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest
from msgspec.structs import replace
from newsroom import PLAN, Newsroom, story

from feedsvc.model.urls import SITE

CANONICAL, MIRROR = PLAN.addresses


def test_links_of_the_canonical_address_stay_on_the_mirror(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    body = f"See [the other one]({CANONICAL}/articles/x/y) and [elsewhere](https://news.example.org/z)."
    room.write("a.md", story("Here", body, section="News", url=f"{CANONICAL}/2026/here"))
    room.publish()
    (ours,) = room.feed("/feed.json", 0)["items"]
    (theirs,) = room.feed("/feed.json", 1)["items"]
    assert ours["id"] == theirs["id"]
    assert (ours["url"], theirs["url"]) == (f"{CANONICAL}/2026/here", f"{MIRROR}/2026/here")
    assert f'href="{MIRROR}/articles/x/y"' in theirs["content_html"]
    assert 'href="https://news.example.org/z"' in theirs["content_html"]


def test_an_article_with_a_url_of_its_own_has_no_page_here(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.md", story("Here", url=f"{CANONICAL}/2026/here"))
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/articles/")]


def test_the_sites_logo_is_published_and_one_that_is_missing_is_named(tmp_path: Path) -> None:
    logo, icon = f"{SITE}/media/brand/logo.png", f"{SITE}/media/brand/icon.png"
    room = Newsroom(tmp_path)
    room.write("brand/logo.png", b"\x89PNG")
    room.configure(PLAN, digest="2", logo=logo, icon=icon)
    room.publish()
    assert room.code("/media/brand/logo.png") == 200
    assert room.code("/media/brand/icon.png") == 404
    (problem,) = room.problems()
    assert problem.startswith("/media/brand/icon.png: ")
    assert f"{MIRROR}/media/brand/logo.png".encode() in room.body("/rss.xml", 1)


IDENTITIES: dict[str, Callable[[Any], object]] = {
    "guid": lambda entry: entry.id,
    "guid without host": lambda entry: re.sub(r"https?://[^/]+", "", entry.id),
    "guid and date": lambda entry: (entry.id, entry.published),
    "guid and title": lambda entry: (entry.id, entry.title),
    "link": lambda entry: entry.link,
    "link and title": lambda entry: (entry.link, entry.title),
}


@pytest.mark.parametrize("rule", IDENTITIES)
@pytest.mark.parametrize("form", ["rss.xml", "atom.xml"])
def test_a_reader_that_goes_from_address_to_address_sees_every_article_once(
    tmp_path: Path, rule: str, form: str
) -> None:
    """By its guid; one that keys on links takes an article on another address for another."""
    addresses = (*PLAN.addresses, "https://second.example.org")
    room = Newsroom(tmp_path, replace(PLAN, addresses=addresses))
    seen: dict[object, str] = {}
    for poll in range(9):
        room.write(f"story-{poll}.md", story(f"Story {poll}", section="News"))
        room.publish()
        for entry in feedparser.parse(room.body(f"/news/{form}", poll % len(addresses))).entries:
            seen.setdefault(IDENTITIES[rule](entry), entry.title)
    titles = [f"Story {poll}" for poll in range(9)]
    assert set(seen.values()) == set(titles)
    assert not rule.startswith("guid") or list(seen.values()) == titles
