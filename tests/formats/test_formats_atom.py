"""Atom 1.0 (RFC 4287)."""

from datetime import timedelta
from html import escape

import pytest
from formats_sample import (
    FILM,
    NAMES,
    NOON,
    PICTURE,
    SOUND,
    article,
    atom,
    attributes,
    every,
    feed,
    one,
    read,
    rss,
    text,
    texts,
)
from msgspec.structs import replace

from feedsvc.formats.atom import FORMAT
from feedsvc.model.article import Person
from feedsvc.model.urls import SITE

LANG = f"{{{NAMES['xml']}}}lang"


def test_the_feed_has_what_section_4_1_1_demands() -> None:
    found = atom(article())
    assert text(found, "a:id") == "tag:ledger.example,2026:feed:news/eu"
    assert text(found, "a:title") == "EU – The Harbour Ledger"
    assert text(found, "a:updated") == "2026-10-20T12:00:00+00:00"
    assert text(found, "a:subtitle") == "All from Brussels & beyond"
    assert text(found, "a:rights") == "© The Harbour Ledger"
    assert text(found, "a:logo") == f"{SITE}/media/logo.png"
    assert text(found, "a:icon") == f"{SITE}/media/icon.png"
    assert found.get(LANG) == "en"


def test_the_feed_links_to_itself_and_to_its_page() -> None:
    assert [attributes(link) for link in every(atom(), "a:link")] == [
        {"href": f"{SITE}/news/eu/atom.xml", "rel": "self", "type": "application/atom+xml"},
        {"href": f"{SITE}/news/eu/", "rel": "alternate", "type": "text/html"},
    ]


@pytest.mark.parametrize(("author", "name"), [("The desk", "The desk"), ("", "EU – The Harbour Ledger")])
def test_the_feed_has_an_author_for_entries_that_have_none(author: str, name: str) -> None:
    found = atom(article(authors=()), author=author)
    assert text(found, "a:author/a:name") == name
    assert not every(found, "a:entry/a:author")


def test_an_author_has_an_address_only_if_it_is_one() -> None:
    odd = Person(name="Bo", email="Bo at the desk", url="gopher://bo")
    people = every(atom(article(authors=(*article().authors, odd))), "a:entry/a:author")
    assert [[field.text for field in person] for person in people] == [
        ["Ann Vey", "ann@ledger.example", "https://ledger.example/ann"],
        ["Bo"],
    ]


def test_the_entry_id_is_the_iri() -> None:
    assert text(atom(article(id="story-17")), "a:entry/a:id") == "tag:ledger.example,2026:1"


def test_titles_and_summaries_are_text_and_content_is_html() -> None:
    entry = one(atom(article()), "a:entry")
    assert [one(entry, f"a:{name}").get("type", "text") for name in ("title", "summary", "content")] == [
        "text",
        "text",
        "html",
    ]
    assert text(entry, "a:summary") == "Why 3 < 4 & 5 > 4."
    assert text(entry, "a:content") == article().content


@pytest.mark.parametrize("told", ["A &amp; B", "Q&A1", "&nbsp", "&#38;", "&apos;"])
def test_what_could_be_taken_for_an_entity_is_written_as_character_data(told: str) -> None:
    story = article(
        title=told, summary=told, authors=(Person(name=told),), media=(replace(PICTURE, title=told, description=told),)
    )
    document = FORMAT.render(feed(story, title=told)).decode()
    for element in ("title", "summary", "name", 'media:title type="plain"', 'media:description type="plain"'):
        assert f"<{element}>{told.replace('&', '&#x26;')}<" in document
    found = atom(story, title=told)
    for path in ("a:title", "a:entry/a:title", "a:entry/a:summary"):
        assert text(found, path) == told


@pytest.mark.parametrize("told", ["R&D & more", "5 < 6", "AT&T", "<b>", "R&D; <br>"])
def test_all_other_text_is_escaped_as_ever(told: str) -> None:
    document = FORMAT.render(feed(article(title=told, summary=told), title=told, author="Desk"))
    assert b"#x26" not in document
    assert document.count(f">{escape(told)}<".encode()) == 3


def test_an_entry_without_text_is_valid_by_its_link_and_summary() -> None:
    for entry in every(atom(article(1, content=" "), article(2, summary=""), full=False), "a:entry"):
        assert not every(entry, "a:content")
        assert text(entry, "a:summary")
        assert one(entry, "a:link[@rel='alternate']").get("href")


def test_every_medium_is_an_enclosure_with_film_before_sound_before_pictures() -> None:
    links = every(atom(article(media=(PICTURE, SOUND, FILM))), "a:entry/a:link")
    assert [attributes(link) for link in links] == [
        {"href": f"{SITE}/articles/k1/cranes", "rel": "alternate", "type": "text/html"},
        {"href": FILM.url, "rel": "enclosure", "type": "video/mp4"},
        {"href": SOUND.url, "rel": "enclosure", "type": "audio/mpeg", "length": "9000"},
        {"href": PICTURE.url, "rel": "enclosure", "type": "image/jpeg", "length": "40960"},
    ]


def test_a_category_has_its_name_as_term_and_label() -> None:
    """Some readers show the one, and some the other."""
    categories = every(atom(article(tags=("Old Cranes", "!!!"))), "a:entry/a:category")
    assert [(each.get("scheme"), each.get("term"), each.get("label")) for each in categories] == [
        ("tag:ledger.example,2026:sections", "News/EU", "News/EU"),
        (None, "Old Cranes", "Old Cranes"),
        (None, "!!!", "!!!"),
    ]


@pytest.mark.parametrize(
    "tags", [("C++", "C#", "C"), ("News", "news"), ("Ä", "A"), ("a-b", "a b"), ("!!!", "???"), ("١", "1")]
)
def test_different_tags_have_different_terms(tags: tuple[str, ...]) -> None:
    told = every(atom(article(sections=(("News",),), tags=tags)), "a:entry/a:category")
    assert [each.get("term") for each in told] == [*dict.fromkeys(("News", *tags))]


def test_the_scheme_of_a_section_is_the_same_on_every_mirror_and_in_every_feed() -> None:
    for name in ("tag:ledger.example,2026:/news/eu/", "tag:ledger.example,2026:/a:b/"):
        (told, *_) = every(atom(article(), id=name), "a:entry/a:category")
        domain = one(rss(article(), id=name), "item/category[1]").get("domain")
        assert told.get("scheme") == domain == "tag:ledger.example,2026:sections"


def test_a_label_is_said_once() -> None:
    twice = article(sections=(("News",), ("News",)), tags=("News", "Ports"))
    assert [each.get("label") for each in every(atom(twice), "a:entry/a:category")] == ["News", "Ports"]


def test_an_entry_is_never_older_than_its_publication() -> None:
    entry = one(atom(article(published=NOON, updated=NOON - timedelta(days=1))), "a:entry")
    assert text(entry, "a:updated") == text(entry, "a:published") == "2026-10-20T12:00:00+00:00"


def test_an_entry_names_its_language_where_it_is_not_the_feeds() -> None:
    entries = every(atom(article(1, language="fr"), article(2, language="en"), article(3, language="?!")), "a:entry")
    assert [entry.get(LANG) for entry in entries] == ["fr", None, None]


def test_a_feed_without_articles_is_valid() -> None:
    assert read("atom").feed.title == "EU – The Harbour Ledger"
    assert texts(atom(), "a:updated") == ["2026-10-20T12:00:00+00:00"]


def test_the_namespaces_are_declared_once_at_the_root() -> None:
    document = FORMAT.render(feed(article(1, media=(PICTURE, FILM)), article(2)))
    assert document.count(b"xmlns") == document[: document.index(b"<id>")].count(b"xmlns") == 2
    assert b"ns0" not in document
