"""The articles' own pages: where they are, when they move, and which of them are written at once."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, story

from feedsvc import pages
from feedsvc.publisher import article_pages

PICTURE = b"\x89PNG picture"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def test_another_slug_moves_the_page_and_forgets_the_old_one(room: Newsroom) -> None:
    room.write("a.md", story("A", slug="first"))
    room.publish()
    old = room.page("A")
    room.write("a.md", story("A", slug="second"))
    room.publish()
    assert room.page("A") == old.replace("first", "second")
    assert (room.code(old), room.code(room.page("A"))) == (404, 200)  # the web finds the new one by the key


def test_an_article_with_an_address_of_its_own_has_no_page_here(room: Newsroom) -> None:
    room.write("a.md", story("A", url="https://elsewhere.example/a"))
    room.publish()
    assert room.item("A")["url"] == "https://elsewhere.example/a"
    assert not [path for _, path in room.edition() if path.startswith("/articles/")]


@pytest.mark.parametrize("status", ["draft", "withdrawn", "embargo", "removed"])
def test_what_is_taken_back_is_gone_from_everywhere(room: Newsroom, status: str) -> None:
    room.write("a.md", story("Canary", "The canary sings.", section="News", image="a.png"))
    room.write("a.png", PICTURE)
    room.write("b.md", story("B", section="News"))
    room.publish()
    page = room.page("Canary")
    if status == "removed":
        room.remove("a.md")
    else:
        front = {"embargo": "2030-01-01"} if status == "embargo" else {"status": status}
        room.write("a.md", story("Canary", "The canary sings.", section="News", image="a.png", **front))
    room.publish()
    assert not [path for path, body in room.edition().items() if b"anary" in bytes(str(body), "utf-8")]
    assert (room.code(page), room.code("/media/a.png")) == (410, 410)


# --- articles that stand in no feed -----------------------------------------------------------------------------------


def test_pages_outside_all_feeds_follow_in_slices_and_all_are_there_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_pages, "SLICE", 3)
    room = Newsroom(tmp_path, replace(PLAN, defaults=replace(TERMS, limit=2)))
    for number in range(10):
        room.write(f"news/{number}.md", story(f"Story {number}", date=f"2026-11-0{number + 1 if number < 9 else 9}"))
    report = room.publish()
    assert report.pending_pages == 7  # two are in a feed, three are a slice, and of these are two in the feed
    shown = [item["url"].removeprefix(PLAN.addresses[0]) for item in room.feed()["items"]]
    assert [room.code(path) for path in shown] == [200, 200]
    left = []
    while report.pending_pages:
        report = room.go_on()
        left.append(report.pending_pages)
    assert left == [4, 1, 0]
    pages = [path for address, path in room.edition() if address == 0 and path.startswith("/articles/")]
    assert len(pages) == 10
    assert room.publish().documents == 0


def test_what_is_closed_loses_its_page_at_once_however_many_pages_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_pages, "SLICE", 1)
    room = Newsroom(tmp_path, replace(PLAN, defaults=replace(TERMS, limit=1)))
    for number in range(8):
        room.write(f"news/{number}.md", story(f"Story {number}", date=f"2026-11-0{number + 1}"))
    room.publish()
    while room.go_on().pending_pages:
        pass
    pages = sorted(path for address, path in room.edition() if address == 0 and path.startswith("/articles/"))
    for number in range(8):
        room.write(f"news/{number}.md", story(f"Story {number}", "Other words.", status="withdrawn"))
    assert room.publish().pending_pages == 0
    assert [room.code(path) for path in pages] == [410] * 8


@pytest.mark.parametrize("how", ["withdrawn", "another address"])
def test_the_problem_of_a_page_ends_with_the_page(room: Newsroom, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    def broken(*_: object) -> bytes:
        raise ValueError

    monkeypatch.setattr(pages, "article", broken)
    room.write("a.md", story("A"))
    room.publish()
    assert "cannot be made" in room.problems()[0]
    front = {"status": "withdrawn"} if how == "withdrawn" else {"url": "https://elsewhere.example/a"}
    room.write("a.md", story("A", **front))
    room.publish()
    assert room.problems() == []
