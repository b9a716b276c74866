"""Each path and URL is made, and told from others, in one place."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from feedsvc.model import urls
from feedsvc.model.article import Article
from feedsvc.model.urls import SITE

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARTICLE = Article(
    id="1", iri="urn:x:1", key="k", slug="мост", url=urls.article_url("k", "мост"), title="T", summary="", content="",
    published=NOON, updated=NOON,
)  # fmt: skip


@pytest.mark.parametrize(
    ("link", "url"),
    [("/x.png", f"{SITE}/x.png"), ("https://a.example/x.png", "https://a.example/x.png"), ("", "")],
)
def test_a_path_of_ours_is_good_on_every_address(link: str, url: str) -> None:
    assert urls.own_url(link) == url


def test_the_documents_of_a_section_lie_below_its_page() -> None:
    assert (urls.section_page(""), urls.document_path("", "rss.xml")) == (f"{SITE}/", "/rss.xml")
    assert (urls.section_page("news/мир"), urls.document_path("news/мир", "")) == (
        f"{SITE}/news/%D0%BC%D0%B8%D1%80/",
        "/news/мир/",
    )


def test_an_article_has_a_page_here_unless_it_is_read_elsewhere() -> None:
    assert urls.article_page_path(ARTICLE) == urls.article_path("k", "мост") == "/articles/k/мост"
    assert urls.article_page_path(replace(ARTICLE, url="https://a.example/1")) == ""


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/articles/k/slug", "k"),
        ("/articles/k", "k"),
        ("/articles/k/a/b", "k"),
        ("/articles/", ""),
        ("/articles", ""),
        ("/news/articles/k/slug", ""),
        ("", ""),
    ],
)
def test_the_key_of_an_article_is_told_from_its_path(path: str, key: str) -> None:
    assert urls.article_key(path) == key


@pytest.mark.parametrize("file", ["a.png", "news/a b.png", "фото/?.png", "100%.png"])
def test_the_file_of_a_media_url_is_told_from_it(file: str) -> None:
    assert urls.media_file(urls.media_url(file)) == file
    assert urls.media_url(file).isascii()
    assert urls.media_path(file) == f"/media/{file}"


@pytest.mark.parametrize("url", ["", "/media/a.png", "https://a.example/media/a.png", f"{SITE}/news/media/a.png"])
def test_no_other_url_leads_to_a_file(url: str) -> None:
    assert urls.media_file(url) == ""


def test_an_archive_is_known_by_its_path() -> None:
    name = urls.archive_name(3, "0a1b2c3d")
    assert name == "archive-3-0a1b2c3d"
    assert urls.is_archive(urls.document_path(f"news/{name}", "rss.xml"))
    assert urls.is_archive(urls.document_path(name, "atom.xml"))


@pytest.mark.parametrize("path", ["/archive-3/rss.xml", "/archive-2020/", "/archive-3-0a1b/", "/my-archive-3-0a/x"])
def test_no_section_is_taken_for_an_archive_for_its_name(path: str) -> None:
    assert not urls.is_archive(path)
