"""Feeds say in their headers and in their bodies where one can subscribe to them, and the own hub takes requests."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from edition import CANONICAL, CONFIG, CONSOLE, MIRRORS, OPERATOR, Newsroom, Served, ask, served
from lxml import etree

HUB = "https://hub.example/publish"
PUSH = f'\n[push]\nhubs = ["{HUB}"]\nhub = true\n'
FEEDS = """
[[feeds]]
path = "/partners/evening.xml"
format = "rss"
token = "sha256:{hash}"

[[feeds]]
path = "/partners/msn.xml"
format = "msn"

[[feeds]]
path = "/evening.xml"
format = "rss"
""".replace("{hash}", "0" * 64)
TOPICS = ("/rss.xml", "/atom.xml", "/feed.json", "/news/eu/rss.xml", "/новости/feed.json", "/evening.xml")
OTHERS = ("/", "/news/eu/", "/feeds.opml", "/partners/msn.xml", "/media/news/harbour.svg")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Nothing is changed by tests that use it."""
    newsroom = Newsroom(tmp_path_factory.mktemp("pushed"), CONFIG + FEEDS + PUSH)
    newsroom.publish()
    with served(newsroom) as side:
        yield side


def link(path: str, hub_at: str = CANONICAL) -> str:
    return f'<{hub_at}/hub>; rel="hub", <{HUB}>; rel="hub", <{CANONICAL}{quote(path)}>; rel="self"'


@pytest.mark.parametrize("path", TOPICS)
def test_a_topic_names_its_hubs_and_itself_on_200_304_and_head(side: Served, path: str) -> None:
    fresh = ask(side.app, path)
    same = ask(side.app, path, HTTP_IF_NONE_MATCH=fresh.headers["etag"])
    head = ask(side.app, path, "HEAD")
    assert [answer.code for answer in (fresh, same, head)] == [200, 304, 200]
    assert {answer.headers["link"] for answer in (fresh, same, head)} == {link(path)}


@pytest.mark.parametrize("coding", ["gzip", "br", "identity"])
def test_every_representation_names_them(side: Served, coding: str) -> None:
    assert ask(side.app, "/rss.xml", HTTP_ACCEPT_ENCODING=coding).headers["link"] == link("/rss.xml")


@pytest.mark.parametrize("path", OTHERS)
def test_what_is_no_public_feed_names_none(side: Served, path: str) -> None:
    answer = ask(side.app, path)
    assert answer.code == 200
    assert "link" not in answer.headers
    assert HUB.encode() not in answer.body


def test_a_feed_for_a_partner_with_a_token_names_none_to_anybody(side: Served) -> None:
    assert "link" not in ask(side.app, "/partners/evening.xml").headers
    [held] = [table.find("/partners/evening.xml") for table in side.view.edition.apart[:1]]
    assert held is not None
    assert "Link" not in dict(held.variants["identity"].fresh)


@pytest.mark.parametrize("mirror", MIRRORS)
def test_a_mirror_names_the_canonical_topic_and_its_own_hub(side: Served, mirror: str) -> None:
    answer = ask(side.app, "/rss.xml", HTTP_HOST=mirror.partition("//")[2])
    assert answer.headers["link"] == link("/rss.xml", mirror)


def test_rss_and_atom_have_a_link_for_each_hub_and_one_for_themselves(side: Served) -> None:
    for path, root in (("/news/eu/rss.xml", "channel"), ("/news/eu/atom.xml", ".")):
        tree = etree.fromstring(ask(side.app, path).body)
        parent = tree if root == "." else tree.find(root)
        assert parent is not None
        links = parent.findall("{http://www.w3.org/2005/Atom}link")
        hubs = [each.get("href") for each in links if each.get("rel") == "hub"]
        assert hubs == [f"{CANONICAL}/hub", HUB]
        assert [each.get("href") for each in links if each.get("rel") == "self"] == [CANONICAL + path]


def test_json_feeds_list_the_hubs(side: Served) -> None:
    found = json.loads(ask(side.app, "/feed.json").body)
    assert found["hubs"] == [{"type": "WebSub", "url": f"{CANONICAL}/hub"}, {"type": "WebSub", "url": HUB}]
    assert found["feed_url"] == f"{CANONICAL}/feed.json"


def test_operators_are_told_how_much_waits(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, CONFIG + CONSOLE + PUSH)
    newsroom.publish()
    with served(newsroom) as side:
        found = ask(side.app, "/-/metrics", **OPERATOR).body.decode()
        assert re.search(r"^feedsvc_push_waiting [1-9]", found, re.MULTILINE)
        assert re.search(r"^feedsvc_push_subscriptions 0", found, re.MULTILINE)
        assert "feedsvc_push" not in ask(side.app, "/-/metrics").body.decode()


def test_without_push_nothing_is_said_of_hubs(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, CONFIG + FEEDS)
    newsroom.publish()
    with served(newsroom) as plain:
        for path in plain.paths():
            answer = ask(plain.app, path.encode("latin-1"))
            assert "link" not in answer.headers
            assert b'rel="hub"' not in answer.body
            assert b'"hubs"' not in answer.body
        assert ask(plain.app, "/hub", "POST", CONTENT_TYPE=FORM).code == 405
        assert ask(plain.app, "/hub").code == 404


def test_push_turned_on_and_off_again_leaves_the_same_bytes(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, CONFIG + FEEDS)

    def bodies() -> dict[str, bytes]:
        newsroom.publish()
        with served(newsroom) as side:
            return {path: ask(side.app, path.encode("latin-1")).body for path in side.paths()}

    before = bodies()
    newsroom.config.write_text(CONFIG + FEEDS + PUSH, "utf-8")
    on = bodies()
    newsroom.config.write_text(CONFIG + FEEDS, "utf-8")
    assert bodies() == before
    changed = {path.encode("latin-1").decode() for path in before if on[path] != before[path]}
    assert set(TOPICS) <= changed
    assert all(path.endswith(("rss.xml", "atom.xml", "feed.json", "/evening.xml")) for path in changed)


# --- the endpoint -----------------------------------------------------------------------------------------------------


def post(side: Served, content_type: str = FORM, **fields: str) -> tuple[int, str]:
    body = urlencode({f"hub.{name}": value for name, value in fields.items()})
    answer = side.client.post("/hub", data=body, content_type=content_type, headers={"Host": "news.example"})
    return answer.status_code, answer.text


def test_the_hub_takes_a_form_and_answers_in_words(side: Served) -> None:
    asked = {"mode": "subscribe", "callback": "https://reader.example/cb", "topic": f"{CANONICAL}/rss.xml"}
    assert post(side, **asked) == (202, "")
    code, text = post(side, **asked | {"topic": "https://elsewhere.example/"})
    assert (code, "hub.topic" in text) == (404, True)
    code, text = post(side, **asked | {"callback": "http://127.0.0.1/cb"})
    assert (code, "hub.callback" in text) == (400, True)
    assert post(side, content_type="application/json", **asked)[0] == 415


def test_a_large_form_is_not_read(side: Served) -> None:
    answer = side.client.post("/hub", data=b"x" * 5_000_000, content_type=FORM, headers={"Host": "news.example"})
    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_hub_cannot_be_read(side: Served, method: str) -> None:
    answer = ask(side.app, "/hub", method)
    assert (answer.code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "post"])
def test_the_hub_takes_no_other_method(side: Served, method: str) -> None:
    answer = ask(side.app, "/hub", method)
    assert (answer.code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/", "/rss.xml", "/hub/", "/nothing", "/-/status"])
def test_nothing_but_the_hub_takes_a_post(side: Served, path: str) -> None:
    assert ask(side.app, path, "POST", CONTENT_TYPE=FORM).code == 405


def test_the_answers_of_the_hub_are_kept_by_no_cache(side: Served) -> None:
    answer = side.client.post("/hub", data=b"", content_type=FORM, headers={"Host": "news.example"})
    assert answer.headers["Cache-Control"] == "no-store"
