"""Many sections: the home page tells of the upper ones, a page of its own of all; and what an edit costs among them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import html
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, section, story
from sqlalchemy import event

from feedsvc.publisher import listings, section_tree
from feedsvc.publisher.older_stories import OlderStories

ROOM = 10
SMALL = replace(PLAN, addresses=PLAN.addresses[:1], defaults=replace(TERMS, formats=("json",), limit=5))


def newsroom(folder: Path, desks: int, beats: int) -> Newsroom:
    """`desks` sections with `beats` below each, and an article in each of these."""
    room = Newsroom(folder, SMALL)
    for desk in range(desks):
        for beat in range(beats):
            names = {"section": f"Desk {desk:03} / Beat {beat:03}", "date": f"2026-10-{1 + beat:02}T12:{desk:02}:00Z"}
            room.write(f"{desk:03}-{beat:03}.md", story(f"{desk} {beat}", **names))
    room.publish()
    while room.go_on().pending_pages:  # of many articles, the pages of older stories follow the Edition
        pass
    return room


def page(room: Newsroom, path: str) -> Any:
    return html.document_fromstring(room.body(path).decode())


def listed(room: Newsroom) -> list[str]:
    """The sections that the home page tells of, by their addresses."""
    return [str(href) for href in page(room, "/").xpath("//nav[@class='tree']//bdi/a/@href")]


def more(room: Newsroom, path: str) -> list[str]:
    """Where the page at `path` leads for the sections that it has no room for."""
    return [str(each) for each in page(room, path).xpath("//a/@href") if "/sections.html" in each]


@pytest.fixture(scope="module", autouse=True)
def _room() -> Iterator[None]:
    """Pages with room for less than they have: small newsrooms are made sooner."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listings, "MAX_LISTED", ROOM)
        yield


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A few desks with many beats."""
    return newsroom(tmp_path_factory.mktemp("wide"), 2, ROOM + 5)


def test_a_home_page_with_room_for_all_sections_tells_of_all_and_there_is_no_other_list(tmp_path: Path) -> None:
    room = newsroom(tmp_path, 2, ROOM // 2 - 1)
    assert len(listed(room)) == ROOM
    assert more(room, "/") == more(room, "/desk-000/") == []
    assert room.code("/sections.html") == 404


def test_where_there_are_more_it_tells_of_the_upper_levels_and_leads_to_all(wide: Newsroom) -> None:
    assert listed(wide) == ["/desk-000/", "/desk-001/"]
    assert more(wide, "/") == ["/sections.html"]


def test_a_first_level_that_is_longer_than_that_is_cut(tmp_path: Path) -> None:
    room = newsroom(tmp_path, ROOM + 3, 1)
    assert listed(room) == [f"/desk-{number:03}/" for number in range(ROOM)]
    assert more(room, "/") == ["/sections.html"]


def test_the_page_of_all_sections_leads_to_each_and_can_be_entered_at_each(wide: Newsroom) -> None:
    root = page(wide, "/sections.html")
    entries = root.xpath("//nav[@class='tree']//li")
    paths = {f"desk-{desk:03}/beat-{beat:03}" for desk in range(2) for beat in range(ROOM + 5)}
    assert {entry.get("id") for entry in entries} == paths | {"desk-000", "desk-001"}
    assert all(entry.find("div//a").get("href").endswith(f"/{entry.get('id')}/") for entry in entries)
    assert [each.get("id") for each in root.xpath("//nav[@class='tree']/ul/li")] == ["desk-000", "desk-001"]


def test_a_section_with_more_below_it_than_there_is_room_for_leads_to_them_all(wide: Newsroom) -> None:
    assert len(page(wide, "/desk-001/").xpath("//nav[@aria-label='Subsections']//a")) == ROOM + 1
    assert more(wide, "/desk-001/") == ["/sections.html#desk-001"]


def test_the_page_of_all_sections_goes_when_there_is_no_need_for_it_any_more(tmp_path: Path) -> None:
    room = newsroom(tmp_path, 2, ROOM // 2)
    assert room.code("/sections.html") == 200
    for beat in range(3):
        room.remove(f"000-{beat:03}.md")
    room.publish()
    assert room.code("/sections.html") == 410
    assert more(room, "/") == []
    assert room.code("/desk-000/beat-000/feed.json") == 410


def test_a_section_that_comes_or_goes_among_many_is_listed_and_retired_alone(wide: Newsroom) -> None:
    before = wide.edition()
    wide.write("new.md", story("New", section="Desk 000 / New"))
    wide.publish()
    changed = {path for (_, path), body in wide.edition().items() if before.get((0, path)) != body}
    assert {path for path in changed if "/older-" not in path} == {
        *("/", "/feed.json", "/feeds.opml", "/sections.html", "/desk-000/", "/desk-000/feed.json"),
        *(
            "/desk-000/new/",
            "/desk-000/new/feed.json",
            "/desk-000/new/follow",
            wide.page("New").removeprefix("https://news.example"),
        ),
    }
    assert len({path for path in changed if "/older-" in path}) <= 6  # two of each section in which it stands
    wide.remove("new.md")
    wide.publish()
    assert before.keys() - wide.edition().keys() == set()
    assert {path for _, path in wide.edition().keys() - before.keys()} == set()
    assert {wide.code(f"/desk-000/new/{name}") for name in ("", "feed.json", "follow")} == {410}


def test_a_section_that_only_the_configuration_names_is_listed_and_so_are_those_above_it(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, replace(SMALL, sections={"north-sea/eu": section("north-sea/eu", "EU", SMALL.defaults)}))
    room.publish()
    assert listed(room) == ["/north-sea/", "/north-sea/eu/"]
    assert room.feed("/north-sea/eu/feed.json")["title"] == "The Lantern – North sea / EU"


def test_the_list_of_feeds_stays_as_it_is_while_only_articles_change(wide: Newsroom) -> None:
    before = [wide.body(path) for path in ("/feeds.opml", "/sections.html")]
    wide.write("000-001.md", story("Edited", section="Desk 000 / Beat 001"))
    wide.publish()
    assert [wide.body(path) for path in ("/feeds.opml", "/sections.html")] == before


class Cost(NamedTuple):
    """Of a regeneration: calls of functions, SQL statements, and hundreds of steps that SQLite took for them."""

    calls: int
    statements: int
    steps: int


def cost(room: Newsroom, name: str) -> Cost:
    """What it takes to publish when the watcher told of the file `name`."""
    counts = dict.fromkeys(Cost._fields, 0)

    def count(what: str) -> None:
        counts[what] += 1

    def watch(connection: Any) -> None:
        connection.connection.driver_connection.set_progress_handler(lambda: count("steps"), 100)

    def note(*_: object) -> None:
        count("statements")

    engine = room.store._engine
    event.listen(engine, "begin", watch)
    event.listen(engine, "before_cursor_execute", note)
    sys.setprofile(lambda _frame, what, _value: count("calls") if what.endswith("call") else None)
    try:
        room.publish(hints=frozenset((name,)))
    finally:
        sys.setprofile(None)
        event.remove(engine, "begin", watch)
        event.remove(engine, "before_cursor_execute", note)
    return Cost(**counts)


def edit(room: Newsroom, word: str) -> Cost:
    name = "000-001.md"
    room.write(name, story("Edited", f"In other {word}.", section="Desk 000 / Beat 001"))
    return cost(room, name)


def test_an_edited_article_costs_the_same_however_many_sections_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One page of older stories has more of them than another, by chance: the test below is of these.
    monkeypatch.setattr(OlderStories, "write_changed", lambda *_: None)
    monkeypatch.setattr(section_tree, "AT_FIRST", 100)  # fewer than either has
    costs = []
    for desks in (12, 36):
        room = newsroom(tmp_path / str(desks), desks, 9)  # more articles than are read at once
        edit(room, "words")  # the first one compiles templates and statements
        costs.append(edit(room, "terms"))
    few, many = costs
    assert many.calls < 1.05 * few.calls
    assert many.statements == few.statements
    assert many.steps < 1.1 * few.steps, (few, many)


def test_its_pages_of_older_stories_are_as_few_however_many_sections_there_are(tmp_path: Path) -> None:
    costs = []
    for desks in (4, 12):
        room = newsroom(tmp_path / str(desks), desks, 9)
        before = room.edition()
        edit(room, "words")
        after = room.edition()
        changed = {path for place, path in before if after.get((place, path)) != before[place, path]}
        assert 1 <= len({path for path in changed if "/older-" in path}) <= 3
        costs.append(edit(room, "terms"))
    few, many = costs
    assert many.statements < 2 * few.statements
