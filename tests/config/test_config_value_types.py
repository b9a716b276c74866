"""Every type of value says what it takes, and what to write in place of a bad value."""

import json
from pathlib import Path

import pytest
from config_sample import SITE, assert_told, config, feed, file_in, problems, section, site, url

from feedsvc.pages import ASSETS


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


WRONG = [
    # Addresses.
    (url("ledger.example"), "3: site.url", "found", "only scheme and host"),
    (url("ftp://a.example"), "3: site.url", 'found "ftp://a.example"', "only scheme and host"),
    (url("https://a.example/feeds"), "3: site.url", "found", "a host of its own"),
    (url("https://me:pass@a.example"), "3: site.url", "found", "only scheme and host"),
    (url("https://a.example?x=1"), "3: site.url", "found", "only scheme and host"),
    (url("https://a.example#top"), "3: site.url", "found", "only scheme and host"),
    (url("https://a.example:99999"), "3: site.url", "found", "only scheme and host"),
    (url("https://a.exa\nmple"), "3: site.url", "found", "only scheme and host"),
    (url("https://[::x]"), "3: site.url", "found", "only scheme and host"),
    (url("https://"), "3: site.url", "found", "only scheme and host"),
    (site("mirrors = ['b.example']"), "4: site.mirrors[0]", "found", "https://"),
    (site("logo = 'logo.png'"), "4: site.logo", 'found "logo.png"', "URL"),
    (site("icon = '//b.example/i.png'"), "4: site.icon", "found", "one slash"),
    # Hubs and networks.
    (site("[push]\nhubs = ['hub.example']"), "5: push.hubs[0]", 'found "hub.example"', "https://hub.example/"),
    (site("[push]\nhubs = ['ftp://hub.example']"), "5: push.hubs[0]", "found", "https://hub.example/"),
    (site("[push]\nhubs = ['https://me@hub.example']"), "5: push.hubs[0]", "found", "https://hub.example/"),
    (site("[push]\nhubs = ['https://hub.example/>x']"), "5: push.hubs[0]", "found", "https://hub.example/"),
    (site("[push]\nhubs = ['https://a.example', 'https://a.example']"), "5: push.hubs[1]", "twice", "one of them"),
    (site("[push]\nhub = 'true'"), "5: push.hub", 'found "true"', "true or false"),
    (site("[push]\nallow = ['10.0.0.1/8']"), "5: push.allow[0]", "found", '"10.0.0.0/8"'),
    (site("[push]\nallow = ['localhost']"), "5: push.allow[0]", "found", '"10.0.0.0/8"'),
    # Text with a form.
    (site("title = ' '").replace('title = "Ledger"\n', ""), "3: site.title", "found", "not empty"),
    (site("language = 'english'"), "4: site.language", 'found "english"', '"pt-BR"'),
    (site("id_authority = 'https://a.example'"), "4: site.id_authority", "found", '"ledger.example,2026"'),
    (site("id_authority = 'a.example,26'"), "4: site.id_authority", "found", '"ledger.example,2026"'),
    (site("[articles]\ntimezone = 'Europe/Lisabon'"), "5: articles.timezone", "found", "`Europe/Lisbon`"),
    (site("[articles]\ntimezone = 'America'"), "5: articles.timezone", "found", "`America"),
    (site("[articles]\ntimezone = '../x'"), "5: articles.timezone", "found", "time zone"),
    (site("[articles]\npath = ''"), "5: articles.path", 'found ""', "a folder"),
    (site('[state]\npath = "a\\u0000b"'), "5: state.path", "found", "a folder"),
    (site("[capture]\nfurniture = ['a', '']"), "5: capture.furniture[1]", 'found ""', "not empty"),
    # Numbers and durations.
    (site("[defaults]\nlimit = 0"), "5: defaults.limit", "found 0", "at least 1"),
    (section("limit = -5"), "6: sections[0].limit", "found -5", "at least 1"),
    (feed("limit = 2.5"), "7: feeds[0].limit", "found 2.5", "at least 1"),
    (site("[server]\nport = 65536"), "5: server.port", "found 65536", "1 to 65535"),
    (site("[server]\nport = 0"), "5: server.port", "found 0", "1 to 65535"),
    (site("[server]\nport = '80'"), "5: server.port", 'found "80"', "1 to 65535"),
    (site("[server]\nworkers = 0"), "5: server.workers", "found 0", "such as 2"),
    (site("[server]\ncache = 64"), "5: server.cache", "found 64", '"16M"'),
    (site("[server]\ncache = '1K'"), "5: server.cache", 'found "1K"', '"16M"'),
    (site("[server]\ncache = '9999G'"), "5: server.cache", "found", '"16M"'),
    (site("[schedule]\nevery = 5"), "5: schedule.every", "found 5", '"5m"'),
    (site("[schedule]\nevery = '0s'"), "5: schedule.every", 'found "0s"', 'at least "1s"'),
    (site("[schedule]\nevery = '00d'"), "5: schedule.every", "found", 'at least "1s"'),
    (site("[articles]\ntimezone = 'UTC+1'"), "5: articles.timezone", "found", "name of a zone"),
    (site("[articles]\ntimezone = '+01:00'"), "5: articles.timezone", "found", "name of a zone"),
    (site("[schedule]\ncron = '0 25 * * *'"), "5: schedule.cron", "found", "the hour is 25, and goes from 0 to 23"),
    (site("[schedule]\ncron = '0 1 * * 1-9'"), "5: schedule.cron", "found", "the weekday is 1-9"),
    (site("[schedule]\nevery = '5 minutes'"), "5: schedule.every", 'found "5 minutes"', '"5m"'),
    (section("every = '999999999d'"), "6: sections[0].every", "found", '"5m"'),
    (site("[schedule]\ncron = '* * * *'"), "5: schedule.cron", 'found "* * * *"', "weekday"),
    (section("cron = '61 * * * *'"), "6: sections[0].cron", "found", "the minute is 61"),
    (site("[console]\ntrust = ['locals']"), "5: console.trust[0]", "not shown here", '"local", or a hash'),
    (site("[console]\ntrust = 'local'"), "5: console.trust", "not shown here", "write a list"),
    # Choices.
    (site("[defaults]\ncontent = 'short'"), "5: defaults.content", 'found "short"', '"full" or "summary"'),
    (feed("media = 'film'"), "7: feeds[0].media", 'found "film"', '"video"'),
    # Paths.
    (site("[[sections]]\npath = '/'"), "5: sections[0].path", 'found "/"', '"news/eu"'),
    (site("[[sections]]\npath = 'News / EU'"), "5: sections[0].path", "found", 'write "news/eu"'),
    (feed("").replace("/x.xml", "x.xml"), "5: feeds[0].path", 'found "x.xml"', "/partners/evening.xml"),
    (feed("").replace("/x.xml", "/-/status"), "5: feeds[0].path", "found", "below /-/"),
    (feed("").replace("/x.xml", "/articles/x"), "5: feeds[0].path", "found", "below /-/, /articles/"),
    (feed("").replace("/x.xml", "/media/x"), "5: feeds[0].path", "found", "/media/"),
    (feed("").replace("/x.xml", "/feeds.opml"), "5: feeds[0].path", "found", "/feeds.opml"),
    (feed("").replace("/x.xml", "/sections.html"), "5: feeds[0].path", "found", "/sections.html"),
    *((feed("").replace("/x.xml", asset.path), "5: feeds[0].path", "found", "style or script") for asset in ASSETS),
    (feed("").replace("/x.xml", f"{ASSETS[0].path}/x.xml"), "5: feeds[0].path", "found", "style or script"),
    (feed("").replace("/x.xml", "/a/../x.xml"), "5: feeds[0].path", "found", "/partners/evening.xml"),
    (feed("").replace("/x.xml", "/a\u200b.xml"), "5: feeds[0].path", "found", "/partners/evening.xml"),
    (feed("").replace("/x.xml", "/a\uffff.xml"), "5: feeds[0].path", "found", "/partners/evening.xml"),
    (feed("").replace("/x.xml", "/"), "5: feeds[0].path", "found", "/partners/evening.xml"),
    (feed("sections = ['!']"), "7: feeds[0].sections[0]", "found", '"news/eu"'),
    (site("[[redirects]]\nfrom = '/?feed=rss2'\nto = '/a'"), "5: redirects[0].from", "found", "without a query"),
    (site("[[redirects]]\nfrom = '/a'\nto = 'b'"), "6: redirects[0].to", 'found "b"', "URL"),
]


@pytest.mark.parametrize(("text", "place", "reason", "remedy"), WRONG)
def test_an_error_names_line_and_key_what_was_found_and_the_remedy(
    file: Path, text: str, place: str, reason: str, remedy: str
) -> None:
    assert_told(problems(file, text), place, reason, remedy)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HTTPS://A.Example:443/", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("http://a.example:443", "http://a.example:443"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://a.example.", "https://a.example"),
        ("https://новости.example", "https://xn--b1amnebsh.example"),
    ],
)
def test_addresses_are_written_in_one_way(file: Path, written: str, read: str) -> None:
    assert config(file, url(written)).site.url == read


@pytest.mark.parametrize(("written", "seconds"), [("30s", 30), ("5m", 300), ("1h", 3600), ("1d", 86400)])
def test_durations_become_seconds(file: Path, written: str, seconds: int) -> None:
    assert config(file, section(f"every = '{written}'")).sections[0].every == seconds


@pytest.mark.parametrize(("written", "size"), [("1M", 2**20), ("64M", 64 * 2**20), ("2G", 2**31)])
def test_sizes_become_bytes(file: Path, written: str, size: int) -> None:
    assert config(file, site(f"[server]\ncache = '{written}'")).server.cache == size


def test_section_paths_lose_their_outer_slashes_and_keep_their_script(file: Path) -> None:
    text = SITE + "[[sections]]\npath = '/news/eu/'\n[[sections]]\npath = 'новости/мир'"
    assert [section.path for section in config(file, text).sections] == ["news/eu", "новости/мир"]


def test_an_absolute_folder_stays_where_it_is(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert config(file, site(f"[articles]\npath = {json.dumps(str(elsewhere))}")).articles_folder == elsewhere


@pytest.mark.parametrize("key", ["title", "description", "author", "copyright"])
def test_text_is_cleaned_where_it_enters(file: Path, key: str) -> None:
    text = SITE.replace("title =", "# title =") + ('title = "x"\n' if key != "title" else "")
    read = config(file, f'{text}{key} = " The\\u00a0 Ledger\\u0001"').site
    assert getattr(read, key) == "The Ledger"


def test_links_are_cleaned_where_they_enter(file: Path) -> None:
    assert config(file, site('logo = "https://a.example/\\u200bx\\uFFFF.png"')).site.logo == "https://a.example/x.png"
