"""Partners on a running service: what a newsroom adds, what an operator asks before, and that tokens leave no trace."""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from service import Newsroom, environment, running

TICKER = """
from feedsvc.formats._rules import title
from feedsvc.model.format import Format, Profile


def render(feed):
    return "\\n".join(article.title for article in feed.articles).encode()


FORMAT = Format(name="ticker", type="text/plain", render=render, profile=Profile(rules=(title(3, 60),)))
"""
FEED = '[[feeds]]\npath = "/partners/ticker.txt"\nformat = "ticker.py"\n'


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, tables=FEED, watch=False)
    (room.folder / "ticker.py").write_text(TICKER, encoding="utf-8")
    room.write("ferry.md")
    room.write("x.md", "---\ntitle: X\ndate: 2026-11-01\n---\n\nText.\n")
    return room


def test_a_format_of_the_newsrooms_own_is_published_served_and_tried(newsroom: Newsroom) -> None:
    with running(newsroom) as service:
        answer = service.wait_until_served("/partners/ticker.txt")
        assert answer.text.split("\n") == ["ferry"]
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    shown = newsroom.here("preflight", "/partners/ticker.txt")
    assert shown.returncode == 1
    assert "1 accepted, 1 held back" in shown.stdout
    assert "a title of 1 character, fewer than 3" in shown.stdout
    told = newsroom.here("why", "x.md", "/partners/ticker.txt")
    assert "a title of 1 character" in told.stdout
    checked = newsroom.here("check")
    assert checked.returncode == 1
    assert "/partners/ticker.txt: the article X (" in checked.stderr
    assert "is held back from ticker: a title of 1 character, fewer than 3" in checked.stderr
    assert "a title of 1 character" in newsroom.here("status").stderr


def test_an_edited_format_renders_anew(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    (newsroom.folder / "ticker.py").write_text(TICKER.replace("article.title", "article.title.upper()"))
    assert "1 document changed" in newsroom.here("publish").stdout
    with running(newsroom) as service:
        assert service.wait_until_served("/partners/ticker.txt").text == "FERRY"


def test_preflight_of_a_feed_that_there_is_not_says_which_there_are(newsroom: Newsroom) -> None:
    newsroom.here("publish")
    result = newsroom.here("preflight", "/other.xml")
    assert result.returncode == 1
    assert "/partners/ticker.txt" in result.stderr


def test_a_new_token_opens_the_feed_and_is_in_no_log_and_no_page(newsroom: Newsroom) -> None:
    command = [sys.executable, "-m", "feedsvc", "token", "new"]
    told = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout.splitlines()
    token, line = told[0].partition(": ")[2], told[1].partition(": ")[2]
    newsroom.configure(tables=f"{FEED}{line}\n", watch=False)
    with running(newsroom) as service:
        assert service.get("/partners/ticker.txt").status == 401
        name = b64encode(f"ticker:{token}".encode()).decode()
        for path, headers in (
            ("/partners/ticker.txt", {"Authorization": f"Bearer {token}"}),
            ("/partners/ticker.txt", {"Authorization": f"Basic {name}"}),
            (f"/partners/{token}/ticker.txt", {}),
        ):
            answer = service.get(path, 5.0, **headers)
            assert (answer.status, answer.text) == (200, "ferry")
            assert answer.headers["cache-control"] == "private, no-store"
        assert service.get(f"/partners/{token[:-1]}/ticker.txt").status == 401
        assert service.get("/partners/ticker.txt", Authorization="Bearer \xff\xfe").status == 401
        seen = service.log + "".join(service.get(path).text for path in ("/", "/feeds.opml", "/-/status", "/-/metrics"))
    assert token not in seen
    assert token.encode() not in b"".join(path.read_bytes() for path in newsroom.folder.rglob("*") if path.is_file())
