"""JSON Feed 1.1."""

from datetime import timedelta

import pytest
from formats_sample import FILM, NOON, PICTURE, SOUND, article, feed, json_feed
from json_feed_schema import SCHEMA
from jsonschema import Draft202012Validator

from feedsvc.formats.jsonfeed import FORMAT
from feedsvc.model.article import Article, Media
from feedsvc.model.urls import SITE


def test_the_feed_says_where_it_is_and_what_it_is_about() -> None:
    found = json_feed(author="The desk")
    assert found == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "EU – The Harbour Ledger",
        "home_page_url": f"{SITE}/news/eu/",
        "feed_url": f"{SITE}/news/eu/feed.json",
        "description": "All from Brussels & beyond",
        "icon": f"{SITE}/media/logo.png",
        "favicon": f"{SITE}/media/icon.png",
        "authors": [{"name": "The desk"}],
        "language": "en",
        "items": [],
    }


def test_an_item_says_what_the_article_says() -> None:
    (item,) = json_feed(article())["items"]
    assert item == {
        "id": "tag:ledger.example,2026:1",
        "url": f"{SITE}/articles/k1/cranes",
        "title": "Cranes & ships, part 1",
        "content_html": article().content,
        "summary": "Why 3 < 4 & 5 > 4.",
        "image": PICTURE.url,
        "date_published": "2026-10-20T11:00:00Z",
        "date_modified": "2026-10-20T11:59:00Z",
        "authors": [{"name": "Ann Vey", "url": "https://ledger.example/ann"}],
        "tags": ["News/EU", "Ports", "Old Cranes"],
        "attachments": [
            {"url": PICTURE.url, "mime_type": "image/jpeg", "title": "The quay", "size_in_bytes": 40960},
        ],
    }


@pytest.mark.parametrize(
    "told",
    [
        article(),
        article(content="", summary="", title="", media=(), authors=(), tags=(), sections=()),
        article(media=(PICTURE, FILM, SOUND), language="ar"),
        article(media=(Media(url="https://cdn.example/ü", duration=float("nan")),)),
    ],
)
@pytest.mark.parametrize("full", [True, False])
def test_every_item_keeps_to_the_specification(told: Article, full: bool) -> None:
    Draft202012Validator(SCHEMA).validate(json_feed(told, full=full))


@pytest.mark.parametrize(("full", "content"), [(True, ""), (False, "<p>Long</p>")])
def test_an_item_without_full_text_has_its_summary_as_text(full: bool, content: str) -> None:
    (item,) = json_feed(article(content=content), full=full)["items"]
    assert item["content_text"] == item["summary"] == "Why 3 < 4 & 5 > 4."
    assert "content_html" not in item


def test_an_item_that_has_not_changed_is_not_modified() -> None:
    assert "date_modified" not in json_feed(article(published=NOON, updated=NOON - timedelta(1)))["items"][0]


def test_attachments_come_film_first_with_size_and_duration() -> None:
    (item,) = json_feed(article(media=(PICTURE, SOUND, FILM)))["items"]
    assert item["attachments"][0] == {"url": FILM.url, "mime_type": "video/mp4", "duration_in_seconds": 62}
    assert [each["mime_type"] for each in item["attachments"]] == ["video/mp4", "audio/mpeg", "image/jpeg"]
    assert item["image"] == PICTURE.url


def test_attachments_with_one_title_are_not_taken_for_forms_of_one_thing() -> None:
    other = Media(url=f"{SITE}/media/other.jpg", type="image/jpeg", title=PICTURE.title)
    (item,) = json_feed(article(media=(PICTURE, other, SOUND)))["items"]
    assert [each.get("title") for each in item["attachments"]] == ["The horn", None, None]


def test_an_item_names_its_language_where_it_is_not_the_feeds() -> None:
    items = json_feed(article(1, language="fr_BE"), article(2, language="en"))["items"]
    assert [item.get("language") for item in items] == ["fr-BE", None]


def test_addresses_of_the_service_can_still_be_found_in_the_bytes() -> None:
    document = FORMAT.render(feed(article()))
    assert document.count(SITE.encode()) == 8
    assert b"\\/" not in document
