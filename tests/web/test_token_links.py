"""A locked feed of several pages: who gives the token within the path finds it in the links, and reads them all."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from edition import ADDRESSES, CONFIG, NOON, SVG, Newsroom, Served, ask, served, story

from feedsvc.web.tokens import hash_of

TOKEN = "kOq5-7Ylt_v0cPzT3sGm9wXh1uRb8dEe4fAaJn2iQxZ"
OTHER = "tR2mWb6Xk1cVq9ZsPf0hLd8yGj4NuEa7-oIxY_5KwMz"
FEEDS = "".join(
    f'[[feeds]]\npath = "{path}"\nformat = "{form}"\nlimit = 250\ntoken = "sha256:{hash_of(token)}"\n'
    for path, form, token in (
        ("/partners/films.xml", "mediarss", TOKEN),
        ("/фильмы/films.xml", "mediarss", TOKEN),
        ("/partners/other.xml", "mediarss", OTHER),
        ("/partners/alone.xml", "rss", "s" * 43),
    )
)


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    room = Newsroom(tmp_path_factory.mktemp("pages"), CONFIG + FEEDS)
    room.write("boat.svg", SVG)
    for number in range(205):
        text = f"It is not at {ADDRESSES[0]}/partners/films.xml.html. " * 3
        room.write(f"{number}.md", story(f"Boat {number}", text, image="boat.svg"))
    room.publish(NOON)
    with served(room) as side:
        yield side


def following(body: bytes) -> list[str]:
    return [link.decode() for link in re.findall(rb'rel="next"[^>]* href="([^"]+)"', body)]


@pytest.mark.parametrize("folder", ["partners", "фильмы"])
@pytest.mark.parametrize("address", ADDRESSES[:2])
def test_every_page_leads_to_the_next_with_the_token(side: Served, folder: str, address: str) -> None:
    host, path, titles = address.partition("//")[2], f"/{folder}/{TOKEN}/films.xml", []
    for _ in range(3):
        answer = ask(side.app, path, HTTP_HOST=host, HTTP_ACCEPT_ENCODING="br, gzip")
        assert answer.code == 200
        assert answer.headers["content-length"] == str(len(answer.body))
        assert "content-encoding" not in answer.headers
        assert answer.headers["cache-control"] == "private, no-store"
        titles += re.findall(rb"<title>(Boat \d+)</title>", answer.body)
        links = following(answer.body)
        path = unquote(links[0].removeprefix(address)) if links else ""
    assert not path
    assert len(set(titles)) == 205


def test_the_changed_page_has_an_etag_of_its_own(side: Served) -> None:
    path = f"/partners/{TOKEN}/films.xml"
    answer, plain = ask(side.app, path), ask(side.app, "/partners/films.xml", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert answer.headers["etag"] != plain.headers["etag"]
    same = ask(side.app, path, HTTP_IF_NONE_MATCH=answer.headers["etag"])
    assert (same.code, same.body, same.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert ask(side.app, path, HTTP_IF_NONE_MATCH=plain.headers["etag"]).code == 200
    head = ask(side.app, path, method="HEAD")
    assert (head.code, head.body, head.headers["content-length"]) == (200, b"", str(len(answer.body)))


def test_a_token_that_comes_otherwise_is_in_no_body(side: Served) -> None:
    answer = ask(side.app, "/partners/films.xml", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert answer.code == 200
    assert TOKEN.encode() not in answer.body
    assert following(answer.body) == [f"{ADDRESSES[0]}/partners/films-2.xml"]


def test_only_links_to_what_the_token_opens_are_changed(side: Served) -> None:
    body = ask(side.app, f"/partners/{TOKEN}/films.xml").body
    assert f"{ADDRESSES[0]}/partners/films.xml.html".encode() in body
    assert ask(side.app, f"/partners/{TOKEN}/other.xml").code == 401
    assert b"s" * 43 not in ask(side.app, f"/partners/{'s' * 43}/alone.xml").body


def test_the_links_of_the_other_feed_have_its_own_token(side: Served) -> None:
    body = ask(side.app, f"/partners/{OTHER}/other.xml").body
    assert following(body) == [f"{ADDRESSES[0]}/partners/{OTHER}/other-2.xml"]
    assert TOKEN.encode() not in body
