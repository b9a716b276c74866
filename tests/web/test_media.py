"""Files beside the articles: whole or in part, with the validators of what was published, and no other file."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from edition import FILM, NOON, SECRET, SVG, Answer, Newsroom, Served, ask, served

from feedsvc.web.files import AT_ONCE, LARGE
from feedsvc.web.headers import SANDBOX

FILM_PATH, DRAWING = "/media/news/tide bell.mp4", "/media/news/harbour.svg"
SIZE = len(FILM)


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    newsroom = Newsroom(tmp_path_factory.mktemp("media"))
    newsroom.publish()
    with served(newsroom) as side:
        yield side


@pytest.fixture
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    made = Newsroom(tmp_path_factory.mktemp("newsroom"))
    made.publish()
    return made


def film(side: Served, **sent: str) -> Answer:
    return ask(side.app, FILM_PATH, **sent)


def test_a_file_is_served_as_it_was_published(side: Served) -> None:
    answer = film(side)
    assert (answer.code, answer.body, answer.hash) == (200, FILM, answer.headers["etag"])
    assert answer.headers == {
        "content-type": "video/mp4",
        "content-length": str(SIZE),
        "accept-ranges": "bytes",
        "etag": answer.hash,
        "last-modified": "Fri, 20 Nov 2026 12:00:00 GMT",
        "cache-control": "public, max-age=300, stale-while-revalidate=300, stale-if-error=86400",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "ETag, Link",
        "x-content-type-options": "nosniff",
        "content-security-policy": SANDBOX,
    }


def test_head_has_the_headers_of_get(side: Served) -> None:
    for path in (FILM_PATH, DRAWING):
        head = ask(side.app, path, "HEAD", HTTP_RANGE="bytes=0-9")
        assert (head.code, head.headers, head.body) == (200, ask(side.app, path).headers, b"")


def test_a_drawing_is_shut_in(side: Served) -> None:
    answer = ask(side.app, DRAWING)
    assert (answer.headers["content-type"], answer.body) == ("image/svg+xml", SVG)
    assert answer.headers["content-security-policy"].endswith("; sandbox")


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, SIZE - 1),
        ("bytes=-100", SIZE - 100, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-{SIZE * 9}", SIZE - 1, SIZE - 1),
        (f"bytes=0-{SIZE - 1}", 0, SIZE - 1),
    ],
)
def test_a_part_is_the_part_that_was_asked_for(side: Served, wanted: str, first: int, last: int) -> None:
    answer = film(side, HTTP_RANGE=wanted)
    assert answer.code == 206
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.body == FILM[first : last + 1]
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["etag"] == film(side).headers["etag"]
    assert "date" not in answer.headers


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE * 2}-{SIZE * 3}", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(side: Served, wanted: str) -> None:
    answer = film(side, HTTP_RANGE=wanted)
    assert (answer.code, answer.headers["content-range"]) == (416, f"bytes */{SIZE}")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "wanted",
    ["", "junk", "bytes", "bytes=", "bytes=a-b", "bytes=9-1", "items=0-1", "bytes=0-1,5-6", "bytes=--1", "\xff"],
)
def test_a_range_of_no_sense_or_of_several_parts_gets_the_whole(side: Served, wanted: str) -> None:
    answer = film(side, HTTP_RANGE=wanted)
    assert (answer.code, answer.body) == (200, FILM)


def test_a_part_of_another_version_is_not_mixed_with_this_one(side: Served) -> None:
    whole = film(side)
    tag, date = whole.headers["etag"], whole.headers["last-modified"]
    for condition, code in (
        (tag, 206),
        (date, 206),
        (f"W/{tag}", 200),
        ('"other"', 200),
        ("Thu, 19 Nov 2026 12:00:00 GMT", 200),
    ):
        assert film(side, HTTP_RANGE="bytes=5-9", HTTP_IF_RANGE=condition).code == code, condition


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_part_that_is_wanted_of_another_version_only_is_refused(side: Served, method: str) -> None:
    tag, date = (film(side).headers[name] for name in ("etag", "last-modified"))
    had = 206 if method == "GET" else 200
    for sent, code in (
        ({"HTTP_IF_MATCH": tag}, had),
        ({"HTTP_IF_MATCH": '"other"'}, 412),
        ({"HTTP_IF_UNMODIFIED_SINCE": date}, had),
        ({"HTTP_IF_UNMODIFIED_SINCE": "Thu, 19 Nov 2020 12:00:00 GMT"}, 412),
    ):
        assert film(side, REQUEST_METHOD=method, HTTP_RANGE="bytes=5-9", **sent).code == code, sent


@pytest.mark.parametrize("part", [{}, {"HTTP_RANGE": "bytes=5-9"}])
def test_what_the_client_has_is_not_sent_again(side: Served, part: dict[str, str]) -> None:
    whole = film(side)
    tag, date = whole.headers["etag"], whole.headers["last-modified"]
    for sent, code in (
        ({"HTTP_IF_NONE_MATCH": tag}, 304),
        ({"HTTP_IF_NONE_MATCH": f'"x", W/{tag}'}, 304),
        ({"HTTP_IF_MODIFIED_SINCE": date}, 304),
        ({"HTTP_IF_NONE_MATCH": '"x"', "HTTP_IF_MODIFIED_SINCE": date}, 206 if part else 200),
    ):
        answer = film(side, **sent, **part)
        assert answer.code == code
        if code == 304:
            assert answer.headers.keys() == {
                "etag",
                "cache-control",
                "access-control-allow-origin",
                "access-control-expose-headers",
            }
            assert not answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/media/news/eu/fish.md",
        "/media/news/secret-draft.md",
        "/media/news/photo.md",
        "/media/news/",
        "/media/news",
        "/media/",
        "/media/../config.toml",
        "/media/news/../../config.toml",
        "/media/%2e%2e/config.toml",
        "/media//etc/passwd",
        "/media/news//harbour.svg",
        "/media/news/./harbour.svg",
        "/media/NEWS/harbour.svg",
        "/media/news/harbour.svg/",
        "/media/news/harbour.svg\x00",
        "/media/news\\harbour.svg",
        "/articles/news/eu/fish.md",
        "/news/eu/fish.md",
        "/.feedsvc/store.sqlite3",
    ],
)
def test_no_file_is_served_that_was_not_published(side: Served, path: str) -> None:
    answer = ask(side.app, path)
    assert answer.code == 404
    assert SECRET.encode() not in answer.body


def test_a_file_that_was_replaced_is_not_passed_off_as_the_published_one(newsroom: Newsroom) -> None:
    with served(newsroom) as side:
        assert film(side).code == 200
        path = newsroom.articles / "news/tide bell.mp4"
        times = path.stat().st_mtime_ns
        path.write_bytes(FILM[::-1])
        os.utime(path, ns=(times, times))
        answer = film(side)
        assert (answer.code, answer.headers["cache-control"], answer.headers["retry-after"]) == (503, "no-store", "2")
        path.write_bytes(FILM)
        assert film(side).body == FILM


def test_a_link_or_a_pipe_in_a_files_place_is_not_followed_nor_waited_for(newsroom: Newsroom) -> None:
    with served(newsroom) as side:
        path = newsroom.articles / "news/tide bell.mp4"
        path.unlink()
        assert film(side).code == 503
        path.symlink_to(newsroom.articles / "news/secret-draft.md")
        assert film(side).code == 503
        path.unlink()
        path.mkdir()
        assert film(side).code == 503
        path.rmdir()
        os.mkfifo(path)
        assert film(side).code == 503


def test_a_file_that_cannot_be_read_is_tried_again(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_file: object) -> str:
        raise OSError("the disk is gone")

    with served(newsroom) as side:
        monkeypatch.setattr("feedsvc.web.files.etag_of_file", fail)
        assert film(side).code == 503


def test_a_file_that_no_article_shows_any_more_is_gone(newsroom: Newsroom) -> None:
    with served(newsroom) as side:
        (newsroom.articles / "news/photo.md").unlink()
        newsroom.publish(NOON.replace(hour=13))
        side.view.follow()
        assert [ask(side.app, path).code for path in (FILM_PATH, DRAWING)] == [410, 410]


def test_every_address_has_the_same_files(side: Served) -> None:
    hosts = ("news.example", "mirror.example.net", "[2001:db8::7]:8080")
    assert len({film(side, HTTP_HOST=host).headers["etag"] for host in hosts}) == 1


def test_large_downloads_leave_threads_for_the_feeds(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.write("news/tide bell.mp4", bytes(LARGE + 1))
    newsroom.publish()
    path = "/media/news/tide bell.mp4"
    with served(newsroom) as side:
        running = [side.client.get(path) for _ in range(AT_ONCE)]
        assert {each.status_code for each in running} == {200}
        with side.client.get(path) as refused:
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
        assert ask(side.app, path, HTTP_RANGE="bytes=0-9").code == 206
        for each in running:
            each.close()
        assert ask(side.app, path).code == 200


def test_a_player_that_wants_everything_from_somewhere_is_given_a_part(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.write("news/tide bell.mp4", bytes(LARGE + 10))
    newsroom.publish()
    with served(newsroom) as side:
        first = ask(side.app, "/media/news/tide bell.mp4", HTTP_RANGE="bytes=0-")
        assert (first.code, first.headers["content-range"]) == (206, f"bytes 0-{LARGE - 1}/{LARGE + 10}")
        rest = ask(side.app, "/media/news/tide bell.mp4", HTTP_RANGE=f"bytes={LARGE}-")
        assert rest.headers["content-range"] == f"bytes {LARGE}-{LARGE + 9}/{LARGE + 10}"
