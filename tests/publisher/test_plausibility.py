"""What cannot be meant is warned of: misspelt sections, selections of nothing, redirects from or to nowhere."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, Newsroom, own_feed, section, story

from feedsvc.model.plan import Plan
from feedsvc.model.selection import Selection
from feedsvc.publisher.section_warnings import is_misspelt, misspelt_pairs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("sprot", "sport"), ("sports", "sport"), ("spor", "sport"), ("spart", "sport"), ("psort", "sport")),
        *(("sporrt", "sport"), ("новсти", "новости"), ("cultuer", "culture"), ("busines", "business")),
    ],
)
def test_one_slip_of_the_pen_is_a_misspelling(one: str, other: str) -> None:
    assert is_misspelt(one, other)
    assert is_misspelt(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("sport", "sport"), ("eu", "us"), ("ua", "uk"), ("uk", "u"), ("round-1", "round-2"), ("cop27", "cop28")),
        *(("news", "views"), ("sport", "spout-s"), ("world", "words"), ("news/eu", "newsxeu")),
        *(("2025", "2026"), ("", "news"), ("round", "round1")),
    ],
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert not is_misspelt(one, other)
    assert not is_misspelt(other, one)


def test_pairs_are_of_the_same_level() -> None:
    assert misspelt_pairs(["sport", "news/sprot"]) == {}
    assert misspelt_pairs(["news/sport", "news/sprot", "news/eu"]) == {
        "news/sport": {"news/sprot"},
        "news/sprot": {"news/sport"},
    }


def test_pairs_are_those_that_a_comparison_of_all_finds() -> None:
    letters = "abcd"
    names = [f"{a}{b}{c}xy" for a in letters for b in letters for c in letters]
    expected = {one: {other for other in names if is_misspelt(one, other)} for one in names}
    assert misspelt_pairs(names) == {one: others for one, others in expected.items() if others}


def newsroom(folder: Path, plan: Plan = PLAN) -> Newsroom:
    room = Newsroom(folder, plan)
    for number in range(3):
        room.write(f"{number}.md", story(f"Match {number}", section="Sport"))
    return room


def warned(room: Newsroom) -> list[str]:
    return [str(problem) for problem in room.problems()]


def test_a_section_that_one_article_misspells_is_named_until_it_is_corrected_or_grows(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    room.write("slip.md", story("A slip", section="Sprot"))
    room.publish()
    (line,) = warned(room)
    assert line.startswith("slip.md: warning: it is the only article in the section sprot")
    assert "did you mean `sport`?" in line
    room.write("more.md", story("More", section="Sprot"))
    room.publish()
    assert warned(room) == []


def test_a_slip_that_is_corrected_is_not_named_any_more(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    room.write("slip.md", story("A slip", section="Sprot"))
    room.publish()
    assert len(warned(room)) == 1
    room.write("slip.md", story("A slip", section="Sport"))
    room.publish()
    assert warned(room) == []


def test_a_section_that_the_configuration_names_is_meant(tmp_path: Path) -> None:
    room = newsroom(tmp_path, replace(PLAN, sections={"sprot": section("sprot")}))
    room.write("slip.md", story("A slip", section="Sprot"))
    room.publish()
    assert warned(room) == []


def test_a_feed_that_selects_or_leaves_out_a_section_that_is_not_there_is_named(tmp_path: Path) -> None:
    feeds = (
        own_feed("/one.json", Selection(sections=("sprot",))),
        own_feed("/two.json", Selection(without_sections=("weather",))),
        own_feed("/three.json", Selection(sections=("sport",))),
    )
    room = newsroom(tmp_path, replace(PLAN, feeds=feeds))
    room.publish()
    one, two = warned(room)
    assert one == ("/one.json: warning: it selects the section sprot, which no article names (did you mean `sport`?)")
    assert two.startswith("/two.json: warning: it leaves out the section weather, which no article names")
    room.write("rain.md", story("Rain", section="Weather"))
    room.publish()
    assert warned(room) == [one]


def test_a_feed_of_ones_own_in_the_place_of_another_is_named(tmp_path: Path) -> None:
    feeds = (own_feed("/feed.json", Selection()), own_feed("/sport/feed.json", Selection()))
    room = newsroom(tmp_path, replace(PLAN, feeds=feeds))
    room.publish()
    whole, sport = warned(room)
    assert "/feed.json: warning: it takes the place of the feed of the whole site" in whole
    assert "/sport/feed.json: warning: it takes the place of the feed of the section sport" in sport


def test_redirects_from_what_is_there_or_to_nothing_are_named(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    room.publish()
    good = {
        "/old/": "/rss.xml", "/older/": "/old/", "/a": "/sport", "/b": "/sport/", "/c": room.page("Match 1"),
        "/d": "https://other.example/x", "/e": "/-/status", "/f": "/feeds.opml?x=1#y", "/%D8%AE": "/",
    }  # fmt: skip
    room.configure(replace(PLAN, redirects=good, digest="2"))
    room.publish()
    assert warned(room) == []
    bad = {"/rss.xml": "/atom.xml", "/sport/": "/", "/x": "/nowhere.xml", "/y": "/articles/none/x"}
    room.configure(replace(PLAN, redirects=good | bad, digest="3"))
    room.publish()
    assert len(warned(room)) == 4
    assert all(line.startswith("config.toml: warning: redirects[].") for line in warned(room))
