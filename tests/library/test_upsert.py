"""Who an article is, for ever, and since when."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from newsroom import NOON, Newsroom, story
from sqlalchemy import select

from feedsvc.model.reader import ReaderOptions
from feedsvc.store import revisions
from feedsvc.store.schema import articles


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


# --- identity ---------------------------------------------------------------------------------------------------------


def test_a_minted_id_is_a_tag_uri_of_the_authority_that_says_nothing_of_the_path(room: Newsroom) -> None:
    room.write("news/secret-name.md", story("A"))
    room.publish()
    assert room.ids()["A"].startswith("tag:news.example,2026:")
    assert "secret" not in room.ids()["A"]


def rename(room: Newsroom) -> None:
    room.move("a.md", "sport/other name.md")


def new_headline(room: Newsroom) -> None:
    room.write("a.md", story("A").replace("title: A", "title: A\nslug: another\nsection: Sport / Rowing"))


def new_body(room: Newsroom) -> None:
    room.write("a.md", story("A", "Everything else."))


def touched(room: Newsroom) -> None:
    room.touch("a.md", age=1)


def given_later(room: Newsroom) -> None:
    room.write("a.md", story("A", id="urn:x:1"))


def gone_and_back(room: Newsroom) -> None:
    room.remove("a.md")
    room.publish()
    room.write("a.md", story("A", "It is back."))


def gone_and_back_elsewhere(room: Newsroom) -> None:
    text = (room.articles / "a.md").read_bytes()
    room.remove("a.md")
    room.publish()
    room.write("deep/below/b.md", text)


def other_host(room: Newsroom) -> None:
    room.configure(room.plan, addresses=("http://elsewhere.example",), digest="2")


def nothing_remembered(room: Newsroom) -> None:
    room.rebuild()


@pytest.mark.parametrize(
    "change",
    [
        *(rename, new_headline, new_body, touched, given_later, gone_and_back, gone_and_back_elsewhere),
        *(other_host, nothing_remembered),
    ],
)
def test_no_change_changes_an_id(room: Newsroom, change: Callable[[Newsroom], None]) -> None:
    room.write("a.md", story("A"))
    room.write("z.md", story("Z"))
    room.publish()
    before = room.ids()
    change(room)
    room.publish()
    assert room.ids() == before


def test_a_renamed_file_and_a_new_one_in_its_old_place_are_two_articles(room: Newsroom) -> None:
    room.write("a.md", story("Old"))
    room.publish()
    old = room.ids()["Old"]
    room.move("a.md", "b.md")
    room.write("a.md", story("New"))
    room.publish()
    assert room.ids()["Old"] == old
    assert room.ids()["New"] != old


def test_a_chain_of_renamed_files_keeps_every_id(room: Newsroom) -> None:
    for number in range(4):
        room.write(f"top-{number}.md", story(f"Story {number}"))
    room.publish()
    before = room.ids()
    for number in reversed(range(4)):
        room.move(f"top-{number}.md", f"top-{number + 1}.md")
    room.write("top-0.md", story("Newest"))
    room.publish()
    after = room.ids()
    assert {title: after[title] for title in before} == before
    assert after["Newest"] not in before.values()


def test_a_backup_of_the_old_text_beside_an_edited_file_does_not_take_its_id(room: Newsroom) -> None:
    path = room.write("a.md", story("A"))
    room.publish()
    id_ = room.ids()["A"]
    old = path.read_bytes()
    room.write("a.md", story("A", "Edited."))
    room.write("a-old.md", old.replace(b"title: A", b"title: A"))
    room.publish()
    edited = next(item for item in room.feed()["items"] if "Edited" in item["content_html"])
    assert edited["id"] == id_
    assert len({item["id"] for item in room.feed()["items"]}) == 2


def test_files_with_equal_bytes_are_articles_of_their_own(room: Newsroom) -> None:
    room.write("a.md", story("Twin"))
    room.write("b.md", story("Twin"))
    room.publish()
    assert len({item["id"] for item in room.feed()["items"]}) == 2


def test_of_files_with_equal_bytes_the_one_that_was_renamed_keeps_its_id(room: Newsroom) -> None:
    room.write("a.md", story("Twin"))
    room.write("b.md", story("Twin"))
    room.publish()
    before = {item["id"] for item in room.feed()["items"]}
    room.move("a.md", "c.md")
    room.publish()
    assert {item["id"] for item in room.feed()["items"]} == before


@pytest.mark.parametrize("id_", ["urn:uuid:0d5f", "https://old.example/?p=17", "post 17", "пост-17"])
def test_an_id_that_the_file_gives_is_used_as_it_stands(room: Newsroom, id_: str) -> None:
    room.write("a.md", story("A", id=id_))
    room.publish()
    assert room.ids()["A"] == id_


def test_an_id_that_the_file_gives_follows_it_even_if_all_else_changes(room: Newsroom) -> None:
    room.write("a.md", story("A", id="urn:x:1"))
    room.publish()
    room.remove("a.md")
    room.write("b.md", story("Another headline", "Another text.", id="urn:x:1"))
    room.publish()
    assert room.ids() == {"Another headline": "urn:x:1"}


def test_a_renamed_file_with_an_id_and_a_new_one_in_its_old_place_are_two_articles(room: Newsroom) -> None:
    room.write("a.md", story("Old", id="urn:x:1"))
    room.publish()
    room.move("a.md", "b.md")
    room.write("a.md", story("New", id="urn:x:2"))
    room.publish()
    assert room.ids() == {"Old": "urn:x:1", "New": "urn:x:2"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("urn:x:1", "urn:x:1"),
        ("urn:x:Straße", "URN:X:STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
        ("post 17", "tag:news.example,2026:id:post%2017"),
    ],
)
def test_of_two_files_with_one_id_the_first_owner_keeps_it(room: Newsroom, first: str, second: str) -> None:
    room.write("a.md", story("First", id=first))
    room.publish()
    room.write("0.md", story("Second", id=second))
    room.publish()
    assert room.titles() == ["First"]
    assert [problem for problem in room.problems() if problem.startswith("0.md") and "belongs to a.md" in problem]


def test_a_file_whose_id_was_taken_is_published_when_the_id_is_free(room: Newsroom) -> None:
    room.write("a.md", story("First", id="urn:x:1"))
    room.write("b.md", story("Second", id="urn:x:1"))
    room.publish()
    room.remove("a.md")
    room.publish()
    room.publish()
    assert room.ids() == {"Second": "urn:x:1"}
    assert not room.problems()


def test_an_id_that_looks_like_a_minted_one_costs_at_most_its_own_file(room: Newsroom) -> None:
    room.write("b.md", story("B"))
    room.publish()
    minted = room.ids()["B"]
    room.rebuild()
    room.remove("b.md")
    room.write("a.md", story("Thief", id=minted))
    room.publish()
    room.write("b.md", story("B"))
    room.publish()
    assert room.ids()["Thief"] == minted
    assert room.ids()["B"] != minted


def test_an_id_that_is_added_later_is_not_taken_and_said_to_be_so(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("A", id="urn:x:1"))
    room.publish()
    assert "urn:x:1" not in room.ids().values()
    assert [problem for problem in room.problems() if "warning" in problem and "urn:x:1" in problem]


def test_a_rename_while_the_file_is_settling_does_not_take_the_article_out(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    before = room.ids()
    room.move("a.md", "b.md")
    room.touch("b.md", age=-300)  # written at the very instant of the next look
    assert room.publish(patient=True).unsettled
    assert room.ids() == before
    room.publish(patient=True, minutes=0.01)
    assert room.ids() == before


def test_a_thousand_articles_keep_their_ids_through_all_of_it(room: Newsroom) -> None:
    for number in range(1000):
        room.write(f"{number % 10}/{number}.md", story(f"Story {number}", section="News"))
    room.publish()
    before = all_ids(room)
    for number in range(0, 1000, 3):
        room.move(f"{number % 10}/{number}.md", f"moved/{number}.md")
    for number in range(1, 1000, 3):
        room.write(f"{number % 10}/{number}.md", story(f"New headline {number}", section="Sport", slug=f"s{number}"))
    room.publish()
    assert all_ids(room) == before


def all_ids(room: Newsroom) -> set[str]:
    with room.store.read() as connection:
        return set(connection.scalars(select(articles.c.id).where(articles.c.path.is_not(None))))


# --- dates ------------------------------------------------------------------------------------------------------------


def stamp(room: Newsroom, title: str = "A") -> tuple[str, str]:
    """When it was published, and when it changed; JSON Feed leaves the second out where it is the first."""
    item = room.item(title)
    return item["date_published"], item.get("date_modified", item["date_published"])


def test_an_article_without_a_date_has_its_files_date_at_first_sight(room: Newsroom) -> None:
    room.write("a.md", story("A", date=""), age=3600)
    room.publish()
    assert stamp(room)[0] == "2026-11-20T11:00:00Z"
    room.write("a.md", story("A", "Changed.", date=""), age=1)
    room.publish()
    assert stamp(room)[0] == "2026-11-20T11:00:00Z"


def test_a_file_from_the_future_was_written_now(room: Newsroom) -> None:
    room.write("a.md", story("A", date=""), age=-86_400 * 365)
    room.publish()
    assert stamp(room)[0] == "2026-11-20T12:05:00Z"


@pytest.mark.parametrize("seconds", [-10_000_000_000, 9_000_000_000])
def test_a_file_of_an_impossible_date_is_an_article_too(room: Newsroom, seconds: int) -> None:
    path = room.write("a.md", story("A", date=""))
    os.utime(path, (seconds, seconds))
    room.publish()
    assert room.titles() == ["A"]


def test_updated_moves_when_a_reader_sees_a_change_and_only_then(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    first = stamp(room)
    assert first == ("2026-11-19T08:00:00Z", "2026-11-19T08:00:00Z")
    room.touch("a.md", age=0)
    room.publish()
    room.write("a.md", story("A", tags="fish", section="Sport", slug="other"), age=0)
    room.publish()
    assert stamp(room) == first
    room.write("a.md", story("A", "Changed."), age=30)
    room.publish()
    assert stamp(room) == (first[0], "2026-11-20T12:14:30Z")


SAME_TO_READERS = {
    "emphasis": ("a.md", story("A", "Some *text* here."), story("A", "Some _text_ here.")),
    "blank lines": ("a.md", story("A", "One.\n\nTwo."), story("A", "One.\n\n\nTwo.  ")),
    "lists": ("a.md", story("A", "- one\n- two"), story("A", "* one\n* two")),
    "lines": ("a.md", story("A", "One two\nthree."), story("A", "One\ntwo three.")),
    "its own summary": ("a.md", story("A", "It is told."), story("A", "It is told.", summary="It is told.")),
    "an address": ("n/a.md", story("A", "[b](b.html)"), story("A", "[b](../n/b.html)")),
    "classes": (
        "a.html",
        "<h1>A</h1><article><p>Told.</p></article>",
        "<h1>A</h1><article><p class=z>Told.</p></article>",
    ),
}


@pytest.mark.parametrize(("name", "before", "after"), SAME_TO_READERS.values(), ids=SAME_TO_READERS)
def test_updated_stays_where_the_same_is_only_written_otherwise(
    room: Newsroom, name: str, before: str, after: str
) -> None:
    room.write(name, before)
    room.publish()
    first = stamp(room)
    room.write(name, after)
    assert room.publish().read == 1
    assert stamp(room) == first


def test_updated_moves_where_only_spaces_differ_that_are_seen(room: Newsroom) -> None:
    room.write("a.md", story("A", "```\nif so:\n  go\n```"))
    room.publish()
    before = stamp(room)
    room.write("a.md", story("A", "```\nif so:\n    go\n```"))
    room.publish()
    assert stamp(room) > before


def test_updated_is_what_the_file_says_if_that_is_later(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("A", "Changed.", updated="2026-11-20T09:00:00Z"))
    room.publish()
    assert stamp(room)[1] == "2026-11-20T09:00:00Z"


@pytest.mark.parametrize("said", ["2031-01-01T00:00:00Z", "2020-01-01T00:00:00Z"])
def test_updated_is_never_in_the_future_nor_before_it_was_published(room: Newsroom, said: str) -> None:
    room.write("a.md", story("A", updated=said))
    room.publish()
    assert stamp(room) == ("2026-11-19T08:00:00Z", "2026-11-19T08:00:00Z")


def test_updated_does_not_move_because_the_program_or_the_config_reads_otherwise(room: Newsroom) -> None:
    room.write("a.txt", "Headline\n\nFirst paragraph.\n\nFollow us there\n")
    room.publish()
    before = stamp(room, "Headline")
    room.configure(room.plan, ReaderOptions(furniture=("Follow us there",)), digest="2")
    room.publish()
    assert "Follow us" not in room.item("Headline")["content_html"]
    assert stamp(room, "Headline") == before


def test_updated_is_later_than_the_withdrawal_for_an_article_that_returns(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    published = stamp(room)[0]
    room.write("a.md", story("A", status="withdrawn"))
    room.publish()
    assert room.titles() == []
    withdrawn = room.now
    room.write("a.md", story("A"))
    room.publish()
    assert stamp(room) == (published, f"{withdrawn + timedelta(seconds=1):%FT%TZ}")
    room.remove("a.md")
    room.publish()
    withdrawn = room.now
    room.write("a.md", story("A"))
    room.publish()
    assert stamp(room) == (published, f"{withdrawn + timedelta(seconds=1):%FT%TZ}")


@pytest.mark.parametrize("date", ["2026-11-18T08:00:00Z", "2026-11-20T08:00:00Z", ""])
def test_the_date_that_readers_were_told_never_moves(room: Newsroom, date: str) -> None:
    room.write("a.md", story("A"))
    room.publish()
    before = room.edition()
    room.write("a.md", story("A", date=date))
    room.publish()
    assert room.edition() == before


def test_the_date_of_what_readers_have_not_seen_is_what_the_file_says_last(room: Newsroom) -> None:
    room.write("a.md", story("A", embargo="2026-11-20T14:00:00Z"))
    room.publish()
    room.write("a.md", story("A", date="2026-11-18T08:00:00Z"))
    room.publish()
    assert stamp(room) == ("2026-11-18T08:00:00Z", "2026-11-18T08:00:00Z")


def test_an_article_that_is_dated_into_the_future_waits_and_keeps_its_date(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("A", date="2026-11-21T08:00:00Z"))
    room.publish()
    assert room.titles() == []
    room.publish(minutes=24 * 60)
    assert stamp(room) == ("2026-11-19T08:00:00Z", "2026-11-19T08:00:00Z")


def noted(room: Newsroom) -> list[tuple[int, str, tuple[str, ...]]]:
    with room.store.read() as connection:
        return [(number, f"{made:%F %T}", changed) for number, made, changed in revisions.of(connection, 1)]


def test_each_change_that_a_reader_sees_is_a_revision_with_its_time_and_what_it_changed(room: Newsroom) -> None:
    room.write("a.md", story("A", "Text."))
    room.publish()
    room.write("a.md", story("A", "Text.", tags="fish", section="Sport"))
    room.publish()
    assert noted(room) == []
    room.write("a.md", story("B", "Another text.", author="Ann"))
    room.publish()
    room.write("a.md", story("B", "Another text.", author="Ann", correction="It is *another* text."))
    room.publish()
    room.write("a.md", story("B", "Another text.", author="Ann", status="withdrawn"))
    room.publish()
    room.write("a.md", story("B", "Another text.", author="Ann"))
    room.publish()
    assert [(number, changed) for number, _, changed in noted(room)] == [
        (5, ("status",)),
        (4, ("correction", "status")),
        (3, ("correction",)),
        (2, ("authors", "body", "title")),
    ]


def test_what_no_reader_saw_is_no_revision(room: Newsroom) -> None:
    for number in range(3):
        room.write("a.md", story("A", f"Text {number}.", draft="true"))
        room.publish()
    room.write("a.md", story("A", "Text.", draft="true", status="withdrawn"))
    room.publish()
    assert noted(room) == []


def test_the_latest_revisions_are_remembered(room: Newsroom) -> None:
    for number in range(revisions.KEPT + 6):
        room.write("a.md", story("A", f"Text {number}."))
        room.publish()
    assert [number for number, _, _ in noted(room)] == list(range(revisions.KEPT + 6, 6, -1))


def test_edits_to_a_draft_are_no_updates(room: Newsroom) -> None:
    room.write("a.md", story("A", draft="true"))
    room.publish()
    room.write("a.md", story("A", "Changed.", draft="true"))
    room.publish()
    assert room.titles() == []
    room.write("a.md", story("A", "Changed again."))
    room.publish()
    assert stamp(room) == ("2026-11-19T08:00:00Z", "2026-11-19T08:00:00Z")


# --- when it is open --------------------------------------------------------------------------------------------------


def test_an_embargo_passes_without_a_change_of_the_file(room: Newsroom) -> None:
    room.write("a.md", story("A", embargo="2026-11-20T13:00:00Z"))
    assert room.publish().next_change_at == NOON + timedelta(hours=1)
    assert room.titles() == []
    room.publish(minutes=54)
    assert room.titles() == []
    room.publish(minutes=1)
    assert room.titles() == ["A"]
    assert room.code(room.page("A")) == 200


def test_an_article_of_tomorrow_is_held_until_tomorrow(room: Newsroom) -> None:
    room.write("a.md", story("A", date="2026-11-21T08:00:00Z"))
    room.publish()
    assert room.titles() == []
    room.publish(minutes=24 * 60)
    assert room.titles() == ["A"]


def test_an_article_expires(room: Newsroom) -> None:
    room.write("a.md", story("A", expires="2026-11-20T13:00:00Z"))
    assert room.publish().next_change_at == NOON + timedelta(hours=1)
    page = room.page("A")
    room.publish(minutes=60)
    assert room.titles() == []
    assert room.code(page) == 410


def test_what_is_hidden_moves_nothing_that_is_public(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    before = room.edition()
    for number in range(20):
        room.write(f"draft-{number}.md", story("Hidden", f"Text {number}", draft="true", section="Secret"))
        room.write("later.md", story("Hidden", f"Text {number}", embargo="2030-01-01", image="later.png"))
        room.write("later.png", bytes(number + 1))
        assert room.publish().documents == 0
    assert room.edition() == before


def test_files_that_change_places_take_their_articles_along(room: Newsroom) -> None:
    for name in ("a", "b"):
        room.write(f"{name}.md", story(f"Story {name}"))
    room.publish()
    ids = room.ids()
    room.move("a.md", "c.tmp")
    room.move("b.md", "a.md")
    room.move("c.tmp", "b.md")
    room.publish()
    assert room.ids() == ids


def test_a_date_that_is_not_the_one_that_readers_were_told_is_named(room: Newsroom) -> None:
    room.write("a.md", story("A", date="2026-11-01T08:00:00Z"))
    room.publish()
    assert room.problems() == []
    room.write("a.md", story("A", date="2026-11-02T08:00:00Z"), age=1)
    for _ in range(2):
        room.publish()
        [problem] = room.problems()
        assert "2026-11-02T08:00:00+00:00" in problem
        assert "readers were told 2026-11-01T08:00:00+00:00, which stays" in problem
        room.configure(room.plan, digest="another")
    room.write("a.md", story("A", date="2026-11-01T08:00:00Z"), age=1)
    room.publish()
    assert room.problems() == []
