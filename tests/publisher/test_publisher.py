"""From one Edition to the next: what changed is published, whole or not at all, and nothing else is touched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from newsroom import NOON, PLAN, TERMS, Newsroom, own_feed, section, story
from sqlalchemy import Connection, event

from feedsvc import pages
from feedsvc.formats import FORMATS
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.selection import Selection
from feedsvc.publisher import article_pages, writer
from feedsvc.store import documents, notes
from feedsvc.store.lease import LeaseLost, acquire

PICTURE = b"\x89PNG picture"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


# --- the same bytes ---------------------------------------------------------------------------------------------------


def fill(room: Newsroom) -> None:
    for number in range(30):
        room.write(f"{number}.md", story(f"Story {number}", section=["News / EU", "Sport", "Nachrichten"][number % 3]))
    room.write("undated.txt", "News   /   EU\n\nUndated\n\nIts text.\n")
    room.write("undated.png", PICTURE)


def test_regenerations_of_unchanged_articles_change_nothing(room: Newsroom) -> None:
    fill(room)
    first = room.publish()
    before = room.edition()
    for _ in range(50):
        report = room.publish(minutes=60 * 24 * 7)
        assert (report.documents, report.edition, report.read) == (0, first.edition, 0)
    assert room.edition() == before


def test_restarts_change_nothing(room: Newsroom) -> None:
    fill(room)
    room.publish()
    before = room.edition()
    for _ in range(20):
        room.close()
        room.open()
        assert room.publish().documents == 0
    assert room.edition() == before


def test_an_empty_ledger_gives_the_same_bytes(room: Newsroom) -> None:
    fill(room)
    room.publish()
    before = room.edition()
    room.rebuild()
    room.publish(minutes=1000)
    assert room.edition() == before


def test_another_folder_and_the_same_history_give_the_same_bytes(room: Newsroom, tmp_path: Path) -> None:
    fill(room)
    other = Newsroom(tmp_path / "other")
    for path in sorted(room.articles.iterdir(), reverse=True):
        written = path.stat().st_mtime_ns
        os.utime(other.write(path.name, path.read_bytes()), ns=(written, written))
    for each in (room, other):
        each.publish()
        each.write("new.md", story("New", date="2026-11-01"))
        each.publish()
        each.remove("3.md")
        each.publish()
    assert other.edition() == room.edition()


def test_a_newsroom_without_articles_has_valid_feeds_without_items(room: Newsroom) -> None:
    assert room.publish().edition == 1
    assert room.titles() == []
    for path in ("/", "/rss.xml", "/atom.xml", "/feeds.opml"):
        assert room.body(path)


def test_a_quiet_tick_makes_no_edition_and_writes_a_handful_of_rows(room: Newsroom) -> None:
    fill(room)
    room.publish()
    written: list[str] = []

    def note(*args: object) -> None:
        statement = str(args[2])
        if not statement.startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    event.listen(room.store._engine, "before_cursor_execute", note)
    assert room.publish().documents == 0
    assert len(written) <= 8


def test_one_edit_reads_one_file_and_prints_its_own_sections_alone(room: Newsroom) -> None:
    fill(room)
    room.publish()
    before = room.edition()
    room.write("0.md", story("Story 0", "Another text.", section="News / EU"))
    assert room.publish().read == 1
    after = room.edition()
    changed = {
        path for (address, path) in after if address == 0 and before.get((address, path)) != after[address, path]
    }
    sections = {path.rpartition("/")[0] for path in changed if not path.startswith("/articles/")}
    assert sections <= {"", "/news", "/news/eu"}
    assert "/news/eu/rss.xml" in changed


def test_two_hundred_articles_cost_statements_in_proportion(room: Newsroom) -> None:
    counts = []
    for batch in range(3):
        for number in range(200):
            room.write(f"{batch}/{number}.md", story(f"Story {batch} {number}", section="News"))
        count = [0]

        def note(*_args: object, count: list[int] = count) -> None:
            count[0] += 1

        event.listen(room.store._engine, "before_cursor_execute", note)
        room.publish()
        event.remove(room.store._engine, "before_cursor_execute", note)
        counts.append(count[0])
    assert max(counts) < 200 * 10
    assert counts[2] < counts[1] * 1.2


# --- mirrors, configuration -------------------------------------------------------------------------------------------


def test_a_mirror_has_its_own_links_and_the_same_ids_dates_and_order(room: Newsroom) -> None:
    fill(room)
    room.publish()
    canonical, mirror = (room.feed("/news/eu/feed.json", address) for address in (0, 1))
    assert mirror["feed_url"] == "https://mirror.example.net/news/eu/feed.json"
    for ours, theirs in zip(canonical["items"], mirror["items"], strict=True):
        assert ours["id"] == theirs["id"]
        assert ours["date_published"] == theirs["date_published"]
        assert theirs["url"] == ours["url"].replace("news.example", "mirror.example.net")
    assert b"news.example/" not in room.body("/news/eu/rss.xml", 1)
    assert b"site.invalid" not in room.body("/rss.xml", 0) + room.body("/rss.xml", 1)


def test_a_mirror_that_is_taken_away_is_forgotten_and_one_that_comes_is_complete(room: Newsroom) -> None:
    fill(room)
    room.publish()
    room.configure(room.plan, addresses=PLAN.addresses[:1], digest="2")
    room.publish()
    assert {address for address, _ in room.edition()} == {0}
    room.configure(room.plan, addresses=(*PLAN.addresses, "https://third.example"), digest="3")
    room.publish()
    paths = [{path for address, path in room.edition() if address == number} for number in range(3)]
    assert paths[0] == paths[1] == paths[2]


def test_another_configuration_or_program_renders_everything_anew(room: Newsroom) -> None:
    fill(room)
    room.publish()
    room.configure(room.plan, title="The Beacon", digest="2")
    assert room.publish().read == 31
    assert room.feed("/sport/feed.json")["title"].startswith("The Beacon")
    assert "The Beacon" in room.body(room.page("Story 1")).decode()


def test_style_and_script_of_a_former_program_stay_for_the_pages_that_name_them(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(room)
    room.publish()
    style, script = pages.ASSETS
    other = replace(style, path="/style-0123456789abcdef.css", body=b"p { margin: 0 }")
    monkeypatch.setattr(pages, "ASSETS", (other, script))
    room.configure(room.plan, digest="2")
    room.publish()
    room.configure(room.plan, defaults=replace(TERMS, formats=("rss",)), digest="3")
    room.publish()
    for asset in (style, script, other):
        assert [room.body(asset.path, address) for address in range(len(PLAN.addresses))] == [asset.body] * 2


def test_a_format_that_is_taken_away_is_gone(room: Newsroom) -> None:
    fill(room)
    room.publish()
    room.configure(room.plan, defaults=replace(TERMS, formats=("rss",)), digest="2")
    room.publish()
    assert (room.code("/rss.xml"), room.code("/atom.xml"), room.code("/sport/feed.json")) == (200, 410, 410)


# --- articles' pages --------------------------------------------------------------------------------------------------


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


# --- media ------------------------------------------------------------------------------------------------------------


def test_a_picture_is_published_with_its_true_length_while_an_open_article_shows_it(room: Newsroom) -> None:
    room.write("news/a.txt", "A headline\n\nA boat at sea. (Photo by AFP)\n\nThe text.\n\nMore of it.\n")
    room.publish()
    assert "AFP" not in room.body("/rss.xml").decode()
    room.write("news/a.png", PICTURE)
    room.publish()
    rss = room.body("/rss.xml").decode()
    assert f'length="{len(PICTURE)}"' in rss
    assert "A boat at sea." in rss
    assert ">AFP<" in rss or "Photo by AFP" in rss
    assert room.code("/media/news/a.png") == 200
    room.remove("news/a.png")
    room.publish()
    assert room.code("/media/news/a.png") == 410
    assert "a.png" not in room.body("/rss.xml").decode()


def test_a_picture_that_is_named_may_come_later_than_its_article(room: Newsroom) -> None:
    room.write("a.md", story("A", image="pictures/boat.png"))
    room.publish()
    assert [problem for problem in room.problems() if "pictures/boat.png is not there" in problem]
    room.write("pictures/boat.png", PICTURE)
    room.publish()
    assert room.code("/media/pictures/boat.png") == 200
    assert "pictures/boat.png" in room.item("A")["image"]
    assert not room.problems()


@pytest.mark.parametrize("named", ["image: boat.png", "media: [boat.png]", "tags: x"])
def test_a_file_that_is_replaced_is_published_anew(room: Newsroom, named: str) -> None:
    text = story("A", "![a boat](boat.png)").replace("title: A", f"title: A\n{named}")
    room.write("a.md", text)
    room.write("boat.png", PICTURE, age=600)
    room.publish()
    before = room.edition()[0, "/media/boat.png"]
    room.write("boat.png", PICTURE + b"!", age=60)
    room.publish()
    assert room.edition()[0, "/media/boat.png"] != before
    if named != "tags: x":
        assert f'length="{len(PICTURE) + 1}"' in room.body("/rss.xml").decode()


def test_a_file_of_the_text_that_comes_later_is_published(room: Newsroom) -> None:
    room.write("news/a.md", story("A", "![a boat](../boat.png) and [its paper](plan.pdf#page=2)"))
    room.publish()
    assert len(room.problems()) == 2
    room.write("boat.png", PICTURE)
    room.write("news/plan.pdf", b"%PDF")
    room.publish()
    assert (room.code("/media/boat.png"), room.code("/media/news/plan.pdf")) == (200, 200)
    assert not room.problems()


@pytest.mark.parametrize(
    "front", [{"draft": "true"}, {"embargo": "2030-01-01"}, {"date": "2030-01-01"}, {"expires": "2020-01-01"}]
)
def test_files_of_hidden_articles_are_not_published(room: Newsroom, front: dict[str, str]) -> None:
    room.write("a.md", story("A", "![x](c.png)", image="b.png", **front))
    for name in ("a.png", "b.png", "c.png"):
        room.write(name, PICTURE)
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/media/")]


def test_a_file_of_two_articles_stays_until_neither_shows_it(room: Newsroom) -> None:
    for name in ("a", "b"):
        room.write(f"{name}.md", story(name.upper(), image="boat.png"))
    room.write("boat.png", PICTURE)
    room.publish()
    room.write("a.md", story("A", draft="true", image="boat.png"))
    room.publish()
    assert room.code("/media/boat.png") == 200
    room.write("b.md", story("B"))
    room.publish()
    assert room.code("/media/boat.png") == 410


@pytest.mark.parametrize("name", ["secret.md", "notes.toml", "data.csv", "page.html", "no-suffix", ".hidden.png"])
def test_only_media_are_published_whatever_is_said_of_a_file(room: Newsroom, name: str) -> None:
    room.write("a.md", story("A", f"[x]({name})", media=f'\n- {{url: "{name}", type: image/png}}', section="News"))
    room.write(name, story("Secret", draft="true"))
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/media/")]


def test_a_link_out_of_the_articles_folder_is_not_published(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "outside.png").write_bytes(b"secret")
    (room.articles / "boat.png").symlink_to(tmp_path / "outside.png")
    room.write("a.md", story("A", "![x](boat.png) ![y](../outside.png) ![z](%2e%2e/outside.png)", image="boat.png"))
    room.publish()
    assert not [path for _, path in room.edition() if path.startswith("/media/")]


def test_many_files_that_vanish_at_once_count_as_there(room: Newsroom) -> None:
    for number in range(10):
        room.write(f"{number}.md", story(f"Story {number}", image=f"pictures/{number}.png"))
        room.write(f"pictures/{number}.png", PICTURE)
    room.publish()
    before = room.edition()
    (room.articles / "pictures").rename(room.articles / ".unmounted")
    assert room.publish(accept_removals=False).documents == 0
    assert room.edition() == before
    assert "10 of 10 files" in "".join(room.problems())
    (room.articles / ".unmounted").rename(room.articles / "pictures")
    assert room.publish(accept_removals=False).documents == 0
    assert room.problems() == []


def test_an_edit_of_the_text_does_not_read_its_film_again(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.write("a.md", story("A", media="[film.mp4]"))
    room.write("film.mp4", bytes(1000))
    room.publish()
    etag = room.edition()[0, "/media/film.mp4"]
    monkeypatch.delattr(writer, "etag_of_file")
    room.write("a.md", story("A", "Edited.", media="[film.mp4]"))
    room.publish()
    assert "Edited." in room.item("A")["content_html"]
    assert room.edition()[0, "/media/film.mp4"] == etag


def test_what_is_written_anew_is_seen_though_its_size_and_its_time_are_the_same(room: Newsroom) -> None:
    files = {"a.md": story("Head one"), "a.toml": 'summary = "Told"', "a.png": "PNG 1", "b.png": "PNG 1"}
    other = {"a.md": story("Head two"), "a.toml": 'summary = "Tale"', "a.png": "PNG 2", "b.png": "PNG 2"}
    files, other = ({**each, "b.md": story("B", "![](b.png)")} for each in (files, other))
    for contents in (files, other):
        for name, content in contents.items():
            room.write(name, content)
            os.utime(room.articles / name, (NOON.timestamp() - 600, NOON.timestamp() - 600))
        room.publish()
    assert sorted(room.titles()) == ["B", "Head two"]
    assert room.item("Head two")["summary"] == "Tale"
    fresh = Newsroom(room.articles.parent / "fresh")
    for name, content in other.items():
        fresh.write(name, content)
    fresh.publish()
    for picture in ("/media/a.png", "/media/b.png"):
        assert room.edition()[0, picture] == fresh.edition()[0, picture]


def test_files_that_are_touched_and_say_the_same_change_nothing_and_cost_little(room: Newsroom) -> None:
    for number in range(200):
        room.write(f"{number}.md", story(f"Story {number}", section="News / EU"))
    room.publish()
    before = room.edition()
    for number in range(200):
        room.write(f"{number}.md", story(f"Story {number}", section="News / EU"))
    statements: list[str] = []
    event.listen(room.store._engine, "before_cursor_execute", lambda *args: statements.append(str(args[2])))
    report = room.publish()
    assert (report.read, report.documents) == (200, 0)
    assert len(statements) < 60
    assert room.edition() == before
    assert room.publish().read == 0


# --- feeds of the operator's own --------------------------------------------------------------------------------------


def test_an_own_feed_holds_what_it_selects_and_follows_each_change(tmp_path: Path) -> None:
    feeds = (
        own_feed("/fish.json", Selection(tags=("Fish",), without_sections=("sport",))),
        own_feed("/eu.json", Selection(sections=("news/eu",)), limit=2),
        own_feed("/film.json", Selection(media="video")),
    )
    room = Newsroom(tmp_path, replace(PLAN, feeds=feeds))
    room.write("1.md", story("One", date="2026-11-01", tags="fish", section="News / EU"))
    room.write("2.md", story("Two", date="2026-11-02", tags="fish", section="Sport"))
    room.write("3.md", story("Three", date="2026-11-03", section="News / EU", media="[film.mp4]"))
    room.publish()
    assert room.titles("/fish.json") == ["One"]
    assert room.titles("/eu.json") == ["Three", "One"]
    assert room.titles("/film.json") == []
    room.write("film.mp4", b"film")
    room.write("4.md", story("Four", date="2026-11-04", tags="FISH", section="News / EU"))
    room.publish()
    assert room.titles("/fish.json") == ["Four", "One"]
    assert room.titles("/eu.json") == ["Four", "Three"]
    assert room.titles("/film.json") == ["Three"]
    room.write("4.md", story("Four", date="2026-11-04", section="Sport"))
    room.publish()
    assert room.titles("/fish.json") == ["One"]
    assert room.titles("/eu.json") == ["Three"]  # what left the window does not come back
    room.remove("3.md")
    room.publish()
    assert room.titles("/film.json") == []


def test_an_own_feed_at_a_sections_path_stands_there_alone(tmp_path: Path) -> None:
    feed = own_feed("/news/feed.json", Selection(tags=("fish",)))
    room = Newsroom(tmp_path, replace(PLAN, feeds=(feed,)))
    room.write("1.md", story("One", tags="fish", section="News"))
    room.write("2.md", story("Two", section="News"))
    room.publish()
    before = room.edition()
    room.touch("2.md", age=1)
    assert room.publish().documents == 0
    assert room.edition() == before
    assert room.titles("/news/feed.json") == ["One"]


# --- trouble ----------------------------------------------------------------------------------------------------------


def broken(feed: Feed) -> bytes:
    if any("bad" in article.title for article in feed.articles):
        raise RuntimeError("a bad article")
    return FORMATS["json"].render(feed)


def test_a_format_that_raises_for_one_article_costs_that_article_alone(tmp_path: Path) -> None:
    form = Format(name="json", filename="feed.json", type="application/feed+json", render=broken)
    room = Newsroom(tmp_path, formats={**FORMATS, "json": form})
    for number in range(5):
        room.write(f"{number}.md", story(f"Story {number}"))
    room.write("bad.md", story("A bad one"))
    room.publish()
    assert len(room.titles()) == 5
    assert room.body("/rss.xml").count(b"<item>") == 6
    assert [problem for problem in room.problems() if "a bad article" in problem]
    room.write("bad.md", story("A good one"))
    room.publish()
    assert len(room.titles()) == 6
    assert not room.problems()


def test_a_format_that_always_raises_keeps_its_last_good_document(tmp_path: Path) -> None:
    fail = [False]

    def sometimes(feed: Feed) -> bytes:
        if fail[0]:
            raise ValueError("out of order")
        return FORMATS["json"].render(feed)

    form = Format(name="json", filename="feed.json", type="application/feed+json", render=sometimes)
    room = Newsroom(tmp_path, formats={**FORMATS, "json": form})
    room.write("a.md", story("A"))
    room.publish()
    fail[0] = True
    room.write("b.md", story("B"))
    room.publish()
    assert room.titles() == ["A"]
    assert room.body("/rss.xml").count(b"<item>") == 2
    assert [problem for problem in room.problems() if "out of order" in problem]


HOSTILE: list[tuple[str, str | bytes]] = [
    ("nul.md", b"\0" * 100),
    ("empty.md", b""),
    ("utf16.md", "title".encode("utf-16")),
    ("surrogate.md", '---\ntitle: A\nextra:\n  x: "\\ud800"\nodd: "\\udfff"\n---\nText'),
    ("bomb.md", "---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n"),
    ("tags.md", story("Tags", "<b>" * 30_000)),
    ("deep.md", story("Deep", "<div>" * 5_000)),
    ("quotes.md", story("Quotes", ">" * 5_000)),
    ("date.md", story("Date", date="0001-01-01T00:00:00+14:00")),
    ("late.md", story("Late", date="9999-12-31T23:59:59-12:00")),
    ("media.md", story("Media", media="[1, {url: '\\0'}, {url: ''}]", image='"%00.png"')),
    ("link.md", story("Link", "![x](%00.png) ![y](//[) [z](https://[bad) ![](a%ff.png)")),
    ("section.md", story("Section", section='"!!! / ???"')),
    ("long.md", story("L" * 100_000, section="/".join(["x" * 300] * 50))),
]


@pytest.mark.parametrize(("name", "content"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_no_file_costs_more_than_itself(room: Newsroom, name: str, content: str | bytes) -> None:
    for number in range(3):
        room.write(f"good-{number}.md", story(f"Good {number}", section="News"))
    room.write(name, content)
    room.publish()
    assert {f"Good {number}" for number in range(3)} <= set(room.titles("/news/feed.json"))
    assert room.publish().documents == 0


# --- one publisher, whole editions ------------------------------------------------------------------------------------


def test_a_publisher_whose_lease_was_taken_over_publishes_nothing(room: Newsroom) -> None:
    room.publish()
    old = room.lease
    with room.store.write() as connection:
        room.lease = acquire(connection, "another:1:a", room.now + timedelta(days=900))
    room.write("a.md", story("A"))
    with pytest.raises(LeaseLost):
        room.publisher.publish(old, lambda: room.now, patient=False)
    assert room.titles() == []
    room.publish()
    assert room.titles() == ["A"]


class Crash(BaseException):
    """As sudden as kill -9 to whoever catches exceptions."""


@contextmanager
def crash_after(room: Newsroom, statement: str, times: int) -> Iterator[None]:
    """Crash when `statement` is executed for one time more."""
    left = [times]

    def crash(*args: object) -> None:
        left[0] -= str(args[2]).startswith(statement)
        if left[0] < 0:
            raise Crash

    event.listen(room.store._engine, "before_cursor_execute", crash)
    yield
    event.remove(room.store._engine, "before_cursor_execute", crash)


@pytest.mark.parametrize("statement", ["INSERT INTO bodies", "DELETE FROM dirty", "INSERT INTO documents", "UPDATE"])
def test_a_crash_publishes_nothing_and_the_next_run_all_of_it(room: Newsroom, statement: str) -> None:
    room.write("a.md", story("A", section="News"))
    room.publish()
    before = room.edition()
    room.write("a.md", story("A", "Changed.", section="News"))
    room.write("b.md", story("B", section="News"))

    def crash(*args: object) -> None:
        sql = str(args[2])
        if sql.startswith(statement) and (statement != "UPDATE" or "documents" in sql):
            raise Crash

    event.listen(room.store._engine, "before_cursor_execute", crash)
    with pytest.raises(Crash):
        room.publish()
    assert room.edition() == before
    room.close()
    room.open()
    assert room.publish().documents > 0
    assert sorted(room.titles("/news/feed.json")) == ["A", "B"]
    assert "Changed." in room.item("A")["content_html"]


def test_readers_see_whole_editions_while_one_is_made(room: Newsroom) -> None:
    seen: set[tuple[int, int]] = set()

    def look(*args: object) -> None:
        if str(args[2]).startswith("INSERT INTO bodies"):
            with room.store.read() as connection:
                seen.add((notes.current(connection), len(list(documents.everything(connection)))))

    room.publish()
    event.listen(room.store._engine, "before_cursor_execute", look)
    room.write("a.md", story("A", section="News"))
    room.publish()
    assert len(seen) == 1
    assert seen.pop()[0] == 1


@pytest.mark.parametrize("writes", [1, 2, 5])
def test_a_first_edition_that_was_printed_in_part_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    monkeypatch.setattr(writer, "PART", 5)
    room, whole = Newsroom(tmp_path / "room"), Newsroom(tmp_path / "whole")
    fill(room)
    with crash_after(room, "INSERT INTO bodies", writes), pytest.raises(Crash):
        room.publish()
    with room.store.read() as connection:
        assert notes.current(connection) == 0
        assert list(documents.everything(connection))
    room.close()
    room.open()
    for each in (room, whole):
        each.configure(PLAN, defaults=replace(TERMS, formats=("atom", "json")), digest="2")
    room.publish(minutes=0)
    fill(whole)
    whole.publish()
    assert room.edition() == whole.edition()
    with room.store.read() as connection, whole.store.read() as other:
        assert {row.path: row.status for row in documents.everything(connection)} == {
            row.path: row.status for row in documents.everything(other)
        }


def test_who_loses_the_lease_within_a_first_edition_prints_no_more_of_it(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PART", 5)
    fill(room)
    keep, mine = room.store.commit_and_continue, room.lease

    def lose(connection: Connection) -> None:
        keep(connection)
        room.lease = acquire(connection, "another:1:a", room.now + timedelta(days=900))
        keep(connection)

    monkeypatch.setattr(room.store, "keep", lose)
    with pytest.raises(LeaseLost):
        room.publisher.publish(mine, lambda: room.now, patient=False)
    monkeypatch.undo()
    assert room.publish().edition == 1
    assert len(room.titles()) == 31


def test_two_editions_within_one_second_are_told_apart(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("A", "Changed."))
    room.publish(minutes=0)
    with room.store.read() as connection:
        rows = {row.path: row for row in documents.everything(connection)}
    assert rows["/rss.xml"].shared_second
    assert rows["/rss.xml"].modified == int((NOON + timedelta(minutes=5)).timestamp())


def test_last_modified_never_goes_back_with_the_clock(room: Newsroom) -> None:
    room.write("a.md", story("A"))
    room.publish()
    room.write("a.md", story("A", "Changed."))
    room.publish(minutes=-120)
    with room.store.read() as connection:
        rows = {row.path: row for row in documents.everything(connection)}
    assert rows["/rss.xml"].shared_second
    assert rows["/rss.xml"].modified == int((NOON + timedelta(minutes=5)).timestamp())


def test_a_sections_own_limit_formats_and_fullness_are_its_own(tmp_path: Path) -> None:
    terms = replace(TERMS, formats=("json",), limit=2, full=False, interval=60)
    room = Newsroom(tmp_path, replace(PLAN, sections={"news": section("news", "Nieuws", terms)}))
    for number in range(4):
        room.write(f"{number}.md", story(f"Story {number}", "First.\n\nThe rest of it.", section="News"))
    room.publish()
    assert len(room.titles("/news/feed.json")) == 2
    assert "The rest" not in room.body("/news/feed.json").decode()
    assert "The rest" in room.body("/feed.json").decode()
    assert room.code("/news/rss.xml") == 404


# --- pages of articles that stand in no feed --------------------------------------------------------------------------


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
