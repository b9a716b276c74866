"""What cannot be rendered costs no other document, and keeps its last good one."""

from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.formats import FORMATS
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def broken(feed: Feed) -> bytes:
    if any("bad" in article.title for article in feed.articles):
        raise RuntimeError("a bad article")
    return FORMATS["json"].render(feed)


def test_a_format_that_raises_for_one_article_costs_that_article_alone(tmp_path: Path) -> None:
    form = Format(name="json", filename="feed.json", type="application/feed+json", render=broken)
    room = Newsroom(tmp_path, formats={**FORMATS, "json": form})
    for number in range(5):
        room.write(f"{number}.md", story(f"Story {number}"))
    room.write("bad.md", story("A bad one"))
    room.publish()
    assert len(room.titles()) == 5
    assert room.body("/rss.xml").count(b"<item>") == 6
    assert [problem for problem in room.problems() if "a bad article" in problem]
    room.write("bad.md", story("A good one"))
    room.publish()
    assert len(room.titles()) == 6
    assert not room.problems()


def test_a_format_that_always_raises_keeps_its_last_good_document(tmp_path: Path) -> None:
    fail = [False]

    def sometimes(feed: Feed) -> bytes:
        if fail[0]:
            raise ValueError("out of order")
        return FORMATS["json"].render(feed)

    form = Format(name="json", filename="feed.json", type="application/feed+json", render=sometimes)
    room = Newsroom(tmp_path, formats={**FORMATS, "json": form})
    room.write("a.md", story("A"))
    room.publish()
    fail[0] = True
    room.write("b.md", story("B"))
    room.publish()
    assert room.titles() == ["A"]
    assert room.body("/rss.xml").count(b"<item>") == 2
    assert [problem for problem in room.problems() if "out of order" in problem]


HOSTILE: list[tuple[str, str | bytes]] = [
    ("nul.md", b"\0" * 100),
    ("empty.md", b""),
    ("utf16.md", "title".encode("utf-16")),
    ("surrogate.md", '---\ntitle: A\nextra:\n  x: "\\ud800"\nodd: "\\udfff"\n---\nText'),
    ("bomb.md", "---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n"),
    ("tags.md", story("Tags", "<b>" * 30_000)),
    ("deep.md", story("Deep", "<div>" * 5_000)),
    ("quotes.md", story("Quotes", ">" * 5_000)),
    ("date.md", story("Date", date="0001-01-01T00:00:00+14:00")),
    ("late.md", story("Late", date="9999-12-31T23:59:59-12:00")),
    ("media.md", story("Media", media="[1, {url: '\\0'}, {url: ''}]", image='"%00.png"')),
    ("link.md", story("Link", "![x](%00.png) ![y](//[) [z](https://[bad) ![](a%ff.png)")),
    ("section.md", story("Section", section='"!!! / ???"')),
    ("long.md", story("L" * 100_000, section="/".join(["x" * 300] * 50))),
]


@pytest.mark.parametrize(("name", "content"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_no_file_costs_more_than_itself(room: Newsroom, name: str, content: str | bytes) -> None:
    for number in range(3):
        room.write(f"good-{number}.md", story(f"Good {number}", section="News"))
    room.write(name, content)
    room.publish()
    assert {f"Good {number}" for number in range(3)} <= set(room.titles("/news/feed.json"))
    assert room.publish().documents == 0
