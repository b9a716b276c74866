"""Each answer has the tag by which a cache is told to drop it."""

from typing import Any

from feedsvc.model.cache_tags import cache_tag
from feedsvc.web.cache_tags import CacheTags


def sent(path: str) -> list[tuple[str, str]]:
    """The headers of the answer to a request for `path`, as WSGI has it."""
    headers: list[tuple[str, str]] = []

    def behind(_environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        return [b""]

    CacheTags(behind, ("Cache-Tag", "Surrogate-Key"))({"PATH_INFO": path}, lambda _, given: headers.extend(given))
    return headers


def test_the_tag_is_that_of_the_path_whatever_its_script() -> None:
    for path in ("/", "/rss.xml", "/caf\u00e9/rss.xml", "/\u0416/"):
        tag = cache_tag(path)
        asked = path.encode().decode("latin-1")
        assert sent(asked) == [("Content-Type", "text/html"), ("Cache-Tag", tag), ("Surrogate-Key", tag)]
        assert tag.isascii()
        assert len(tag) < 64
    assert cache_tag("/rss.xml") != cache_tag("/atom.xml")


def test_bytes_that_are_no_text_have_a_tag_too() -> None:
    assert sent("/\xff")[1][1].startswith("feedsvc-")


def test_all_addresses_of_an_article_have_one_tag() -> None:
    assert cache_tag("/articles/k1/old") == cache_tag("/articles/k1/new") == cache_tag("/articles/k1")
    assert cache_tag("/articles/k1/old") != cache_tag("/articles/k2/old")
