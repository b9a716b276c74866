"""Media types: how they are written, which there are by suffix, and which of them are published.

The one place of these rules, for files and for what is said of media elsewhere. By suffix they are the same on every
machine: the standard library's own depend on the system's files.
"""

import re
from mimetypes import MimeTypes

SHOWN = ("image/", "audio/", "video/", "text/vtt", "application/pdf", "application/x-subrip")
"""How the types begin that are published from the articles folder; a picture that is really `secret.md` is not."""
STREAMS = ("application/vnd.apple.mpegurl", "application/x-mpegurl", "application/dash+xml")
_RESTRICTED_NAME = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}"
_TYPE = re.compile(rf"({_RESTRICTED_NAME}/{_RESTRICTED_NAME})\s*+(?:;[^,]*+)?")
"""RFC 6838 section 4.2, and the parameters that may follow (RFC 9110 section 8.3.1)."""
_ALIASES = {
    **dict.fromkeys(("image/jpg", "image/pjpeg"), "image/jpeg"),
    "image/x-png": "image/png",
    "image/svg": "image/svg+xml",
    **dict.fromkeys(("audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg-3", "audio/x-mpeg"), "audio/mpeg"),
    "audio/m4a": "audio/mp4",
    "video/m4v": "video/x-m4v",
    **dict.fromkeys(("application/x-mpegurl", "application/mpegurl"), "application/vnd.apple.mpegurl"),
    **dict.fromkeys(("application/srt", "text/srt", "text/x-srt"), "application/x-subrip"),
}
"""Other names for the same, to the one that all formats know."""

_TYPES = MimeTypes(filenames=())
for _type, _suffix in (
    ("audio/flac", ".flac"),
    ("audio/mp4", ".m4a"),
    ("audio/ogg", ".ogg"),
    ("audio/ogg", ".oga"),
    ("audio/ogg", ".opus"),
    ("application/dash+xml", ".mpd"),
    ("application/vnd.apple.mpegurl", ".m3u8"),
    ("application/x-subrip", ".srt"),
    ("image/avif", ".avif"),
    ("image/heic", ".heic"),
    ("image/webp", ".webp"),
    ("text/vtt", ".vtt"),
    ("video/mp2t", ".ts"),
    ("video/ogg", ".ogv"),
    ("video/webm", ".webm"),
    ("video/x-m4v", ".m4v"),
):
    _TYPES.add_type(_type, _suffix)


def guess(name: str) -> str:
    """The media type of a file or URL path called `name`, or empty."""
    return _TYPES.guess_type(name)[0] or ""


def clean(text: str) -> str:
    """The media type that `text` is: in lower case, under its usual name, without parameters; empty if it is none, or
    more than one."""
    found = _TYPE.fullmatch(text.strip().lower())
    return _ALIASES.get(found[1], found[1]) if found else ""


def published(name: str, said: str = "") -> str:
    """The media type with which a file called `name` is published, empty for a kind that is not.

    What it is called decides: of what is `said`, only a type that is shown in the same way is taken.
    """
    guessed = guess(name)
    if not guessed.startswith(SHOWN):
        return ""
    declared = clean(said)
    return declared if _is_shown_alike(declared, guessed) else guessed


def _is_shown_alike(declared: str, guessed: str) -> bool:
    """True if a browser does with the one what it does with the other. XML of whatever family may bring scripts along;
    an `application` or a `text` is a thing of its own."""
    family, _, subtype = declared.partition("/")
    guessed_family, _, guessed_subtype = guessed.partition("/")
    if declared == guessed:
        return True
    if family not in ("image", "audio", "video") or subtype.endswith("xml"):
        return False
    is_container = subtype == guessed_subtype and "image" not in (family, guessed_family)  # MP4, Ogg, WebM
    return family == guessed_family or is_container
