"""Podcasts as Apple and Podcasting 2.0 have them."""

from typing import Any
from uuid import UUID, uuid5

import pytest
from formats_sample import NAMES
from lxml import etree
from msgspec.structs import replace
from partner_sample import EPISODE, WIDE, asked, document, full, items, judged

from feedsvc.formats import FORMATS
from feedsvc.model.feed import Link

SQUARE = replace(WIDE, url="https://cdn.example/bell.jpg", width=1400, height=1400)


def told(item: etree._Element, name: str) -> str:
    return item.findtext(name, namespaces=NAMES) or ""


def channel(**options: object) -> etree._Element:
    found = etree.fromstring(document("podcast", full(), **options)).find("channel")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "type"),
    [
        ("audio/mp4", "audio/x-m4a"),
        ("audio/x-m4a", "audio/x-m4a"),
        ("audio/mpeg", "audio/mpeg"),
        ("audio/aac", "audio/aac"),
    ],
)
def test_sound_has_the_type_of_apples_list(said: str, type: str) -> None:
    (item,) = items("podcast", full(media=(replace(EPISODE, type=said),)))
    assert item.find("enclosure").get("type") == type


@pytest.mark.parametrize("key", ["episode", "itunes_episode", "episode_number"])
@pytest.mark.parametrize("number", ["17", 17])
def test_a_serial_has_the_number_of_each_episode(key: str, number: Any) -> None:
    extra = {key: number, "season": "2", "episode_type": "Trailer"}
    (item,) = items("podcast", full(extra=extra), serial=True)
    assert [told(item, f"itunes:{name}") for name in ("season", "episode", "episodeType")] == ["2", "17", "trailer"]


@pytest.mark.parametrize("number", ["", "0", "-1", "one", "1.5", "٣"])
def test_an_episode_of_a_serial_without_a_number_is_held_back(number: str) -> None:
    (found,) = judged("podcast", full(extra={"episode": number}), serial=True)
    assert not found.accepted
    assert "number of the episode" in found.broken[0][0]
    (item,) = items("podcast", full(extra={"episode": number}))
    assert item.find("itunes:episode", NAMES) is None


def test_an_episode_has_its_own_square_picture() -> None:
    (item,) = items("podcast", full(media=(WIDE, SQUARE, EPISODE)))
    assert item.find("itunes:image", NAMES).get("href") == SQUARE.url
    (item,) = items("podcast", full(media=(WIDE, EPISODE)))
    assert item.find("itunes:image", NAMES) is None


def test_the_text_is_in_the_show_notes_unless_it_is_too_long() -> None:
    (item,) = items("podcast", full(content="<p>One <b>bell</b></p>"))
    assert told(item, "content:encoded") == "<p>One <b>bell</b></p>"
    (item,) = items("podcast", full(content=f"<p>{'bell ' * 3000}</p>"))
    assert told(item, "content:encoded") == ""


def test_a_podcast_that_moves_says_where() -> None:
    found = channel(new_feed_url="https://other.example/bell.xml")
    assert told(found, "itunes:new-feed-url") == "https://other.example/bell.xml"
    assert channel().find("itunes:new-feed-url", NAMES) is None


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_the_guid_is_made_of_the_first_address_of_the_feed(scheme: str) -> None:
    link = Link(format="podcast", href="https://site.invalid/rss", type="application/rss+xml")
    shell = replace(asked("podcast"), links=(link,), canonical=f"{scheme}://podnews.net")
    found = etree.fromstring(FORMATS["podcast"].render(shell)).find("channel")
    assert found is not None
    assert told(found, "podcast:guid") == "9b024349-ccf0-5f69-a609-6b82873eab3c", "the specification's own example"
    assert uuid5(UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), "podnews.net/rss").version == 5
