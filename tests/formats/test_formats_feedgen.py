"""The traps of feedgen 1.0.0, one by one: each of these fails without the wall in `_feedgen.py`."""

import locale
from datetime import timedelta, timezone

import pytest
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from formats_sample import FILM, NOON, PICTURE, article, atom, every, feed, one, read, rss, text, texts

from feedsvc.formats import FORMATS
from feedsvc.model.urls import SITE

both = pytest.mark.parametrize("form", ["rss", "atom"])


def test_rss_and_atom_really_come_from_feedgen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FeedGenerator, "rss_str", lambda *_, **__: b"<rss/>")
    monkeypatch.setattr(FeedGenerator, "atom_str", lambda *_, **__: b"<feed/>")
    assert [FORMATS[name].render(feed()) for name in ("rss", "atom")] == [b"<rss/>", b"<feed/>"]


def test_entry_links_keep_rel_type_and_length() -> None:
    entry = one(atom(article(media=(PICTURE,))), "a:entry")
    assert one(entry, "a:link[@rel='enclosure']").get("length") == "40960"
    assert [link.get("href") for link in every(entry, "a:link[@rel='alternate']")] == [article().url]


def test_a_picture_is_never_opened_as_the_story() -> None:
    assert read("atom", article(media=(PICTURE, FILM))).entries[0].link == article().url


def test_the_channels_link_is_the_page_not_the_feed() -> None:
    assert text(rss(), "link") == text(rss(), "image/link") == f"{SITE}/news/eu/"


def test_the_self_link_has_its_type() -> None:
    assert one(rss(), "a:link").get("type") == "application/rss+xml"


@both
def test_no_date_is_the_present_moment(form: str) -> None:
    assert b"20 Oct 2026" in FORMATS["rss"].render(feed())
    assert texts(atom(article(published=NOON, updated=NOON)), ".//a:updated") == ["2026-10-20T12:00:00+00:00"] * 2
    assert FORMATS[form].render(feed(article())) == FORMATS[form].render(feed(article()))


def test_dates_are_whole_seconds_in_utc() -> None:
    there = (NOON + timedelta(milliseconds=250)).astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert text(atom(updated=there), "a:updated") == "2026-10-20T12:00:00+00:00"
    assert text(rss(updated=there), "lastBuildDate") == "Tue, 20 Oct 2026 12:00:00 +0000"


@both
def test_the_locale_of_the_process_is_left_alone(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("setlocale was called")

    monkeypatch.setattr(locale, "setlocale", refuse)
    FORMATS[form].render(feed(article()))


@both
def test_entries_are_appended(form: str) -> None:
    assert [entry.link for entry in read(form, article(1), article(2)).entries] == [article(1).url, article(2).url]


def test_an_author_without_an_address_does_not_vanish_from_rss() -> None:
    assert read("rss", article()).entries[0].author == "Ann Vey"


def test_content_is_html_in_atom_and_never_cdata() -> None:
    assert one(atom(article()), "a:entry/a:content").get("type") == "html"
    assert b"CDATA" not in FORMATS["atom"].render(feed(article()))


@both
def test_the_end_of_a_cdata_section_is_only_text(form: str) -> None:
    assert read(form, article(content="<p>a ]]> b</p>")).entries[0].content[0].value == "<p>a ]]> b</p>"


@both
def test_entities_of_html_stay_in_the_html(form: str) -> None:
    assert b"&lt;p&gt;a&amp;nbsp;b&lt;br&gt;" in FORMATS[form].render(feed(article(content="<p>a&nbsp;b<br></p>")))


@both
def test_one_control_character_does_not_cost_the_feed(form: str) -> None:
    odd = article(1, content="<p>a\x08b\ud800c</p>")
    assert read(form, odd, article(2), title="EU\x0b").entries[0].content[0].value == "<p>abc</p>"


def test_a_group_is_never_made() -> None:
    assert b"media:group" not in FORMATS["rss"].render(feed(article(media=(PICTURE, FILM))))


def test_atom_always_has_an_author_and_rss_a_language() -> None:
    assert text(atom(article(authors=())), "a:author/a:name")
    assert text(rss(), "language") == "en"


def test_without_a_summary_the_text_is_not_taken_for_one() -> None:
    assert text(rss(article(summary="")), "item/description") != article().content


def test_an_entry_without_content_does_not_raise() -> None:
    assert len(read("atom", article(content="", summary="")).entries) == 1


def test_the_generator_names_no_version() -> None:
    assert text(rss(), "generator") == text(atom(), "a:generator") == "feedsvc"


def test_feedgen_still_loses_what_the_wall_restores() -> None:
    """When this fails, feedgen has been repaired, and `_Item.extend_atom` has less to do."""
    entry = FeedEntry()
    entry.id("tag:x")
    entry.title("x")
    entry.link([{"href": "https://x.example/", "rel": "enclosure", "type": "image/png"}])
    entry.content("x", type="html")
    assert dict(entry.atom_entry().find("link").attrib) == {"href": "https://x.example/"}
