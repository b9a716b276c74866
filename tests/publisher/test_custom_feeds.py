"""Partners' feeds as they are published: what falls out when, what is held back and named, what a newsroom adds."""

import struct
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ledger_sample import NOW, article, entry
from lxml import etree
from msgspec.structs import replace
from newsroom import NOON, PLAN, TERMS, Newsroom, own_feed, story

from feedsvc.formats import FORMATS
from feedsvc.model.article import ArticleCopy
from feedsvc.model.explanation import NotFound
from feedsvc.model.feed import EPOCH_DATE, Feed
from feedsvc.model.format import Profile, Rule
from feedsvc.model.operator_answers import PreflightReport
from feedsvc.model.plan import FeedPlan, WithdrawalPolicy
from feedsvc.model.selection import Selection
from feedsvc.publisher.custom_feeds import WrittenCustomFeed, affected_feeds, due_paths, next_change, next_expiries
from feedsvc.publisher.explain import explain
from feedsvc.publisher.preflight import preflight
from feedsvc.publisher.records import make_record
from feedsvc.store.windows import WindowState

PAGE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MEDIA = "{http://search.yahoo.com/mrss/}"
LONG = "The crane lifts another crate out of the hold. " * 30
WIDE = {"image": '{path: "https://cdn.example/quay.jpg", width: 1600, height: 900}'}


def partner(name: str, /, limit: int = 0, selection: Selection | None = None, **options: object) -> FeedPlan:
    form = FORMATS[name]
    terms = replace(TERMS, formats=(name,), limit=limit or form.profile.limit or 50)
    chosen = selection or Selection()
    return FeedPlan(path=f"/{name}.xml", title="", description="", policy=terms, selection=chosen, options=options)


def room_of(folder: Path, *feeds: FeedPlan, **changes: Any) -> Newsroom:
    return Newsroom(folder, replace(PLAN, feeds=feeds, **changes))


def locations(room: Newsroom, path: str) -> list[str]:
    return [each.text or "" for each in etree.fromstring(room.body(path)).iter(f"{PAGE}loc")]


def titles(room: Newsroom, path: str) -> list[str]:
    return [each.findtext("title") or "" for each in etree.fromstring(room.body(path)).iter("item")]


def test_the_list_of_feeds_tells_the_language_that_a_feed_selects(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("rss", selection=Selection(language="fa")))
    room.write("a.md", story("A", lang="fa"))
    room.publish()
    outline = etree.fromstring(room.body("/feeds.opml")).iter("outline")
    told = {str(each.get("xmlUrl")).rpartition("/")[2]: each.get("language") for each in outline if each.get("xmlUrl")}
    assert told["rss.xml"] == "fa"


# --- Google's news sitemap --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "minutes", "there"), [(47, 59, True), (48, 0, False), (48, 1, False)])
def test_news_stays_for_two_days_to_the_minute(tmp_path: Path, hours: int, minutes: int, there: bool) -> None:
    room = room_of(tmp_path, partner("news-sitemap", name="The Lantern"))
    told = NOON + timedelta(minutes=5) - timedelta(hours=hours, minutes=minutes)
    room.write("a.md", story("Night ferry", date=told.isoformat()))
    room.publish()
    assert bool(locations(room, "/news-sitemap.xml")) is there


def test_news_falls_out_at_its_instant_though_no_file_changes(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("news-sitemap", name="The Lantern"))
    told = NOON - timedelta(hours=47)
    room.write("a.md", story("Night ferry", date=told.isoformat()))
    room.write("b.md", story("Day ferry", date=(NOON - timedelta(hours=2)).isoformat()))
    report = room.publish()
    assert report.next_change_at == told + timedelta(hours=48)
    assert len(locations(room, "/news-sitemap.xml")) == 2
    quiet = room.publish(minutes=50)
    assert quiet.documents == 0
    turned = room.publish(minutes=5)
    assert turned.documents > 0
    assert len(locations(room, "/news-sitemap.xml")) == 1
    assert room.titles("/feed.json") == ["Day ferry", "Night ferry"], "it stays everywhere else"
    assert room.publish().documents == 0


def test_a_quiet_day_gives_an_empty_sitemap_that_is_valid(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("news-sitemap", name="The Lantern"))
    room.publish()
    assert etree.fromstring(room.body("/news-sitemap.xml")).tag == f"{PAGE}urlset"


def test_a_thousand_news_are_one_file() -> None:
    assert FORMATS["news-sitemap"].profile.page_size == 1000


def test_one_more_article_than_a_file_takes_makes_an_index(tmp_path: Path) -> None:
    form = FORMATS["news-sitemap"]
    small = {**FORMATS, form.name: replace(form, profile=replace(form.profile, page_size=10))}
    room = Newsroom(tmp_path, replace(PLAN, feeds=(partner("news-sitemap", name="The Lantern"),)), small)
    for number in range(10):
        room.write(f"{number:02}.md", story(f"News {number}", "x", date=NOON.isoformat()))
    room.publish()
    assert len(locations(room, "/news-sitemap.xml")) == 10
    room.write("10.md", story("One more", "x", date=NOON.isoformat()))
    room.publish()
    index = etree.fromstring(room.body("/news-sitemap.xml"))
    assert index.tag == f"{PAGE}sitemapindex"
    assert locations(room, "/news-sitemap.xml") == [f"https://news.example/news-sitemap-{part}.xml" for part in (1, 2)]
    assert [len(locations(room, f"/news-sitemap-{part}.xml")) for part in (1, 2)] == [10, 1]
    room.remove("10.md")
    room.publish()
    assert len(locations(room, "/news-sitemap.xml")) == 10
    assert [room.code(f"/news-sitemap-{part}.xml") for part in (1, 2)] == [410, 410]


def test_a_sitemap_names_pages_of_its_own_site_alone(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("sitemap"))
    room.write("a.md", story("Here"))
    room.write("b.md", story("Also here", url="https://news.example/own/page"))
    room.write("c.md", story("There", url="https://elsewhere.example/c"))
    room.publish()
    assert len(locations(room, "/sitemap.xml")) == 2
    assert "https://news.example/own/page" in locations(room, "/sitemap.xml")
    assert not room.problems()


# --- held back --------------------------------------------------------------------------------------------------------


def shown(room: Newsroom, feed: str) -> PreflightReport:
    with room.store.read() as connection:
        return preflight(connection, room.plan, FORMATS, room.now, feed=feed)


def why(room: Newsroom, article: str, feed: str) -> tuple[bool, str]:
    with room.store.read() as connection:
        found = explain(connection, room.plan, FORMATS, room.now, article=article, feed=feed)
    return found.verdicts[0].included, found.verdicts[0].reason


@pytest.fixture
def msn(tmp_path: Path) -> Newsroom:
    room = room_of(tmp_path, partner("msn", limit=2))
    room.write("a.md", story("Too short", LONG, date="2026-11-19T09:00:00Z", **WIDE))
    for hour in (6, 7, 8):
        front = {"date": f"2026-11-19T0{hour}:00:00Z"} | WIDE
        room.write(f"{hour}.md", story(f"Night ferry returns after {hour} long years", LONG, **front))
    room.publish()
    return room


def test_what_breaks_a_rule_is_held_back_from_that_feed_alone_and_named(msn: Newsroom) -> None:
    assert titles(msn, "/msn.xml") == [f"Night ferry returns after {hour} long years" for hour in (8, 7)]
    assert "Too short" in msn.titles("/feed.json")
    (problem,) = msn.problems()
    assert problem.startswith("/msn.xml: the article Too short (/articles/")
    assert "a title of 9 characters, fewer than 21" in problem
    assert problem.endswith(")")


def test_the_limit_counts_what_is_accepted(msn: Newsroom) -> None:
    assert len(titles(msn, "/msn.xml")) == 2


def test_why_says_which_rule(msn: Newsroom) -> None:
    assert why(msn, "a.md", "/msn.xml") == (False, "a title of 9 characters, fewer than 21")
    assert why(msn, "8.md", "/msn.xml") == (True, "item 1 of 2")
    assert "window of 2 is full" in why(msn, "6.md", "/msn.xml")[1]


def test_a_repaired_article_is_taken_and_one_that_goes_is_forgotten(msn: Newsroom) -> None:
    msn.write("a.md", story("Not too short any more, thank you", LONG, date="2026-11-19T09:00:00Z", **WIDE))
    msn.publish()
    assert titles(msn, "/msn.xml")[0] == "Not too short any more, thank you"
    assert not msn.problems()
    msn.write("a.md", story("Too short", LONG, date="2026-11-19T09:00:00Z", **WIDE))
    msn.publish()
    assert len(msn.problems()) == 1
    msn.remove("a.md")
    msn.publish()
    assert not msn.problems()


def test_what_is_old_is_no_problem_but_why_says_it(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("alexa"))
    room.write("a.md", story("Old", date="2026-11-01T08:00:00Z"))
    room.publish()
    assert room.body("/alexa.xml") == b"[]"
    assert not room.problems()
    assert why(room, "a.md", "/alexa.xml") == (False, "older than the 7 days that alexa looks back")


def test_why_says_what_a_partner_is_not_for(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("roku-json"))
    room.write("a.md", story("A"))
    room.publish()
    assert why(room, "a.md", "/roku-json.xml") == (False, "not for roku-json: it has no film")
    assert not room.problems()


def test_preflight_shows_the_feed_as_the_partner_sees_it(msn: Newsroom) -> None:
    found = shown(msn, "msn.xml")
    assert [name.partition(" (")[0] for name in found.accepted] == titles(msn, "/msn.xml")
    assert [name.partition(" (")[0] for name, _ in found.held] == ["Too short"]
    assert "30 articles at most" in found.asks
    assert [path for path, _ in found.documents] == ["/msn.xml"]
    with pytest.raises(NotFound, match=r"/msn\.xml"):
        shown(msn, "/other.xml")


def broken(*_given: object) -> str:
    raise RuntimeError("boom")


def test_a_rule_that_stumbles_costs_its_own_feed_alone(tmp_path: Path) -> None:
    rule = Rule(requirement="a wonder", violation=broken, remedy="none")
    form = replace(FORMATS["alexa"], profile=Profile(rules=(rule,), irrelevant=broken, feed_warnings=broken))  # type: ignore[arg-type]
    room = Newsroom(tmp_path, replace(PLAN, feeds=(partner("alexa"),)), {**FORMATS, "alexa": form})
    room.write("a.md", story("Night ferry"))
    room.publish()
    assert room.titles("/feed.json") == ["Night ferry"]
    assert len([problem for problem in room.problems() if "boom" in problem]) == 2


# --- what was taken back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("notice", ["", "This story has been withdrawn."])
def test_smartnews_is_told_what_was_deleted_and_the_others_drop_it(tmp_path: Path, notice: str) -> None:
    feeds = (partner("smartnews", logo="/media/logo.png"), partner("msn"), partner("newsbreak"), partner("yahoo"))
    room = room_of(tmp_path, *feeds, withdrawal=WithdrawalPolicy(notice=notice))
    room.write("a.md", story("A scandal in the harbour office", LONG, slug="x", section="News", **WIDE))
    room.write("b.md", story("Nothing but a quiet harbour day", LONG, section="News", **WIDE))
    room.write("never.md", story("Never sent for want of a picture", LONG, section="News"))
    room.publish()
    assert [len(titles(room, feed.path)) for feed in feeds] == [2, 2, 3, 3]
    room.remove("a.md")
    room.remove("never.md")
    room.publish()
    gone, left = etree.fromstring(room.body("/smartnews.xml")).iter("item")
    assert gone.findtext(f"{MEDIA}status") == "deleted"
    assert gone.findtext("pubDate") == room.now.strftime("%a, %d %b %Y %H:%M:%S +0000")
    assert left.findtext(f"{MEDIA}status") == "active"
    for feed in feeds:
        assert b"scandal" not in room.body(feed.path)
        assert notice == "" or notice.encode() not in room.body(feed.path)
    room.publish(minutes=60 * 24 * 31)
    assert len(titles(room, "/smartnews.xml")) == 1


# --- measured ---------------------------------------------------------------------------------------------------------


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + kind + data


def film(width: int, height: int, seconds: int) -> bytes:
    """The smallest MP4 that says its size and duration (ISO/IEC 14496-12)."""
    movie = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 1000 * seconds) + bytes(80))
    sizes = struct.pack(">II", width << 16, height << 16)
    track = box(b"trak", box(b"tkhd", bytes(76) + sizes))
    return box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", movie + track)


def test_local_pictures_and_films_say_their_own_size_whatever_the_file_says_of_them(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("mediarss"))
    media = "\n  - {url: b.mp4, width: 1, height: 1, duration: 1}\n  - {url: c.webp, width: 77, height: 55}"
    room.write("a.md", story("A", image="a.png", media=media))
    room.write("a.png", png(800, 450))
    room.write("b.mp4", film(1280, 720, 9))
    room.write("c.webp", b"no picture at all")
    room.publish()
    contents = {
        (each.get("url") or "")[-6:]: (each.get("width"), each.get("height"), each.get("duration"))
        for each in etree.fromstring(room.body("/mediarss.xml")).iter(f"{MEDIA}content")
    }
    assert contents == {"/a.png": ("800", "450", None), "/b.mp4": ("1280", "720", "9"), "c.webp": ("77", "55", None)}


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 40, struct.pack(">I4s", 2**31, b"moov"), film(9, 9, 1)[:-20], b"\xff" * 99]
)
def test_a_damaged_film_is_published_without_a_size(tmp_path: Path, data: bytes) -> None:
    room = room_of(tmp_path, partner("mediarss"))
    room.write("a.md", story("A", media="\n  - {url: b.mp4}"))
    room.write("b.mp4", data or b"x")
    room.publish()
    (content,) = etree.fromstring(room.body("/mediarss.xml")).iter(f"{MEDIA}content")
    assert content.get("width") is None


def test_an_edited_picture_is_measured_again(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("mediarss"))
    room.write("a.md", story("A", image="a.png"))
    room.write("a.png", png(80, 45))
    room.publish()
    room.write("a.png", png(1600, 900), age=1)
    room.publish()
    (content,) = etree.fromstring(room.body("/mediarss.xml")).iter(f"{MEDIA}content")
    assert content.get("width") == "1600"


def test_a_feed_of_a_thousand_media_goes_on_in_pages(tmp_path: Path) -> None:
    room = room_of(tmp_path, partner("mediarss", limit=250))
    for number in range(250):
        when = datetime(2026, 11, 1, tzinfo=NOON.tzinfo) + timedelta(minutes=number)
        room.write(f"{number:03}.md", story(f"A {number}", "x", date=when.isoformat(), **WIDE))
    room.publish()
    seen: list[str] = []
    path = "/mediarss.xml"
    while path:
        seen += titles(room, path)
        links = etree.fromstring(room.body(path)).iter("{http://www.w3.org/2005/Atom}link")
        path = next((str(link.get("href")) for link in links if link.get("rel") == "next"), "").removeprefix(
            "https://news.example"
        )
    assert seen == [f"A {number}" for number in range(249, -1, -1)]


# --- what they hold ---------------------------------------------------------------------------------------------------


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


# --- as values --------------------------------------------------------------------------------------------------------

FISH, EELS = (own_feed(f"/{tag}.json", Selection(tags=(tag,))) for tag in ("fish", "eels"))


def affected(number: int, *tags: str, is_open: bool = True, held: dict[str, set[int]] | None = None) -> frozenset[str]:
    """The feeds that one change concerns; `held` are the articles that were judged for each before."""

    def matches(plan: FeedPlan, copy: ArticleCopy) -> bool:
        return bool({*plan.selection.tags} & {*copy.tags})

    before: dict[str, set[int]] = {path: set() for path in ("/fish.json", "/eels.json")}
    copy = ArticleCopy(title="A", tags=tags) if is_open else None
    return affected_feeds([(number, copy)], (FISH, EELS), before | (held or {}), matches)


def test_an_article_concerns_the_feeds_that_select_it_and_those_that_held_it() -> None:
    assert affected(1, "fish") == {"/fish.json"}
    assert affected(1, "crane") == frozenset()
    assert affected(1, "eels", held={"/fish.json": {1, 2}}) == {"/fish.json", "/eels.json"}


def test_an_article_that_is_not_open_concerns_only_feeds_that_held_it() -> None:
    assert affected(1, "fish", is_open=False) == frozenset()
    assert affected(1, "fish", is_open=False, held={"/eels.json": {1}}) == {"/eels.json"}


def written(path: str, expires: int | None) -> WrittenCustomFeed:
    feed = make_feed(path)
    return WrittenCustomFeed(path, make_record(path, WindowState(), feed, (path,), frozenset()), expires)


def make_feed(path: str) -> Feed:
    held = (article(entry(1).number),)
    return Feed(id="x", path=path, title="X", description="", home="", updated=EPOCH_DATE, articles=held)


def test_a_feed_is_due_from_the_instant_at_which_an_article_gets_too_old() -> None:
    assert due_paths({"/a": NOW, "/b": NOW + 1}, NOW) == {"/a"}


def test_expiries_are_those_of_the_feeds_that_were_written_and_of_no_feed_that_is_gone() -> None:
    before = {"/c": 3, "/b": 2, "/gone": 1, "/a": 1}
    after = next_expiries(before, [written("/a", 9), written("/b", None)], {"/a", "/b", "/c"})
    assert list(after.items()) == [("/a", 9), ("/c", 3)]


def test_the_next_change_is_the_earliest_of_all() -> None:
    hour = NOON + timedelta(hours=1)
    assert next_change({"/a": NOW + 7200, "/b": NOW}, hour) == NOON
    assert next_change({"/a": NOW + 7200}, hour) == hour
    assert next_change({}, None) is None
