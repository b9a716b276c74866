"""Of a large archive that is new, what feeds hold goes ahead; readers get what they would if all came at once."""

import random
import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, own_feed, section, story
from sqlalchemy import select

from feedsvc.library import bootstrap, rollback
from feedsvc.model.selection import Selection
from feedsvc.store.schema import articles

Published = dict[tuple[int, str], bytes]
OWN = "/partners/own.json"
OLDER = re.compile(rb"<p[^<>]*>\s*<a [^<>]*/older-[^<>]*>[^<>]*</a>\s*</p>\s*")
CHAINS = ("News", "News / EU", "news / eu", "Sport", "Sport / Sailing", "Sport / sailing", "")


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is a large archive is small here."""
    monkeypatch.setattr(bootstrap, "LARGE", 10)
    monkeypatch.setattr(bootstrap, "SHARE", 0.9)
    monkeypatch.setattr(bootstrap, "SPARE", 1)


def newsroom(folder: Path, *, limit: int = 3, archive: bool = False) -> Newsroom:
    terms = replace(TERMS, limit=limit, archive=archive)
    told = {"sport": section("sport", terms=replace(terms, limit=limit + 2))}
    own = (own_feed(OWN, Selection(sections=("news",), without_sections=("news/eu",)), limit=4),)
    return Newsroom(folder, replace(PLAN, addresses=PLAN.addresses[:1], defaults=terms, sections=told, feeds=own))


def fill(room: Newsroom, count: int = 60) -> None:
    for number in range(count):
        day, hour = 1 + number % 19, number % 7
        told = {"date": f"2026-11-{day:02}T{hour:02}:00:00Z", "section": CHAINS[number % len(CHAINS)]}
        room.write(f"{number:02}.md", story(f"Story {number}", **told))


def fill_anyhow(room: Newsroom, source: random.Random, *, clashes: bool) -> None:
    """Many of one date, drafts, what is to come and what is over, files that cannot be read, ids that are given."""
    for number in range(140):
        told = {"date": f"2026-11-{source.randint(1, 6):02}", "section": source.choice(CHAINS)}
        told |= source.choice(({}, {}, {}, {"status": "draft"}, {"embargo": "2026-11-25"}, {"expires": "2026-11-20"}))
        folder = source.choice(("", "desk/", "north-sea/"))
        if source.random() < 0.3:
            told["id"] = f"given-{number}"
        if clashes and number % 4 == 0:  # old ones, of sections that others have named before
            told |= {"id": source.choice("aAbBcCdD"), "date": "2026-01-01", "section": "News / EU"}
            folder = "other/"
        text = "---\nbroken: [\n---\n" if source.random() < 0.05 else story(f"Story {number}", **told)
        room.write(f"{folder}{number:03}.md", text)


def finish(room: Newsroom) -> None:
    """The rest of the archive, and all pages."""
    assert not room.publish(minutes=0).backlog_remaining
    while room.go_on().pending_pages:
        pass


def alike(tmp_path: Path, seed: int, **how: bool) -> tuple[Newsroom, Newsroom]:
    """Two newsrooms with the same files; the first has sent its vanguard ahead, the other has published all."""
    ahead, other = (newsroom(tmp_path / name, archive=seed % 2 == 0) for name in ("ahead", "other"))
    for room in (ahead, other):
        fill_anyhow(room, random.Random(seed), **how)
    assert ahead.publish().backlog_remaining
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "LARGE", 1_000)
        assert not other.publish().backlog_remaining
    return ahead, other


def without_older(edition: Published) -> Published:
    """The documents without the pages of older stories, and without the links to them: which page begins where is known
    only when all articles are."""
    found = {place: body for place, body in edition.items() if "/older-" not in place[1]}
    return {place: OLDER.sub(b"", body) for place, body in found.items()}


def ids(room: Newsroom) -> dict[str, str]:
    with room.store.read() as connection:
        return {row.path: row.id for row in connection.execute(select(articles.c.path, articles.c.id)) if row.path}


# --- what readers get -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_feeds_are_from_the_first_what_they_are_when_all_comes_at_once(tmp_path: Path, seed: int) -> None:
    ahead, other = alike(tmp_path, seed, clashes=False)
    published = without_older(other.edition())
    whole = {place: body for place, body in published.items() if not place[1].startswith(("/articles/", OWN))}
    assert {place: body for place, body in without_older(ahead.edition()).items() if place in whole} == whole
    assert len(whole) > 20


@pytest.mark.parametrize("seed", range(6))
def test_in_the_end_everything_is_as_if_all_had_come_at_once(tmp_path: Path, seed: int) -> None:
    ahead, other = alike(tmp_path, seed, clashes=True)
    finish(ahead)
    finish(other)
    assert ids(ahead) == ids(other)
    assert ahead.edition() == other.edition()
    assert ahead.problems() == [each.replace("/other/", "/ahead/") for each in other.problems()]


def test_no_feed_changes_when_the_rest_comes(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    first = room.publish()
    assert first.backlog_remaining
    assert first.read < 40
    before = without_older(room.edition())
    assert room.publish(minutes=0).read == 60 - first.read
    after = without_older(room.edition())
    assert before.items() <= after.items()
    assert all(path.startswith(("/articles/", OWN)) for _, path in after.keys() - before.keys())


def test_a_section_is_called_from_the_first_as_most_of_its_articles_would_have_it(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    room.write("old.md", story("Old", date="2001-01-01", section="NEWS"))
    room.publish()
    assert "NEWS" in room.feed("/news/feed.json")["title"]


def test_what_the_operators_own_feeds_hold_is_told_when_all_is_there(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    room.publish()
    assert room.code(OWN) == 404
    room.publish(minutes=0)
    assert len(room.titles(OWN)) == 4


def test_ids_that_two_files_give_are_settled_when_all_are_there(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    room.write("98.md", story("First by path", date="2001-01-01", id="same"))
    room.write("99.md", story("New", date="2026-11-19T23:00:00Z", id="SAME"))
    assert not room.publish().backlog_remaining
    assert ids(room)["98.md"] == "same"
    assert [problem.partition(":")[0] for problem in room.problems()] == ["99.md"]


def test_a_file_that_passes_a_glance_and_is_none_costs_no_feed_an_article(tmp_path: Path) -> None:
    ahead, other = newsroom(tmp_path / "ahead"), newsroom(tmp_path / "other")
    for count, rest in ((1, True), (5, False)):
        for room in (ahead, other):
            fill(room)
            for number in range(count):  # with neither title nor text
                room.write(f"none{number}.md", story("", "", date="2026-11-19T23:00:00Z", section="News"))
            room.rebuild()
        assert ahead.publish().backlog_remaining is rest
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bootstrap, "LARGE", 1_000)
            other.publish()
        for path in ("/feed.json", "/news/feed.json", "/sport/sailing/feed.json"):
            assert ahead.body(path) == other.body(path)


# --- when nothing goes ahead ------------------------------------------------------------------------------------------


def test_a_small_archive_comes_at_once(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room, 9)
    assert not room.publish().backlog_remaining


def test_where_feeds_hold_most_of_it_an_archive_comes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = newsroom(tmp_path, limit=50)
    fill(room)
    assert not room.publish().backlog_remaining
    monkeypatch.setattr(bootstrap, "MOST", 20)
    other = newsroom(tmp_path / "other")
    fill(other)
    assert not other.publish().backlog_remaining


def test_where_a_clock_is_wrong_by_which_an_article_is_dated_an_archive_comes_at_once(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    room.write("later.md", story("Undated", date=""), age=-86_400)
    assert not room.publish().backlog_remaining


def test_what_comes_later_in_large_numbers_comes_at_once(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    room.write("first.md", story("First"))
    room.publish()
    fill(room)
    assert not room.publish().backlog_remaining


def test_an_articles_folder_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    room.articles.rmdir()
    assert not room.publish().backlog_remaining
    assert any("cannot be read" in problem for problem in room.problems())


# --- until the rest is there ------------------------------------------------------------------------------------------


def test_a_crash_in_between_costs_nothing(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    read = room.publish().read
    room.close()
    room.open()
    assert room.publish().read == 60 - read
    assert room.publish().read == 0


def test_where_the_rest_goes_before_it_is_read_what_comes_then_is_news(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    room.publish()
    for path in [each.name for each in room.articles.iterdir() if each.name not in ids(room)]:
        room.remove(path)
    assert room.publish().read == 0
    room.write("late.md", story("Late", date="2001-01-01", section="News"))
    room.publish(hints=frozenset({"late.md"}))
    assert room.titles()[0] == "Late"


def test_a_disk_that_is_away_in_between_does_not_make_news_of_the_rest(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    room.publish()
    before = {path: body for (_, path), body in room.edition().items() if path.endswith("rss.xml")}
    room.articles.rename(tmp_path / "away")
    room.articles.mkdir()
    room.publish(accept_removals=False)
    assert room.code(OWN) == 404
    room.articles.rmdir()
    room.publish()
    assert room.code(OWN) == 404
    (tmp_path / "away").rename(room.articles)
    room.publish(accept_removals=False)
    assert {path: body for (_, path), body in room.edition().items() if path.endswith("rss.xml")} == before
    assert len(ids(room)) == 60
    assert len(room.titles(OWN)) == 4


def test_a_hint_does_not_confine_the_look_that_brings_the_rest(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    read = room.publish().read
    assert room.publish(hints=frozenset({"00.md"})).read == 60 - read
    assert room.publish(hints=frozenset({"00.md"})).read == 0


def test_what_is_edited_or_goes_in_between_is_as_it_is_in_the_end(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    room.publish()
    newest, *_ = room.titles()
    path = next(each.name for each in room.articles.iterdir() if f"title: {newest}\n" in each.read_text())
    room.write(path, story(f"{newest}, corrected", date="2026-11-19T08:00:00Z"), age=0)
    room.remove("00.md")
    room.publish()
    assert f"{newest}, corrected" in room.titles()
    assert "00.md" not in ids(room)
    assert len(ids(room)) == 59


def test_the_rest_is_no_news_that_a_rollback_would_take_back(tmp_path: Path) -> None:
    room = newsroom(tmp_path)
    fill(room)
    room.publish()
    finish(room)
    pages = {path for _, path in room.edition() if path.startswith("/articles/")}
    with room.store.write() as connection:
        rollback.roll_back(connection, room.articles, 1, room.now)
    room.publish()
    assert {path for _, path in room.edition() if path.startswith("/articles/")} == pages
