"""Whoever may poke says where to look, or that all of it is to be looked at; whoever may not learns nothing."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from edition import CONSOLE, OPERATOR, SMALL, Answer, Newsroom, ask

from feedsvc.service import site_wiring
from feedsvc.service.settings import addresses_of
from feedsvc.store.sqlite.store import Store
from feedsvc.web.poke import LONGEST
from feedsvc.web.site import make_flask
from feedsvc.web.view import View

FISH, MAP = "news/eu/fish.md", "новости/карта &.png"


class Poked:
    """A site, and what its publisher was asked."""

    def __init__(self, newsroom: Newsroom) -> None:
        settings = newsroom.settings
        self.asked: list[frozenset[str]] = []
        self.trouble = ""
        store = Store(newsroom.database)
        site = site_wiring.site(settings)._replace(poke=self._note)
        self.app = make_flask(View(store, 1, 0), store, site, addresses_of(settings))

    def _note(self, paths: frozenset[str]) -> str:
        self.asked.append(paths)
        return self.trouble

    def poke(self, body: str | bytes = b"", kind: str = "", method: str = "POST", **more: str) -> Answer:
        data = body if isinstance(body, bytes) else body.encode()
        sent = {"CONTENT_LENGTH": str(len(data)), "CONTENT_TYPE": kind, **more}
        return ask(self.app, "/-/poke", method, **sent, **{"wsgi.input": io.BytesIO(data)})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Poked:
    return Poked(Newsroom(tmp_path_factory.mktemp("poke"), SMALL + CONSOLE))


@pytest.fixture
def site(house: Poked) -> Iterator[Poked]:
    house.asked.clear()
    yield house
    house.trouble = ""


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body", "paths"),
    [
        ("", "", set()),
        (FORM, "", set()),
        ("application/json", "", set()),
        ("application/json; charset=utf-8", json.dumps([FISH, MAP]), {FISH, MAP}),
        ("application/json", "[]", set()),
        (FORM, urlencode([("path", FISH), ("path", MAP)]), {FISH, MAP}),
        (FORM, FISH, {FISH}),  # as curl -d sends it
        ("text/plain", f"{FISH}\r\n./{MAP}\n\n", {FISH, MAP}),
        ("text/plain", f"{FISH}\0news//eu/\0", {FISH, "news/eu"}),
        ("text/plain", f"{FISH}\n.\n", set()),
    ],
)
def test_the_paths_are_handed_on_and_told(site: Poked, kind: str, body: str, paths: set[str]) -> None:
    answer = site.poke(body, kind, **OPERATOR)
    assert (answer.code, json.loads(answer.body)) == (202, {"look": sorted(paths) or "everything"})
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-store")
    assert site.asked == [paths]


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text/plain", f"/srv/articles/{FISH}", "is absolute; name it from the articles folder on"),
        ("text/plain", f"news/../../{FISH}", "leads upwards; name it from the articles folder on"),
        ("text/plain", "news\\eu\\fish.md", "has a backslash; write / between folders"),
        ("application/json", '["a\\u0000b"]', "has a NUL"),
        ("application/json", '{"paths": []}', "is no JSON list of texts"),
        ("application/json", '["\\ud800"]', "is no JSON list of texts"),
        (FORM, "path=%ff", "is not percent-encoded UTF-8"),
        ("text/plain", b"\xff.md", "is not UTF-8"),
    ],
)
def test_of_a_list_that_cannot_be_meant_nothing_is_looked_at(
    site: Poked, kind: str, body: str | bytes, said: str
) -> None:
    answer = site.poke(body, kind, **OPERATOR)
    assert (answer.code, site.asked) == (400, [])
    assert said in answer.body.decode()
    assert answer.body.decode().endswith(", or send no body, and everything is looked at.\n")


def test_a_list_that_is_too_long_is_refused(site: Poked) -> None:
    longest = "x" * (LONGEST + 1)
    assert [site.poke(longest, **OPERATOR).code, site.poke(longest[1:], **OPERATOR).code] == [413, 202]
    assert len(site.asked) == 1


def test_a_poke_that_has_to_wait_says_why(site: Poked) -> None:
    site.trouble = "the database is away"
    told = {"look": "everything", "delayed": site.trouble}
    assert json.loads(site.poke(**OPERATOR).body) == told


def test_strangers_and_web_pages_may_not(site: Poked) -> None:
    refused = [
        site.poke(),
        site.poke(HTTP_AUTHORIZATION="Bearer guessed"),
        site.poke("x" * (LONGEST + 1)),
        site.poke(HTTP_ORIGIN="https://news.example", **OPERATOR),
        site.poke(HTTP_SEC_FETCH_SITE="cross-site", **OPERATOR),
    ]
    assert [each.code for each in refused] == [401, 401, 401, 403, 403]
    assert len({each.body for each in refused[:3]}) == 1
    assert site.asked == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post"])
def test_it_takes_post_alone(site: Poked, method: str) -> None:
    answer = site.poke(method=method, HTTP_ORIGIN="https://x.example", HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET")
    assert (answer.code, answer.headers["allow"]) == (405, "POST")


def test_where_nobody_is_an_operator_nobody_may(tmp_path: Path) -> None:
    site = Poked(Newsroom(tmp_path, SMALL))
    assert (site.poke(**OPERATOR).code, site.asked) == (403, [])
