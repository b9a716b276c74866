"""A file has the same media type on every machine."""

import pytest

from feedsvc.model.media_types import guess


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("a.jpg", "image/jpeg"),
        ("news/A.PNG", "image/png"),
        ("a.webp", "image/webp"),
        ("a.m4a", "audio/mp4"),
        ("a.ts", "video/mp2t"),
        ("a.m3u8", "application/vnd.apple.mpegurl"),
        ("a.vtt", "text/vtt"),
        ("a.pdf", "application/pdf"),
        ("a", ""),
        ("a.unheard-of", ""),
        ("a.jpg.gz", ""),
        ("a.svgz", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_a_type_is_told_by_the_suffix(name: str, type: str) -> None:
    assert guess(name) == type
