"""Media that many readers cannot see are named, and published all the same."""

import struct
from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.library.media_advice import LARGE, advice
from feedsvc.library.photo_place import tells_place
from feedsvc.model.urls import media_url


def told(file: str, kind: str, length: int = 10, content: str = "") -> list[str]:
    return [str(problem) for problem in advice("a.md", file, kind, length, content)]


@pytest.mark.parametrize(
    ("file", "kind", "length"), [("a.jpg", "image/jpeg", LARGE), ("a.mp4", "video/mp4", 9 * LARGE), ("a", "", LARGE)]
)
def test_what_everybody_can_see_is_passed_over(file: str, kind: str, length: int) -> None:
    assert told(file, kind, length) == []


def test_a_photo_as_the_telephone_took_it_is_named() -> None:
    (line,) = told("a.jpg", "image/jpeg", 8 * 2**20)
    assert line.startswith("a.md: warning: the picture a.jpg has 8.0 MB")


@pytest.mark.parametrize("kind", ["image/heic", "image/heif", "image/tiff"])
def test_a_picture_that_browsers_do_not_show_is_named(kind: str) -> None:
    assert "most browsers do not show" in told("a", kind)[0]


@pytest.mark.parametrize(("file", "kind"), [("clip.mov", "video/quicktime"), ("a & b.mp3", "audio/mpeg")])
def test_a_film_in_the_place_of_a_picture_is_named(file: str, kind: str) -> None:
    url = media_url(file)
    assert "shows it as a picture" in told(file, kind, content=f'<p><img alt="x" src="{url}"></p>')[0]
    assert told(file, kind, content=f'<p><a href="{url}">x</a></p>') == []
    assert told(file, kind, content=f'<img src="x"><video src="{url}"></video>') == []


def test_an_article_with_a_film_as_a_picture_is_published_with_a_warning(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("clip.mov", b"x")
    room.write("a.md", story("A", "![the clip](clip.mov)"))
    room.publish()
    assert room.titles() == ["A"]
    assert any("clip.mov is video/quicktime" in str(line) for line in room.problems())


def photo(order: str, latitude: bytes, tag: int = 0x8825) -> bytes:
    """A JPEG whose Exif segment has one directory, which leads to another one with a latitude."""
    first = struct.pack(f"{order}HHHIII", 1, tag, 4, 1, 26, 0)
    second = struct.pack(f"{order}HHHIII", 1, 2, 5, 3, 44, 0)
    tiff = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8) + first + second + latitude
    return b"\xff\xd8\xff\xe1\x00\xff" + b"Exif\0\0" + tiff + b"\xff\xd9"


HERE = struct.pack("<6I", 53, 1, 32, 1, 0, 1)


@pytest.mark.parametrize(
    ("data", "tells"),
    [
        (photo("<", HERE), True),
        (photo(">", HERE), True),
        (b"\xff\xd8<x:xmpmeta exif:GPSLatitude='53,32N'>", True),
        (photo("<", bytes(24)), False),
        (photo("<", HERE, tag=0x8769), False),
        (photo("<", HERE)[:30], False),
        (photo("<", HERE).replace(b"II*", b"XX*"), False),
        (b"\xff\xd8\xff\xd9", False),
        (b"", False),
    ],
)
def test_a_photo_with_coordinates_tells_where_it_was_taken(tmp_path: Path, data: bytes, *, tells: bool) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    assert tells_place(tmp_path / "a.jpg") is tells
    assert not tells_place(tmp_path / "b.jpg")


def test_a_photo_with_coordinates_is_published_as_it_is_with_a_warning(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("boat.jpg", photo("<", HERE))
    room.write("a.md", story("A", image="boat.jpg"))
    room.publish()
    assert room.code("/media/boat.jpg") == 200
    assert any("boat.jpg tells where it was taken" in str(line) for line in room.problems())
