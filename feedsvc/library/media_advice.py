"""Warnings about media files that are published unchanged, but that many readers cannot see."""

import re
from collections.abc import Iterator
from html import escape

from feedsvc.model.problem import Problem
from feedsvc.model.urls import media_url

LARGE = 3 * 2**20
"""Bytes from which a picture takes long to load on phones."""
_RARE = {"image/heic": "HEIC", "image/heif": "HEIF", "image/tiff": "TIFF"}
"""Picture types that most browsers do not show, with their names."""
_IMAGES = re.compile(r"<img [^>]*+")


def advice(place: str, file: str, kind: str, length: int, content: str) -> Iterator[Problem]:
    """A warning for each reason why readers may not see `file`, which has the media type `kind` and `length` bytes.

    `content` is the HTML of the article in the file `place`.
    """
    if kind in _RARE:
        reason = f"the picture {file} is {_RARE[kind]}, which most browsers do not show"
        yield _warning(place, reason, "save it as JPEG or WebP")
    if kind.startswith("image/") and length > LARGE:
        reason = f"the picture {file} has {length / 2**20:.1f} MB, and is published as it is, with all that it tells"
        yield _warning(place, reason, "make it smaller, 2,000 pixels wide; that also takes out where it was taken")
    if kind and not kind.startswith("image/") and _is_shown_as_picture(file, content):
        reason = f"{file} is {kind}, but the text shows it as a picture"
        yield _warning(place, reason, "name it under `media`, or link to it: [text](path) without the `!`")


def _is_shown_as_picture(file: str, content: str) -> bool:
    source = f'src="{escape(media_url(file))}"'
    return source in content and any(source in image for image in _IMAGES.findall(content))


def _warning(place: str, reason: str, remedy: str) -> Problem:
    return Problem(place=place, reason=reason, remedy=remedy, warning=True)
