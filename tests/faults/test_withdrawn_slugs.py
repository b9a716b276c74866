"""The headline of a story that was taken back is not told by the slug that was made of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deploy_sample import publish_to
from edition import Newsroom, ask, served, story
from formats_sample import NOON, OPTIONS, feed
from lxml import etree
from msgspec.structs import replace

from feedsvc.formats import FORMATS
from feedsvc.model.feed import Withdrawal
from feedsvc.web.export import manifest

SITE = """\
[site]
title = "The Lantern"
url = "https://news.example"
mirrors = ["https://mirror.example.net"]
"""
NOTICE = '[withdrawal]\npolicy = "notice"\n'
SLUG = "minister-resigns-at-dawn"
PICTURE = "media/news/"
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def withdrawn(folder: Path, config: str, how: str, static: Path | None = None) -> Newsroom:
    """A newsroom that published a story, also as files, and took it back."""
    made = Newsroom(folder, config)
    path = made.write("news/a.md", story("Minister resigns at dawn"))
    made.publish(AT)
    if static:
        publish_to(made, static)
        assert _telling(static)
    if how == "removed":
        path.unlink()
    else:
        made.write("news/a.md", story("Minister resigns at dawn", status="withdrawn"))
    made.publish(AT + timedelta(minutes=5))
    if static:
        publish_to(made, static)
    return made


@pytest.mark.parametrize("policy", ["", NOTICE], ids=["tombstone", "notice"])
@pytest.mark.parametrize("how", ["removed", "killed"])
def test_no_document_and_no_file_of_the_export_has_it(tmp_path: Path, how: str, policy: str) -> None:
    made = withdrawn(tmp_path / "newsroom", SITE + policy, how, tmp_path / "site")
    assert not _telling(tmp_path / "site")
    with served(made) as side:
        for path in side.paths():
            answer = ask(side.app, path.encode("latin-1"))
            assert SLUG.encode() not in answer.body, path
            assert SLUG not in str(answer.headers)


def _telling(folder: Path) -> list[str]:
    """The files that have the slug in their name or text."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if SLUG in str(path) or SLUG.encode() in path.read_bytes()]


def test_the_link_of_a_notice_says_that_it_is_gone(tmp_path: Path) -> None:
    made = withdrawn(tmp_path / "newsroom", SITE + NOTICE, "removed")
    with served(made) as side:
        (item,) = (
            each for each in json.loads(ask(side.app, "/feed.json").body)["items"] if "withdrawn" in each["title"]
        )
        path = item["url"].removeprefix("https://news.example")
        assert path.startswith("/articles/")
        assert ask(side.app, path).code == 410
        for other in (path.rstrip("/"), f"{path}{SLUG}", f"{path}anything"):
            assert ask(side.app, other).code == 410


def test_an_address_of_the_newsrooms_own_stays(tmp_path: Path) -> None:
    made = Newsroom(tmp_path, SITE + NOTICE)
    made.write("news/a.md", story("Minister resigns", url="https://paper.example/minister"))
    made.publish(AT)
    (made.articles / "news/a.md").unlink()
    made.publish(AT + timedelta(minutes=5))
    with served(made) as side:
        assert b"https://paper.example/minister" in ask(side.app, "/rss.xml").body


@pytest.mark.parametrize(("guid", "known_as"), [("id", "tag:a,2026:1"), ("link", f"https://news.example/x/{SLUG}")])
def test_smartnews_is_told_of_a_deletion_by_the_name_it_knows_and_by_no_headline(guid: str, known_as: str) -> None:
    gone = Withdrawal(
        id="tag:a,2026:1",
        iri="tag:a,2026:1",
        url="https://news.example/x/",
        former_url=f"https://news.example/x/{SLUG}",
        published=NOON,
        when=NOON,
    )
    shell = replace(feed(), withdrawn=(gone,), options=OPTIONS | {"guid": guid})
    item = etree.fromstring(FORMATS["smartnews"].render(shell)).find("channel/item")
    assert item.findtext("guid") == known_as
    assert (item.findtext("link"), item.findtext("title")) == ("https://news.example/x/", "Deleted")


def test_what_a_former_version_noted_by_name_is_noted_by_its_mark(tmp_path: Path) -> None:
    from feedsvc.web.export.disk import open_tree

    name = f"articles/k/{SLUG}/index.html"
    (tmp_path / manifest.NAME).write_text(json.dumps({"gone": {name: 7, manifest.mark("b.xml"): 8}}), "utf-8")
    with open_tree(tmp_path) as tree:
        found, sound = manifest.load(tree)
        assert sound
        assert found.gone == {manifest.mark(name): 7, manifest.mark("b.xml"): 8}
        manifest.settle(tree, found)
    assert not _telling(tmp_path)
    assert (tmp_path / manifest.NAME).stat().st_mode & 0o077 == 0
