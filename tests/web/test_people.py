"""People who open a feed in a browser get a page; feed readers get the feed, byte by byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from edition import CONFIG, SMALL, Newsroom, Served, ask, served

from feedsvc.web.tokens import hash_of

FOR_PEOPLE = "\n[pages]\nfeeds_for_people = true\n"
LOCKED = f"""
[[feeds]]
path = "/partners/locked.xml"
format = "rss"
token = "sha256:{hash_of("partner")}"

[[feeds]]
path = "/partners/open.xml"
format = "rss"

[[feeds]]
path = "/news/map.xml"
format = "sitemap"
"""
BROWSER = {
    "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "HTTP_SEC_FETCH_DEST": "document",
    "HTTP_SEC_FETCH_MODE": "navigate",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_SEC_FETCH_USER": "?1",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0",
}
NO_NAVIGATION: tuple[dict[str, str], ...] = (
    {},
    {"HTTP_ACCEPT": "*/*"},
    {"HTTP_ACCEPT": "application/rss+xml, text/html;q=0.5"},
    {"HTTP_ACCEPT": "text/html"},
    BROWSER | {"HTTP_SEC_FETCH_DEST": "empty", "HTTP_SEC_FETCH_MODE": "cors"},
    BROWSER | {"HTTP_SEC_FETCH_DEST": "empty"},
    BROWSER | {"HTTP_SEC_FETCH_DEST": "iframe"},
    BROWSER | {"HTTP_SEC_FETCH_MODE": "no-cors"},
    BROWSER | {"HTTP_SEC_FETCH_DEST": "documents"},
    BROWSER | {"HTTP_ACCEPT": "application/atom+xml,text/html"},
    {"HTTP_USER_AGENT": "Feedbin feed-id:1 - 42 subscribers"},
    {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Feedly/1.0; 7 subscribers)", "HTTP_ACCEPT": "text/html, */*"},
)


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path_factory.mktemp("people"), CONFIG + FOR_PEOPLE + LOCKED)
    newsroom.publish()
    with served(newsroom) as side:
        yield side


@pytest.mark.parametrize(
    ("feed", "page"),
    [
        ("/rss.xml", "/follow"),
        ("/atom.xml", "/follow"),
        ("/news/eu/feed.json", "/news/eu/follow"),
        ("/новости/rss.xml", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/follow"),
        ("/partners/open.xml", "/follow"),
    ],
)
def test_a_person_is_sent_to_the_nearest_page_for_following(side: Served, feed: str, page: str) -> None:
    answer = ask(side.app, feed, **BROWSER)
    assert (answer.code, answer.headers["location"], answer.body) == (303, page, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Sec-Fetch-Dest, Sec-Fetch-Mode"


def test_a_person_stays_on_the_mirror_and_no_host_comes_back(side: Served) -> None:
    for host in ("mirror.example.net", "evil.example"):
        answer = ask(side.app, "/rss.xml", HTTP_HOST=host, **BROWSER)
        assert answer.headers["location"] == "/follow"
        assert host not in str(answer.headers)


@pytest.mark.parametrize("request_", NO_NAVIGATION, ids=range(len(NO_NAVIGATION)))
def test_no_reader_is_ever_sent_anywhere(side: Served, request_: dict[str, str]) -> None:
    for path in ("/rss.xml", "/news/eu/atom.xml", "/feed.json"):
        answer = ask(side.app, path, **request_)
        assert (answer.code, answer.hash) == (200, answer.headers["etag"])


def test_a_cache_learns_that_people_are_answered_otherwise(side: Served) -> None:
    fresh = ask(side.app, "/rss.xml")
    known = ask(side.app, "/rss.xml", HTTP_IF_NONE_MATCH=fresh.headers["etag"])
    for answer in (fresh, known):
        assert answer.headers["vary"] == "Accept-Encoding, Sec-Fetch-Dest, Sec-Fetch-Mode"
    assert known.code == 304
    assert ask(side.app, "/").headers["vary"] == "Accept-Encoding"


def test_the_feed_itself_can_be_had_and_head_is_no_navigation(side: Served) -> None:
    assert ask(side.app, "/rss.xml", QUERY_STRING="raw", **BROWSER).code == 200
    assert ask(side.app, "/rss.xml", "HEAD", **BROWSER).code == 200


@pytest.mark.parametrize("path", ["/", "/news/eu/", "/feeds.opml", "/news/map.xml", "/follow"])
def test_what_is_no_feed_is_shown_as_it_is(side: Served, path: str) -> None:
    assert ask(side.app, path, **BROWSER).code == 200


def test_a_feed_that_a_token_opens_is_shown_and_one_that_is_locked_stays_locked(side: Served) -> None:
    assert ask(side.app, "/partners/locked.xml", HTTP_AUTHORIZATION="Bearer partner", **BROWSER).code == 200
    assert ask(side.app, "/partners/locked.xml", **BROWSER).code == 401


def test_nothing_of_it_happens_unless_the_configuration_says_so(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish()
    with served(newsroom) as side:
        answer = ask(side.app, "/rss.xml", **BROWSER)
        assert (answer.code, answer.headers["vary"]) == (200, "Accept-Encoding")
        assert ask(side.app, "/follow").code == 200
