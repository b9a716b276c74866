"""What the file leaves out has a default, and what changes published bytes changes the digest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from config_sample import SAMPLE, SITE, config, feed, file_in, site

from feedsvc.config import ConfigError, load


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


def test_what_is_not_said_has_the_contracts_defaults(file: Path) -> None:
    plain = config(file, SITE)
    assert plain.articles_folder == Path.cwd() / "articles"
    assert plain.state.path == Path.cwd() / ".feedsvc"
    assert (plain.articles.timezone, plain.site.language) == ("UTC", "en")
    assert (plain.defaults.formats, plain.defaults.limit) == (("rss", "atom", "json"), 50)
    assert (plain.defaults.content, plain.schedule.every, plain.schedule.watch) == ("full", 300, True)
    assert (plain.server.host, plain.server.port, plain.server.workers) == ("127.0.0.1", 8000, 1)
    assert plain.server.cache == 64 * 2**20


@pytest.mark.parametrize(
    ("line", "authority"),
    [
        ("", "a.example,2026"),
        ("id_authority = 'ledger.example'", "ledger.example,2026"),
        ("id_authority = 'ledger.example,2019'", "ledger.example,2019"),
    ],
)
def test_ids_are_minted_by_the_named_authority_or_by_the_urls_host(file: Path, line: str, authority: str) -> None:
    assert config(file, site(line)).site.authority == authority


BYTES = [
    "description = 'x'",
    "mirrors = ['https://b.example']",
    "[articles]\ntimezone = 'Asia/Tokyo'",
    "[capture]\nfurniture = ['x']",
    "[defaults]\nlimit = 5",
    "[schedule]\nevery = '1h'",
    "[[sections]]\npath = 'news'",
    "[[feeds]]\npath = '/x'\nformat = 'rss'",
    "[[redirects]]\nfrom = '/a'\nto = '/b'",
    "[push]\nhubs = ['https://hub.example/']",
    "[push]\nhub = true",
]


@pytest.mark.parametrize("line", BYTES)
def test_the_digest_changes_with_what_changes_bytes(file: Path, line: str) -> None:
    assert config(file, site(line)).digest() != config(file, SITE).digest()


@pytest.mark.parametrize(
    "line",
    [
        "[server]\nhost = '0.0.0.0'\nport = 80\nworkers = 4\ncache = '16M'",
        "[state]\npath = '/var/lib/feedsvc'",
        "[articles]\npath = '/srv/articles'",
        "[schedule]\nwatch = false",
        "[push]\nallow = ['10.0.0.0/8']\ndelay = '1m'",
        "[defaults]\nlimit = 50 # as by default",
    ],
)
def test_the_digest_is_deaf_to_what_changes_no_byte(file: Path, line: str) -> None:
    assert config(file, site(line)).digest() == config(file, SITE).digest()


def test_the_digest_is_the_same_in_every_folder_and_in_any_order_of_keys(tmp_path: Path) -> None:
    digests = set()
    for folder, options in (("a", "{ live = true, seconds = 9 }"), ("b", "{ seconds = 9, live = true }")):
        (tmp_path / folder).mkdir()
        text = feed(f"options = {options}").replace('"rss"', '"roku-mrss"')
        digests.add(config(tmp_path / folder / "config.toml", text).digest())
    assert len(digests) == 1


def test_the_digest_is_the_same_in_every_process(file: Path) -> None:
    text = feed("options = { live = true, seconds = 9 }").replace('"rss"', '"roku-mrss"')
    here = config(file, text).digest()
    script = "import pathlib, feedsvc.config as c; print(c.load(pathlib.Path('config.toml')).digest())"
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(SAMPLE.parent)}
        there = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
        assert there.stdout.strip() == here


def test_follow_pages_offer_the_readers_that_are_named_and_a_link_without_a_place_for_the_feed_is_refused(
    tmp_path: Path,
) -> None:
    site = '[site]\ntitle = "L"\nurl = "https://news.example"\n'
    named = '[[follow.readers]]\nname = "Ours"\nurl = "{url}"\n'
    path = tmp_path / "config.toml"
    path.write_text(site + named.replace("{url}", "https://r.example/?a={feed}"), "utf-8")
    readers = load(path).follow.readers
    assert readers is not None
    assert [(each.name, each.url) for each in readers] == [("Ours", "https://r.example/?a={feed}")]
    for bad in ("https://r.example/", "javascript:{feed}", "https://r.example/{feeds}", "https://{feed}/"):
        path.write_text(site + named.replace("{url}", bad), "utf-8")
        with pytest.raises(ConfigError) as error:
            load(path)
        assert "follow.readers[0].url" in str(error.value)


def test_no_feed_takes_the_place_of_a_page_for_following(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    text = '[site]\ntitle = "L"\nurl = "https://news.example"\n[[feeds]]\nformat = "rss"\npath = "{path}"\n'
    for place in ("/follow", "/news/eu/follow"):
        path.write_text(text.replace("{path}", place), "utf-8")
        with pytest.raises(ConfigError):
            load(path)
    for place in ("/follow/rss.xml", "/follow.xml", "/unfollow"):
        path.write_text(text.replace("{path}", place), "utf-8")
        assert load(path).feeds[0].path == place
