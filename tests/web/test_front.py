"""The front desk: 200 or 304, in the best coding, headers that go with the bytes (RFC 9110 sections 8.8, 13, 15)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from wsgiref.validate import validator

import brotli
import pytest
from edition import CODINGS, NOON, SMALL, Answer, Newsroom, Served, ask, etags, served, story

PATH = "/news/eu/rss.xml"
HOUR = timedelta(hours=1)


class Had(NamedTuple):
    """What a client kept of one version of the document."""

    etags: dict[str, str]
    modified: datetime


class World(NamedTuple):
    side: Served
    had: dict[str, Had]
    """By what has become of the document since: `unchanged` or `changed`."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    newsroom = Newsroom(tmp_path_factory.mktemp("front"))
    newsroom.publish(NOON)
    with served(newsroom) as side:
        old = Had(etags(side.app, PATH), NOON)
        newsroom.write("news/eu/more.md", story("More fish", section="News / EU"))
        newsroom.publish(NOON + 2 * HOUR)
        side.view.follow()
        yield World(side, {"changed": old, "unchanged": Had(etags(side.app, PATH), NOON + 2 * HOUR)})


# --- the whole matrix, beside an oracle that knows only the RFC -------------------------------------------------------

OURS, PLAIN, EVERY, NOTHING = "ours", "plain", "every", "nothing"
NONE_MATCH: dict[str, tuple[Callable[[str, str], str | None], str]] = {
    "absent": (lambda own, plain: None, NOTHING),
    "own": (lambda own, plain: own, OURS),
    "weak": (lambda own, plain: f"W/{own}", OURS),
    "marked": (lambda own, plain: f'{own[:-1]}-gzip"', OURS),
    "weak and marked": (lambda own, plain: f'W/{own[:-1]}-br"', OURS),
    "list": (lambda own, plain: f'"other", {own}', OURS),
    "dense list": (lambda own, plain: f'W/"a",W/{own},"b"', OURS),
    "trailing comma": (lambda own, plain: f"{own} ,, ", OURS),
    "unquoted": (lambda own, plain: own.strip('"'), OURS),
    "identity": (lambda own, plain: plain, PLAIN),
    "star": (lambda own, plain: "*", EVERY),
    "quoted star": (lambda own, plain: '"*"', NOTHING),
    "another": (lambda own, plain: '"0123456789abcdef01234567"', NOTHING),
    "empty": (lambda own, plain: "", NOTHING),
    "junk": (lambda own, plain: '"unterminated, \xff', NOTHING),
}
SINCE: dict[str, tuple[str | None, timedelta | None]] = {
    "absent": (None, None),
    "equal": ("%a, %d %b %Y %H:%M:%S GMT", timedelta()),
    "equal, RFC 850": ("%A, %d-%b-%y %H:%M:%S GMT", timedelta()),
    "equal, asctime": ("%a %b %e %H:%M:%S %Y", timedelta()),
    "earlier": ("%a, %d %b %Y %H:%M:%S GMT", -timedelta(seconds=1)),
    "later": ("%a, %d %b %Y %H:%M:%S GMT", timedelta(minutes=30)),
    "future": ("%a, %d %b %Y %H:%M:%S GMT", timedelta(days=9999)),
    "junk": ("the day before yesterday", None),
}


def oracle(form: str, since: str, modified: datetime, now: Had, had: Had) -> bool:
    """Whether it is a 304, by RFC 9110 sections 13.1.2, 13.1.3 and 13.2.2."""
    if form != "absent":
        meant = NONE_MATCH[form][1]
        return meant == EVERY or (meant in (OURS, PLAIN) and had.etags == now.etags)
    moved = SINCE[since][1]
    return moved is not None and had.modified + moved >= modified


@pytest.mark.parametrize("fate", ["unchanged", "changed"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("coding", CODINGS)
def test_no_stale_304_and_no_needless_200(world: World, coding: str, method: str, fate: str) -> None:
    had, now = world.had[fate], world.had["unchanged"]
    for form, (spell, _) in NONE_MATCH.items():
        for since, (pattern, moved) in SINCE.items():
            sent = {"HTTP_ACCEPT_ENCODING": coding}
            if (tags := spell(had.etags[coding], had.etags["identity"])) is not None:
                sent["HTTP_IF_NONE_MATCH"] = tags
            if pattern is not None:
                sent["HTTP_IF_MODIFIED_SINCE"] = (had.modified + (moved or timedelta())).strftime(pattern)
            answer = ask(world.side.app, PATH, method, **sent)
            same = oracle(form, since, now.modified, now, had)
            assert answer.code == (304 if same else 200), (form, since)
            kept = "identity" if same and form == "identity" else coding
            assert answer.headers["etag"] == now.etags[kept], (form, since)
            fits(answer, method, coding)


def fits(answer: Answer, method: str, coding: str) -> None:
    """The headers of a 200 or a 304 are those that it must have, and the body is the one that they speak of."""
    always = {"etag", "cache-control", "vary", "access-control-allow-origin", "access-control-expose-headers"}
    whole = always | {"content-type", "content-length", "last-modified", "x-content-type-options"}
    coded = {"content-encoding"} if coding != "identity" else set()
    assert answer.headers.keys() == (always if answer.code == 304 else whole | coded)
    assert answer.headers["vary"] == "Accept-Encoding"
    if answer.code == 304 or method == "HEAD":
        assert not answer.body
    else:
        assert answer.hash == answer.headers["etag"]
        assert len(answer.body) == int(answer.headers["content-length"])


def test_the_matrix_is_as_large_as_was_promised() -> None:
    assert (len(NONE_MATCH), len(SINCE)) == (15, 8)


# --- representations --------------------------------------------------------------------------------------------------


def test_every_coding_holds_the_same_document_under_an_etag_of_its_own(world: World) -> None:
    answers = {coding: ask(world.side.app, PATH, HTTP_ACCEPT_ENCODING=coding) for coding in CODINGS}
    assert len({answer.headers["etag"] for answer in answers.values()}) == 3
    assert brotli.decompress(answers["br"].body) == answers["identity"].body
    assert len(answers["br"].body) < len(answers["gzip"].body) < len(answers["identity"].body)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=0, br;q=0", None),
        ("*;q=0", None),
        ("identity;q=0", None),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "br"),
        ("*", "br"),
    ],
)
def test_the_coding_is_the_clients_choice(world: World, accepted: str, coding: str | None) -> None:
    assert ask(world.side.app, PATH, HTTP_ACCEPT_ENCODING=accepted).headers.get("content-encoding") == coding


def test_head_has_the_headers_of_get_on_every_document(world: World) -> None:
    for path in world.side.paths():
        for coding in CODINGS:
            get, head = (
                ask(world.side.app, path.encode("latin-1"), method, HTTP_ACCEPT_ENCODING=coding)
                for method in ("GET", "HEAD")
            )
            assert (head.code, head.headers, head.body) == (get.code, get.headers, b"")


def test_a_client_is_not_told_to_keep_what_it_cannot_read(world: World) -> None:
    """A cache in between may hold the brotli form, for others; who takes no brotli must not get it from there."""
    own = world.had["unchanged"].etags
    answer = ask(world.side.app, PATH, HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=own["br"])
    assert (answer.code, answer.headers["etag"]) == (200, own["gzip"])


def test_a_304_names_the_form_that_the_client_holds(world: World) -> None:
    own = world.had["unchanged"].etags
    answer = ask(world.side.app, PATH, HTTP_ACCEPT_ENCODING="br, gzip", HTTP_IF_NONE_MATCH=f'"x", {own["gzip"]}')
    assert (answer.code, answer.headers["etag"]) == (304, own["gzip"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_state_that_the_document_no_longer_has_is_refused_to_who_wants_no_other(world: World, method: str) -> None:
    """If-Match is compared strongly, with the form that would be sent, and beats If-Unmodified-Since."""
    own = world.had["unchanged"].etags
    now, early, nonsense = ask(world.side.app, PATH).headers["last-modified"], "Sat, 01 Jan 2000 00:00:00 GMT", "soon"
    for match, since, code in (
        (own["gzip"], early, 200),
        (f'"x", {own["gzip"]}', None, 200),
        ("*", None, 200),
        ("", None, 200),
        ('"x"', now, 412),
        (own["br"], None, 412),
        (f"W/{own['gzip']}", None, 412),
        (None, now, 200),
        (None, nonsense, 200),
        (None, early, 412),
    ):
        sent = {"HTTP_IF_MATCH": match, "HTTP_IF_UNMODIFIED_SINCE": since, "HTTP_ACCEPT_ENCODING": "gzip"}
        named = {name: value for name, value in sent.items() if value is not None}
        answer = ask(world.side.app, PATH, REQUEST_METHOD=method, **named)
        assert answer.code == code, named
        assert (answer.body == b"") is (method == "HEAD")
        assert ("etag" in answer.headers) is (code == 200)


def test_a_feed_may_be_kept_for_its_own_interval(world: World) -> None:
    kept = {path: ask(world.side.app, path).headers["cache-control"] for path in (PATH, "/rss.xml")}
    assert kept == {
        PATH: "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400",
        "/rss.xml": "public, max-age=300, stale-while-revalidate=300, stale-if-error=86400",
    }


@pytest.mark.parametrize("query", ["utm_source=reader", "?", "a=b&a=c", "format=atom", "%ff%00", "x" * 9000])
def test_query_parameters_change_nothing(world: World, query: str) -> None:
    for path in (PATH, "/news/eu", "/feed/", "/nothing", "/media/news/harbour.svg"):
        assert ask(world.side.app, path, QUERY_STRING=query) == ask(world.side.app, path)


def test_no_server_can_spoil_the_headers_of_later_answers(world: World) -> None:
    """The list is the server's to change (PEP 3333); wsgiref does."""
    for sent in ({}, {"HTTP_IF_NONE_MATCH": "*"}):
        before = ask(world.side.app, PATH, **sent)
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": PATH, **sent}
        world.side.app.wsgi_app(environ, lambda status, headers: headers.clear())  # type: ignore[arg-type]
        assert ask(world.side.app, PATH, **sent) == before


@pytest.mark.parametrize("sent", [{}, {"HTTP_IF_NONE_MATCH": "*"}, {"REQUEST_METHOD": "HEAD"}], ids=str)
@pytest.mark.parametrize("path", [PATH, "/news/eu", "/nothing", "/media/news/harbour.svg", "/-/ready"])
def test_answers_are_good_wsgi(world: World, path: str, sent: dict[str, str]) -> None:
    assert ask(validator(world.side.app), path, **sent).code in (200, 301, 304, 404)


def test_a_server_may_leave_out_an_empty_path(world: World) -> None:
    assert ask(world.side.app, "").body == ask(world.side.app, "/").body


# --- edits ------------------------------------------------------------------------------------------------------------


def test_a_hundred_edits_in_one_second_leave_no_stale_304(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish(NOON)
    with served(newsroom) as side, newsroom.press() as publish:
        for number in range(100):
            before = ask(side.app, PATH)
            newsroom.write("news/eu/fish.md", story(f"Fish quotas, take {number}", section="News / EU", slug="fish"))
            publish(NOON + timedelta(milliseconds=number))
            side.view.follow()
            kept = (
                {"HTTP_IF_NONE_MATCH": before.headers["etag"]},
                {"HTTP_IF_MODIFIED_SINCE": before.headers["last-modified"]},
            )
            assert [ask(side.app, PATH, **sent).code for sent in kept] == [200, 200]
            again = ask(side.app, PATH)
            assert ask(side.app, PATH, HTTP_IF_NONE_MATCH=again.headers["etag"]).code == 304


def test_ten_thousand_requests_across_editions_see_headers_and_body_of_one(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish(NOON)
    with served(newsroom) as side:

        def poll(number: int) -> list[Answer]:
            answer = ask(side.app, PATH, HTTP_ACCEPT_ENCODING=CODINGS[number % 3])
            fitting = answer.code == 200 and answer.hash == answer.headers["etag"]
            return [] if fitting and len(answer.body) == int(answer.headers["content-length"]) else [answer]

        def edit() -> None:
            for number in range(12):
                newsroom.write("news/eu/fish.md", story(f"Fish, {number}", section="News / EU", slug="fish"))
                newsroom.publish(NOON + number * HOUR)
                if number % 2:  # every other time the pollers find out by themselves that a body has gone
                    side.view.follow()

        editor, count, wrong = threading.Thread(target=edit), 0, list[Answer]()
        editor.start()
        with ThreadPoolExecutor(4) as pool:
            while editor.is_alive() or count < 10_000:
                wrong += [answer for answers in pool.map(poll, range(1000)) for answer in answers]
                count += 1000
        editor.join()
        assert side.view.edition.number > 10
        assert wrong == []
