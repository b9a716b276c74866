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
