"""Old addresses of articles lead to their pages: by redirect, on every mirror, from every form of the address."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from edition import NOON, SMALL, Newsroom, ask, served, story

from feedsvc.library import adoption
from feedsvc.library.legacy_feeds import LegacyItem
from feedsvc.service.settings import addresses_of
from feedsvc.store.problems import all_problems
from feedsvc.store.sqlite.database import prepare_store
from feedsvc.web import export

HOUR = timedelta(hours=1)
KEYS = ("aliases", "alias", "redirect_from", "permalink", "url", "link")


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path, SMALL)


def fates(newsroom: Newsroom, *paths: str) -> list[tuple[int, str]]:
    """The status and Location of each path."""
    with served(newsroom) as side:
        found = [ask(side.app, path) for path in paths]
    return [(each.code, each.headers.get("location", "")) for each in found]


def page(newsroom: Newsroom, slug: str) -> str:
    with served(newsroom) as side:
        return next(path for path in side.paths() if path.endswith(f"/{slug}"))


@pytest.mark.parametrize("key", KEYS)
def test_every_form_of_an_old_address_leads_to_the_page(newsroom: Newsroom, key: str) -> None:
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", **{key: "/2019/f%C3%A4hre/"}))
    newsroom.publish()
    new = page(newsroom, "ferry")
    forms = ("/2019/fähre", "/2019/fähre/", "/2019/fähre/index.html", "/2019/fa\u0308hre/")
    assert fates(newsroom, *forms) == [(301, new)] * len(forms)
    assert fates(newsroom, "/2019/", "/2019/fähr", "/2019/fähre/x", "/fähre") == [(404, "")] * 4


def test_a_list_of_old_addresses_leads_to_the_page(newsroom: Newsroom) -> None:
    front = {"aliases": "[/a/b.html, old-name, ../c/]", "redirect_from": "\n- /d\n- e/f/", "url": "/g"}
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", **front))
    newsroom.publish()
    new = page(newsroom, "ferry")
    olds = ("/a/b.html", "/news/old-name", "/c/", "/d", "/e/f", "/g")
    assert fates(newsroom, *olds) == [(301, new)] * len(olds)


def test_the_redirect_of_a_mirror_stays_on_the_mirror(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", aliases="[/old]"))
    newsroom.publish()
    with served(newsroom) as side:
        hosts = [address.partition("://")[2] for address in addresses_of(newsroom.settings)]
        answers = [ask(side.app, "/old", HTTP_HOST=host) for host in hosts]
    assert len(hosts) > 1
    assert {(each.code, each.headers["location"][:10]) for each in answers} == {(301, "/articles/")}


@pytest.mark.parametrize(
    "said",
    [
        "//evil.example/x",
        "https://evil.example/x",
        "/",
        "/-/status",
        "/index.html",
        "javascript:alert(1)",
        "/x?p=1",
        "?",
    ],
)
def test_what_is_no_path_of_the_site_is_left_out_with_a_warning(newsroom: Newsroom, said: str) -> None:
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", aliases=f"['{said}']"))
    newsroom.publish()
    assert {code for code, _ in fates(newsroom, "/x", "/evil.example/x", "//evil.example/x")} == {404}
    assert any("aliases: " in each for each in problems(newsroom))


def problems(newsroom: Newsroom) -> list[str]:
    store, _ = prepare_store(newsroom.settings.state.path)
    try:
        with store.read() as transaction:
            return [f"{each.place}: {each.reason}" for each in all_problems(transaction)]
    finally:
        store.close()


def test_the_old_address_of_a_withdrawn_article_is_gone(newsroom: Newsroom) -> None:
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", aliases="[/old]"))
    newsroom.publish()
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", aliases="[/old]", status="withdrawn"))
    newsroom.publish(NOON + HOUR)
    assert fates(newsroom, "/old") == [(410, "")]


def test_the_old_address_of_a_story_that_nobody_may_see_tells_nothing(newsroom: Newsroom) -> None:
    newsroom.write("news/a.md", story("A", aliases="[/draft]", status="draft"))
    newsroom.write("news/b.md", story("B", aliases="[/embargo]", embargo="2030-01-01T00:00:00Z"))
    newsroom.publish()
    assert fates(newsroom, "/draft", "/embargo") == [(404, ""), (404, "")]


def test_an_old_address_that_is_taken_out_leads_nowhere(newsroom: Newsroom) -> None:
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", aliases="[/old, /other]"))
    newsroom.publish()
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", aliases="[/other]"))
    newsroom.publish(NOON + HOUR)
    assert [code for code, _ in fates(newsroom, "/old", "/other")] == [404, 301]


def test_two_articles_with_one_old_address_are_named_until_one_gives_it_up(newsroom: Newsroom) -> None:
    newsroom.write("news/a.md", story("A", slug="a", aliases="[/old]"))
    newsroom.publish()
    newsroom.write("news/b.md", story("B", slug="b", aliases="[/old/]"))
    newsroom.publish(NOON + HOUR)
    assert "news/b.md: the old address /old leads to news/a.md, which names it too" in problems(newsroom)
    assert fates(newsroom, "/old") == [(301, page(newsroom, "a"))]
    newsroom.write("news/a.md", story("A", slug="a"))
    newsroom.publish(NOON + 2 * HOUR)
    assert not [each for each in problems(newsroom) if "old address" in each]
    assert fates(newsroom, "/old") == [(301, page(newsroom, "b"))]


@pytest.mark.parametrize("path", ["/rss.xml", "/news/", "/news"])
def test_an_old_address_at_which_something_is_published_is_named(newsroom: Newsroom, path: str) -> None:
    newsroom.write("news/a.md", story("A", section="News"))
    newsroom.publish()
    newsroom.write("news/b.md", story("B", section="News", aliases=f"[{path}]"))
    newsroom.publish(NOON + HOUR)
    assert [each for each in problems(newsroom) if "does not lead to it" in each]
    assert fates(newsroom, path)[0] in ((200, ""), (301, "/news/"))


def test_adopted_links_on_the_own_address_lead_to_the_page(newsroom: Newsroom) -> None:
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry"))
    newsroom.publish()
    item = LegacyItem("urn:old:1", "https://news.example/2019/ferry.html", "Ferry", None)
    store, _ = prepare_store(newsroom.settings.state.path)
    with store.write() as transaction:  # the second time, readers know the article here already
        adoption.adopt(transaction, "news.example,2026", frozenset({"news.example"}), [("old.xml", [item])], 99)
    store.close()
    new = page(newsroom, "ferry")
    assert fates(newsroom, "/2019/ferry.html", "/2019/ferry.html/") == [(301, new)] * 2
    newsroom.write("news/ferry.md", story("Ferry", "Edited.", slug="ferry"))
    newsroom.publish(NOON + HOUR)
    assert fates(newsroom, "/2019/ferry.html") == [(301, new)]


def test_the_files_for_a_static_server_say_the_same(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.write("news/ferry.md", story("Ferry", slug="ferry", aliases="[/old, /rss.xml, /feed]"))
    newsroom.write("news/gone.md", story("Gone", aliases="[/gone]"))
    newsroom.publish()
    newsroom.write("news/gone.md", story("Gone", aliases="[/gone]", status="withdrawn"))
    newsroom.publish(NOON + HOUR)
    store, _ = prepare_store(newsroom.settings.state.path)
    export.write(store, newsroom.articles, ("news.example",), tmp_path / "www", {"/feed": "/atom.xml"}, "T", "en")
    store.close()
    text = (tmp_path / "www" / "maps.conf").read_text("utf-8")
    new = page(newsroom, "ferry")
    wanted = {"/old": new, "/old/": new, "/gone": "410", "/gone/": "410", "/feed": "/atom.xml"}
    assert {old: dict(re.findall(r'"(/[^"]*)" "([^"]*)"', text)).get(old) for old in wanted} == wanted
    assert f'"/rss.xml" "{new}"' not in text
