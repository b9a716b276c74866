"""What left a feed is in its archives: complete, each article once, in documents that nothing later changes."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace
from newsroom import NOON, PLAN, TERMS, Newsroom, section, story

from feedsvc.model.document import ARCHIVE_MAX_AGE
from feedsvc.model.report import Report
from feedsvc.store import document_index, documents, notes

HERE = PLAN.addresses[0]
CHAINED = replace(TERMS, limit=10, archive=True)
ATOM = "{http://www.w3.org/2005/Atom}"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"


def newsroom(folder: Path, **terms: object) -> Newsroom:
    return Newsroom(folder, replace(PLAN, defaults=replace(CHAINED, **terms), addresses=PLAN.addresses[:1]))


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return newsroom(tmp_path)


def settle(room: Newsroom) -> list[Report]:
    """What waits is printed, slice by slice."""
    reports: list[Report] = []
    while not reports or reports[-1].pending_pages:
        reports.append(room.publisher.publish_backlog(room.lease, lambda: room.now))
        assert len(reports) < 500
    return reports


def publish(room: Newsroom, minutes: float = 5) -> None:
    room.publish(minutes=minutes)
    settle(room)


def add(room: Newsroom, number: int, **front: str) -> None:
    usual = {"section": "News", "date": f"{NOON - timedelta(days=number):%F}"}
    room.write(f"{number}.md", story(str(number), f"Text {number}.", **usual | front))


# --- a reader by RFC 5005, section 4 ----------------------------------------------------------------------------------


def atom(body: bytes) -> tuple[list[str], str, str, bool]:
    """The ids, the address of the next older document, that of the feed itself, and whether this is an archive."""
    feed = etree.fromstring(body)
    links = {link.get("rel"): link.get("href", "") for link in feed.findall(f"{ATOM}link")}
    ids = [each.text or "" for each in feed.iterfind(f"{ATOM}entry/{ATOM}id")]
    return ids, links.get("prev-archive", ""), links.get("current", ""), feed.find(ARCHIVE) is not None


def rss(body: bytes) -> tuple[list[str], str, str, bool]:
    channel = etree.fromstring(body)[0]
    links = {link.get("rel"): link.get("href", "") for link in channel.findall(f"{ATOM}link")}
    ids = [each.text or "" for each in channel.iterfind("item/guid")]
    return ids, links.get("prev-archive", ""), links.get("current", ""), channel.find(ARCHIVE) is not None


def json_feed(body: bytes) -> tuple[list[str], str, str, bool]:
    feed = json.loads(body)
    return [item["id"] for item in feed["items"]], feed.get("next_url", ""), "", False


READ = {"atom.xml": atom, "rss.xml": rss, "feed.json": json_feed}
each_form = pytest.mark.parametrize("form", READ)


def walk(room: Newsroom, path: str) -> Iterator[tuple[str, list[str]]]:
    """Each document of the chain, its path and its ids, the subscription document first."""
    read, start = READ[path.rpartition("/")[2]], path
    while path:
        ids, older, current, closed = read(room.body(path))
        yield path, ids
        if read is not json_feed:
            assert closed == (path != start)
            assert current == (f"{HERE}{start}" if closed else "")
        assert not older or older.startswith(HERE)
        path = older.removeprefix(HERE)


def all_ids(room: Newsroom, path: str) -> list[str]:
    return [each for _, ids in walk(room, path) for each in ids]


def ids_of(room: Newsroom) -> set[str]:
    with room.store.read() as connection:
        return set(connection.exec_driver_sql("SELECT id FROM articles WHERE path IS NOT NULL").scalars())


def archived(room: Newsroom) -> dict[str, bytes]:
    return {path: body for (_, path), body in room.edition().items() if "/archive-" in path}


# --- complete, once, unchanged ----------------------------------------------------------------------------------------


@each_form
@pytest.mark.parametrize("step", [2, 7, 40])
def test_every_article_is_in_the_chain_once_in_documents_that_never_change(
    tmp_path: Path, form: str, step: int
) -> None:
    room = newsroom(tmp_path, formats=({"atom.xml": "atom", "rss.xml": "rss", "feed.json": "json"}[form],))
    seen: dict[str, bytes] = {}
    for first in range(0, 60, step):
        for number in range(first, min(first + step, 60)):
            add(room, number)
        publish(room)
        for path in (f"/{form}", f"/news/{form}"):
            found = all_ids(room, path)
            assert len(found) == len(set(found))
            assert set(found) == ids_of(room)
        now = archived(room)
        assert seen.items() <= now.items()
        seen = now
    documents = [ids for _, ids in walk(room, f"/news/{form}")]
    assert 7 <= len(documents[0]) <= 10
    assert all(3 <= len(ids) <= 13 for ids in documents[1:])


def test_a_feed_that_holds_all_there_is_leads_nowhere(room: Newsroom) -> None:
    for number in range(10):
        add(room, number)
    publish(room)
    assert not archived(room)
    assert b"prev-archive" not in room.body("/rss.xml") + room.body("/atom.xml")
    assert "next_url" not in room.feed()


def test_archives_are_there_for_those_who_want_them(tmp_path: Path) -> None:
    plan = replace(PLAN, defaults=replace(TERMS, limit=10), sections={"news": section("news", "News", CHAINED)})
    room = Newsroom(tmp_path, plan)
    for number in range(30):
        add(room, number)
    publish(room)
    assert {path.split("/")[1] for path in archived(room)} == {"news"}
    assert len(all_ids(room, "/rss.xml")) == 10
    assert len(all_ids(room, "/news/rss.xml")) == 30


def test_a_closed_document_is_kept_no_longer_than_a_correction_may_wait_and_is_looked_up_when_it_is_asked_for(
    room: Newsroom,
) -> None:
    for number in range(30):
        add(room, number)
    publish(room)
    with room.store.read() as connection:
        assert not [
            row for row in document_index.newer(connection, 0) if "/archive-" in row.path
        ]  # no server holds them
        ages = {documents.heads(connection, path)[0].max_age for path in archived(room)}
    assert ages == {ARCHIVE_MAX_AGE}


def test_an_hourly_reader_gets_two_thousand_of_two_thousand_articles_of_one_minute(tmp_path: Path) -> None:
    room = newsroom(tmp_path, limit=50, formats=("atom",))
    for number in range(20):
        add(room, number, section="")
    publish(room)
    had: dict[str, bytes] = {}

    def poll() -> set[str]:
        """Reads up to a document that it has; all ids that it came across."""
        found: set[str] = set()
        for path, ids in walk(room, "/atom.xml"):
            if had.get(path) == room.body(path):
                break
            found |= set(ids)
            if "/archive-" in path:
                had[path] = room.body(path)
        return found

    known = poll()
    for number in range(2000):
        room.write(f"b{number}.md", story(f"Burst {number}", date="2026-11-20T12:04:00Z"))
    report = room.publish(minutes=5)
    known |= poll()  # in between: it must not take what is there for all there is
    settle(room)
    assert report.pending_pages
    known |= poll()
    assert known == ids_of(room)
    assert len(known) == 2020


# --- the first load, and what it costs --------------------------------------------------------------------------------


def test_the_first_edition_does_not_wait_for_its_archives_which_come_in_slices(room: Newsroom) -> None:
    for number in range(400):
        add(room, number)
    report = room.publish()
    assert report.pending_pages
    assert not archived(room)
    assert len(room.titles()) == 10
    assert b"prev-archive" not in room.body("/atom.xml")
    reports = settle(room)
    assert len(reports) > 5
    assert max(each.documents for each in reports) < 400
    assert set(all_ids(room, "/atom.xml")) == set(all_ids(room, "/news/rss.xml")) == ids_of(room)
    assert room.publish().documents == 0


def test_a_crash_in_between_leaves_no_gap(room: Newsroom) -> None:
    for number in range(150):
        add(room, number)
    room.publish()
    room.publisher.publish_backlog(room.lease, lambda: room.now)
    room.close()
    room.open()
    for number in range(150, 170):
        add(room, number)
    publish(room)
    for form in READ:
        found = all_ids(room, f"/news/{form}")
        assert len(found) == len(set(found)) == 170


def test_one_more_article_prints_no_archive_that_is_there(room: Newsroom) -> None:
    for number in range(100):
        add(room, number)
    publish(room)
    before = archived(room)
    with room.store.read() as connection:
        edition = notes.current(connection)
    for number in range(100, 104):
        add(room, number)
        publish(room)
    after = archived(room)
    assert before.items() < after.items()
    with room.store.read() as connection:
        changed = {row.path for row in document_index.newer(connection, edition)}
    assert not changed & before.keys()


# --- what may not be seen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["removed", "killed", "expired", "drafted"])
def test_what_is_withdrawn_is_out_of_the_archives_at_once(room: Newsroom, how: str) -> None:
    for number in range(60):
        add(room, number, expires="2026-11-20T13:00:00Z" if how == "expired" and number >= 30 else "")
    publish(room)
    names = archived(room).keys()
    for number in range(30, 60):
        match how:
            case "removed":
                room.remove(f"{number}.md")
            case "killed":
                add(room, number, status="withdrawn")
            case "drafted":
                add(room, number, draft="true")
    room.publish(minutes=60)
    assert archived(room).keys() == names
    everything = b"".join(archived(room).values()) + room.body("/rss.xml") + room.body("/news/")
    assert not [number for number in range(30, 60) if f"Text {number}.".encode() in everything]
    assert len(set(all_ids(room, "/news/atom.xml"))) == 30
    if how != "expired":
        for number in range(30, 60):
            add(room, number)
        publish(room)
        assert set(all_ids(room, "/news/atom.xml")) == ids_of(room)
        assert archived(room).keys() == names


def test_a_correction_reaches_the_archive_at_its_address(room: Newsroom) -> None:
    for number in range(40):
        add(room, number)
    publish(room)
    before = archived(room)
    add(room, 35, correction="It was otherwise.")
    publish(room)
    after = archived(room)
    assert after.keys() == before.keys()
    changed = [path for path in after if after[path] != before[path]]
    assert len(changed) == 6  # three formats of two sections
    assert all(b"It was otherwise." in after[path] for path in changed)


def test_an_article_that_returns_after_its_time_in_the_feed_is_not_lost(room: Newsroom) -> None:
    for number in range(10):
        add(room, number)
    publish(room)
    room.remove("5.md")
    publish(room)
    for number in range(10, 40):
        add(room, number)
    publish(room)
    for _ in range(2):
        add(room, 5)
        publish(room)
        assert len(all_ids(room, "/rss.xml")) == len(set(all_ids(room, "/rss.xml"))) == 40
        assert room.titles()[0] == "5"


def test_an_article_that_leaves_a_section_and_returns_is_not_there_twice(room: Newsroom) -> None:
    for number in range(30):
        add(room, number)
    publish(room)
    for there in ("Sport", "[News, Sport]", "Sport", "News"):
        add(room, 25, section=there)
        publish(room)
        for path in ("/rss.xml", "/news/rss.xml"):
            assert len(all_ids(room, path)) == len(set(all_ids(room, path))) == 30


def test_a_killed_article_never_comes_to_an_archive(room: Newsroom) -> None:
    for number in range(10):
        add(room, number)
    publish(room)
    add(room, 9, status="withdrawn")
    publish(room)
    for number in range(-20, 0):
        add(room, number, date="2026-11-20T12:00:00Z")
    publish(room)
    assert not [path for path, body in archived(room).items() if b"Text 9." in body]
    assert len(all_ids(room, "/rss.xml")) == 29


# --- age and size -----------------------------------------------------------------------------------------------------


def test_what_is_too_old_for_the_feed_goes_to_the_archive(tmp_path: Path) -> None:
    room = newsroom(tmp_path, limit=50, oldest=7 * 86_400)
    for number in range(21):
        add(room, number, date=f"{NOON - timedelta(days=number):%FT%TZ}")
    publish(room)
    assert len(room.titles()) == 7
    for _ in range(10):
        publish(room, minutes=24 * 60)
        assert len(all_ids(room, "/rss.xml")) == 21
    assert room.titles() == []


def test_a_feed_of_long_articles_stays_below_a_mebibyte(tmp_path: Path) -> None:
    room = newsroom(tmp_path, limit=50)
    for number in range(25):
        day = f"{NOON - timedelta(days=number):%F}"
        body = f"**Long** <i>&amp;</i> {number} " * 1500
        room.write(f"{number}.md", story(f"Long {number}", body, section="News", date=day))
    publish(room)
    for (_, path), document in room.edition().items():
        if path.endswith((".xml", ".json")):
            assert len(document) < 2**20
    assert 5 < len(room.titles()) < 50
    for form in READ:
        assert set(all_ids(room, f"/{form}")) == ids_of(room)


# --- other configurations ---------------------------------------------------------------------------------------------


def test_archives_that_are_not_wanted_any_more_are_gone(room: Newsroom) -> None:
    for number in range(40):
        add(room, number)
    publish(room)
    names = archived(room)
    room.configure(room.plan, defaults=replace(CHAINED, formats=("rss",)), digest="2")
    publish(room)
    assert {room.code(path) for path in names if path.endswith("rss.xml")} == {200}
    assert {room.code(path) for path in names if not path.endswith("rss.xml")} == {410}
    room.configure(room.plan, defaults=replace(TERMS, limit=10), digest="3")
    publish(room)
    assert {room.code(path) for path in names} == {410}
    assert b"prev-archive" not in room.body("/rss.xml")
    room.configure(room.plan, defaults=CHAINED, digest="4")
    publish(room)
    assert len(all_ids(room, "/rss.xml")) == 40


def test_another_title_or_mirror_reaches_every_archive_and_moves_nothing_between_them(room: Newsroom) -> None:
    for number in range(60):
        add(room, number)
    publish(room)
    before = {path: ids for path, ids in walk(room, "/news/rss.xml") if "/archive-" in path}
    room.configure(room.plan, title="The Beacon", addresses=PLAN.addresses, digest="2")
    publish(room)
    assert {path: ids for path, ids in walk(room, "/news/rss.xml") if "/archive-" in path} == before
    for path in before:
        assert b"The Beacon" in room.body(path)
        assert b"mirror.example.net" in room.body(path, 1)


def test_archives_of_a_section_that_is_gone_are_gone(room: Newsroom) -> None:
    for number in range(30):
        add(room, number)
    publish(room)
    names = [path for path in archived(room) if path.startswith("/news/")]
    assert names
    for number in range(30):
        add(room, number, section="Sport")
    publish(room)
    assert {room.code(path) for path in names} == {410}
    assert set(all_ids(room, "/sport/rss.xml")) == ids_of(room)


def test_a_section_that_is_gone_before_its_archives_are_made_waits_for_nothing(room: Newsroom) -> None:
    for number in range(30):
        add(room, number)
    assert room.publish().pending_pages
    for number in range(30):
        add(room, number, section="Sport")
    room.publish()
    settle(room)
    assert room.code("/news/rss.xml") == 410
    assert set(all_ids(room, "/sport/rss.xml")) == ids_of(room)


def test_a_rebuilt_store_gives_no_address_to_other_articles(room: Newsroom) -> None:
    for number in range(40):
        add(room, number)
        if number % 4 == 0:
            publish(room)
    publish(room)
    before = dict(walk(room, "/rss.xml"))
    room.rebuild()
    publish(room)
    after = dict(walk(room, "/rss.xml"))
    for path in before.keys() & after.keys() - {"/rss.xml"}:
        assert set(before[path]) == set(after[path])
    assert set().union(*after.values()) == set().union(*before.values())
