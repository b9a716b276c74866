"""Files that lie beside the articles: what they are and how long. Reads names and sizes, never the network."""

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
from feedsvc.model.local_files import status_of
from feedsvc.model.media_types import clean, published
from feedsvc.model.problem import Problem
from feedsvc.model.reader import MediaReference
from feedsvc.model.text import shorten
from feedsvc.model.urls import SITE

UNKNOWN = "?"


class Measured(NamedTuple):
    copy: ArticleCopy
    files: tuple[MediaReference, ...]
    problems: tuple[Problem, ...]


def measure(root: Path, copy: ArticleCopy, content: str, place: str) -> Measured:
    """`copy` with the true length of its local media, None for those that cannot be published; each of these is named.

    `content` is its body as HTML, `place` its file. The files are those that readers of the article are sent to.
    """
    if not (copy.media or content):  # as with most
        return Measured(copy, (), ())
    declared = {media.file: media.type for media in copy.media if media.file}
    found: dict[str, _Found] = {}
    files: list[MediaReference] = []
    problems: list[Problem] = []
    for file in sorted(declared.keys() | set(_linked(copy, content))):
        status, said = status_of(root, file), declared.get(file, "")
        kind = published(file, said) if status else ""
        found[file] = _Found(kind, status.st_size if status and kind else None)
        files.append(MediaReference(file, kind, signature.change_signature(status) if status else stamp(root, file)[0]))
        if not kind:
            problems.append(_not_shown(place, root, file, there=status is not None))
        elif said and clean(said) != kind:
            problems.append(_called_otherwise(place, file, said, kind))
    if declared:
        copy = replace(copy, media=tuple(_as_published(root, each, found) for each in copy.media))
    return Measured(copy, tuple(files), tuple(problems))


class _Found(NamedTuple):
    """The media type under which a file is published, and its bytes; empty and None for one that is not."""

    type: str
    length: int | None


def _as_published(root: Path, media: Media, found: dict[str, _Found]) -> Media:
    """`media` as its file is; one without a file as it is."""
    if not media.file:
        return media
    kind, length = found[media.file]
    told = replace(media, length=length, type=kind or media.type)
    return with_dimensions(root, media.file, told) if length is not None else told


def with_dimensions(root: Path, file: str, media: Media) -> Media:
    """`media` with what `file` below `root` itself says of its size and duration; what it does not say stays."""
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
    except Exception:  # noqa: BLE001 - files of all kinds, made by all kinds of programs; then metadata has to do
        return media
    return replace(media, **{name: value for name, value in found.items() if value and 0 < value < 2**31})


def stamp(root: Path, file: str) -> tuple[str, int]:
    """`(stamp, nanoseconds of its last change)` of whatever is at `file`; the stamp is empty if there is nothing, and
    UNSURE if the system does not say."""
    try:
        status = os.stat(f"{root}/{file}")  # noqa: PTH116 - asked for every picture at every tick
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return "", 0
    except OSError:
        return UNKNOWN, 0
    return signature.change_signature(status), status.st_mtime_ns


def _linked(copy: ArticleCopy, content: str) -> list[str]:
    """The files below the articles to which the text leads, and the companions of the media."""
    urls = [*_OWN.findall(content), *(link for media in copy.media for link in (media.thumbnail, media.captions))]
    plain = (re.split("[?#]", unescape(url), maxsplit=1)[0].rstrip(",") for url in urls if url.startswith(_PREFIX))
    return [unquote(url.removeprefix(_PREFIX)) for url in plain if url != _PREFIX]


def _not_shown(place: str, root: Path, file: str, *, there: bool) -> Problem:
    if there:
        what, remedy = "is of a kind that is not published", "take it out"
    elif (root / file).is_symlink():
        what, remedy = "is a link to what is not published", "put the file itself there"
    else:
        what, remedy = "is not there", f"put it there, or correct the path; paths are relative to {place}"
    return Problem(place=place, reason=f"the media file {file} {what}", remedy=remedy, warning=True)


def _called_otherwise(place: str, file: str, said: str, kind: str) -> Problem:
    reason = f"the media file {file} is published as {kind}, as its name says, and not as {shorten(said, longest=80)}"
    return Problem(place=place, reason=reason, remedy="take its type out, or rename the file", warning=True)


_PREFIX = f"{SITE}/media/"


_OWN = re.compile(rf"{re.escape(_PREFIX)}[^\s\"'<>]+")
