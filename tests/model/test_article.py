"""Articles, and the media that they show."""

from datetime import UTC, datetime

import pytest

from feedsvc.model.article import Article, Media

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type", "medium"),
    [
        ("image/png", "image"),
        ("audio/mpeg", "audio"),
        ("video/mp4", "video"),
        ("application/vnd.apple.mpegurl", "video"),
        ("application/pdf", "document"),
        ("", "document"),
    ],
)
def test_a_medium_is_known_by_its_type(type: str, medium: str) -> None:
    assert Media(url="https://a.example/x", type=type).medium == medium


def test_an_article_has_its_media_by_kind() -> None:
    media = (Media(url="a", type="image/png"), Media(url="b", type="video/mp4"))
    article = Article(
        id="1", iri="urn:x:1", key="k", slug="s", url="u", title="T", summary="", content="", published=NOON,
        updated=NOON, media=media,
    )  # fmt: skip
    assert article.media_of("video") == media[1:]
    assert article.section_paths == ()
