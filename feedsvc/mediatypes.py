"""Media types by suffix, the same on every machine: the standard library's own depend on the system's files."""

from mimetypes import MimeTypes

_TYPES = MimeTypes(filenames=())
for _type, _suffix in (
    ("audio/flac", ".flac"),
    ("audio/mp4", ".m4a"),
    ("audio/ogg", ".ogg"),
    ("audio/ogg", ".oga"),
    ("audio/ogg", ".opus"),
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
"""Bytes at the start of a picture that tell what it is."""


def picture_type(start: bytes) -> str:
    """The media type of a picture by its first bytes, or empty."""
    return next((kind for kind, at, sign in _SIGNATURES if start.startswith(sign, at)), "")
