"""Behind the front desk: what has moved, what is gone, what never was, and what cannot be done."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from edition import NOON, SECRET, SMALL, Newsroom, Served, ask, served, story
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc.web.view import Edition

HOUR = timedelta(hours=1)
EVERYWHERE = (
    "/",
    "/rss.xml",
    "/news/eu/",
    "/news/eu",
    "/feed/",
    "/nothing",
    "/articles/nothing/at-all",
    "/media/news/harbour.svg",
    "/media/nothing",
    "/-/health",
    "/-/ready",
    "/-/fresh",
    "/-/status",
    "/-/metrics",
    "/-/",
    "//",
    "*",
)


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path_factory.mktemp("site"))
    newsroom.publish()
    with served(newsroom) as side:
        yield side


# --- methods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method",
    ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "PURGE", "get", "GETS", "\xff"],
)
@pytest.mark.parametrize("path", EVERYWHERE)
def test_whatever_is_no_reading_is_refused_everywhere(side: Served, path: str, method: str) -> None:
    answer = ask(side.app, path, method)
    assert (answer.code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["cache-control"] == "no-store"


PREFLIGHT = {"HTTP_ORIGIN": "https://reader.example", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "GET"}


@pytest.mark.parametrize("path", [path for path in EVERYWHERE if not path.startswith("/-/")])
def test_a_script_of_another_site_may_ask_conditionally(side: Served, path: str) -> None:
    answer = ask(side.app, path, "OPTIONS", **PREFLIGHT, HTTP_ACCESS_CONTROL_REQUEST_HEADERS="if-none-match")
    assert (answer.code, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD"
    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert {"if-none-match", "if-modified-since"} <= {*allowed}


def test_a_script_sees_the_etag_of_a_feed_and_of_its_304(side: Served) -> None:
    first = ask(side.app, "/rss.xml", HTTP_ORIGIN="https://reader.example")
    again = ask(side.app, "/rss.xml", HTTP_IF_NONE_MATCH=first.headers["etag"])
    assert (first.code, again.code) == (200, 304)
    for answer in (first, again):
        assert answer.headers["access-control-expose-headers"] == "ETag, Link"


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("/-/status", {}),
        ("/-/metrics", {}),
        ("/rss.xml", {"HTTP_ORIGIN": ""}),
        ("/rss.xml", {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST"}),
        ("/rss.xml", {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": ""}),
    ],
)
def test_what_is_no_question_of_a_reader_is_refused(side: Served, path: str, changed: dict[str, str]) -> None:
    answer = ask(side.app, path, "OPTIONS", **(PREFLIGHT | changed))
    assert answer.code == 405
    assert "access-control-allow-methods" not in answer.headers


@pytest.mark.parametrize("path", EVERYWHERE)
def test_head_has_the_status_and_headers_of_get(side: Served, path: str) -> None:
    get, head = ask(side.app, path), ask(side.app, path, "HEAD")
    if path == "/-/metrics":  # the process grows while it is looked at
        del get.headers["content-length"], head.headers["content-length"]
    assert (head.code, head.headers, head.body) == (get.code, get.headers, b"")


# --- moved ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/news/eu", "/news/eu/"),
        ("/news/eu/follow/", "/news/eu/follow"),
        ("/новости", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/"),
        ("/feed/", "/rss.xml"),
        ("/вести/", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/rss.xml"),
        ("/old feed", "https://elsewhere.example/feed?of=old"),
    ],
)
def test_an_old_address_leads_to_the_new_one_for_good(side: Served, old: str, new: str) -> None:
    for query in ("", "utm_source=reader"):
        answer = ask(side.app, old, QUERY_STRING=query)
        assert (answer.code, answer.headers["location"]) == (301, new)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "public, max-age=3600"


def test_an_article_keeps_its_key_and_an_old_slug_leads_to_the_new_one(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish(NOON)
    with served(newsroom) as side:
        old = page(side, "fish")
        for hour, slug in enumerate(("cod", "рыба", "herring")):
            newsroom.write("news/eu/fish.md", story("Fish quotas agreed", section="News / EU", slug=slug))
            newsroom.publish(NOON + hour * HOUR)
            side.view.follow()
        new = page(side, "herring")
        key = old.split("/")[2]
        assert new.split("/")[2] == key
        for path in (old, f"/articles/{key}/cod", f"/articles/{key}/рыба", f"/articles/{key}", f"/articles/{key}/"):
            answer = ask(side.app, path)
            assert (answer.code, answer.headers["location"]) == (301, new)
        assert ask(side.app, new).code == 200
        assert ask(side.app, f"/articles/{key}x/cod").code == 404
        assert side.view.edition == follow_anew(newsroom)


def page(side: Served, slug: str) -> str:
    return next(path for path in side.paths() if path.endswith(f"/{slug}"))


def follow_anew(newsroom: Newsroom) -> Edition:
    """What a process serves that is started now: what one serves that was there all the time."""
    with served(newsroom) as side:
        return side.view.edition


# --- gone, and never there --------------------------------------------------------------------------------------------


def test_what_was_taken_down_is_gone_under_every_address_it_had(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish(NOON)
    with served(newsroom) as side:
        old = page(side, "fish")
        newsroom.write("news/eu/fish.md", story("Fish quotas agreed", section="News / EU", slug="cod"))
        newsroom.publish(NOON + HOUR)
        (newsroom.articles / "news/eu/fish.md").unlink()
        newsroom.publish(NOON + 2 * HOUR)
        side.view.follow()
        paths = (old, old.replace("fish", "cod"), old.replace("fish", "x"), "/news/eu/rss.xml", "/news/eu/", "/news/eu")
        for path in paths:
            answer = ask(side.app, path)
            assert (answer.code, answer.headers["cache-control"]) == (410, "no-store"), path
        assert side.view.edition == follow_anew(newsroom)
        newsroom.write("news/eu/fish.md", story("Fish quotas agreed", section="News / EU", slug="cod"))
        newsroom.publish(NOON + 3 * HOUR)
        side.view.follow()
        assert [ask(side.app, path).code for path in paths] == [301, 200, 301, 200, 200, 301]
        assert side.view.edition == follow_anew(newsroom)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/rss.xml/",
        "/RSS.xml",
        "//rss.xml",
        "/news//eu/",
        "/./rss.xml",
        "/news/../rss.xml",
        "/articles/",
        "/-/x",
        "/-//health",
        "/-/health/",
    ],
)
def test_what_was_never_there_is_not_found(side: Served, path: str) -> None:
    answer = ask(side.app, path)
    assert (answer.code, answer.headers["cache-control"]) == (404, "no-store")
    assert "location" not in answer.headers


def test_who_asks_for_the_console_is_led_to_its_first_page(side: Served) -> None:
    answer = ask(side.app, "/-/")
    assert (answer.code, answer.headers["location"]) == (301, "/-/status")


def test_an_error_page_is_a_page(side: Served) -> None:
    answer = ask(side.app, "/nothing")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert b"Not found" in answer.body


def test_an_accident_tells_the_log_and_not_the_client(side: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble() -> object:
        raise RuntimeError(SECRET)

    monkeypatch.setitem(side.app.view_functions, "health", stumble)
    answer = ask(side.app, "/-/health")
    assert (answer.code, answer.headers["cache-control"]) == (500, "no-store")
    assert SECRET.encode() not in answer.body


# --- odd paths --------------------------------------------------------------------------------------------------------

PIECES = (
    *(b"..", b".", b"", b"%2e%2e", b"\x00", b"\xff", b"\xc0\xae\xc0\xae", b"\r\n", b"\r\nSet-Cookie: canary=1", b"\n"),
    *(b" ", b"\\", b"..\\..", b"etc", b"passwd", b"config.toml", b".feedsvc", b"store.sqlite3", b"articles", b"media"),
    *(b"news", b"eu", b"fish.md", b"secret-draft.md", b"rss.xml", b"-", b"status", b"ready", b"~", b"*", b"?", b"#"),
    *(b"canary.example", b":80", b"@", b"a" * 5000, "\u202e".encode(), "новости".encode(), b"<script>canary</script>"),
    *(b"{{7*7}}", b"%s%n", b"$(canary)", b"'", b'"', b";", b"|"),
)


def odd_paths() -> list[bytes]:
    source = random.Random(7)
    return [b"/" + b"/".join(source.choices(PIECES, k=source.randint(1, 6))) for _ in range(1000)]


def test_a_thousand_odd_paths_find_nothing_outside_and_break_nothing(side: Served) -> None:
    known = set(side.paths())
    for path in odd_paths():
        answer = ask(side.app, path)
        assert answer.code in ((200, 301) if path.decode("latin-1") in known else (301, 404)), path
        if answer.code != 200:
            said = answer.body + str(answer.headers).encode()
            assert not [trace for trace in (b"canary", b"[site]", b"root:", SECRET.encode()) if trace in said], path


@given(st.binary(max_size=40))
@settings(max_examples=300)
def test_no_path_is_without_an_answer(side: Served, path: bytes) -> None:
    assert ask(side.app, b"/" + path).code in (200, 301, 404)


HEADERS = (
    *("HTTP_HOST", "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH"),
    *("HTTP_IF_MODIFIED_SINCE", "HTTP_COOKIE", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_AUTHORIZATION", "QUERY_STRING"),
)


@given(st.sampled_from(HEADERS), st.text(st.characters(max_codepoint=255), max_size=60))
@settings(max_examples=300)
def test_no_header_breaks_anything(side: Served, name: str, value: str) -> None:
    for path in ("/rss.xml", "/media/news/harbour.svg", "/-/status", "/nothing"):
        assert ask(side.app, path, **{name: value}).code < 500


def test_secrets_stay_secret_wherever_one_looks(side: Served) -> None:
    pages = [path.encode("latin-1") for path in side.paths()]
    for path in (*pages, b"/-/status", b"/-/metrics", b"/-/ready", b"/-/fresh"):
        for kind in ("text/html", "application/json"):
            assert SECRET.encode() not in ask(side.app, path, HTTP_ACCEPT=kind).body


# --- the way on from where nothing is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "section", "name"),
    [
        (b"/news/eu/no-such-story", "/news/eu/", "news / eu"),
        (b"/news/eu/2024/05/no-such-story/", "/news/eu/", "news / eu"),
        (b"/news/no-such-story.html", "/news/", "news"),
        ("/новости/нет".encode(), "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/", "новости"),
    ],
)
def test_where_nothing_is_the_nearest_section_is_the_first_way_on(
    side: Served, path: bytes, section: str, name: str
) -> None:
    answer = ask(side.app, path)
    assert answer.code == 404
    first = re.search(
        r'<p class="share">\s*<a class="button" href="([^"]*)" dir="auto">([^<]*)</a>', answer.body.decode()
    )
    assert first
    assert first.groups() == (section, name)


@pytest.mark.parametrize("path", [b"/no-such-section/x", b"/<script>/x", b"//news//x", b"/", b"/" + b"a/" * 600 + b"x"])
def test_no_section_is_offered_that_is_not_there(side: Served, path: bytes) -> None:
    answer = ask(side.app, path)
    assert b'<p class="share">\n    <a class="button" href="/">' in answer.body or answer.code != 404
    assert b"<script>/" not in answer.body
