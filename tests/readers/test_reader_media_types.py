"""A media type counts for what it means, in whatever case and by whatever name it is written."""

import json

import pytest

from feedsvc.model.article import Media
from feedsvc.model.cleaning import cleaned_media
from feedsvc.model.media_types import clean
from feedsvc.model.reader import ReaderOptions, Reading, Source
from feedsvc.readers import read

HLS, DASH = "application/vnd.apple.mpegurl", "application/dash+xml"


def told(name: str, said: str) -> Reading:
    front = json.dumps({"title": "Film", "date": "2026-11-20", "media": [{"url": name, "type": said, "duration": 60}]})
    return read(Source(path="a.md", data=f"---\n{front}\n---\nText\n".encode()), ReaderOptions())


@pytest.mark.parametrize(
    ("said", "type", "medium"),
    [
        ("application/x-mpegURL", HLS, "video"),
        ("application/X-MPEGURL; charset=utf-8", HLS, "video"),
        ("application/vnd.apple.mpegURL", HLS, "video"),
        ("audio/x-mpegurl", HLS, "video"),
        ("audio/mpegURL", HLS, "video"),
        ("application/dash+XML", DASH, "video"),
        ("video/vnd.mpeg.dash.mpd", DASH, "video"),
        ("Audio/MPEG", "audio/mpeg", "audio"),
        ("AUDIO/MP3", "audio/mpeg", "audio"),
        ("audio/x-flac", "audio/flac", "audio"),
        ("Video/MP4", "video/mp4", "video"),
        ("video/mp4; codecs=avc1", "video/mp4", "video"),
        ("application/mp4", "video/mp4", "video"),
        ("IMAGE/JPG", "image/jpeg", "image"),
    ],
)
def test_a_type_is_told_by_its_usual_name(said: str, type: str, medium: str) -> None:
    reading = told("https://e.example/x", said)
    assert [(each.type, each.medium) for each in reading.copy.media] == [(type, medium)]
    assert not reading.problems


@pytest.mark.parametrize("said", ["application/octet-stream", "binary/octet-stream", "Application/Force-Download"])
def test_a_type_that_says_nothing_leaves_it_to_the_name(said: str) -> None:
    (film,) = told("https://e.example/x.M3U8?token=1", said).copy.media
    assert (film.type, film.medium, film.duration) == (HLS, "video", 60)
    (sound,) = told("https://e.example/x.mp3", said).copy.media
    assert sound.medium == "audio"


def test_what_is_no_type_is_told_and_the_name_decides() -> None:
    reading = told("https://e.example/x.mp4", "film")
    assert [each.medium for each in reading.copy.media] == ["video"]
    assert ["'film' is not one media type" in problem.reason for problem in reading.problems] == [True]


def test_media_are_cleaned_whoever_reads_them() -> None:
    assert cleaned_media(Media(url="https://e.example/x", type=" Application/x-mpegURL ")).medium == "video"
    assert cleaned_media(Media(url="https://e.example/x", type="no type")).type == "no type"


def test_a_type_of_any_length_costs_little() -> None:
    assert clean("video/mp4;" + "a" * 10_000_000) == ""
