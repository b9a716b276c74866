"""Media types: their spelling, their suffixes, and the choice of those that are published.

These rules are the same for files below the articles folder and for media elsewhere, and on every machine: the table of
suffixes in the standard library depends on files of the system.
"""

import re
from functools import lru_cache
from mimetypes import MimeTypes
from posixpath import splitext

SHOWN = ("image/", "audio/", "video/", "text/vtt", "application/pdf", "application/x-subrip")
"""The beginnings of the types that are published from the articles folder, whatever types an article declares."""
STREAMS = ("application/vnd.apple.mpegurl", "application/dash+xml")
"""The types of adaptive streams, HLS and DASH."""
_BYTES = ("octet-stream", "force-download", "download", "x-download", "unknown", "x-unknown")
"""The subtypes that storage services give to files of unknown type."""
_RESTRICTED_NAME = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}"
_TYPE = re.compile(rf"({_RESTRICTED_NAME}/{_RESTRICTED_NAME})\s*+(?:;[^,]*+)?")
"""A type (RFC 6838 section 4.2) and its parameters (RFC 9110 section 8.3.1)."""
_LONGEST = 1_000
"""Characters of a type with its parameters."""
_ALIASES = {
    **dict.fromkeys(("image/jpg", "image/pjpeg"), "image/jpeg"),
    "image/x-png": "image/png",
    "image/svg": "image/svg+xml",
    **dict.fromkeys(
        ("audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg-3", "audio/x-mpeg", "audio/mpg"), "audio/mpeg"
    ),
    **dict.fromkeys(("audio/m4a", "audio/x-mp4", "audio/mp4a-latm"), "audio/mp4"),
    **dict.fromkeys(("audio/x-aac", "audio/aacp"), "audio/aac"),
    **dict.fromkeys(("audio/x-flac", "application/x-flac"), "audio/flac"),
    **dict.fromkeys(("video/x-mp4", "application/mp4", "video/mpeg4"), "video/mp4"),
    "video/m4v": "video/x-m4v",
    **dict.fromkeys(
        [f"{family}/{name}" for family in ("application", "audio", "video") for name in ("mpegurl", "x-mpegurl")],
        "application/vnd.apple.mpegurl",
    ),
    "video/vnd.mpeg.dash.mpd": "application/dash+xml",
    **dict.fromkeys(("application/srt", "text/srt", "text/x-srt"), "application/x-subrip"),
}
"""The usual name of a type, by its other names."""

_BY_SUFFIX = MimeTypes(filenames=()).types_map[True] | {
    ".avif": "image/avif",
    ".flac": "audio/flac",
    ".heic": "image/heic",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4a": "audio/mp4",
    ".m4v": "video/x-m4v",
    ".mpd": "application/dash+xml",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".srt": "application/x-subrip",
    ".ts": "video/mp2t",
    ".vtt": "text/vtt",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


def guess(name: str) -> str:
    """The media type of a file or URL path by its suffix; empty if unknown."""
    suffix = splitext(name)[1]
    return _BY_SUFFIX.get(suffix) or _BY_SUFFIX.get(suffix.lower(), "")


def clean(text: str) -> str:
    """The media type in `text`, in lower case, by its usual name and without parameters.

    Empty if `text` is no media type, or more than one.
    """
    return _cleaned(text) if len(text) <= _LONGEST else ""


@lru_cache(256)  # the same few types recur in all media
def _cleaned(text: str) -> str:
    found = _TYPE.fullmatch(text.strip().lower())
    return _ALIASES.get(found[1], found[1]) if found else ""


def says_nothing(kind: str) -> bool:
    """True for a media type that any file may have, such as `application/octet-stream`."""
    return kind.partition("/")[2] in _BYTES


def published(name: str, said: str = "") -> str:
    """The media type with which the file `name` is published; empty if it is of a type that is not published.

    Its suffix decides: `said`, the type that an article gives, is used only if browsers treat it in the same way.
    """
    guessed = guess(name)
    if not guessed.startswith(SHOWN):
        return ""
    declared = clean(said)
    return declared if _is_shown_alike(declared, guessed) else guessed


def _is_shown_alike(declared: str, guessed: str) -> bool:
    """True if browsers treat both types in the same way.

    Always False for different types if the declared one is XML of any family, which may contain scripts, or is of
    `application` or `text`.
    """
    family, _, subtype = declared.partition("/")
    guessed_family, _, guessed_subtype = guessed.partition("/")
    if declared == guessed:
        return True
    if family not in ("image", "audio", "video") or subtype.endswith("xml"):
        return False
    is_container = subtype == guessed_subtype and "image" not in (family, guessed_family)  # MP4, Ogg, WebM
    return family == guessed_family or is_container


_SIGNATURES = (
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/gif", 0, b"GIF8"),
    ("image/webp", 8, b"WEBP"),
    ("image/avif", 4, b"ftypavif"),
    ("image/avif", 4, b"ftypavis"),
    ("image/heic", 4, b"ftypheic"),
)
SIGNED = 16
"""Bytes at the start of a picture that identify its type."""


def picture_type(start: bytes) -> str:
    """The media type of a picture by its first bytes; empty if unknown."""
    return next((kind for kind, at, sign in _SIGNATURES if start.startswith(sign, at)), "")
