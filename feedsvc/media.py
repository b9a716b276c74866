"""Files that lie beside the articles: what they are and how long. Reads names and sizes, never the network."""

import os
import re
import stat
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import imagesize
from msgspec.structs import replace
from tinytag import TinyTag

from feedsvc import stamps
from feedsvc.films import film_size
from feedsvc.mediatypes import SIGNED, guess, picture_type
from feedsvc.model import SITE, Copy, Media, Problem
from feedsvc.ports import NamedFile

SHOWN = ("image/", "audio/", "video/", "text/vtt", "application/pdf", "application/x-subrip")
"""The types that are published; a picture that is really `secret.md` is not."""

UNSURE = "?"


class Measured(NamedTuple):
    copy: Copy
    files: tuple[NamedFile, ...]
    problems: tuple[Problem, ...]


def measure(root: Path, copy: Copy, content: str, place: str) -> Measured:
    """`copy` with the true length of its local media, None for those that cannot be published; each of these is named.

    `content` is its body as HTML, `place` its file. The files are those that readers of the article are sent to.
    """
    if not (copy.media or content):  # as with most
        return Measured(copy, (), ())
    declared = {media.file: media.type for media in copy.media if media.file}
    sizes: dict[str, int | None] = {}
    other_types: dict[str, str] = {}
    files: list[NamedFile] = []
    problems: list[Problem] = []
    for file in sorted(declared.keys() | set(_linked(copy, content))):
        found = _inside(root, file)
        kind = _published(declared.get(file, ""), file) if found else ""
        if kind.startswith("image/") and (really := _by_content(root, file)) not in ("", kind):
            problems.append(_misnamed(place, file, kind, really))
            kind = other_types[file] = really
        sizes[file] = found.st_size if found and kind else None
        files.append(NamedFile(file, kind, stamps.stamp(found) if found else stamp(root, file)[0]))
        if not kind:
            problems.append(_not_shown(place, file, there=found is not None))
    if declared:
        told = (_told(each, sizes[each.file], other_types) if each.file else each for each in copy.media)
        shown = (measured(root, each.file, each) if each.file and each.length is not None else each for each in told)
        copy = replace(copy, media=tuple(shown))
    return Measured(copy, tuple(files), tuple(problems))


def _told(media: Media, length: int | None, other_types: dict[str, str]) -> Media:
    return replace(media, length=length, type=other_types.get(media.file, media.type))


def _by_content(root: Path, file: str) -> str:
    """The media type of a picture by what it begins with; empty if that tells nothing."""
    try:
        with (root / file).open("rb") as picture:
            return picture_type(picture.read(SIGNED))
    except OSError:
        return ""


def _misnamed(place: str, file: str, named: str, really: str) -> Problem:
    reason = f"the picture {file} is called {named}, but is {really}"
    return Problem(place=place, reason=reason, remedy="give it the suffix of what it is", warning=True)


def measured(root: Path, file: str, media: Media) -> Media:
    """`media` with what `file` below `root` itself says of its size and duration; what it does not say stays."""
    path = root / file
    try:
        if media.medium == "image":
            width, height = imagesize.get(path)
            found = {"width": width, "height": height}
        elif media.medium in ("audio", "video"):
            length = TinyTag.get(path, tags=False).duration
            found = {"duration": length} | (film_size(path) if media.medium == "video" else {})
        else:
            return media
    except Exception:  # noqa: BLE001 - files of all kinds, made by all kinds of programs; then metadata has to do
        return media
    return replace(media, **{name: value for name, value in found.items() if value and 0 < value < 2**31})


def present(copy: Copy) -> tuple[Media, ...]:
    """The media of a measured `copy` that can be published."""
    return tuple([media for media in copy.media if not media.file or media.length is not None])


def stamp(root: Path, file: str) -> tuple[str, int]:
    """`(stamp, nanoseconds of its last change)` of whatever is at `file`; the stamp is empty if there is nothing, and
    UNSURE if the system does not say."""
    try:
        status = os.stat(f"{root}/{file}")  # noqa: PTH116 - asked for every picture at every tick
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return "", 0
    except OSError:
        return UNSURE, 0
    return stamps.stamp(status), status.st_mtime_ns


def is_there(root: Path, file: str) -> bool:
    """Whether `file` is a regular file that lies below `root`, links followed."""
    return _inside(root, file) is not None


def _inside(root: Path, file: str) -> os.stat_result | None:
    """The status of a regular file below `root` that is not hidden, or None."""
    path = root / file
    try:
        status = path.stat()
        inside = os.path.realpath(path).startswith(os.path.realpath(root) + os.sep)
    except (OSError, ValueError):
        return None
    hidden = any(part.startswith(".") for part in file.split("/"))
    return status if stat.S_ISREG(status.st_mode) and inside and not hidden else None


def _linked(copy: Copy, content: str) -> list[str]:
    """The files below the articles to which the text leads, and the companions of the media."""
    urls = [*_OWN.findall(content), *(link for media in copy.media for link in (media.thumbnail, media.captions))]
    plain = (re.split("[?#]", unescape(url), maxsplit=1)[0].rstrip(",") for url in urls if url.startswith(_PREFIX))
    return [unquote(url.removeprefix(_PREFIX)) for url in plain if url != _PREFIX]


def _published(declared: str, file: str) -> str:
    """The media type, empty for a kind that is not published: what a file is called decides, not what is said of it."""
    guessed = guess(file)
    if not guessed.startswith(SHOWN):
        return ""
    return declared if declared.startswith(SHOWN) else guessed


def _not_shown(place: str, file: str, *, there: bool) -> Problem:
    what = "is of a kind that is not published" if there else "is not there"
    remedy = "take it out" if there else f"put it there, or correct the path; paths are relative to {place}"
    return Problem(place=place, reason=f"the media file {file} {what}", remedy=remedy, warning=True)


_PREFIX = f"{SITE}/media/"
_OWN = re.compile(rf"{re.escape(_PREFIX)}[^\s\"'<>]+")
