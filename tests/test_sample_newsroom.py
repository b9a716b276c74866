"""The sample newsroom, published whole: what a stranger sees who runs the README's first command."""

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import feedparser
import pytest
from lxml import etree
from werkzeug.test import Client

from feedsvc.config import Config, load
from feedsvc.formats import FORMATS
from feedsvc.service.app import serving_app
from feedsvc.service.operations import publish_once
from feedsvc.service.queries import preflight_feed

ROOT = Path(__file__).parent.parent
OWN = "http://127.0.0.1:8000"
LINK = re.compile(rf"{re.escape(OWN)}[^\s\"'<>\\]*")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("newsroom")
    shutil.copytree(ROOT / "articles", folder / "articles")
    shutil.copy(ROOT / "config.toml", folder / "config.toml")
    return load(folder / "config.toml")


@pytest.fixture(scope="module")
def client(settings: Config) -> Client:
    report, problems = publish_once(settings, accept_removals=False)
    assert not problems
    assert report.read >= 24
    return Client(serving_app(settings))


def get(client: Client, path: str) -> bytes:
    with client.get(path, headers={"Host": "127.0.0.1:8000"}) as response:
        assert response.status_code == 200, path
        return bytes(response.data)


def feeds(client: Client) -> Iterator[str]:
    """The paths of all RSS feeds, as the list of feeds names them."""
    outline = etree.fromstring(get(client, "/feeds.opml"))
    for each in outline.iter("outline"):
        if address := each.get("xmlUrl"):
            yield unquote(urlsplit(str(address)).path)


def test_it_has_sections_in_two_levels_and_other_scripts(client: Client) -> None:
    found = [path for path in feeds(client) if path.endswith("/rss.xml")]
    assert sum(path.count("/") >= 3 for path in found) >= 8
    assert any("новости" in path for path in found)


def test_every_link_that_leaves_the_service_is_answered(client: Client) -> None:
    waiting, seen = {"/", "/feeds.opml", *feeds(client)}, set[str]()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        body = get(client, path)
        if not path.startswith("/media/"):
            links = LINK.findall(unescape(unescape(body.decode())))
            waiting |= {unquote(urlsplit(link).path) or "/" for link in links} - seen
    assert len(seen) > 150


def test_the_three_formats_of_a_section_tell_the_same(client: Client) -> None:
    for path in list(feeds(client)):
        if not path.endswith("/rss.xml"):
            continue
        folder = path.removesuffix("rss.xml")
        rss = feedparser.parse(get(client, path))
        atom = feedparser.parse(get(client, f"{folder}atom.xml"))
        items = json.loads(get(client, f"{folder}feed.json"))["items"]
        assert not rss.bozo
        assert not atom.bozo
        assert [each.link for each in rss.entries] == [each.link for each in atom.entries] == [i["url"] for i in items]
        assert [each.title for each in rss.entries] == [i["title"] for i in items]
        assert [each.id for each in rss.entries] == [i["id"] for i in items]
        assert [each.published_parsed for each in rss.entries] == [each.published_parsed for each in atom.entries]


def test_what_is_not_to_be_seen_yet_is_nowhere(client: Client, settings: Config) -> None:
    held = {"harbour-dues", "why-the-harbour-hums"}
    assert all(list(settings.articles_folder.rglob(f"{stem}.md")) for stem in held)
    everything = b"".join(get(client, path) for path in ("/", "/rss.xml", "/atom.xml", "/feed.json", "/feeds.opml"))
    assert b"2099" not in everything
    titles = [entry.title for entry in feedparser.parse(get(client, "/rss.xml")).entries]
    assert not [title for title in titles if "dues" in title.lower() or "hums" in title.lower()]


def test_publishing_again_changes_nothing(client: Client, settings: Config) -> None:
    before = {path: get(client, path) for path in feeds(client)}
    report, _ = publish_once(settings, accept_removals=False)
    assert report.documents == 0
    assert before == {path: get(client, path) for path in before}


def test_there_is_a_feed_of_each_partners_profile_and_it_passes_its_own_preflight(
    client: Client, settings: Config
) -> None:
    partners = {name for name, form in FORMATS.items() if not form.filename}
    assert partners <= {feed.format for feed in settings.feeds}
    for feed in settings.feeds:
        get(client, feed.path)
        found = preflight_feed(settings, feed.path)
        assert (found.held, found.doubtful) == ((), ()), feed.path
        assert found.accepted or feed.format in ("alexa", "news-sitemap"), feed.path
