"""Feeds for one partner alone: the token opens them in every way that a token can come, and nothing else does."""

import logging
import random
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from edition import ADDRESSES, CONFIG, NOON, Answer, Newsroom, Served, ask, served

from feedsvc.web.export import write
from feedsvc.web.tokens import hash_of, new

TOKEN = "kOq5-7Ylt_v0cPzT3sGm9wXh1uRb8dEe4fAaJn2iQxZ"
FEED = "/partners/msn.xml"
OWN = f"""
[[feeds]]
path = "{FEED}"
format = "rss"
token = "sha256:{hash_of(TOKEN)}"
"""


def basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("access"), CONFIG + OWN)
    room.publish(NOON)
    return room


@pytest.fixture(scope="module")
def side(newsroom: Newsroom) -> Iterator[Served]:
    with served(newsroom) as side:
        yield side


def refused(answer: Answer) -> bool:
    return answer.code == 401 and not answer.body


WAYS = {
    "bearer": (FEED, f"Bearer {TOKEN}"),
    "bearer in other letters": (FEED, f"bearer   {TOKEN} "),
    "password": (FEED, basic("msn", TOKEN)),
    "password without a name": (FEED, basic("", TOKEN)),
    "name without a password": (FEED, basic(TOKEN, "")),
    "path": (f"/partners/{TOKEN}/msn.xml", ""),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", [address.partition("//")[2] for address in ADDRESSES[:2]])
def test_the_token_opens_the_feed(side: Served, way: str, host: str) -> None:
    path, header = WAYS[way]
    given = {"HTTP_AUTHORIZATION": header} if header else {}
    answer = ask(side.app, path, HTTP_HOST=host, **given)
    assert answer.code == 200
    assert b"<rss" in answer.body
    assert host.encode() in answer.body
    assert TOKEN.encode() not in answer.body
    again = ask(side.app, path, HTTP_HOST=host, HTTP_IF_NONE_MATCH=answer.headers["etag"], **given)
    assert (again.code, again.body) == (304, b"")
    for each in (answer, again, ask(side.app, path, "HEAD", HTTP_HOST=host, **given)):
        assert each.headers["cache-control"] == "private, no-store"
        assert "Authorization" in each.headers["vary"]
        assert "access-control-allow-origin" not in each.headers
        assert "access-control-expose-headers" not in each.headers


def odd_tokens() -> list[str]:
    source = random.Random(5)
    letters = "abcXYZ019-_=:/%+. ,;\"'\\\t é€漢\x00\x7f\xff"
    made = ["".join(source.choices(letters, k=source.randint(0, 60))) for _ in range(480)]
    return [
        *made,
        "",
        "*",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN.swapcase(),
        hash_of(TOKEN),
        f"sha256:{hash_of(TOKEN)}",
        "x" * 8000,
    ]


def test_no_other_token_opens_it_and_every_refusal_is_the_same(side: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    first = ask(side.app, FEED)
    assert refused(first)
    count = 0
    for token in odd_tokens():
        wire = token.encode().decode("latin-1")
        headers = [f"Bearer {wire}", f"Basic {wire}", "Basic " + b64encode(token.encode()).decode(), wire]
        answers = [ask(side.app, FEED, HTTP_AUTHORIZATION=header) for header in headers]
        if "/" not in token and token:
            answers.append(ask(side.app, f"/partners/{token}/msn.xml"))
        assert all(answer == first for answer in answers), token
        count += len(answers)
    assert count > 500
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("header", ["Basic ====", "Basic é", "Basic", "Bearer", "Digest x", "", "Basic " + "é" * 9])
def test_what_is_no_authorization_is_refused_alike(side: Served, header: str) -> None:
    assert ask(side.app, FEED, HTTP_AUTHORIZATION=header) == ask(side.app, FEED)


def test_a_token_in_a_validator_or_query_opens_nothing(side: Served) -> None:
    etag = ask(side.app, FEED, HTTP_AUTHORIZATION=f"Bearer {TOKEN}").headers["etag"]
    assert refused(ask(side.app, FEED, HTTP_IF_NONE_MATCH=etag))
    assert refused(ask(side.app, FEED, HTTP_IF_NONE_MATCH="*"))
    assert refused(ask(side.app, FEED, QUERY_STRING=f"token={TOKEN}"))
    assert refused(ask(side.app, FEED, "HEAD"))
    assert ask(side.app, FEED, "POST", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").code == 405


def test_nothing_that_is_public_names_the_feed(side: Served) -> None:
    for path in ("/feeds.opml", "/", "/news/eu/", "/rss.xml"):
        assert b"msn.xml" not in ask(side.app, path).body


def test_public_feeds_are_as_they_were(side: Served) -> None:
    answer = ask(side.app, "/rss.xml", HTTP_AUTHORIZATION="Bearer x")
    assert answer.code == 200
    assert answer.headers["cache-control"].startswith("public")
    assert answer.headers["vary"] == "Accept-Encoding"


def test_files_for_a_static_server_leave_it_out_and_say_so(newsroom: Newsroom, side: Served, tmp_path: Path) -> None:
    hosts = ("news.example", "mirror.example.net", "2001:db8::7")
    written = write(side.store, newsroom.articles, hosts, tmp_path / "out", {}, "The Lantern", "en")
    assert FEED in [problem.place for problem in written.problems]
    assert not list(tmp_path.rglob("msn.xml*"))
    assert list(tmp_path.rglob("rss.xml"))


def test_another_token_ends_the_old_one_with_the_next_edition_and_no_token_makes_it_public(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, CONFIG + OWN)
    room.publish(NOON)
    with served(room) as side:
        assert ask(side.app, FEED, HTTP_AUTHORIZATION=f"Bearer {TOKEN}").code == 200
        other = new()
        room.config.write_text(CONFIG + OWN.replace(hash_of(TOKEN), hash_of(other)), "utf-8")
        room.publish(NOON)
        side.view.follow()
        assert refused(ask(side.app, FEED, HTTP_AUTHORIZATION=f"Bearer {TOKEN}"))
        assert ask(side.app, FEED, HTTP_AUTHORIZATION=f"Bearer {other}").code == 200
        room.config.write_text(CONFIG + OWN.partition("token")[0], "utf-8")
        room.publish(NOON)
        side.view.follow()
        assert ask(side.app, FEED).headers["cache-control"].startswith("public")
        room.config.write_text(CONFIG + OWN, "utf-8")
        room.publish(NOON)
        side.view.follow()
        assert refused(ask(side.app, FEED))
        room.config.write_text(CONFIG, "utf-8")
        room.publish(NOON)
        side.view.follow()
        assert ask(side.app, FEED, HTTP_AUTHORIZATION=f"Bearer {TOKEN}").code == 410


def test_a_server_that_starts_later_knows_the_lock_as_well(newsroom: Newsroom) -> None:
    with served(newsroom) as late:
        assert refused(ask(late.app, FEED))


def test_tokens_are_long_and_never_twice_the_same() -> None:
    made = {new() for _ in range(100)}
    assert len(made) == 100
    assert all(len(token) >= 43 for token in made)
