"""robots.txt and the small picture at the root of a site."""

from pathlib import Path
from struct import unpack_from
from typing import Any
from urllib.robotparser import RobotFileParser

from msgspec.structs import replace
from newsroom import PLAN, Newsroom, own_feed, story

from feedsvc.model.robots import RobotRules
from feedsvc.model.selection import MATCH_ALL
from feedsvc.pages import ICON


def newsroom(folder: Path, **plan: Any) -> Newsroom:
    made = Newsroom(folder)
    made.configure(PLAN, **plan)
    made.write("news/fish.md", story("Fish quotas agreed"))
    made.publish()
    return made


def crawler(body: bytes) -> RobotFileParser:
    parser = RobotFileParser()
    parser.parse(body.decode().splitlines())
    return parser


def test_crawlers_are_told_to_leave_the_console_alone_and_nothing_else(tmp_path: Path) -> None:
    rules = crawler(newsroom(tmp_path).body("/robots.txt"))
    allowed = {
        path: rules.can_fetch("AnyBot", f"https://news.example{path}") for path in ("/", "/rss.xml", "/-/status")
    }
    assert allowed == {"/": True, "/rss.xml": True, "/-/status": False}
    assert rules.site_maps() is None


def test_the_configuration_names_what_and_whom_to_keep_out(tmp_path: Path) -> None:
    rules = RobotRules(disallow=("/partners/",), block=("GreedyBot", "OtherBot"))
    read = crawler(newsroom(tmp_path, robots=rules).body("/robots.txt"))
    assert not read.can_fetch("GreedyBot", "https://news.example/")
    assert not read.can_fetch("OtherBot", "https://news.example/rss.xml")
    assert not read.can_fetch("AnyBot", "https://news.example/partners/a.xml")
    assert read.can_fetch("AnyBot", "https://news.example/news/")


def test_the_sitemaps_that_everybody_may_read_are_named_at_each_address(tmp_path: Path) -> None:
    maps = [
        replace(each, policy=replace(each.policy, formats=("sitemap",)))
        for each in (own_feed("/sitemap.xml", MATCH_ALL), replace(own_feed("/secret.xml", MATCH_ALL), token="0" * 64))
    ]
    made = newsroom(tmp_path, feeds=(*maps, own_feed("/own.json", MATCH_ALL)))
    assert crawler(made.body("/robots.txt")).site_maps() == ["https://news.example/sitemap.xml"]
    assert crawler(made.body("/robots.txt", 1)).site_maps() == ["https://mirror.example.net/sitemap.xml"]


def test_a_feed_of_the_newsrooms_own_at_that_path_stays(tmp_path: Path) -> None:
    made = newsroom(tmp_path, feeds=(own_feed("/robots.txt", MATCH_ALL),))
    assert made.feed("/robots.txt")["items"]


def test_a_site_without_an_icon_has_a_neutral_one_and_one_with_an_icon_has_none_of_ours(tmp_path: Path) -> None:
    made = newsroom(tmp_path)
    assert made.body("/favicon.ico") == ICON
    made.configure(PLAN, icon="https://x.example/i.png", digest="2")
    made.publish()
    assert made.code("/favicon.ico") == 410


def test_the_neutral_icon_is_an_icon() -> None:
    assert unpack_from("<HHH", ICON) == (0, 1, 1)
    width, height, *_, length, start = unpack_from("<BBBBHHII", ICON, 6)
    assert (width, height, start + length) == (16, 16, len(ICON))
    assert unpack_from("<IiiHH", ICON, start) == (40, 16, 32, 1, 32)
    assert len(ICON) < 1500


def test_a_browser_finds_the_icon_that_the_configuration_names(tmp_path: Path) -> None:
    from feedsvc.config import load
    from feedsvc.service.settings import redirects_of

    config = tmp_path / "config.toml"
    config.write_text('[site]\ntitle = "L"\nurl = "https://n.example"\nicon = "/media/i.png"\n', "utf-8")
    assert redirects_of(load(config)) == {"/favicon.ico": "/media/i.png"}
