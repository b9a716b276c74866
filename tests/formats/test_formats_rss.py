"""RSS 2.0 as the specification and the Best Practices Profile want it."""

from datetime import timedelta

import pytest
from formats_sample import FILM, NOON, PICTURE, SOUND, article, attributes, every, feed, one, read, rss, text, texts

from feedsvc.formats.rss import FORMAT
from feedsvc.model.article import Media, Person
from feedsvc.model.urls import SITE


def test_the_channel_says_what_the_profile_asks_for() -> None:
    channel = rss(article())
    assert text(channel, "title") == "EU – The Harbour Ledger"
    assert text(channel, "link") == f"{SITE}/news/eu/"
    assert text(channel, "description") == "All from Brussels & beyond"
    assert text(channel, "language") == "en"
    assert text(channel, "lastBuildDate") == "Tue, 20 Oct 2026 12:00:00 +0000"
    assert text(channel, "docs") == "https://www.rssboard.org/rss-specification"
    assert text(channel, "copyright") == "© The Harbour Ledger"


def test_the_channel_has_its_own_address_once() -> None:
    own = one(rss(article()), "a:link")
    assert attributes(own) == {"href": f"{SITE}/news/eu/rss.xml", "rel": "self", "type": "application/rss+xml"}


def test_the_image_repeats_title_and_link_of_the_channel() -> None:
    image = one(rss(), "image")
    assert [text(image, name) for name in ("url", "title", "link")] == [
        f"{SITE}/media/logo.png",
        "EU – The Harbour Ledger",
        f"{SITE}/news/eu/",
    ]
    assert not every(rss(logo=""), "image")


@pytest.mark.parametrize(("seconds", "minutes"), [(1, "1"), (60, "1"), (300, "5"), (5400, "90")])
def test_ttl_is_whole_minutes_and_never_zero(seconds: int, minutes: str) -> None:
    assert text(rss(interval=seconds), "ttl") == minutes


def test_channel_elements_stand_before_the_items() -> None:
    names = [child.tag for child in rss(article(1), article(2))]
    assert names[-2:] == ["item", "item"]
    assert names.count("item") == 2


def test_a_feed_without_articles_or_description_is_still_complete() -> None:
    channel = rss(description="")
    assert text(channel, "description") == "EU – The Harbour Ledger"
    assert not every(channel, "item")
    assert read("rss").feed.title == "EU – The Harbour Ledger"


def test_a_feed_that_is_not_published_as_rss_cannot_be_rendered_as_rss() -> None:
    with pytest.raises(KeyError, match="news/eu is not published as rss"):
        FORMAT.render(feed(links=()))


def test_the_guid_is_the_id_and_no_permalink() -> None:
    guid = one(rss(article(id="story-17")), "item/guid")
    assert (guid.text, guid.get("isPermaLink")) == ("story-17", "false")


def test_the_description_is_html_that_shows_the_summary() -> None:
    assert text(rss(article()), "item/description") == "Why 3 &lt; 4 &amp; 5 &gt; 4."


def test_the_full_text_comes_after_the_description() -> None:
    item = one(rss(article()), "item")
    order = [child.tag for child in item]
    assert order.index("description") < order.index(one(item, "content:encoded").tag)
    assert text(item, "content:encoded") == article().content


def test_a_feed_of_summaries_has_no_full_text() -> None:
    assert not every(rss(article(), full=False), "item/content:encoded")


def test_without_a_summary_the_headline_describes() -> None:
    item = one(rss(article(summary="")), "item")
    assert text(item, "description") == "Cranes &amp; ships, part 1"
    assert text(item, "content:encoded") == article().content


def test_each_author_is_a_creator_and_none_an_address() -> None:
    item = one(rss(article(authors=(Person(name="Ann Vey", email="ann@x.example"), Person(name="Bo")))), "item")
    assert texts(item, "dc:creator") == ["Ann Vey", "Bo"]
    assert not every(item, "author")


def test_an_author_without_a_name_is_left_out() -> None:
    assert not every(rss(article(authors=(Person(name=" ", email="a@x.example"),))), "item/dc:creator")


def test_categories_are_the_sections_in_the_sites_taxonomy_then_the_tags() -> None:
    categories = [(each.text, each.get("domain")) for each in every(rss(article()), "item/category")]
    assert categories == [("News/EU", "tag:ledger.example,2026:sections"), ("Ports", None), ("Old Cranes", None)]


def test_one_enclosure_with_film_before_sound_before_pictures() -> None:
    enclosure = one(rss(article(media=(PICTURE, SOUND, FILM))), "item/enclosure")
    assert attributes(enclosure) == {"url": FILM.url, "length": "0", "type": "video/mp4"}
    assert one(rss(article(media=(PICTURE, SOUND))), "item/enclosure").get("length") == "9000"
    assert not every(rss(article(media=())), "item/enclosure")


def test_an_enclosure_of_unknown_type_says_so() -> None:
    odd = Media(url="https://cdn.example/odd", type="jpg please")
    assert one(rss(article(media=(odd,))), "item/enclosure").get("type") == "application/octet-stream"


def test_what_is_not_on_the_web_is_no_media() -> None:
    item = one(rss(article(media=(Media(url="data:image/png;base64,AA"), Media(url="quay.jpg")))), "item")
    assert not every(item, "enclosure")
    assert not every(item, "media:content")


def test_a_change_after_publication_is_dated() -> None:
    changed = article(published=NOON, updated=NOON + timedelta(hours=1))
    assert text(rss(changed), "item/dcterms:modified") == "2026-10-20T13:00:00+00:00"
    assert not every(rss(article(published=NOON, updated=NOON)), "item/dcterms:modified")


def test_an_item_names_its_language_where_it_is_not_the_channels() -> None:
    channel = rss(article(1, language="fr_BE"), article(2, language="EN"), article(3), language="en")
    assert texts(channel, "item/dc:language") == ["fr-BE"]


def test_literal_markup_in_a_title_is_written_as_the_profile_writes_character_data() -> None:
    document = FORMAT.render(feed(article(title="Use <b> & &nbsp;")))
    assert b"<title>Use &#x3C;b&gt; &#x26; &#x26;nbsp;</title>" in document
    assert text(rss(article(title="Use <b> & &nbsp;")), "item/title") == "Use <b> & &nbsp;"


def test_every_namespace_is_declared_once_at_the_root() -> None:
    document = FORMAT.render(feed(article(1, media=(PICTURE, FILM)), article(2)))
    root = document[: document.index(b"<channel>")]
    assert document.count(b"xmlns") == root.count(b"xmlns") == 5
    assert b"ns0" not in document
