"""An article that was taken back: its readers are told, by the site's policy, and nothing of it is left."""

from datetime import timedelta
from pathlib import Path

import pytest
from ledger_sample import NOON, NOW, entry
from lxml import etree
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, own_feed, story

from feedsvc.model.article import ArticleCopy, Status
from feedsvc.model.plan import WithdrawalPolicy
from feedsvc.model.selection import Selection
from feedsvc.publisher.window import key_of
from feedsvc.publisher.withdrawals import contents_of, stand_ins_above, with_notices_among, withdrawn_item
from feedsvc.store.entries import TakenBack
from feedsvc.store.windows import WindowState

NOTICE = replace(PLAN, withdrawal=WithdrawalPolicy(notice="This story has been <withdrawn>."))
GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
CANARY = "canary in the coal mine"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def told(room: Newsroom, path: str = "/atom.xml") -> list[tuple[str, str]]:
    """The tombstones, `(ref, when)`."""
    return [(each.get("ref", ""), each.get("when", "")) for each in etree.fromstring(room.body(path)).iter(GONE)]


def withdraw(room: Newsroom, how: str, name: str, title: str, **front: str) -> None:
    if how == "killed":
        room.write(name, story(title, CANARY, status="withdrawn", **front))
    else:
        room.remove(name)
    room.publish()


def everything(room: Newsroom) -> bytes:
    return b"".join(body if isinstance(body, bytes) else body.encode() for body in room.edition().values())


how = pytest.mark.parametrize("how", ["killed", "removed"])


@how
def test_atom_names_what_was_withdrawn_and_no_format_says_it_any_more(room: Newsroom, how: str) -> None:
    room.write("a.md", story("A scandal", CANARY, section="News / EU"))
    room.write("b.md", story("B", section="News"))
    room.publish()
    page, name = room.page("A scandal"), room.ids()["A scandal"]
    withdraw(room, how, "a.md", "A scandal", section="News / EU")
    assert told(room) == told(room, "/news/atom.xml") == [(name, room.now.isoformat())]
    assert CANARY.encode() not in everything(room)
    assert b"A scandal" not in everything(room)
    assert room.titles() == ["B"]
    assert room.code(page) == 410
    assert f"<updated>{room.now.isoformat()}</updated>" in room.body("/atom.xml").decode().split("<entry>")[0]


@how
def test_a_notice_keeps_the_id_and_the_place_and_nothing_else(tmp_path: Path, how: str) -> None:
    room = Newsroom(tmp_path, NOTICE)
    for number in range(3):
        room.write(f"{number}.md", story(f"Story {number}", CANARY if number == 1 else "Text", image="x.png", tags="x"))
    room.write("x.png", b"picture")
    room.publish()
    before, ids = room.item("Story 1"), [item["id"] for item in room.feed()["items"]]
    withdraw(room, how, "1.md", "Story 1")
    items = room.feed()["items"]
    assert [item["id"] for item in items] == ids
    (notice,) = [item for item in items if item["id"] == before["id"]]
    assert notice["date_published"] == before["date_published"]
    assert notice["url"] == f"{before['url'].rpartition('/')[0]}/"  # the rest of it is the headline
    assert notice["content_html"] == "<p>This story has been &lt;withdrawn&gt;.</p>"
    assert notice["date_modified"] == f"{room.now:%FT%TZ}"
    assert not {"attachments", "image", "tags"} & notice.keys()
    assert told(room) == []
    for path in ("/rss.xml", "/atom.xml"):
        assert before["id"].encode() in room.body(path)
    assert CANARY.encode() not in everything(room)
    assert b"Story 1" not in everything(room)


@how
def test_what_had_left_the_feed_gets_no_notice_but_a_tombstone(tmp_path: Path, how: str) -> None:
    room = Newsroom(tmp_path, replace(NOTICE, defaults=replace(TERMS, limit=2)))
    for number in range(4):
        room.write(f"{number}.md", story(f"Story {number}", CANARY, date=f"2026-11-{19 - number:02}"))
    room.publish()
    withdraw(room, how, "3.md", "Story 3")
    assert room.titles() == ["Story 0", "Story 1"]
    assert len(told(room)) == 1
    withdraw(room, how, "1.md", "Story 1")
    assert room.titles() == ["Story 0", "This story has been <withdrawn>."]
    room.write("new.md", story("New"))
    room.publish()
    assert room.titles() == ["New", "Story 0"]
    assert len(told(room)) == 2


@how
def test_a_withdrawal_is_told_for_as_long_as_the_config_says(tmp_path: Path, how: str) -> None:
    room = Newsroom(tmp_path, replace(PLAN, withdrawal=WithdrawalPolicy(keep=86_400)))
    room.write("a.md", story("A", section="News"))
    room.write("b.md", story("B", section="News"))
    room.publish()
    withdraw(room, how, "a.md", "A", section="News")
    room.publish(minutes=24 * 60 - 1)
    assert len(told(room)) == len(told(room, "/news/atom.xml")) == 1
    room.publish(minutes=1)
    assert told(room) == told(room, "/news/atom.xml") == []
    assert room.publish().documents == 0


def test_what_readers_never_saw_leaves_no_trace(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.write("draft.md", story("Draft", draft="true"))
    room.write("later.md", story("Later", embargo="2026-12-24"))
    room.publish()
    before = room.edition()
    for name in ("draft.md", "later.md"):
        room.write(name, story("Hidden", status="withdrawn"))
        assert room.publish().documents == 0
        room.remove(name)
        assert room.publish().documents == 0
    assert room.edition() == before


def test_a_file_that_is_gone_after_it_was_killed_is_not_withdrawn_again(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.write("b.md", story("B"))
    room.publish()
    withdraw(room, "killed", "a.md", "A")
    before = told(room)
    room.remove("a.md")
    room.publish(minutes=60)
    assert told(room) == before


def test_an_article_that_returns_is_newer_than_its_tombstone_which_is_gone(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    name = room.ids()["A"]
    for _ in range(3):
        withdraw(room, "killed", "a.md", "A")
        [(ref, when)] = told(room)
        assert (ref, when) == (name, room.now.isoformat())
        room.write("a.md", story("A"))
        room.publish()
        assert told(room) == []
        assert room.item("A")["date_modified"] > f"{room.now - timedelta(minutes=5):%FT%TZ}"
        assert room.ids()["A"] == name


def test_a_tombstone_stands_until_the_embargo_of_an_article_that_returns(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    withdraw(room, "killed", "a.md", "A")
    room.write("a.md", story("A", embargo="2026-11-20T15:00:00Z"))
    room.publish()
    assert len(told(room)) == 1
    room.publish(minutes=180)
    assert told(room) == []
    assert room.titles() == ["A"]


@how
def test_feeds_of_the_operators_own_tell_of_what_they_held_and_of_nothing_else(tmp_path: Path, how: str) -> None:
    feeds = tuple(
        replace(own_feed(f"/{tag}.xml", Selection(tags=(tag,))), policy=replace(TERMS, formats=("atom",)))
        for tag in ("fish", "crane")
    )
    room = Newsroom(tmp_path, replace(PLAN, feeds=feeds, withdrawal=WithdrawalPolicy(keep=86_400)))
    room.write("a.md", story("A", tags="fish"))
    room.write("b.md", story("B", tags="crane"))
    room.publish()
    name = room.ids()["A"]
    withdraw(room, how, "a.md", "A", tags="fish")
    assert told(room, "/fish.xml") == [(name, room.now.isoformat())]
    assert told(room, "/crane.xml") == []
    room.publish(minutes=24 * 60)
    assert told(room, "/fish.xml") == []


def test_a_hundred_withdrawals_are_gone_everywhere_within_one_regeneration(room: Newsroom) -> None:
    for number in range(130):
        room.write(f"{number}.md", story(f"Story {number}", f"canary-{number:03}", section="News"))
    room.publish()
    pages = {number: room.page(f"Story {number}") for number in range(130) if f"Story {number}" in room.ids()}
    for number in range(100):
        if number % 2:
            room.remove(f"{number}.md")
        else:
            room.write(
                f"{number}.md", story(f"Story {number}", f"canary-{number:03}", section="News", status="withdrawn")
            )
    room.publish()
    left = everything(room)
    for number in range(130):
        assert (f"canary-{number:03}".encode() in left) == (number >= 100)
        if number < 100 and number in pages:
            assert room.code(pages[number]) == 410
    assert len(told(room)) == len(told(room, "/news/atom.xml")) == 100


# --- as values --------------------------------------------------------------------------------------------------------


def test_a_stand_in_has_the_id_and_the_address_of_the_article_and_none_of_its_words() -> None:
    copy = ArticleCopy(title="A scandal", body=CANARY, summary=CANARY, tags=("fish",), language="de")
    item = withdrawn_item(NOTICE, TakenBack(entry(3, copy, body=CANARY), NOW))
    assert (item.told.id, item.told.when, item.told.title) == ("urn:x:3", NOON, "")
    assert item.stand_in is not None
    assert (item.stand_in.id, item.stand_in.url) == ("urn:x:3", item.told.url)
    assert (item.stand_in.status, item.stand_in.language) == (Status.WITHDRAWN, "de")
    assert CANARY not in repr(item.stand_in)
    assert "scandal" not in repr(item.stand_in)
    assert "fish" not in repr(item.stand_in)


def test_without_a_notice_nothing_stands_in() -> None:
    assert withdrawn_item(PLAN, TakenBack(entry(3), NOW)).stand_in is None


def test_notices_stand_where_the_article_stood_and_nowhere_below_the_floor() -> None:
    gone = [withdrawn_item(NOTICE, TakenBack(entry(number), NOW)) for number in (7, 3, 5)]
    assert [each.number for each in stand_ins_above(gone, key_of(entry(6)))] == [3, 5]
    told = with_notices_among(gone, {3})
    assert [each.entry.number for each in told if each.stand_in] == [3]
    assert [bool(each.told.notice) for each in told] == [False, True, False]


def test_notices_take_places_in_the_window_and_one_without_a_place_becomes_a_tombstone() -> None:
    gone = [withdrawn_item(NOTICE, TakenBack(entry(number), NOW)) for number in (2, 9)]
    items = [entry(number) for number in (1, 3, 4, 5)]
    found = contents_of(items, gone, WindowState(), replace(TERMS, limit=3), NOW)
    assert [each.number for each in found.items] == [1, 2, 3]
    assert found.notices.keys() == {2}
    assert [bool(each.told.notice) for each in found.gone] == [True, False]
    assert found.window.floor == key_of(entry(4))
    assert contents_of(items, [], found.window, replace(TERMS, limit=3), NOW).notices == {}
