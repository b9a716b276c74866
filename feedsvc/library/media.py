"""Measures the media files of articles: type, length, dimensions and duration. Never uses the network."""

import os
import re
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast
from urllib.parse import unquote

from msgspec.structs import replace

from feedsvc.library import signature
from feedsvc.library.bounded_file import BoundedFile, TooMuch
from feedsvc.library.media_advice import advice
from feedsvc.library.mp4 import video_dimensions
from feedsvc.library.photo_place import tells_place
from feedsvc.model.article import ArticleCopy, Media
from feedsvc.model.local_files import status_of
from feedsvc.model.media_types import SIGNED, clean, picture_type, published
from feedsvc.model.problem import Problem
from feedsvc.model.reader import MediaReference
from feedsvc.model.text import shorten
from feedsvc.model.urls import SITE

_PHOTOS = ("image/jpeg", "image/heic", "image/heif", "image/webp", "image/png", "image/tiff")
UNKNOWN = "?"
"""The signature of a file whose status cannot be read."""


class Measured(NamedTuple):
    """A copy whose local media are measured, the files to which it links, and the problems of these files."""

    copy: ArticleCopy
    files: tuple[MediaReference, ...]
    problems: tuple[Problem, ...]


def measure(root: Path, copy: ArticleCopy, content: str, place: str) -> Measured:
    """`copy` with the actual length of its local media; None, and a problem, for each that cannot be published.

    `content` is its body as HTML; it may be empty if it has no links. `place` is the path of its file.
    """
    if not (copy.media or content):  # the usual case
        return Measured(copy, (), ())
    declared = {media.file: media.type for media in copy.media if media.file}
    found: dict[str, _Found] = {}
    files: list[MediaReference] = []
    problems: list[Problem] = []
    for file in sorted(declared.keys() | set(_linked(copy, content))):
        status, said = status_of(root, file), declared.get(file, "")
        named = published(file, said) if status else ""
        kind = _type_by_content(root, file, named)
        found[file] = _Found(kind, status.st_size if status and kind else None)
        files.append(MediaReference(file, kind, signature.change_signature(status) if status else stamp(root, file)[0]))
        problems.extend(advice(place, file, kind, status.st_size if status else 0, content))
        if kind in _PHOTOS and tells_place(root / file):
            problems.append(_placed(place, file))
        if not kind:
            problems.append(_unpublishable(place, root, file, there=status is not None))
        elif kind != named:
            problems.append(_misnamed(place, file, named, kind))
        elif said and clean(said) != kind:
            problems.append(_called_otherwise(place, file, said, kind))
    if declared:
        copy = replace(copy, media=tuple(_as_published(root, each, found) for each in copy.media))
    return Measured(copy, tuple(files), tuple(problems))


class _Found(NamedTuple):
    """The media type under which a file is published, and its length in bytes; empty and None for one that is not."""

    type: str
    length: int | None


def _as_published(root: Path, media: Media, found: dict[str, _Found]) -> Media:
    """`media` with the length, type and dimensions of its file; unchanged if it has no file."""
    if not media.file:
        return media
    kind, length = found[media.file]
    told = replace(media, length=length, type=kind or media.type)
    return with_dimensions(root, media.file, told) if length is not None else told


def _type_by_content(root: Path, file: str, named: str) -> str:
    """The media type of a picture by its first bytes; `named` if these are not recognised, and for other media."""
    if not named.startswith("image/"):
        return named
    try:
        with (root / file).open("rb") as picture:
            return picture_type(picture.read(SIGNED)) or named
    except OSError:
        return named


def _misnamed(place: str, file: str, named: str, kind: str) -> Problem:
    reason = f"the picture {file} is called {named}, but is {kind}"
    return Problem(place=place, reason=reason, remedy="give it the suffix of what it is", warning=True)


def _placed(place: str, file: str) -> Problem:
    reason = f"the photo {file} tells where it was taken, and is published as it is"
    return Problem(
        place=place, reason=reason, remedy=f"take that out: exiftool -gps:all= -xmp:all= {file}", warning=True
    )


def with_dimensions(root: Path, file: str, media: Media) -> Media:
    """`media` with the dimensions and the duration in `file` below `root`; values that it does not give stay as they
    are. No more of the file is read than a sound one needs."""
    if media.medium not in ("image", "audio", "video"):
        return media
    try:
        with (root / file).open("rb") as opened:
            found = _dimensions(opened, media.medium)
    except Exception:  # noqa: BLE001 - media files may be broken in any way; the metadata of the article then counts
        return media
    return replace(media, **{name: value for name, value in found.items() if value and 0 < value < 2**31})


def _dimensions(file: BinaryIO, medium: str) -> dict[str, float | None]:
    if medium == "image":
        import imagesize  # loaded by the first picture, since it brings an XML parser and an HTTP client

        width, height = imagesize.get(BoundedFile(file))
        return {"width": round(width), "height": round(height)}  # an SVG may have fractions
    from tinytag import TinyTag

    found: dict[str, float | None] = {**video_dimensions(file)} if medium == "video" else {}
    file.seek(0)
    with suppress(TooMuch):  # then its duration is not known
        found["duration"] = TinyTag.get(file.name, cast(BinaryIO, BoundedFile(file)), tags=False).duration
    return found


def stamp(root: Path, file: str) -> tuple[str, int]:
    """The change signature of `file` below `root`, and its time in nanoseconds.

    The signature is empty if there is no file, and UNKNOWN if its status cannot be read.
    """
    try:
        status = os.stat(f"{root}/{file}")  # noqa: PTH116 - asked for every picture at every tick
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return "", 0
    except OSError:
        return UNKNOWN, 0
    return signature.change_signature(status), status.st_mtime_ns


def _linked(copy: ArticleCopy, content: str) -> list[str]:
    """The files below the articles folder to which the text, and the thumbnails and captions of the media, link."""
    urls = [*_OWN.findall(content), *(link for media in copy.media for link in (media.thumbnail, media.captions))]
    plain = (re.split("[?#]", unescape(url), maxsplit=1)[0].rstrip(",") for url in urls if url.startswith(_PREFIX))
    return [unquote(url.removeprefix(_PREFIX)) for url in plain if url != _PREFIX]


def _unpublishable(place: str, root: Path, file: str, *, there: bool) -> Problem:
    if there:
        what, remedy = "is of a kind that is not published", "take it out"
    elif os.path.islink(f"{root}/{file}"):  # noqa: PTH114 - pathlib raises for a name that no file can have
        what, remedy = "is a link to what is not published", "put the file itself there"
    else:
        what, remedy = "is not there", f"put it there, or correct the path; paths are relative to {place}"
    medium = "media file" if published(file) else "file"  # a link may lead to another story, or to a folder
    return Problem(place=place, reason=f"the {medium} {file} {what}", remedy=remedy, warning=True)


def _called_otherwise(place: str, file: str, said: str, kind: str) -> Problem:
    reason = f"the media file {file} is published as {kind}, as its name says, and not as {shorten(said, longest=80)}"
    return Problem(place=place, reason=reason, remedy="take its type out, or rename the file", warning=True)


_PREFIX = f"{SITE}/media/"


_OWN = re.compile(rf"{re.escape(_PREFIX)}[^\s\"'<>]+")
