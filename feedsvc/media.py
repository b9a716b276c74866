"""Files that lie beside the articles: what they are and how long. Reads names and sizes, never the network."""

import os
import re
import stat
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from msgspec.structs import replace

from feedsvc.mediatypes import guess
from feedsvc.model import SITE, Article, Copy, Media, Problem

SHOWN = ("image/", "audio/", "video/", "text/vtt", "application/pdf", "application/x-subrip")
"""The types that are published; a picture that is really `secret.md` is not."""


def measure(root: Path, copy: Copy, place: str) -> tuple[Copy, tuple[Problem, ...]]:
    """`copy` with the true length of its local media; media that are not there are left out, and named."""
    kept: list[Media] = []
    problems: list[Problem] = []
    for media in copy.media:
        size = length(root, media.file) if media.file else None
        if not media.file:
            kept.append(media)
        elif size is None or not media.type.startswith(SHOWN):
            remedy = f"put it there, or correct the path; `image` and `media` are relative to {place}"
            problems.append(
                Problem(place=place, reason=f"the media file {media.file} is not there", remedy=remedy, warning=True)
            )
        else:
            kept.append(replace(media, length=size))
    return replace(copy, media=tuple(kept)), tuple(problems)


def length(root: Path, file: str) -> int | None:
    """Bytes of `file` below `root`, or None where that is no regular file below it."""
    path = root / file
    try:
        status = path.stat()
        inside = os.path.realpath(path).startswith(os.path.realpath(root) + os.sep)
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) and inside else None


def shown(article: Article) -> dict[str, str]:
    """The local files that readers of `article` are sent to, path to media type."""
    named = {media.file: media.type for media in article.media if media.file}
    urls = (*_OWN.findall(article.content), *(media.thumbnail for media in article.media))
    urls += tuple(media.captions for media in article.media)
    linked = {unquote(url.removeprefix(_PREFIX)) for url in map(unescape, urls) if url.startswith(_PREFIX)}
    return {file: _published(named.get(file) or guess(file)) for file in sorted(linked | named.keys())}


def _published(kind: str) -> str:
    return kind if kind.startswith(SHOWN) else ""


_PREFIX = f"{SITE}/media/"
_OWN = re.compile(rf"{re.escape(_PREFIX)}[^\s\"'<>]+")
