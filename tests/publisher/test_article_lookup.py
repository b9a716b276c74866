"""What an operator may call an article or a feed, as values."""

import pytest

from feedsvc.model.explanation import NotFound
from feedsvc.publisher.article_lookup import article_names, find_feeds

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
