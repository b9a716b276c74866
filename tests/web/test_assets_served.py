"""Style and script are served as every document is, for good, and for as long as a page may name them."""

from collections.abc import Iterator

import pytest
from edition import ADDRESSES, CODINGS, Newsroom, Served, ask, served
from lxml import html

from feedsvc import pages
from feedsvc.model.document import Document
from feedsvc.service.settings import host_of

PATHS = [asset.path for asset in pages.ASSETS]


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path_factory.mktemp("assets"))
    newsroom.publish()
    with served(newsroom) as served_side:
        yield served_side


def test_every_page_names_what_is_there_on_every_host(side: Served) -> None:
    page = next(path for path in side.paths() if path.startswith("/articles/"))
    for host in map(host_of, ADDRESSES):
        for path in ("/", "/news/", page.encode("latin-1")):
            root = html.document_fromstring(ask(side.app, path, HTTP_HOST=host).body)
            named = root.xpath("//link[@rel='stylesheet']/@href | //script/@src")
            assert named == PATHS
            assert {ask(side.app, each, HTTP_HOST=host).code for each in named} == {200}


@pytest.mark.parametrize("asset", pages.ASSETS, ids=["style", "script"])
@pytest.mark.parametrize("coding", CODINGS)
def test_they_are_answered_like_any_document_and_kept_for_good(side: Served, asset: Document, coding: str) -> None:
    answer = ask(side.app, asset.path, HTTP_ACCEPT_ENCODING=coding)
    assert (answer.code, answer.headers["content-type"]) == (200, asset.type)
    assert answer.headers["etag"] == answer.hash
    assert answer.headers["cache-control"] == f"public, max-age={pages.FOR_GOOD}, immutable"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get("content-encoding", "identity") == coding
    head = ask(side.app, asset.path, "HEAD", HTTP_ACCEPT_ENCODING=coding)
    assert (head.code, head.headers, head.body) == (200, answer.headers, b"")
    again = ask(side.app, asset.path, HTTP_ACCEPT_ENCODING=coding, HTTP_IF_NONE_MATCH=answer.headers["etag"])
    assert (again.code, again.body) == (304, b"")


def test_another_hash_is_another_document_that_there_never_was(side: Served) -> None:
    assert ask(side.app, "/style-0123456789abcdef.css").code == 404
