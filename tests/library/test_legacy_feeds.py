"""Feeds of another system are read as they are; what is no feed, or wants to be more than one, is refused."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedsvc.library.legacy_feeds import LegacyItem, read
from feedsvc.model.reader import Unreadable

DATED = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
NEW_IN_TOWN = LegacyItem("https://old.example/?p=12", "https://old.example/ferry", "Ferry & co late", DATED)


def rss(item: str, root: str = 'rss version="2.0"') -> bytes:
    name = root.split()[0]
    return f"<{root}><channel><title>Old</title><link>https://old.example/</link>{item}</channel></{name}>".encode()


def test_an_rss_item() -> None:
    feed = rss(
        '<item><title>Ferry &amp;amp; co late</title><link>https://old.example/ferry</link><guid isPermaLink="false">'
        "https://old.example/?p=12</guid><pubDate>Mon, 09 Mar 2026 07:30:00 +0100</pubDate></item>"
    )
    assert read(feed) == [NEW_IN_TOWN]


def test_an_rss_guid_may_be_the_link_and_a_link_the_guid() -> None:
    guid = rss("<item><title>A</title><guid>https://old.example/a</guid></item>")
    link = rss("<item><title>A</title><link>https://old.example/a</link></item>")
    assert read(guid) == read(link) == [LegacyItem("https://old.example/a", "https://old.example/a", "A", None)]
    other = rss('<item><title>A</title><guid isPermaLink="false">https://old.example/a</guid></item>')
    assert read(other)[0].link == ""


def test_an_atom_entry_with_a_base_and_html_in_its_title() -> None:
    feed = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://old.example/"><title>Old</title><id>urn:f</id>'
        b'<entry><id>https://old.example/?p=12</id><title type="html">Ferry &amp;amp; &lt;b&gt;co&lt;/b&gt; late'
        b"</title>"
        b'<link rel="self" href="x"/><link href="ferry"/><updated>2026-04-01T00:00:00Z</updated>'
        b"<published>2026-03-09T06:30:00.25Z</published></entry></feed>"
    )
    assert read(feed)[0]._replace(dated=DATED) == NEW_IN_TOWN
    assert read(feed)[0].dated.replace(microsecond=0) == DATED  # type: ignore[union-attr]


def test_a_json_feed_item() -> None:
    item = {"id": "https://old.example/?p=12", "url": "https://old.example/ferry", "title": "Ferry &amp; co late"}
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "items": [item | {"date_published": "2026-03-09T07:30:00+01:00"}],
    }
    assert read(json.dumps(feed).encode()) == [NEW_IN_TOWN]
    assert read(b'\xef\xbb\xbf{"items": [{"id": 7, "external_url": "https://old.example/b"}]}') == [
        LegacyItem("7", "https://old.example/b", "", None)
    ]


def test_rdf_and_the_extensions_that_feeds_have() -> None:
    feed = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">'
        b'<item rdf:about="urn:a"><media:title>Picture</media:title><title>A</title><link>https://old.example/a</link>'
        b"<dc:date>2026-03-09T06:30:00Z</dc:date></item></rdf:RDF>"
    )
    assert read(feed) == [LegacyItem("urn:a", "https://old.example/a", "A", DATED)]


def test_a_link_behind_a_proxy_of_feeds_is_the_original_one() -> None:
    feed = (
        b'<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item><title>A</title>'
        b"<link>https://proxy.example/~r/1</link><feedburner:origLink>https://old.example/a</feedburner:origLink>"
        b"</item></channel></rss>"
    )
    assert read(feed)[0].link == "https://old.example/a"


def test_a_date_that_cannot_be_read_is_none() -> None:
    assert read(rss("<item><title>A</title><pubDate>last week</pubDate></item>"))[0].dated is None


BOMB = b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1000 + b'">]><rss><channel>&b;</channel></rss>'
NO_FEEDS = {
    "nothing": (b" \n", "is empty"),
    "broken": (b"<rss><channel>", "is not well-formed"),
    "text": (b"Dear editor", "is not well-formed"),
    "a page": (b"<html><body/></html>", "its root is html"),
    "a bomb": (BOMB, "has a document type"),
    "an external DTD": (b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss/>', "has a document type"),
    "another encoding than it says": (b"<?xml version='1.0' encoding='utf-8'?><rss>\xff</rss>", "is not well-formed"),
    "a deep tree": (b"<rss>" * 100_000, "is not well-formed"),
    "no JSON": (b"{", "is no JSON"),
    "deep JSON": (b"[" * 100_000, "is no JSON"),
    "other JSON": (b'{"items": {"a": 1}}', "no list of items"),
    "a list": (b"[1]", "no list of items"),
    "items that are none": (b'{"items": [1]}', "no list of items"),
}


@pytest.mark.parametrize(("data", "told"), NO_FEEDS.values(), ids=NO_FEEDS)
def test_what_is_no_feed_is_refused_at_once_with_the_reason(data: bytes, told: str) -> None:
    begun = time.process_time()
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert told in caught.value.reason
    assert caught.value.remedy
    assert time.process_time() - begun < 1


def test_no_entity_reads_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    kind = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    feed = f"{kind}<rss><channel><item><title>&x;</title></item></channel></rss>"
    with pytest.raises(Unreadable) as caught:
        read(feed.encode())
    assert "canary" not in str(caught.value)
