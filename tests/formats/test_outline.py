"""OPML 2.0."""

import pytest
from formats_sample import feed
from lxml import etree

from feedsvc.formats import _opml
from feedsvc.model.feed import Feed, Link, Outline
from feedsvc.model.urls import SITE


def rendered(*outlines: Outline) -> etree._Element:
    return etree.fromstring(_opml.render("All feeds", outlines))


def lines(*outlines: Outline) -> list[dict[str, str]]:
    return [{str(name): str(value) for name, value in each.items()} for each in rendered(*outlines).iter("outline")]


def published_as(*forms: str) -> Feed:
    return feed(links=tuple(Link(format=form, href=f"{SITE}/{form}", type="x/y") for form in forms))


def test_the_head_names_the_list_which_has_no_date_of_its_own() -> None:
    found = rendered(Outline(feed=feed()))
    assert found.get("version") == "2.0"
    assert found.findtext("head/title") == "All feeds"
    assert found.find("head/dateModified") is None


def test_a_line_says_what_a_reader_needs_to_subscribe() -> None:
    assert lines(Outline(feed=feed())) == [
        {
            "text": "EU – The Harbour Ledger",
            "title": "EU – The Harbour Ledger",
            "type": "rss",
            "version": "RSS2",
            "xmlUrl": f"{SITE}/news/eu/rss.xml",
            "htmlUrl": f"{SITE}/news/eu/",
            "description": "All from Brussels & beyond",
            "language": "en",
        }
    ]


@pytest.mark.parametrize(
    ("forms", "address", "version"),
    [(("atom", "json", "rss"), "rss", "RSS2"), (("json", "atom"), "json", None)],
)
def test_a_feed_is_listed_once_and_as_rss_if_it_is_there(
    forms: tuple[str, ...], address: str, version: str | None
) -> None:
    (line,) = lines(Outline(feed=published_as(*forms)))
    assert (line["type"], line["xmlUrl"], line.get("version")) == ("rss", f"{SITE}/{address}", version)


def test_sections_are_nested_as_they_are_in_the_newsroom() -> None:
    below = Outline(feed=feed(title="EU"))
    body = rendered(Outline(feed=feed(title="News"), children=(below,)), Outline(feed=feed(title="Sport"))).find("body")
    assert body is not None
    assert [each.get("text") for each in body] == ["News", "Sport"]
    assert [each.get("text") for each in body[0]] == ["News", "EU"]


def test_a_line_is_a_folder_or_a_subscription_and_never_both() -> None:
    below = Outline(feed=feed(title="EU"))
    for line in rendered(Outline(feed=feed(), children=(below,))).iter("outline"):
        assert (line.get("xmlUrl") is None) is (len(line) > 0)


def test_a_section_without_a_feed_of_its_own_is_only_a_folder() -> None:
    folder, below = lines(Outline(feed=published_as(), children=(Outline(feed=feed(title="EU")),)))
    assert folder == {"text": "EU – The Harbour Ledger"}
    assert below["text"] == "EU"


def test_markup_in_a_title_is_text() -> None:
    assert lines(Outline(feed=feed(title="<b> & \x0b]]>")))[0]["text"] == "<b> & ]]>"
