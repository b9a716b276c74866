"""Archives as they are served: looked up when somebody asks, and asked for again, since stories are corrected there."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from edition import CONFIG, NOON, Newsroom, Served, ask, served, story

ARCHIVE = '\n[[sections]]\npath = "news"\nlimit = 3\narchive = true\n'
KEPT = "public, max-age=3600, stale-while-revalidate=3600, stale-if-error=86400"


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path_factory.mktemp("archives"), CONFIG + ARCHIVE)
    newsroom.publish()
    for number in range(8):
        newsroom.write(f"news/{number}.md", story(f"Story {number}"))
    newsroom.publish(NOON + timedelta(hours=1))
    with served(newsroom) as served_side:
        yield served_side


def archives(side: Served) -> list[str]:
    return [path for path in side.paths() if "/archive-" in path]


def test_archives_are_answered_in_all_codings_and_are_never_called_immutable(side: Served) -> None:
    assert len(archives(side)) >= 6
    for path in archives(side):
        for coding in ("identity", "gzip", "br"):
            answer = ask(side.app, path, HTTP_ACCEPT_ENCODING=coding)
            assert answer.code == 200
            assert answer.headers["cache-control"] == KEPT
            again = ask(side.app, path, HTTP_ACCEPT_ENCODING=coding, HTTP_IF_NONE_MATCH=answer.headers["etag"])
            assert (again.code, again.headers["cache-control"]) == (304, KEPT)


def test_they_are_no_burden_while_nobody_asks(side: Served) -> None:
    assert not [path for table in side.view.edition.tables for path in table if "/archive-" in path]


@pytest.mark.parametrize(
    "path", ["/news/archive-1-00000000/rss.xml", "/archive-", "/archive-1/", "/news/archive-\x00/"]
)
def test_an_archive_that_never_was_is_not_found(side: Served, path: str) -> None:
    assert ask(side.app, path).code == 404


def test_a_reader_of_a_mirror_stays_there(side: Served) -> None:
    links: list[str] = []
    path = "/news/atom.xml"
    while path:
        body = ask(side.app, path, HTTP_HOST="mirror.example.net").body.decode()
        found = re.search(r'rel="prev-archive" href="(https://mirror\.example\.net)?([^"]*)"', body)
        links += re.findall(r'<link href="([^"]*)" rel="self"', body)
        path = found[2] if found else ""
    assert len(links) > 2
    assert all(link.startswith("https://mirror.example.net/news/") for link in links)


def test_archives_that_are_gone_say_so(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, CONFIG + ARCHIVE)
    newsroom.publish()
    for number in range(3):
        newsroom.write(f"news/{number}.md", story(f"Story {number}"))
    newsroom.publish(NOON + timedelta(hours=1))
    with served(newsroom) as side:
        before = archives(side)
        assert before
        newsroom.config.write_text(CONFIG, "utf-8")
        newsroom.publish(NOON + timedelta(hours=2))
        side.view.follow()
        assert {ask(side.app, path).code for path in before} == {410}
