"""Measuring of media files beside the articles."""

from pathlib import Path

import pytest
from newsroom import Newsroom, story

from feedsvc.library.media import with_dimensions
from feedsvc.model.article import Media

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"></svg>'


@pytest.mark.parametrize(("width", "height", "expected"), [("40", "30", (40, 30)), ("40.6", "29.4px", (41, 29))])
def test_a_drawing_is_measured_in_whole_pixels(
    tmp_path: Path, width: str, height: str, expected: tuple[int, int]
) -> None:
    (tmp_path / "boat.svg").write_text(SVG.format(width, height), encoding="utf-8")
    found = with_dimensions(tmp_path, "boat.svg", Media(url="x", type="image/svg+xml"))
    assert (found.width, found.height) == expected
    assert isinstance(found.width, int)
    assert isinstance(found.height, int)


def test_an_article_with_a_drawing_as_its_picture_is_published(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("boat.md", story("Boat"))
    (room.articles / "boat.svg").write_text(SVG.format(40, 30), encoding="utf-8")
    room.write("quay.md", story("Quay"))
    room.publish()
    assert sorted(room.titles()) == ["Boat", "Quay"]
    room.write("quay.md", story("Quay again"))
    room.publish()
    assert sorted(room.titles()) == ["Boat", "Quay again"]
