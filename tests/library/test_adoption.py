"""A newsroom that leaves another system keeps how readers know its stories: guid, date and link."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.library import adoption
from feedsvc.library.adoption import Adoption
from feedsvc.library.legacy_feeds import LegacyItem
from feedsvc.library.options import UpdateOptions
from feedsvc.store import ledger_transfer

OLD = "https://old.example/2026/ferry"
DATED = datetime(2026, 11, 19, 7, tzinfo=UTC)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def item(
    id_: str = "https://old.example/?p=12", link: str = OLD, title: str = "Ferry", dated: datetime | None = DATED
) -> LegacyItem:
    return LegacyItem(id_, link, title, dated)


def adopt(room: Newsroom, *items: LegacyItem, look: bool = True) -> Adoption:
    with room.store.write() as connection:
        before = ledger_transfer.last_number(connection)
        if look:
            room.library.update(connection, UpdateOptions(room.now, wait_for_writers=False))
        return adoption.adopt(
            connection, room.plan.authority, frozenset({"news.example"}), [("old.xml", list(items))], before
        )


def test_guid_date_and_link_are_taken_over_by_headline_and_date(room: Newsroom) -> None:
    room.write("ferry.md", story("“Ferry”  – late", date="2026-11-19T08:00:00Z"))
    assert adopt(room, item(title='"Ferry" - late')) == Adoption(1, 0, ())
    room.publish()
    found = room.item("“Ferry” – late")
    assert (found["id"], found["url"]) == ("https://old.example/?p=12", OLD)
    assert found["date_published"] == "2026-11-19T07:00:00Z"
    assert b'<guid isPermaLink="false">https://old.example/?p=12</guid>' in room.body("/rss.xml")
    assert b"<id>https://old.example/?p=12</id>" in room.body("/atom.xml")


def test_the_link_counts_more_than_the_headline(room: Newsroom) -> None:
    room.write("a.md", story("Ferry"))
    room.write("b.md", story("Another headline by now", url="http://www.old.example/2026/ferry/"))
    assert adopt(room, item()).adopted == 1
    room.publish()
    assert room.item("Another headline by now")["id"] == "https://old.example/?p=12"
    assert room.item("Ferry")["id"].startswith("tag:")


def test_of_several_with_one_headline_the_nearest_date_counts(room: Newsroom) -> None:
    for day in (17, 18, 19):
        room.write(f"{day}.md", story("Weather", date=f"2026-11-{day}T08:00:00Z"))
    assert adopt(room, item("urn:18", "", "Weather", datetime(2026, 11, 18, 8, tzinfo=UTC))).adopted == 1
    room.publish()
    [found] = [each for each in room.feed()["items"] if each["id"] == "urn:18"]
    assert found["date_published"] == "2026-11-18T08:00:00Z"


def test_an_article_without_date_takes_the_old_one(room: Newsroom) -> None:
    room.write("ferry.md", story("Ferry", date=""), age=1)
    adopt(room, item())
    room.publish()
    assert room.item("Ferry")["date_published"] == "2026-11-19T07:00:00Z"
    room.write("ferry.md", story("Ferry sunk", date=""), age=1)
    room.publish()
    assert room.item("Ferry sunk")["date_published"] == "2026-11-19T07:00:00Z"


def test_an_article_without_date_takes_none_of_a_headline_that_appears_again_and_again(room: Newsroom) -> None:
    room.write("18.md", story("Weather", date="2026-11-18T08:00:00Z"))
    room.write("new.md", story("Weather", date=""), age=1)
    found = adopt(
        room,
        item("urn:18", "", "Weather", datetime(2026, 11, 18, 8, tzinfo=UTC)),
        item("urn:3", "", "Weather", datetime(2026, 3, 3, tzinfo=UTC)),
    )
    assert (found.adopted, len(found.problems)) == (1, 1)
    room.publish()
    assert "urn:3" not in {each["id"] for each in room.feed()["items"]}


def test_what_does_not_match_is_told_with_a_remedy(room: Newsroom) -> None:
    room.write("a.md", story("Weather", date="2026-11-19T08:00:00Z"))
    room.write("b.md", story("Weather", date="2026-11-19T08:00:00Z"))
    unknown = item("urn:x", "https://old.example/x", "Nothing like it")
    another_day = item("urn:y", "", "Weather", datetime(2025, 1, 1, tzinfo=UTC))
    either = item("urn:z", "", "Weather", datetime(2026, 11, 19, tzinfo=UTC))
    found = adopt(room, unknown, another_day, either, item("", "", "Weather"))
    reasons = [problem.reason for problem in found.problems]
    assert (found.adopted, len(reasons)) == (0, 4)
    assert "“Nothing like it” https://old.example/x: no article has" in reasons[0]
    assert "no article has" in reasons[1]
    assert "it could be a.md or b.md" in reasons[2]
    assert "neither id nor link" in reasons[3]
    assert all(problem.place == "old.xml" and problem.remedy for problem in found.problems)


def test_an_article_that_readers_know_by_another_id_keeps_it(room: Newsroom) -> None:
    room.write("ferry.md", story("Ferry"))
    room.publish()
    before = room.edition()
    [problem] = adopt(room, item()).problems
    assert "readers know ferry.md as 'tag:" in problem.reason
    room.publish()
    assert room.edition() == before


def test_drafts_and_what_has_come_in_since_can_still_be_adopted(room: Newsroom) -> None:
    room.write("draft.md", story("Draft", draft="true"))
    room.write("other.md", story("Other"))
    room.publish()
    room.write("new.md", story("New"))
    found = adopt(room, item("urn:draft", "", "Draft"), item("urn:new", "", "New"), item("urn:other", "", "Other"))
    assert (found.adopted, len(found.problems)) == (2, 1)
    room.write("draft.md", story("Draft"), age=1)
    room.publish()
    assert {room.ids()["Draft"], room.ids()["New"]} == {"urn:draft", "urn:new"}


def test_an_id_in_the_file_stands(room: Newsroom) -> None:
    room.write("a.md", story("A", id="urn:mine"))
    room.write("ferry.md", story("Ferry", id="https://old.example/?p=12"))
    found = adopt(room, item("urn:theirs", "", "A"), item())
    assert found.adopted == 1
    assert "gives itself the id 'urn:mine'" in found.problems[0].reason
    room.publish()
    assert room.ids() == {"A": "urn:mine", "Ferry": "https://old.example/?p=12"}
    assert room.item("Ferry")["url"] == OLD


def test_adopting_twice_is_adopting_once(room: Newsroom) -> None:
    room.write("ferry.md", story("Ferry"))
    adopt(room, item())
    assert adopt(room, item()) == Adoption(0, 1, ())
    room.publish()
    assert adopt(room, item()) == Adoption(0, 1, ())
    assert room.publish().documents == 0


def test_a_story_in_two_feeds_under_two_ids_takes_the_first(room: Newsroom) -> None:
    room.write("ferry.md", story("Ferry"))
    found = adopt(room, item(), item(), item("urn:atom"))
    assert found.adopted == 1
    [problem] = found.problems
    assert "which it took over" in problem.reason
    room.publish()
    assert room.ids()["Ferry"] == "https://old.example/?p=12"


def test_a_new_date_in_the_file_of_a_story_to_come_overrules_the_adopted_one(room: Newsroom) -> None:
    room.write("ferry.md", story("Ferry", date="2026-11-19T08:00:00Z", draft="true"))
    adopt(room, item())
    room.publish()
    room.write("ferry.md", story("Ferry", date="2026-11-19T09:00:00Z"), age=1)
    room.publish()
    assert room.item("Ferry")["date_published"] == "2026-11-19T09:00:00Z"


def test_what_was_adopted_lasts_through_a_rename_and_a_change_of_config(room: Newsroom) -> None:
    room.write("ferry.md", story("Ferry"))
    adopt(room, item())
    room.publish()
    before = room.item("Ferry")
    room.move("ferry.md", "archive/boats.md")
    room.publish()
    room.configure(room.plan, digest="another")
    room.publish()
    after = room.item("Ferry")
    assert {key: after[key] for key in ("id", "url", "date_published")} == {
        key: before[key] for key in ("id", "url", "date_published")
    }


def test_links_on_the_own_address_that_differ_by_their_query_are_warned_of(room: Newsroom) -> None:
    room.write("ferry.md", story("Ferry"))
    found = adopt(room, item(link="https://news.example/?p=7"))
    assert (found.adopted, len(found.problems), found.problems[0].warning) == (1, 1, True)


def test_a_link_on_the_sites_own_address_gives_way_to_the_page_here(room: Newsroom) -> None:
    room.write("ferry.md", story("Ferry"))
    found = adopt(room, item(link="https://www.news.example/2026/ferry"))
    assert found == Adoption(1, 0, ())
    room.publish()
    assert room.code(room.page("Ferry")) == 200
