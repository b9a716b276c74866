"""What an operator may call an article or a feed, as values."""

from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.model.explanation import NotFound
from feedsvc.publisher.article_lookup import article_names, find_article, find_feeds

SECTIONS, CUSTOM, FILENAMES = ("", "news", "news/eu"), ("/fish.json",), ("rss.xml", "feed.json")


def find(wanted: str) -> list[str]:
    return find_feeds(wanted, SECTIONS, CUSTOM, FILENAMES)


def test_all_feeds_are_those_of_sections_by_their_pages_and_the_custom_ones() -> None:
    assert find("") == ["/", "/news/", "/news/eu/", "/fish.json"]


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/", "/"),
        ("rss.xml", "/"),
        ("news", "/news/"),
        ("/news/eu/", "/news/eu/"),
        ("news/eu/rss.xml", "/news/eu/"),
        ("https://mirror.example.net/news/feed.json", "/news/"),
        ("fish.json", "/fish.json"),
        ("http://news.example/fish.json", "/fish.json"),
    ],
)
def test_a_feed_is_found_by_its_path_or_url_in_any_form(wanted: str, path: str) -> None:
    assert find(wanted) == [path]


@pytest.mark.parametrize("wanted", ["sport", "news/rss.json", "http://[bad/news"])
def test_a_feed_that_there_is_not_is_answered_with_those_that_there_are(wanted: str) -> None:
    with pytest.raises(NotFound, match=r"/news/eu/, /fish\.json"):
        find(wanted)


def test_an_article_may_be_named_by_path_key_id_or_page() -> None:
    names = list(article_names("news.example,2026", "news/a.md"))
    assert names[:2] == [{"path": "news/a.md"}, {"key": "news/a.md"}]
    assert {next(iter(name)) for name in names} == {"path", "key", "normalised_id"}
    page = list(article_names("news.example,2026", "https://news.example/articles/abc123/a%20story"))
    assert {"key": "abc123"} in page
    assert {"path": "abc123/a story"} in page
    assert {"path": "a.md"} in list(article_names("news.example,2026", "articles/a.md"))


def test_an_article_is_found_by_an_address_that_leads_to_its_page(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("news/ferry.md", story("Ferry", aliases="[/2019/f%C3%A4hre/]", url="/ferry"))
    room.publish()
    with room.store.read() as transaction:
        for named in ("https://news.example/2019/f%C3%A4hre", "https://old.example/ferry/", "/ferry", "/2019/fähre/"):
            entry = find_article(transaction, room.plan, named)
            assert entry is not None, named
            assert entry.path == "news/ferry.md"
        assert find_article(transaction, room.plan, "https://news.example/2019/") is None
        assert find_article(transaction, room.plan, "ferry") is None
