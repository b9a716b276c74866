"""Roku: its schemas, and what the client code that it publishes reads, trap by trap."""

import json
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft7Validator
from lxml import etree
from msgspec.structs import replace
from partner_sample import CLIP, EPISODE, HLS, LIVE, SCHEMAS, WIDE, asked, document, documents, full, judged

from feedsvc.formats import FORMATS

ROKU = ["roku-mrss", "roku-json"]
LARGE = 512_000
MEDIA = "{http://search.yahoo.com/mrss/}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


class Shown(NamedTuple):
    """What a channel made from Roku's template has of an item."""

    title: str
    description: str
    url: str
    picture: str


def template(body: bytes) -> list[Shown]:
    """The template's RootHandler: XML only if it begins so, else JSON; pictures only inside media:content, of which the
    last one wins; the first genre and the first video without a look whether there are any."""
    text = body.decode()
    assert len(text) < LARGE, "Feed is too large"
    if text.startswith(("<?xml", "<rss")):
        return [_item(item) for item in etree.fromstring(body).findall("channel/item")]
    root = json.loads(text)
    kinds = ("movies", "series", "shortFormVideos", "tvSpecials", "liveFeeds")
    return [_film(film) for kind in kinds for film in root.get(kind, ())]


def _item(item: etree._Element) -> Shown:
    contents = [child for child in item if child.tag == f"{MEDIA}content"]  # nothing in a media:group is found
    content = contents[-1]
    picture = next(child for child in content if child.tag == f"{MEDIA}thumbnail")
    url = str(content.get("url"))
    return Shown(item.findtext("title") or "", item.findtext("description") or "", url, str(picture.get("url")))


def _film(film: Any) -> Shown:
    assert film["genres"][0]
    assert film["id"]
    return Shown(film["title"], film["shortDescription"], film["content"]["videos"][0]["url"], film["thumbnail"])


@pytest.mark.parametrize("name", ROKU)
def test_the_template_reads_title_text_film_and_picture_of_every_item(name: str) -> None:
    live, *films = sorted(template(document(name, full(1), full(2))), key=lambda shown: shown.url != LIVE.url)
    assert live == Shown(LIVE.title, LIVE.description, LIVE.url, LIVE.picture.url)
    assert films == [Shown(each.title, each.summary, CLIP.url, WIDE.url) for each in (full(1), full(2))]


@pytest.mark.parametrize("name", ROKU)
def test_the_first_byte_begins_the_document(name: str) -> None:
    assert document(name, full())[:1] in (b"<", b"{")


def test_deep_links_find_prefixed_names_and_the_film_as_mp4() -> None:
    raw = document("roku-mrss", full())
    for name in (b"<media:content ", b"<media:thumbnail ", b"<media:title>", b"<guid "):
        assert name in raw
    assert CLIP.url.encode() in raw
    assert HLS.url.encode() not in raw, "the sample plays MP4 alone, and the template the last media:content"


def test_a_stream_is_played_where_there_is_no_file() -> None:
    shown = template(document("roku-mrss", full(media=(WIDE, HLS)), live=False))
    assert shown[0].url == HLS.url


def test_the_course_sample_makes_rows_of_films_and_of_nothing_else() -> None:
    root = json.loads(document("roku-json", full()))
    for row in (value for value in root.values() if isinstance(value, list)):
        for film in row:
            assert film["longDescription" if "longDescription" in film else "shortDescription"]
            assert {"thumbnail", "title", "releaseDate", "id", "content"} <= film.keys()


def test_the_podcast_template_finds_a_duration_in_plain_seconds_a_picture_and_an_author() -> None:
    channel = etree.fromstring(document("podcast", full())).find("channel")
    assert channel is not None
    assert channel.find(f"{ITUNES}image").get("href")  # it would crash without
    assert channel.findtext(f"{ITUNES}author")
    (item,) = channel.findall("item")
    assert item.findtext(f"{ITUNES}duration") == "307"
    assert item.find("enclosure").get("url") == EPISODE.url


def schema_errors(name: str, schema: str, *articles: Any, **options: object) -> list[str]:
    found = json.loads((SCHEMAS / f"{schema}.schema.json").read_text("utf-8"))
    root = json.loads(document(name, *articles, **options))
    return [f"{list(error.path)}: {error.message}" for error in Draft7Validator(found).iter_errors(root)]


LONG = replace(CLIP, duration=1200.0)
VARIANTS: dict[str, dict[str, Any]] = {
    "everything": {},
    "a long film": {"media": (WIDE, LONG)},
    "a stream": {"media": (WIDE, HLS)},
    "another language": {"language": "pt-BR"},
    "no summary of its own": {"summary": "x " * 400},
    "no text": {"content": ""},
    "odd tags": {"tags": ("a tag that is longer than Roku takes", "ok")},
    "captions": {"media": (WIDE, replace(CLIP, captions="https://cdn.example/crane.vtt"))},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_json_feeds_pass_their_schemas(variant: str) -> None:
    given = VARIANTS[variant]
    assert not schema_errors("roku-json", "roku-direct-publisher", full(1, **given), full(2))
    assert not schema_errors("roku-json", "roku-direct-publisher", full(1, **given), categories=True)
    assert not schema_errors("roku-search", "roku-search-feed-strict", full(1, **given), full(2))


def test_a_film_of_more_than_a_quarter_of_an_hour_is_no_clip() -> None:
    at, over = (replace(CLIP, duration=seconds) for seconds in (900.0, 901.0))
    root = json.loads(document("roku-json", full(1, media=(WIDE, at)), full(2, media=(WIDE, over))))
    assert [film["content"]["duration"] for film in root["shortFormVideos"]] == [900]
    assert [film["content"]["duration"] for film in root["tvSpecials"]] == [901]
    assets = json.loads(document("roku-search", full(1, media=(WIDE, at)), full(2, media=(WIDE, over))))["assets"]
    assert [asset["type"] for asset in assets] == ["shortForm", "tvSpecial"]


@pytest.mark.parametrize("options", [{}, {"pictures": True}, {"pictures": True, "seconds": 7}, {"pictures": False}])
def test_a_picture_is_never_played_as_a_film(options: dict[str, object]) -> None:
    """The template plays what is at media:content@url, whatever it is."""
    still = (WIDE, EPISODE)
    shown = template(document("roku-mrss", full(1, media=still), full(2), full(3, media=(WIDE,)), **options))
    assert [each.url for each in shown] == [LIVE.url, CLIP.url]
    assert [each.url for each in template(document("roku-json", full(media=still)))] == [LIVE.url]
    assert not judged("roku-mrss", full(media=(WIDE,)), **options)


def test_options_of_former_versions_are_told_to_have_no_effect() -> None:
    doubts = FORMATS["roku-mrss"].profile.feed_warnings
    assert [how for how, _ in doubts(asked("roku-mrss", pictures=True, seconds=5))] == [
        "options.pictures has no effect: Roku plays films alone",
        "options.seconds has no effect: Roku plays films alone",
    ]
    assert not doubts(asked("roku-mrss", pictures=False))


@pytest.mark.parametrize("name", ROKU)
def test_a_stream_with_a_small_picture_is_doubted(name: str) -> None:
    small = replace(LIVE, picture=replace(LIVE.picture, width=640, height=360))
    doubts = FORMATS[name].profile.feed_warnings
    assert not doubts(asked(name))
    ((how, remedy),) = doubts(replace(asked(name), live=(small,)))
    assert LIVE.title in how
    assert "800x450" in remedy


def test_live_streams_can_be_left_out() -> None:
    assert [each.url for each in template(document("roku-mrss", full(), live=False))] == [CLIP.url]


@pytest.mark.parametrize(
    ("picture", "taken"),
    [
        ({"width": 800, "height": 450}, True),
        ({"width": 799, "height": 449}, False),
        ({"width": 1600, "height": 1200}, False),
        ({"width": None, "height": None}, True),
        ({"type": "image/gif"}, False),
        ({"type": "image/webp"}, False),
        ({"type": "image/avif"}, False),
        ({"type": "image/png"}, True),
    ],
)
def test_a_picture_is_wide_and_large_or_of_unknown_size(picture: dict[str, Any], taken: bool) -> None:
    (found,) = judged("roku-json", full(media=(replace(WIDE, **picture), CLIP)))
    assert found.accepted is taken
    assert bool(found.doubtful) is (picture.get("width", 0) is None)


def test_a_film_without_duration_is_held_back_with_the_reason() -> None:
    (found,) = judged("roku-json", full(media=(WIDE, replace(CLIP, duration=None))))
    assert "unknown duration" in found.broken[0][0]


def test_a_file_whose_bitrate_nobody_knows_is_held_back_and_a_stream_needs_none() -> None:
    unweighed = replace(CLIP, length=None)
    assert not judged("roku-json", full(media=(WIDE, unweighed)))[0].accepted
    assert judged("roku-json", full(media=(WIDE, unweighed, HLS)))[0].accepted


@pytest.mark.parametrize("name", ROKU)
def test_a_thousand_items_stay_below_what_the_client_reads(name: str) -> None:
    (_, body), *rest = documents(name, *(full(number) for number in range(1000)))
    assert not rest
    assert len(body.decode().replace("https://site.invalid", "https://" + "x" * 60 + ".example")) < LARGE
    assert len(template(body)) > 100


def test_the_search_feed_goes_on_by_a_link_and_ends_without_one() -> None:
    made = documents("roku-search", *(full(number) for number in range(5001)))
    (first, second) = (json.loads(body) for _, body in made)
    assert first["nextPageUrl"] == "https://site.invalid/partners/roku-search-2.xml"
    assert "nextPageUrl" not in second
    assert (len(first["assets"]), len(second["assets"])) == (5000, 1)


@pytest.mark.parametrize(
    ("picture", "fault"),
    [
        ({"width": 3840, "height": 2160}, "is too large, 3840x2160"),
        ({"width": 640, "height": 360}, "is too small, 640x360"),
        ({"width": 1200, "height": 1000}, "has the wrong shape, 1200x1000"),
        ({"type": "image/webp"}, "is WEBP"),
    ],
)
def test_the_fault_of_a_picture_is_told_as_it_is(picture: dict[str, Any], fault: str) -> None:
    (found,) = judged("roku-search", full(media=(replace(WIDE, **picture), CLIP)))
    (remedy,) = [remedy for how, remedy in found.broken if f"its picture quay.jpg {fault}" in how and "GIF" in how]
    assert "larger" not in remedy
    assert "1920x1080 pixels at most" in remedy


def test_a_thumbnail_of_the_film_will_do_for_a_picture() -> None:
    film = replace(CLIP, thumbnail="https://cdn.example/crane.jpg")
    (shown,) = template(document("roku-mrss", full(media=(film,)), live=False))
    assert shown.picture == "https://cdn.example/crane.jpg"
