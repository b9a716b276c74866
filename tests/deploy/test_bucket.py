"""`[[publish]] to = "s3://…"`: the Edition as objects. Only what differs is sent, in order; nothing else is touched."""

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import brotli
import pytest
from deploy_sample import HOSTS, newsroom, publish_to
from edition import SECRET, Newsroom, story
from object_store import BUCKET, ObjectStore, object_store

from feedsvc import pages
from feedsvc.model.cache_tags import cache_tag
from feedsvc.store.sqlite.database import Store
from feedsvc.web.export import StaticError, Written, upload
from feedsvc.web.export.bucket import Bucket
from feedsvc.web.export.disk import BeingWritten
from feedsvc.web.export.objects import COMPRESSED, PLAIN
from feedsvc.web.export.sent import open_journal

PLACE = f"s3://{BUCKET}/site"
LOCKED = '[[feeds]]\npath = "/partners/one.xml"\nformat = "rss"\ntoken = "sha256:' + "0" * 64 + '"\n'


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    return newsroom(tmp_path_factory.mktemp("press"))


@pytest.fixture
def made(press: Newsroom, tmp_path: Path) -> Newsroom:
    shutil.copytree(press.config.parent, tmp_path / "newsroom")
    copied = Newsroom.__new__(Newsroom)
    copied.articles, copied.config = tmp_path / "newsroom/articles", tmp_path / "newsroom/config.toml"
    return copied


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as running:
        yield running


def send(
    made: Newsroom,
    name: str = PLACE,
    codings: tuple[str, ...] = PLAIN,
    *,
    tagged: bool = False,
    on_withdrawal: Callable[[int], None] = lambda _edition: None,
) -> Written:
    store = Store(made.database)
    try:
        journal = made.config.parent / "journal.jsonl"
        redirects = {"/feed/": "/rss.xml"}
        given = made.articles, HOSTS, Bucket(name), journal, redirects, "The Lantern", "en", codings
        return upload.upload(store, *given, tagged=tagged, on_withdrawal=on_withdrawal)
    finally:
        store.close()


def keys(place: ObjectStore) -> set[str]:
    return {key.removeprefix("site/") for key in place.all_keys()}


# --- what there is ----------------------------------------------------------------------------------------------------


def test_the_objects_are_the_files_of_a_folder_without_their_codings(
    made: Newsroom, place: ObjectStore, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    publish_to(made, folder)
    send(made)
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    plain = {
        name.removesuffix("/index.html") if "articles/" in name or name.endswith("follow/index.html") else name: path
        for name, path in found.items()
        if not name.endswith((".gz", ".br", "maps.conf")) and "/.feedsvc" not in f"/{name}"
    }
    assert keys(place) == plain.keys() | {"_errors/routes.json"}
    for name, path in plain.items():
        assert place.get(f"site/{name}").body == path.read_bytes(), name


def test_each_object_has_the_headers_of_its_document(made: Newsroom, place: ObjectStore) -> None:
    send(made)
    expected = {
        "rss.xml": "application/rss+xml",
        "atom.xml": "application/atom+xml",
        "feed.json": "application/feed+json",
        "index.html": "text/html",
        "news/index.html": "text/html",
        "_errors/404.html": "text/html",
        "_errors/routes.json": "application/json",
    }
    for key, kind in expected.items():
        found = place.get(f"site/{key}").headers
        assert found["content-type"].partition(";")[0] == kind
        assert found["cache-control"].startswith("public, max-age="), key
        assert "content-encoding" not in found
    assert "stale-while-revalidate" in place.get("site/rss.xml").headers["cache-control"]


def test_each_object_has_its_tag_where_a_cache_looks_for_it(made: Newsroom, place: ObjectStore) -> None:
    send(made, tagged=True)
    page = next(key for key in keys(place) if key.startswith("articles/"))
    for key in ("rss.xml", "news/index.html", page):
        path = f"/{key.removesuffix('index.html')}"
        assert place.get(f"site/{key}").headers["x-amz-meta-cache-tag"] == cache_tag(path)
    assert "x-amz-meta-cache-tag" not in place.get("site/_errors/404.html").headers
    place.log.clear()
    send(made, tagged=True)
    assert place.sent() == []
    send(made)
    assert "x-amz-meta-cache-tag" not in place.get("site/rss.xml").headers


def test_on_request_each_document_is_there_in_each_coding(made: Newsroom, place: ObjectStore) -> None:
    send(made)
    plain = keys(place)
    documents = {key for key in plain if "media/" not in key and not key.endswith(("404.html", ".json"))}
    documents -= {key for key in documents if key.startswith("_errors/")}
    place.log.clear()
    send(made, codings=COMPRESSED)
    assert {key.removeprefix("site/") for key in place.sent()} == keys(place) - plain
    assert {f"{key}{suffix}" for key in documents for suffix in (".gz", ".br")} <= keys(place)
    for key in documents:
        body = place.get(f"site/{key}").body
        for suffix, decoded in ((".gz", gzip.decompress), (".br", brotli.decompress)):
            found = place.get(f"site/{key}{suffix}")
            coding = found.headers.get("content-encoding")
            assert (decoded(found.body) if coding else found.body) == body
            assert found.headers["content-type"] == place.get(f"site/{key}").headers["content-type"]
    assert place.get("site/rss.xml.gz").headers["content-encoding"] == "gzip"
    assert place.get("site/rss.xml.br").headers["content-encoding"] == "br"
    send(made)
    assert keys(place) == plain


def test_what_the_store_cannot_answer_is_told_to_the_edge(made: Newsroom, place: ObjectStore) -> None:
    send(made)
    routes = json.loads(place.get("site/_errors/routes.json").body)
    assert routes["paths"]["/feed/"] == "/rss.xml"
    assert routes["paths"]["/news"] == "/news/"
    assert "410" in routes["articles"].values()
    assert "regatta" not in json.dumps(routes)
    key = next(key.split("/")[1] for key in keys(place) if key.startswith("articles/") and key.endswith("/tide-tables"))
    assert routes["articles"][key] == f"/articles/{key}/tide-tables"  # it had another slug once
    live = {key.split("/")[1] for key in keys(place) if key.startswith("articles/")}
    assert live - routes["articles"].keys()  # what was never moved needs no route


def test_without_a_prefix_the_bucket_is_the_site(made: Newsroom, place: ObjectStore) -> None:
    send(made, f"s3://{BUCKET}")
    assert "rss.xml" in place.all_keys()


def test_nothing_secret_is_sent(tmp_path: Path, place: ObjectStore) -> None:
    made = newsroom(tmp_path / "locked", LOCKED)
    written = send(made)
    assert not any("partners" in key for key in keys(place))
    assert "/partners/one.xml" in {problem.place for problem in written.problems}
    for key in place.all_keys():
        assert SECRET.encode() not in place.get(key).body


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_only_what_differs_is_sent(made: Newsroom, place: ObjectStore) -> None:
    first = send(made)
    assert (first.written, first.unchanged, first.removed) == (len(keys(place)), 0, 0)
    place.log.clear()
    assert send(made) == Written(0, 0, first.written, ())
    assert place.log == []
    made.write("news/tide.md", story("Tide tables once more", slug="tide tables"))
    made.publish(datetime.now(UTC))
    edited = send(made)
    assert 0 < edited.written < first.written
    assert len(place.log) == edited.written
    assert not any(key.startswith("site/media") for key in place.sent())


def test_pages_come_before_feeds_that_name_them_and_lists_come_last(made: Newsroom, place: ObjectStore) -> None:
    send(made)
    order = [key.removeprefix("site/") for key in place.sent()]

    def positions(of: str) -> list[int]:
        return [number for number, key in enumerate(order) if key.startswith(of)]

    assert max(positions("media/")) < min(positions("articles/"))
    assert max(positions("articles/")) < min(positions("rss.xml"))
    assert max(positions("news/rss.xml")) < min(positions("feeds.opml"))
    assert order.index("_errors/routes.json") > order.index("feeds.opml")


def test_what_is_gone_is_removed_last_and_what_is_of_others_stays(made: Newsroom, place: ObjectStore) -> None:
    send(made)
    place.put("site/theirs.txt")
    page = next(key for key in keys(place) if key.startswith("articles/") and "tide" in key)
    place.log.clear()
    (made.articles / "news/tide.md").unlink()
    made.publish(datetime.now(UTC))
    assert send(made).removed >= 1
    assert page not in keys(place)
    assert "theirs.txt" in keys(place)
    assert [method for method, _ in place.log][-1] == "POST"  # DeleteObjects
    assert "tide" not in json.dumps([*json.loads(place.get("site/_errors/routes.json").body)["articles"].values()])


def test_what_was_withdrawn_is_replaced_before_anything_else_is_sent(made: Newsroom, place: ObjectStore) -> None:
    send(made, codings=COMPRESSED)
    pages = {key for key in keys(place) if key.startswith("articles/") and "tide" in key}
    made.write("news/new.md", story("A new story"))
    (made.articles / "news/tide.md").unlink()
    made.publish(datetime.now(UTC))
    place.log.clear()
    told: list[tuple[int, list[tuple[str, str]]]] = []

    def on_withdrawal(edition: int) -> None:
        told.append((edition, [*place.log]))
        for page in pages:
            assert place.get(f"site/{page}").body == place.get("site/_errors/410.html").body, page
            assert "content-encoding" not in place.get(f"site/{page}").headers

    send(made, codings=COMPRESSED, on_withdrawal=on_withdrawal)
    [(edition, log)] = told
    assert edition > 1
    assert {path.partition("/site/")[2] for method, path in log if method == "PUT"} >= pages
    assert all("/articles/" in path or "/media/" in path for method, path in log if method == "PUT")
    assert not pages & keys(place)
    send(made, codings=COMPRESSED, on_withdrawal=on_withdrawal)
    assert len(told) == 1


def test_a_run_that_fails_anywhere_leads_nobody_to_a_missing_page_and_the_next_one_ends_it(
    made: Newsroom, place: ObjectStore
) -> None:
    whole = send(made).written
    for number in range(3):
        made.write(f"news/new{number}.md", story(f"New story {number}"))
    (made.articles / "news/tide.md").unlink()
    made.publish(datetime.now(UTC))
    told: list[str] = []
    for _ in range(50):
        place.log.clear()
        place.fails_from = 3
        try:
            send(made)
            break
        except StaticError as error:
            told.append(str(error))
        there = place.all_keys()
        for item in json.loads(place.get("site/feed.json").body)["items"]:
            path = unquote(item["url"].partition("/articles/")[2])
            assert not path or f"site/articles/{path}" in there, item["url"]
    assert len(told) > 3
    assert all(PLACE in each and "AWS_ACCESS_KEY_ID" in each for each in told)
    place.fails_from = 10**9
    place.log.clear()
    assert send(made).unchanged > whole
    assert place.log == []


def test_a_file_that_is_no_more_what_was_published_stays_as_it_was(made: Newsroom, place: ObjectStore) -> None:
    picture = next(path for path in made.articles.rglob("*.svg"))
    before = picture.read_bytes()
    picture.write_bytes(before + b" ")
    changed = [each for each in send(made).problems if "has changed since" in each.reason]
    assert {each.place for each in changed} == {str(picture.relative_to(made.articles))}
    picture.write_bytes(before)
    assert send(made).written == len(changed)


def test_a_file_that_cannot_be_read_costs_nothing_else(
    made: Newsroom, place: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_asked: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(upload, "etag_of_file", refuse)
    told = {each.reason for each in send(made).problems}
    assert "[Errno 13] Permission denied, so its last good version stays" in told
    assert "rss.xml" in keys(place)
    assert not any(key.startswith("media/") for key in keys(place))


def test_a_key_that_no_store_takes_costs_nothing_else(made: Newsroom, place: ObjectStore) -> None:
    prefix = "a" * (1_024 - len("/articles/0123456789ab/"))
    told = [each for each in send(made, f"s3://{BUCKET}/{prefix}").problems if "1024 bytes" in each.reason]
    assert told
    assert all(len(f"{prefix}/{each.place}".encode()) > 1_024 for each in told)
    assert all(len(key.encode()) <= 1_024 for key in place.all_keys())
    assert f"{prefix}/rss.xml" in place.all_keys()


@pytest.mark.parametrize(
    "key", ["a//b", "/a", "a/", "./a", "a/../b", "a\nb", "a\x7fb", "", "a" * 1_025, "é" * 511 + "aaa"]
)
def test_a_key_that_the_library_does_not_take_is_known_before(key: str, place: ObjectStore) -> None:
    assert Bucket(f"s3://{BUCKET}").fault_of(key)


@pytest.mark.parametrize(
    "key", ["a b+c", "новости/мир", "100%/q", "a%20b", "a#b?c*", "~x/=&;'(),", 'a\\b"<>^`{|}[]', "a" * 1_024]
)
def test_any_other_key_arrives_as_it_is(key: str, place: ObjectStore) -> None:
    bucket = Bucket(f"s3://{BUCKET}")
    assert bucket.fault_of(key) == ""
    bucket.put(key, b"x", "text/plain", "no-store")
    assert place.all_keys() == {key}
    bucket.delete([key, "nothing"])
    assert place.all_keys() == set()


def test_what_was_withdrawn_is_removed_even_where_something_else_cannot_be_sent(
    made: Newsroom, place: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(made)
    page = next(key for key in keys(place) if key.startswith("articles/") and "tide" in key)
    (made.articles / "news/tide.md").unlink()
    made.publish(datetime.now(UTC))

    def refuse(*_asked: object) -> None:
        raise StaticError(PLACE, "400 Bad Request", "")

    monkeypatch.setattr(Bucket, "put", refuse)
    with pytest.raises(StaticError, match="400"):
        send(made)
    assert page not in keys(place)
    assert "rss.xml" in keys(place)


def test_a_large_file_is_sent_in_parts(made: Newsroom, place: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "SMALL", 10)
    send(made)
    picture = next(path for path in made.articles.rglob("*.svg"))
    key = f"site/media/{picture.relative_to(made.articles)}"
    assert place.get(key).body == picture.read_bytes()
    assert place.get(key).headers["content-type"] == "image/svg+xml"


def test_an_edition_that_is_replaced_while_it_is_sent_is_left_for_the_next(
    made: Newsroom, place: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedsvc.store.documents.body", lambda *_asked: None)
    with pytest.raises(StaticError, match="the Edition changed while it was sent"):
        send(made)


# --- what can be wrong ------------------------------------------------------------------------------------------------


def test_a_bucket_that_is_not_there_is_named(made: Newsroom, place: ObjectStore) -> None:
    with pytest.raises(StaticError, match="s3://another-bucket") as caught:
        send(made, "s3://another-bucket")
    assert "make the bucket" in caught.value.remedy


def test_a_wrong_secret_is_named(made: Newsroom, place: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(StaticError) as caught:
        send(made)
    assert "check its secret" in caught.value.remedy
    assert place.objects == {}


def test_a_store_that_does_not_answer_is_named(
    made: Newsroom, place: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StaticError) as caught:
        send(made)
    assert "AWS_ENDPOINT_URL" in caught.value.remedy
    assert "\n" not in caught.value.reason


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    with pytest.raises(StaticError, match="pip install 'obstore"):
        Bucket(PLACE)


def test_two_processes_do_not_send_at_once(made: Newsroom, place: ObjectStore) -> None:
    with open_journal(made.config.parent / "journal.jsonl", PLACE), pytest.raises(BeingWritten):
        send(made)


# --- the journal ------------------------------------------------------------------------------------------------------


def test_the_journal_lasts_and_a_line_that_was_cut_off_is_none(tmp_path: Path) -> None:
    path = tmp_path / "destinations" / "x.jsonl"
    opened = partial(open_journal, path, PLACE)
    with opened() as sent:
        sent.announce(["a", "b", "é\n"])
        sent.sent("a", "1")
        sent.removed(["b"])
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    with path.open("ab") as file:
        file.write(b'["a","2"]\n["c","3"')
    for _ in range(2):
        with opened() as sent:
            assert sent.marks == {"a": "2", "é\n": "?"}
    with opened() as sent:
        sent.sent("d", "4")
    with opened() as sent:
        assert sent.marks == {"a": "2", "é\n": "?", "d": "4"}


def test_a_journal_does_not_grow_without_end(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    for _ in range(3):
        with open_journal(path, PLACE) as sent:
            for number in range(1_200):
                sent.sent("a", str(number))
    with open_journal(path, PLACE) as sent:
        assert sent.marks == {"a": "1199"}
    assert path.read_bytes().count(b"\n") < 1_300


def test_style_is_sent_for_good(made: Newsroom, place: ObjectStore) -> None:
    send(made)
    (style,) = (key for key in keys(place) if pages.is_asset(f"/{key}") and key.endswith(".css"))
    assert "immutable" in place.get(f"site/{style}").headers["cache-control"]
