"""The library reads what changed, keeps what was good, and lets go of nothing by accident."""

import os
import random
import threading
import time
from pathlib import Path

import pytest
from newsroom import NOON, Newsroom, let_in, story

from feedsvc.library import scan
from feedsvc.library.parsing import LARGEST
from feedsvc.library.removal_guard import FEW, MOST
from feedsvc.library.settling import CompleteFiles
from feedsvc.library.update import Library
from feedsvc.service.regeneration import Regeneration, RegenerationOptions


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def fill(room: Newsroom, count: int) -> None:
    for number in range(count):
        room.write(f"{number}.md", story(f"Story {number}"))


# --- what changed -----------------------------------------------------------------------------------------------------


def test_only_files_that_changed_are_read(room: Newsroom) -> None:
    fill(room, 5)
    assert room.publish().read == 5
    assert room.publish().read == 0
    room.touch("3.md", age=1)
    assert room.publish().read == 1


def test_a_sidecar_that_comes_changes_or_goes_is_followed(room: Newsroom) -> None:
    room.write("a.md", story("From the file"))
    room.publish()
    room.write("a.toml", 'title = "From the sidecar"\nsection = "Sport"')
    room.publish()
    assert room.titles("/sport/feed.json") == ["From the sidecar"]
    room.write("a.toml", 'title = "From the sidecar again"', age=1)
    room.publish()
    assert room.titles() == ["From the sidecar again"]
    room.remove("a.toml")
    room.publish()
    assert room.titles() == ["From the file"]


def test_everything_is_found_by_the_scan_however_it_came(room: Newsroom) -> None:
    fill(room, 3)
    room.publish()
    room.write("deep/er/4.md", story("Deep"), age=10_000_000)  # an old file that was moved here
    room.remove("0.md")
    room.publish()
    assert sorted(room.titles()) == ["Deep", "Story 1", "Story 2"]


# --- half-written files -----------------------------------------------------------------------------------------------


def test_a_file_that_is_being_written_waits_until_it_rests(room: Newsroom) -> None:
    room.write("a.md", "---\ntitle: Ha", age=-300)
    assert room.publish(patient=True).unsettled
    assert room.titles() == []
    room.write("a.md", story("Half and half"), age=0)
    assert room.publish(patient=True, minutes=0).unsettled
    assert room.publish(patient=True, minutes=0.005).unsettled
    assert not room.publish(patient=True, minutes=0.005).unsettled
    assert room.titles() == ["Half and half"]


def test_a_file_that_is_known_to_be_complete_does_not_wait_but_what_belongs_to_it_does(room: Newsroom) -> None:
    complete = CompleteFiles()
    publisher = room.regeneration._publisher
    room.regeneration = Regeneration(room.store, Library(room.library._parser, room.workers, complete), publisher)
    path = room.write("a.md", story("Whole"), age=0)
    complete.add("a.md", path.stat())
    assert not room.publish(patient=True, minutes=0).unsettled
    assert room.titles() == ["Whole"]
    room.write("a.toml", 'title = "Ha', age=0)
    assert room.publish(patient=True, minutes=0).unsettled
    assert room.titles() == ["Whole"]


def test_a_file_that_has_rested_is_read_at_once(room: Newsroom) -> None:
    room.write("a.md", story("A"), age=-299)
    assert not room.publish(patient=True).unsettled
    assert room.titles() == ["A"]


def test_a_half_written_edit_leaves_the_good_version_up(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", "---\ntitle: A", age=-300)
    assert room.publish(patient=True).unsettled
    assert room.titles() == ["A"]


def test_slow_writers_are_never_published_by_halves(room: Newsroom) -> None:
    text = story("Slow", "One.\n\nTwo.\n\nThe end.")
    seen: set[str] = set()

    def write() -> None:
        with (room.articles / "a.md").open("w") as file:
            for start in range(0, len(text), 20):
                file.write(text[start : start + 20])
                file.flush()
                time.sleep(0.05)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive() or not seen:
        room.now = NOON.fromtimestamp(time.time(), NOON.tzinfo)
        room.regeneration.run(room.lease, lambda: room.now, RegenerationOptions())
        seen |= {item["content_html"] for item in room.feed()["items"]}
        time.sleep(0.02)
    assert len(seen) == 1
    assert "The end." in seen.pop()


# --- trouble ----------------------------------------------------------------------------------------------------------


def test_a_file_that_breaks_keeps_its_last_good_version_and_is_named(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", "---\ntitle: [\n---\n")
    room.publish()
    assert room.titles() == ["A"]
    assert [problem for problem in room.problems() if problem.startswith("a.md: ")]
    room.write("a.md", story("B"))
    room.publish()
    assert room.titles() == ["B"]
    assert room.problems() == []


def test_the_problems_of_a_file_go_with_it(room: Newsroom) -> None:
    room.write("a.md", "---\ntitle: [\n---\n")
    room.publish()
    assert room.problems()
    room.remove("a.md")
    room.publish()
    assert room.problems() == []


@pytest.mark.parametrize("length", [2**16 - 1, 2**16, 2**16 + 1, 300_000])
def test_a_long_file_is_read_to_its_end(room: Newsroom, length: int) -> None:
    room.write("a.md", "# Long\n\n".ljust(length, "x"))
    room.publish()
    assert room.item("Long")["content_html"].count("x") == length - len("# Long\n\n")


def test_a_file_larger_than_any_article_is_not_read(room: Newsroom) -> None:
    path = room.write("a.md", "")
    os.truncate(path, LARGEST * 1000)
    room.publish()
    assert "larger than 5 MiB" in room.problems()[0]


def test_a_file_that_could_not_be_read_is_tried_again_though_it_does_not_change(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("B"))
    (room.articles / "a.md").chmod(0)
    tried = as_nobody_may_read(room)
    assert tried == ["A"]
    (room.articles / "a.md").chmod(0o644)
    room.publish()
    assert room.titles() == ["B"]
    assert room.problems() == []


def as_nobody_may_read(room: Newsroom) -> list[str]:
    """The titles after a regeneration by a user who may not read what root may."""
    let_in(room.articles)
    let_in(room.state)  # the store looks whether its file is in its place
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        room.publish()
    finally:
        os.seteuid(user)
    assert "let the service's user read it" in room.problems()[0]
    return room.titles()


def test_a_folder_that_cannot_be_read_keeps_its_articles(room: Newsroom) -> None:
    for number in range(10):
        room.write(f"news/{number}.md", story(f"Story {number}"))
    room.write("sport/a.md", story("A"))
    room.publish()
    (room.articles / "news").chmod(0)
    assert len(as_nobody_may_read(room)) == 11
    (room.articles / "news").chmod(0o744)  # names only
    assert len(as_nobody_may_read(room)) == 11
    (room.articles / "news").chmod(0o755)
    assert room.publish().gone == 0


def test_an_articles_folder_that_is_gone_keeps_everything_and_says_so(room: Newsroom) -> None:
    fill(room, 3)
    room.publish()
    before = room.edition()
    room.articles.rename(room.articles.with_name("unmounted"))
    assert room.publish().gone == 0
    assert room.edition() == before
    assert "cannot be read" in room.problems()[0]
    room.articles.with_name("unmounted").rename(room.articles)
    assert room.publish().documents == 0
    assert room.problems() == []


# --- the brake --------------------------------------------------------------------------------------------------------


def test_the_only_article_can_be_taken_back_by_removing_its_file(room: Newsroom) -> None:
    fill(room, 1)
    room.publish()
    room.remove("0.md")
    assert room.publish(accept_removals=False).gone == 1
    assert room.problems() == []


@pytest.mark.parametrize(("count", "removed"), [(10, 10), (10, FEW + 1), (2, 2), (300, MOST + 1), (30, 7)])
def test_many_files_that_vanish_stay_published_until_it_is_confirmed(room: Newsroom, count: int, removed: int) -> None:
    fill(room, count)
    room.publish()
    before = room.edition()
    for number in range(removed):
        room.remove(f"{number}.md")
    for _ in range(2):
        assert room.publish(accept_removals=False).gone == 0
    assert room.edition() == before
    assert "--accept-removals" in "".join(room.problems())
    assert room.publish(accept_removals=True).gone == removed
    assert room.problems() == []


@pytest.mark.parametrize(("count", "removed"), [(10, FEW), (100, 20), (4, 3), (2, 1)])
def test_a_few_files_may_be_removed_at_once(room: Newsroom, count: int, removed: int) -> None:
    fill(room, count)
    room.publish()
    for number in range(removed):
        room.remove(f"{number}.md")
    assert room.publish(accept_removals=False).gone == removed
    assert room.problems() == []


def test_a_folder_that_is_renamed_is_no_removal(room: Newsroom) -> None:
    for number in range(60):
        room.write(f"news/{number}.md", story(f"Story {number}"))
    room.publish()
    before = room.ids()
    room.move("news", "archive")
    assert room.publish(accept_removals=False).gone == 0
    assert room.ids() == before
    assert room.problems() == []


def test_files_that_come_back_after_the_brake_are_as_if_they_had_never_been_gone(room: Newsroom) -> None:
    fill(room, 10)
    room.publish()
    before = room.edition()
    room.articles.rename(room.articles.with_name("elsewhere"))
    room.articles.mkdir()
    room.publish(accept_removals=False)
    room.articles.rmdir()
    room.articles.with_name("elsewhere").rename(room.articles)
    assert room.publish(accept_removals=False).documents == 0
    assert room.edition() == before
    assert room.problems() == []


# --- looks that are confined ------------------------------------------------------------------------------------------


def test_a_look_with_hints_reads_what_they_name_and_asks_for_nothing_else(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        room.write(f"news/{number}.md", story(f"Story {number}"))
    room.publish()
    room.write("news/7.md", story("Story seven", "Other words."))
    room.write("news/8.md", story("Story eight", "Other words."))
    asked: list[str] = []
    stat = scan._regular

    def regular(entry: os.DirEntry[str], path: str, root: str) -> os.stat_result | None:
        asked.append(entry.name)
        return stat(entry, path, root)

    monkeypatch.setattr(scan, "_regular", regular)
    assert room.publish(hints=frozenset({"news/7.md"})).read == 1
    assert asked == ["7.md"]
    assert "Story seven" in room.titles()
    assert "Story eight" not in room.titles()
    assert room.publish().read == 1


NAMES = ("a.md", "b.md", "news/a.md", "news/b.md", "news/eu/c.md", "a.b.md")
BESIDE = ("news/a.toml", "news/b.png", "b.jpg", "news/map.png", "map.vtt")


def step(source: random.Random, rooms: tuple[Newsroom, ...], number: int) -> set[str]:
    """Do one and the same thing in all `rooms`; the paths at which something changed."""
    name, other, beside = source.choice(NAMES), source.choice(NAMES), source.choice(BESIDE)
    picture = source.choice(("", "map.png"))
    what = source.choice(("write", "write", "remove", "move", "beside", "beside", "lose", "folder"))
    changed: set[str] = set()
    for room in rooms:
        articles = room.articles
        match what:
            case "write":
                room.write(name, story(f"Story {number}", f"Words {number % 3}.", image=picture))
                changed = {name}
            case "remove" if (articles / name).is_file():
                room.remove(name)
                changed = {name}
            case "move" if (articles / name).is_file():
                room.move(name, other)
                changed = {name, other}
            case "beside":
                room.write(beside, 'tags = ["x"]' if beside.endswith(".toml") else f"picture {number}")
                changed = {beside}
            case "lose" if (articles / beside).is_file():
                room.remove(beside)
                changed = {beside}
            case "folder" if (articles / "news").is_dir() and not (articles / "old").exists():
                room.move("news", "old")
                changed = {"news", "old"}
    return changed


@pytest.mark.parametrize("seed", range(4))
def test_looks_with_hints_come_to_the_same_as_looks_at_everything(tmp_path: Path, seed: int) -> None:
    """Inodes differ from room to room, so what is renamed is known by its bytes in both."""
    source = random.Random(seed)
    hinted, whole = Newsroom(tmp_path / "hinted"), Newsroom(tmp_path / "whole")
    for room in (hinted, whole):
        for number in range(30):
            room.write(f"stock/{number}.md", story(f"In stock {number}"))
        room.publish()
    for number in range(25):
        changed = set().union(*(step(source, (hinted, whole), number) for _ in range(source.randint(1, 3))))
        hinted.publish(hints=frozenset(changed), accept_removals=False)
        whole.publish(accept_removals=False)
        assert hinted.edition() == whole.edition(), number


# --- renamed and edited in one go -------------------------------------------------------------------------------------

LONG = "The ferry was late again, and nobody on the quay could say why. " * 8
RENAMED_AND_EDITED = {
    "headline": (story("A", LONG[:300]), story("B", LONG[:300])),
    "headline and date of a long story": (story("A", LONG), story("B", LONG, date="2026-11-18")),
    "section and slug": (story("A"), story("A", section="Sport", slug="other")),
    "date": (story("A", LONG[:300]), story("A", LONG[:300], date="2026-11-18")),
    "text": (story("A"), story("A", "All of it is told otherwise.")),
    "headline of one without a date": (story("A", LONG, date=""), story("B", LONG, date="")),
}


@pytest.mark.parametrize(("before", "after"), RENAMED_AND_EDITED.values(), ids=RENAMED_AND_EDITED)
@pytest.mark.parametrize("hinted", [False, True])
def test_a_file_that_is_renamed_and_edited_in_one_go_is_the_same_article(
    room: Newsroom, before: str, after: str, hinted: bool
) -> None:
    room.write("a.md", before)
    room.write("z.md", story("Z", "Something else."))
    room.publish()
    ids = set(room.ids().values())
    room.remove("a.md")
    room.write("n/b.md", after)
    report = room.publish(hints=frozenset({"a.md", "n/b.md"}) if hinted else None)
    assert (report.gone, set(room.ids().values())) == (0, ids)


OTHERS = {
    "the same headline on another day": story("A", "Quite another text.", date="2026-11-20"),
    "the same few words": story("B"),
    "an id of its own": story("A", id="b-1"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_new_story_that_comes_as_another_goes_is_another(room: Newsroom, other: str) -> None:
    room.write("a.md", story("A"))
    room.publish()
    ids = set(room.ids().values())
    room.remove("a.md")
    room.write("b.md", other)
    assert room.publish().gone == 1
    assert not ids & set(room.ids().values())


def test_which_of_two_it_was_is_not_guessed(room: Newsroom) -> None:
    for name in ("a.md", "b.md"):
        room.write(name, story(name, LONG))
    room.publish()
    ids = set(room.ids().values())
    room.remove("a.md")
    room.remove("b.md")
    room.write("c.md", story("C", LONG))
    assert room.publish().gone == 2
    assert not ids & set(room.ids().values())
