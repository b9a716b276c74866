"""What is named by the site's own address is on the address that was asked, wherever that name stands."""

from pathlib import Path

from newsroom import PLAN, Newsroom, story

from feedsvc.model import SITE

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
