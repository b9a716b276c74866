"""Media RSS 1.5.1, the same in RSS and in Atom."""

import math

import pytest
from formats_sample import FILM, PICTURE, SOUND, article, atom, attributes, every, one, read, rss, text
from lxml import etree

from feedsvc.formats._media import whole
from feedsvc.model.article import Media
from feedsvc.model.urls import SITE


def entries(*media: Media) -> list[etree._Element]:
    told = article(media=media)
    return [one(rss(told), "item"), one(atom(told), "{*}entry")]


def test_each_medium_is_a_content_of_its_own_and_there_are_no_groups() -> None:
    for entry in entries(PICTURE, FILM, SOUND):
        assert [each.get("url") for each in every(entry, "media:content")] == [PICTURE.url, FILM.url, SOUND.url]
        assert not every(entry, "media:group")


def test_the_namespace_ends_in_a_slash() -> None:
    for entry in entries(PICTURE):
        assert entry.nsmap["media"] == "http://search.yahoo.com/mrss/"


def test_a_picture_says_what_it_is_and_how_large() -> None:
    for entry in entries(PICTURE):
        assert attributes(one(entry, "media:content")) == {
            "url": f"{SITE}/media/quay.jpg",
            "type": "image/jpeg",
            "medium": "image",
            "fileSize": "40960",
            "width": "1200",
            "height": "800",
        }


def test_caption_and_credit_belong_to_the_picture() -> None:
    for entry in entries(PICTURE):
        content = one(entry, "media:content")
        assert [(text(content, f"media:{name}")) for name in ("title", "description", "credit", "copyright")] == [
            "The quay",
            "The quay at dawn",
            "Mara Lindt",
            "Harbour Pictures",
        ]
        assert attributes(one(content, "media:credit")) == {"role": "photographer", "scheme": "urn:ebu"}
        assert one(content, "media:description").get("type") == "plain"
        assert not every(entry, "media:credit")


def test_a_film_has_seconds_and_a_thumbnail_and_no_photographer() -> None:
    for entry in entries(Media(url=FILM.url, type=FILM.type, duration=61.6, thumbnail=FILM.thumbnail, credit="Bo")):
        content = one(entry, "media:content")
        assert content.get("duration") == "62"
        assert one(content, "media:thumbnail").get("url") == FILM.thumbnail
        assert not one(content, "media:credit").attrib


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_caption_is_never_taken_for_the_text(form: str) -> None:
    full, short = (read(form, article(), full=full).entries[0] for full in (True, False))
    assert full.content[0].value == article().content
    assert "content" not in short
    assert full.summary == short.summary


def test_what_is_not_known_is_not_said() -> None:
    for entry in entries(Media(url="https://cdn.example/odd", type="nonsense")):
        content = one(entry, "media:content")
        assert attributes(content) == {"url": "https://cdn.example/odd", "medium": "document"}
        assert len(content) == 0


@pytest.mark.parametrize("number", [None, 0, -1, 0.2, math.nan, math.inf, 2.0**60])
def test_a_size_that_makes_no_sense_is_none(number: float | None) -> None:
    assert whole(number) is None


def test_an_address_becomes_a_uri_and_one_that_is_stays() -> None:
    for entry in entries(Media(url="https://cdn.example/ü [1] 100%.jpg?a=%20", thumbnail=f"{SITE}/media/a%20b.jpg")):
        content = one(entry, "media:content")
        assert content.get("url") == "https://cdn.example/%C3%BC%20%5B1%5D%20100%25.jpg?a=%20"
        assert one(content, "media:thumbnail").get("url") == f"{SITE}/media/a%20b.jpg"
