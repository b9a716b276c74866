"""Media that many readers cannot see are named, and published all the same."""

from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.library.media_advice import LARGE, advice
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
