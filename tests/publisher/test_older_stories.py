"""Every story can be reached from the pages of its section, and an edit costs one page of each."""

from pathlib import Path
from typing import Any

import pytest
from lxml import html
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, copied, story
from sqlalchemy import select

from feedsvc import pages
from feedsvc.publisher import older_stories
from feedsvc.store import state
from feedsvc.store.schema import articles

SMALL = replace(PLAN, addresses=PLAN.addresses[:1], defaults=replace(TERMS, formats=("json",), limit=3))


def dated(number: int, month: int, **front: str) -> str:
    return story(f"Story {month}-{number}", date=f"2026-{month:02}-{number:02}T12:00:00Z", section="News / EU", **front)


def finish(room: Newsroom) -> None:
    room.publish()
    for _ in range(50):
        if not room.go_on().pending_pages:
            return
    pytest.fail("pages are still to be written")


def page(room: Newsroom, path: str) -> Any:
    return html.document_fromstring(room.body(path).decode())


def titles(room: Newsroom, path: str) -> list[str]:
    return [str(a.text_content()) for a in page(room, path).xpath("//h3/a")]


def walk(room: Newsroom, section: str) -> list[str]:
    """The paths that one comes by from a section's page to the oldest story."""
    paths = [section]
    while True:
        hrefs = page(room, paths[-1]).xpath(
            "//*[@class='onward']//a[contains(@href, 'older-')][not(@rel='prev')]/@href"
        )
        if not hrefs:
            return paths
        assert len(paths) < 50
        paths.append(str(hrefs[-1]))


def older(room: Newsroom) -> dict[str, bytes]:
    return {path: body for (_, path), body in room.edition().items() if "/older-" in path}


MONTHS = range(1, 12)


def newsroom(folder: Path, plan: Any = SMALL) -> Newsroom:
    """Twelve stories in each of eleven months, in News / EU: more pages than one."""
    room = Newsroom(folder, plan)
    for month in MONTHS:
        for number in range(1, 13):
            room.write(f"{month}-{number}.md", dated(number, month))
    finish(room)
    return room


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    made = newsroom(tmp_path_factory.mktemp("original"))
    made.close()
    return made


@pytest.fixture
def room(tmp_path: Path, original: Newsroom) -> Newsroom:
    return copied(original, tmp_path)


def name(path: str) -> str:
    return path.rpartition("/")[2]


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


@pytest.mark.parametrize("section", ["/", "/news/", "/news/eu/"])
def test_every_story_is_reached_from_the_page_of_its_section_and_back(room: Newsroom, section: str) -> None:
    paths = walk(room, section)
    assert len(paths) > 3
    shown = [title for path in paths[1:] for title in titles(room, path)]
    assert len(shown) == len(set(shown))
    assert len({*shown, *titles(room, section)}) == 12 * len(MONTHS)
    assert name(paths[-1]) == "older-first.html"
    back = [str(page(room, path).xpath("//a[@rel='prev']/@href")[0]) for path in reversed(paths[2:])]
    assert back == [*reversed(paths[1:-1])]


def test_a_section_with_archives_leads_to_them_too(tmp_path: Path) -> None:
    room = newsroom(tmp_path, replace(SMALL, defaults=replace(SMALL.defaults, archive=True)))
    shown = {title for path in walk(room, "/news/eu/") for title in titles(room, path)}
    assert len(shown) == 12 * len(MONTHS)


def test_a_new_story_or_an_edit_changes_one_page_of_each_section(room: Newsroom) -> None:
    before = older(room)
    room.write("6-3.md", dated(3, 6).replace("Story 6-3", "Corrected"))
    room.publish()
    found = changed(before, older(room))
    assert len(found) == 3
    assert all(b"Corrected" in older(room)[path] for path in found)
    before = older(room)
    room.write("new.md", dated(19, 11))
    room.publish()
    assert 3 <= len(changed(before, older(room))) <= 9


@pytest.mark.parametrize("how", ["remove", "withdraw", "move"])
@pytest.mark.parametrize("number", range(1, 13))
def test_a_story_that_is_taken_back_is_gone_from_them_at_once(room: Newsroom, how: str, number: int) -> None:
    file = f"5-{number}.md"
    if how == "remove":
        room.remove(file)
    elif how == "withdraw":
        room.write(file, dated(number, 5, status="withdrawn"))
    else:
        room.write(file, dated(number, 5).replace("News / EU", "Sport"))
    room.publish()
    held = [body for path, body in older(room).items() if path.startswith("/news/")]
    assert held
    assert not any(f"Story 5-{number}<".encode() in body for body in held)
    assert len({title for path in walk(room, "/news/eu/") for title in titles(room, path)}) == 12 * 11 - 1


def test_after_any_changes_the_pages_are_those_of_a_newsroom_without_memory(room: Newsroom) -> None:
    for month in (2, 3, 7):
        for number in range(1, 13):
            room.remove(f"{month}-{number}.md")
        room.publish()
    for number in range(1, 13):
        room.write(f"again-{number}.md", dated(number, 3))
        room.write(f"4-{number}.md", dated(number, 4, draft="true" if number % 2 else "false"))
        room.publish()
    finish(room)
    eu = {path: sorted(titles(room, path)) for path in walk(room, "/news/eu/")[1:]}
    assert {path for path in older(room) if path.startswith("/news/eu/")} >= eu.keys()
    assert len([title for path in eu for title in eu[path]]) == len({title for path in eu for title in eu[path]})


def test_without_any_memory_the_pages_are_the_same(room: Newsroom) -> None:
    before = older(room)
    room.rebuild()
    finish(room)
    assert older(room) == before


def test_a_section_whose_page_shows_everything_has_no_such_pages(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, SMALL)
    for number in (1, 2, 3):
        room.write(f"{number}.md", dated(number, 11))
    assert room.publish().pending_pages == 0
    assert older(room) == {}
    assert not page(room, "/news/").xpath("//p[@class='onward']")
    room.write("4.md", dated(4, 11))
    room.publish()
    assert older(room).keys() >= {"/older-first.html", "/news/older-first.html", "/news/eu/older-first.html"}
    assert page(room, "/news/").xpath("//p[@class='onward']/a/@href")


def test_pages_of_a_section_that_is_gone_are_gone(room: Newsroom) -> None:
    for month in MONTHS:
        for number in range(1, 13):
            room.write(f"{month}-{number}.md", dated(number, month).replace("News / EU", "Sport"))
    finish(room)
    assert room.code("/news/eu/older-first.html") == 410
    assert not [path for path in older(room) if path.startswith("/news/")]
    assert len(walk(room, "/sport/")) > 3


def test_many_pages_follow_little_by_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older_stories, "SLICE", 2)
    monkeypatch.setattr(older_stories, "AT_ONCE", 2)
    room = newsroom(tmp_path)
    whole = older(room)
    room.configure(replace(SMALL, digest="2", title="The Lamp"))
    room.publish()
    rounds = 0
    while room.go_on().pending_pages:
        rounds += 1
        assert rounds < 50
    assert rounds > 2
    assert older(room).keys() == whole.keys()
    assert all(b"The Lamp" in body for body in older(room).values())


def test_a_page_whose_first_story_is_removed_before_its_turn_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(older_stories, "SLICE", 2)
    monkeypatch.setattr(older_stories, "AT_ONCE", 6)
    room = newsroom(tmp_path)
    room.configure(replace(SMALL, digest="2", title="The Lamp"))
    room.publish()
    room.go_on()
    with room.store.read() as transaction:
        _, *following = state.OLDER_FROM.get(transaction) or ("",)
        file = transaction.scalar(select(articles.c.path).where(articles.c.key == following[3]))
    room.remove(file)
    finish(room)
    assert not [path for path in older(room) if path.endswith(f"/older-{following[3]}.html")]
    assert all(b"The Lamp" in body for body in older(room).values())


def test_the_problem_of_a_page_ends_with_its_last_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = newsroom(tmp_path)
    finish(room)

    def broken(*_: object) -> bytes:
        raise ValueError

    monkeypatch.setattr(pages, "older_stories", broken)
    for name in room.articles.iterdir():
        name.unlink()
    room.write("new.md", story("New"))
    for number in range(1, 9):
        room.write(f"last-{number}.md", dated(number, 11))
    room.publish(accept_removals=True)
    while room.go_on().pending_pages:
        pass
    assert any("/news/eu/older-first.html cannot be made" in problem for problem in room.problems())
    for number in range(1, 9):
        room.remove(f"last-{number}.md")
    room.publish(accept_removals=True)
    assert not any("/news/" in problem for problem in room.problems())
