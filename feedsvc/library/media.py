"""Measures the media files of articles: type, length, dimensions and duration. Never uses the network."""

import os
import re
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import imagesize
from msgspec.structs import replace
from tinytag import TinyTag

from feedsvc.library import signature
from feedsvc.library.mp4 import video_dimensions
from feedsvc.model.article import ArticleCopy, Media
from feedsvc.model.local_files import _inside
from feedsvc.model.media_types import guess
from feedsvc.model.problem import Problem
from feedsvc.model.reader import MediaReference
from feedsvc.model.urls import SITE

PUBLISHABLE = ("image/", "audio/", "video/", "text/vtt", "application/pdf", "application/x-subrip")
"""Beginnings of the media types that are published; a picture that is really `secret.md` is not."""
UNKNOWN = "?"
"""The signature of a file whose status the system does not tell."""


class Measured(NamedTuple):
    """A copy whose local media are measured, the files to which its readers are sent, and the problems of these."""

    copy: ArticleCopy
    files: tuple[MediaReference, ...]
    problems: tuple[Problem, ...]


def measure(root: Path, copy: ArticleCopy, content: str, place: str) -> Measured:
    """`copy` with the true length of its local media; None, and a problem, for each that cannot be published.

    `content` is its body as HTML; it may be empty if it has no links. `place` is the path of its file.
    """
    if not (copy.media or content):  # the usual case
        return Measured(copy, (), ())
    declared = {media.file: media.type for media in copy.media if media.file}
    sizes: dict[str, int | None] = {}
    files: list[MediaReference] = []
    problems: list[Problem] = []
    for file in sorted(declared.keys() | set(_linked(copy, content))):
        found = _inside(root, file)
        kind = _published(declared.get(file, ""), file) if found else ""
        sizes[file] = found.st_size if found and kind else None
        files.append(MediaReference(file, kind, signature.change_signature(found) if found else stamp(root, file)[0]))
        if not kind:
            problems.append(_unpublishable(place, file, there=found is not None))
    if declared:
        told = (replace(each, length=sizes[each.file]) if each.file else each for each in copy.media)
        shown = (
            with_dimensions(root, each.file, each) if each.file and each.length is not None else each for each in told
        )
        copy = replace(copy, media=tuple(shown))
    return Measured(copy, tuple(files), tuple(problems))


def with_dimensions(root: Path, file: str, media: Media) -> Media:
    """`media` with the dimensions and the duration that `file` below `root` itself tells; others stay as they are."""
    path = root / file
    try:
        if media.medium == "image":
            width, height = imagesize.get(path)
            found = {"width": width, "height": height}
        elif media.medium in ("audio", "video"):
            length = TinyTag.get(path, tags=False).duration
            found = {"duration": length} | (video_dimensions(path) if media.medium == "video" else {})
        else:
            return media
    except Exception:  # noqa: BLE001 - files by any program, in any state; then the metadata of the article counts
        return media
    return replace(media, **{name: value for name, value in found.items() if value and 0 < value < 2**31})


def stamp(root: Path, file: str) -> tuple[str, int]:
    """The change signature of `file` below `root`, and its time in nanoseconds.

    The signature is empty if nothing is there, and UNKNOWN if the system does not tell.
    """
    try:
        status = os.stat(f"{root}/{file}")  # noqa: PTH116 - asked for every picture at every tick
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return "", 0
    except OSError:
        return UNKNOWN, 0
    return signature.change_signature(status), status.st_mtime_ns


def _linked(copy: ArticleCopy, content: str) -> list[str]:
    """The files below the articles folder to which the text and the companions of the media lead."""
    urls = [*_OWN.findall(content), *(link for media in copy.media for link in (media.thumbnail, media.captions))]
    plain = (re.split("[?#]", unescape(url), maxsplit=1)[0].rstrip(",") for url in urls if url.startswith(_PREFIX))
    return [unquote(url.removeprefix(_PREFIX)) for url in plain if url != _PREFIX]


def _published(declared: str, file: str) -> str:
    """The media type; empty for a kind that is not published. The name of the file decides, not what is `declared`."""
    guessed = guess(file)
    if not guessed.startswith(PUBLISHABLE):
        return ""
    return declared if declared.startswith(PUBLISHABLE) else guessed


def _unpublishable(place: str, file: str, *, there: bool) -> Problem:
    what = "is of a kind that is not published" if there else "is not there"
    remedy = "take it out" if there else f"put it there, or correct the path; paths are relative to {place}"
    return Problem(place=place, reason=f"the media file {file} {what}", remedy=remedy, warning=True)


_PREFIX = f"{SITE}/media/"


_OWN = re.compile(rf"{re.escape(_PREFIX)}[^\s\"'<>]+")
