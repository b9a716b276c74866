"""The law of the config: one reading finds every error, and each names its key, its line and its remedy."""

import json
import os
import string
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedsvc.config import Config, ConfigError, load, pace
from feedsvc.config.cron import cron
from feedsvc.formats import FORMATS
from feedsvc.model.problem import Problem
from feedsvc.pages import ASSETS
from feedsvc.service.wiring import make_plan

SAMPLE = Path(__file__).parent.parent / "config.toml"
SITE = '[site]\ntitle = "Ledger"\nurl = "https://a.example"\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("config.toml")


def config(file: Path, text: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return load(file, FORMATS)


def problems(file: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        config(file, text)
    return caught.value.problems


def site(line: str) -> str:
    return SITE + line


def feed(line: str) -> str:
    return f'{SITE}[[feeds]]\npath = "/x.xml"\nformat = "rss"\n{line}'


def section(line: str) -> str:
    return f'{SITE}[[sections]]\npath = "news"\n{line}'


def url(value: str) -> str:
    return f'[site]\ntitle = "Ledger"\nurl = {json.dumps(value)}'


WRONG = [
    # Keys that are unknown, missing, or not of their type.
    ("[site]", "1: site.title", "missing", "text in quotes"),
    ('[site]\ntitle = "x"', "1: site.url", "missing", "https://"),
    ("", " site.url", "missing", "https://"),
    (section("evry = '5m'"), "6: sections[0].evry", "unknown key", "`every`"),
    (site("zzz = 1"), "4: site.zzz", "unknown key", "known here: title, url"),
    (site("[sit]"), "4: sit", "unknown key", "`site`"),
    (feed("exclude = { tag = 'x' }"), "7: feeds[0].exclude.tag", "unknown key", "`tags`"),
    (feed("[feeds.exclude]\ntag = 'x'"), "8: feeds[0].exclude.tag", "unknown key", "`tags`"),
    (feed("cron = '* * * * *'"), "7: feeds[0].cron", "unknown key", "known here"),
    ("site = 5", "1: site", "found 5", "write a table"),
    (site("language = true"), "4: site.language", "found true", "language tag"),
    (site("author = 2021-01-01"), "4: site.author", 'found "2021-01-01"', "text in quotes"),
    (site("mirrors = 'https://b.example'"), "4: site.mirrors", "found", 'write a list: ["https://b.example"]'),
    (site("[sections]\npath = 'news'"), "4: sections", "found", "[[sections]]"),
    (site("[schedule]\nwatch = 'yes'"), "5: schedule.watch", 'found "yes"', "true or false"),
    (feed("options = 'x'"), "7: feeds[0].options", 'found "x"', "a table"),
    (site("[[sections]]\ntitle = 'EU'"), "4: sections[0].path", "missing", '"news/eu"'),
    (site("[[redirects]]\nfrom = '/feed/'"), "4: redirects[0].to", "missing", "URL"),
    # Addresses.
    (url("ledger.example"), "3: site.url", "found", "scheme and host alone"),
    (url("ftp://a.example"), "3: site.url", 'found "ftp://a.example"', "scheme and host alone"),
    (url("https://a.example/feeds"), "3: site.url", "found", "a host of its own"),
    (url("https://me:pass@a.example"), "3: site.url", "found", "scheme and host alone"),
    (url("https://a.example?x=1"), "3: site.url", "found", "scheme and host alone"),
    (url("https://a.example#top"), "3: site.url", "found", "scheme and host alone"),
    (url("https://a.example:99999"), "3: site.url", "found", "scheme and host alone"),
    (url("https://a.exa\nmple"), "3: site.url", "found", "scheme and host alone"),
    (url("https://[::x]"), "3: site.url", "found", "scheme and host alone"),
    (url("https://"), "3: site.url", "found", "scheme and host alone"),
    (site("mirrors = ['b.example']"), "4: site.mirrors[0]", "found", "https://"),
    (site("mirrors = ['HTTPS://A.example:443/']"), "4: site.mirrors[0]", "that of url", "another host"),
    (site("mirrors = [\n'http://b.example',\n'https://b.example']"), "4: site.mirrors[1]", "another mirror", "another"),
    (site("mirrors = ['https://b.example', 'https://b.example']"), "4: site.mirrors[1]", "twice", "keep one"),
    (site("logo = 'logo.png'"), "4: site.logo", 'found "logo.png"', "URL"),
    (site("icon = '//b.example/i.png'"), "4: site.icon", "found", "one slash"),
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
    (site("[defaults]\nlimit = 0"), "5: defaults.limit", "found 0", "from 1 on"),
    (section("limit = -5"), "6: sections[0].limit", "found -5", "from 1 on"),
    (feed("limit = 2.5"), "7: feeds[0].limit", "found 2.5", "from 1 on"),
    (site("[server]\nport = 65536"), "5: server.port", "found 65536", "1 to 65535"),
    (site("[server]\nport = 0"), "5: server.port", "found 0", "1 to 65535"),
    (site("[server]\nport = '80'"), "5: server.port", 'found "80"', "1 to 65535"),
    (site("[server]\nworkers = 0"), "5: server.workers", "found 0", "from 1 on"),
    (site("[server]\ncache = 64"), "5: server.cache", "found 64", '"16M"'),
    (site("[server]\ncache = '1K'"), "5: server.cache", 'found "1K"', '"16M"'),
    (site("[server]\ncache = '9999G'"), "5: server.cache", "found", '"16M"'),
    (site("[schedule]\nevery = 5"), "5: schedule.every", "found 5", '"5m"'),
    (site("[schedule]\nevery = '0s'"), "5: schedule.every", 'found "0s"', '"5m"'),
    (site("[schedule]\nevery = '5 minutes'"), "5: schedule.every", 'found "5 minutes"', '"5m"'),
    (section("every = '999999999d'"), "6: sections[0].every", "found", '"5m"'),
    (site("[schedule]\ncron = '* * * *'"), "5: schedule.cron", 'found "* * * *"', "weekday"),
    (section("cron = '61 * * * *'"), "6: sections[0].cron", "found", "weekday"),
    (section("every = '5m'\ncron = '* * * * *'"), "7: sections[0].cron", "both every and cron", "keep one"),
    # Choices.
    (site("[defaults]\ncontent = 'short'"), "5: defaults.content", 'found "short"', '"full" or "summary"'),
    (site("[defaults]\nformats = ['rss', 'atm']"), "5: defaults.formats[1]", 'found "atm"', "`atom`"),
    (section("formats = ['xyzzy']"), "6: sections[0].formats[0]", "found", "known: atom, json, rss"),
    (feed("media = 'film'"), "7: feeds[0].media", 'found "film"', '"video"'),
    # Paths, and who has them.
    (site("[[sections]]\npath = '/'"), "5: sections[0].path", 'found "/"', '"news/eu"'),
    (site("[[sections]]\npath = 'News / EU'"), "5: sections[0].path", "found", 'write "news/eu"'),
    (section("[[sections]]\npath = '/news/'"), "7: sections[1].path", "twice", "keep one"),
    (feed("[[feeds]]\nformat = 'rss'\npath = '/x.xml'"), "9: feeds[1].path", "twice", "keep one"),
    (feed("").replace("/x.xml", "x.xml"), "5: feeds[0].path", 'found "x.xml"', "/partners/evening.xml"),
    (feed("").replace("/x.xml", "/-/status"), "5: feeds[0].path", "found", "below /-/"),
    (feed("").replace("/x.xml", "/articles/x"), "5: feeds[0].path", "found", "below /-/, /articles/"),
    (feed("").replace("/x.xml", "/media/x"), "5: feeds[0].path", "found", "/media/"),
    (feed("").replace("/x.xml", "/feeds.opml"), "5: feeds[0].path", "found", "/feeds.opml"),
    (feed("").replace("/x.xml", "/sections.html"), "5: feeds[0].path", "found", "/sections.html"),
    *((feed("").replace("/x.xml", asset.path), "5: feeds[0].path", "found", "style or script") for asset in ASSETS),
    (feed("").replace("/x.xml", f"{ASSETS[0].path}/x.xml"), "5: feeds[0].path", "found", "style or script"),
    (feed("").replace("/x.xml", "/a/../x.xml"), "5: feeds[0].path", "found", "/partners/evening.xml"),
    (feed("").replace("/x.xml", "/"), "5: feeds[0].path", "found", "/partners/evening.xml"),
    (feed("sections = ['!']"), "7: feeds[0].sections[0]", "found", '"news/eu"'),
    (feed("[[redirects]]\nfrom = '/x.xml'\nto = '/y'"), "8: redirects[0].from", "a feed's path", "remove one"),
    (site("[[redirects]]\nfrom = '/a'\nto = '/a'"), "6: redirects[0].to", "itself", "new path"),
    (site("[[redirects]]\nfrom = '/?feed=rss2'\nto = '/a'"), "5: redirects[0].from", "found", "without a query"),
    (site("[[redirects]]\nfrom = '/a'\nto = 'b'"), "6: redirects[0].to", 'found "b"', "URL"),
]


@pytest.mark.parametrize(("text", "place", "reason", "remedy"), WRONG)
def test_an_error_names_line_and_key_what_was_found_and_the_remedy(
    file: Path, text: str, place: str, reason: str, remedy: str
) -> None:
    matching = [problem for problem in problems(file, text) if problem.place == f"config.toml:{place}"]
    assert len(matching) == 1
    assert reason in matching[0].reason
    assert remedy in matching[0].remedy


ADDRESSES = [
    "http://user:secret@b.example",
    "https:/user:secret@b.example",
    "user:secret@b.example",
    "ftp://secret@b.example/logo.png",
    "http://user:secret@b.example/" + "x" * 200,
    "http://user:secret/?#@b.example",
    'http://us"er\\:secret\t"@@b.example',
    "http://user:" + "x" * 70 + "secret" + "x" * 70 + "@b.example",
]
PLACES = [
    "url = {0}",
    "logo = [{0}]",
    "language = {0}",
    "mirrors = {0}",
    "mirrors = [[{0}], {0}]",
    "title = {{ a = {0} }}",
    "author = {{ {0} = {0} }}",
    "icon = {{ {0} = 1, {0} = 2 }}",
    "{0} = 1",
    "{0} = 1\n{0} = 2",
    "[defaults]\nformats = [{0}]",
    "[capture]\nfurniture = [{0}, {0}]",
    "[[sections]]\npath = {0}",
    "[[feeds]]\npath = {0}",
    "[[redirects]]\nfrom = {0}",
]


@pytest.mark.parametrize("line", PLACES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_password_in_an_address_is_never_shown(file: Path, address: str, line: str) -> None:
    found = problems(file, "[site]\n" + line.format(json.dumps(address)))
    assert "secret" not in str(ConfigError(found))


def test_an_address_with_a_password_is_still_known_by_its_host(file: Path) -> None:
    (problem,) = problems(file, url("http://user:secret@b.example"))
    assert problem.reason == 'found "http://…@b.example"'


def test_all_errors_are_reported_together_in_the_order_of_the_file(file: Path) -> None:
    text = '[server]\nport = 0\n[site]\ntitel = "x"\nurl = "x"\n[schedule]\nevery = "soon"\ncron = "now"\n'
    found = problems(file, text)
    places = [problem.place.removeprefix("config.toml:") for problem in found]
    assert places == [
        "2: server.port",
        "3: site.title",
        "4: site.titel",
        "5: site.url",
        "7: schedule.every",
        "8: schedule.cron",
        "8: schedule.cron",
    ]
    assert str(ConfigError(found)).splitlines() == [str(problem) for problem in found]


def test_one_mistake_is_one_problem_even_where_a_clash_looks_at_the_same_value(file: Path) -> None:
    text = feed("[[feeds]]\npath = 5\nformat = 'rss'\n[[redirects]]\nfrom = 5\nto = 5")
    assert [problem.place.split()[-1] for problem in problems(file, text)] == [
        "feeds[1].path",
        "redirects[0].from",
        "redirects[0].to",
    ]


def test_text_inside_a_long_string_is_not_taken_for_a_key(file: Path) -> None:
    text = f'[capture]\nfurniture = ["""\n[site]\nlimit = 0\n""", "\\u00a0"]\n{SITE}[defaults]\nlimit = 0'
    places = [problem.place for problem in problems(file, text)]
    assert places == ["config.toml:2: capture.furniture[1]", "config.toml:10: defaults.limit"]


def test_a_broken_file_is_one_problem_with_line_and_column(file: Path) -> None:
    (problem,) = problems(file, "[site]\ntitle = Ledger\n")
    assert problem.place == "config.toml:2:9"
    assert "line 2, column 9" in problem.reason


def test_a_string_that_never_ends_is_one_problem(file: Path) -> None:
    (problem,) = problems(file, '[site]\ntitle = """x')
    assert problem.place.startswith("config.toml")
    assert "not TOML" in problem.reason


def test_a_file_in_another_encoding_is_one_problem_with_its_line(file: Path) -> None:
    file.write_bytes('[site]\ntitle = "Café"'.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"config\.toml:2: not UTF-8 \(save the file as UTF-8\)"):
        load(file)


@pytest.mark.parametrize("name", ["absent.toml", ".", "nul\0.toml"])
def test_a_file_that_cannot_be_read_says_where_it_was_looked_for_and_how_to_name_another(file: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path(name))
    (problem,) = caught.value.problems
    assert str(file.absolute().parent) in problem.reason
    assert "--config" in problem.remedy
    assert "FEEDSVC_CONFIG" in problem.remedy


def test_the_sample_loads_and_is_served_on_a_fresh_machine() -> None:
    sample = load(SAMPLE, FORMATS)
    assert sample.site.url == f"http://{sample.server.host}:{sample.server.port}"
    assert sample.site.authority == "harbourledger.example,2026"
    assert sample.articles.path == SAMPLE.absolute().parent / "articles"
    assert [feed.path for feed in sample.feeds][:2] == ["/partners/evening.xml", "/video.xml"]


def test_what_is_not_said_has_the_contracts_defaults(file: Path) -> None:
    plain = config(file, SITE)
    assert plain.articles.path == Path.cwd() / "articles"
    assert plain.state.path == Path.cwd() / ".feedsvc"
    assert (plain.articles.timezone, plain.site.language) == ("UTC", "en")
    assert (plain.defaults.formats, plain.defaults.limit) == (("rss", "atom", "json"), 50)
    assert (plain.defaults.content, plain.schedule.every, plain.schedule.watch) == ("full", 300, True)
    assert (plain.server.host, plain.server.port, plain.server.workers) == ("127.0.0.1", 8000, 1)
    assert plain.server.cache == 64 * 2**20


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


def test_section_paths_lose_their_outer_slashes_and_keep_their_script(file: Path) -> None:
    text = SITE + "[[sections]]\npath = '/news/eu/'\n[[sections]]\npath = 'новости/мир'"
    assert [section.path for section in config(file, text).sections] == ["news/eu", "новости/мир"]


def test_an_absolute_folder_stays_where_it_is(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert config(file, site(f"[articles]\npath = {json.dumps(str(elsewhere))}")).articles.path == elsewhere


def test_text_is_cleaned_where_it_enters(file: Path) -> None:
    assert config(file, site('author = " The\\u00a0 Ledger\\u0001"')).site.author == "The Ledger"


def test_a_file_from_a_windows_editor_is_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + SITE.replace("\n", "\r\n").encode())
    assert load(file).site.title == "Ledger"


def test_any_format_goes_where_no_names_are_given(file: Path) -> None:
    file.write_text(feed("").replace('"rss"', '"roku"'))
    assert load(file).feeds[0].format == "roku"


def test_the_whole_of_a_feed_is_read(file: Path) -> None:
    text = feed(
        "media = 'audio'\nexclude = { sections = ['/sport'], tags = ['ad'] }\noptions = { countries = ['gb', 'ie'] }"
    )
    text = text.replace('"rss"', '"mediarss"')
    (own,) = config(file, text + "\n[[redirects]]\nfrom = '/feed/'\nto = '/rss.xml'\n").feeds
    assert (own.media, own.exclude.sections, own.exclude.tags) == ("audio", ("sport",), ("ad",))
    assert own.options == {"countries": ["gb", "ie"]}


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


NUMBERS = st.sampled_from(["*", "*/5", "*/0", "*/99", "0", "31", "60", "1-5", "5-1", "1-5/2", "3-3/1", "0/5", "70/5"])
WORDS = st.sampled_from(["last", "jan", "JAN-mar", "mon-fri", "fri-mon", "mon/2", "1-fri", "1,2", "1,", "mon,wed", "٣"])


@given(st.lists(NUMBERS | WORDS, min_size=5, max_size=5).map(" ".join))
@example("0 0 last feb sun")
def test_what_is_taken_for_a_cron_line_is_one_for_the_scheduler(
    tmp_path_factory: pytest.TempPathFactory, line: str
) -> None:
    try:
        read = config(tmp_path_factory.getbasetemp() / "cron.toml", site(f"[schedule]\ncron = '{line}'")).schedule.cron
    except ConfigError:
        return
    CronTrigger.from_crontab(read, timezone="UTC")


@pytest.mark.parametrize("line", ["*/10 6-22 * * mon-fri", "0 0 1,15 jan-jun *", "5/10 * last * 0-6/2"])
def test_the_schedulers_own_cron_lines_are_taken(file: Path, line: str) -> None:
    CronTrigger.from_crontab(line, timezone="UTC")
    assert config(file, site(f"[schedule]\ncron = '{line}'")).schedule.cron == line


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        *[("* * * * *", 60), ("*/10 6-22 * * mon-fri", 600), ("5,20 * * * *", 900), ("0,59 * * * *", 60)],
        *[("5/15 * * * *", 900), ("*/40 * * * *", 1200), ("0 6 * * *", 3600), ("0,50 0,23 * * *", 600)],
    ],
)
def test_caches_keep_what_a_cron_line_publishes_until_it_publishes_next_and_an_hour_at_most(
    file: Path, line: str, seconds: int
) -> None:
    news = f"[[sections]]\npath = 'news'\ncron = '{line}'\n[[sections]]\npath = 'sport'\nevery = '30s'\n"
    of_site = make_plan(config(file, site(f"[schedule]\ncron = '{line}'\n{news}")))
    assert (of_site.defaults.interval, of_site.policy("news").interval) == (seconds, seconds)
    of_section = make_plan(config(file, site(news)))
    assert [of_section.policy(path).interval for path in ("", "news", "sport")] == [300, seconds, 30]


@settings(max_examples=30)
@given(st.lists(NUMBERS, min_size=2, max_size=2).map(" ".join))
def test_no_two_instants_of_a_cron_line_are_closer_than_caches_take_them_to_be(line: str) -> None:
    try:
        trigger = CronTrigger.from_crontab(cron(f"{line} * * *"), timezone="UTC")
    except ValueError:
        return
    instants = [datetime(2026, 3, 1, tzinfo=UTC)]
    while instants[-1] < datetime(2026, 3, 2, 1, tzinfo=UTC):
        instants.append(trigger.get_next_fire_time(instants[-1], instants[-1] + timedelta(seconds=1)))
    closest = min(later - instant for instant, later in pairwise(instants[1:]))
    assert pace(f"{line} * * *") == min(closest.total_seconds(), 3600)


TEXTS = st.sampled_from(["http://[", "http://a:b", "/x", "news/eu", "5m", "Europe", "* * * * *", "rss", ""]) | st.text()
SCALARS = TEXTS | st.integers() | st.floats() | st.booleans() | st.dates() | st.datetimes() | st.times()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=5
)


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Anything at all under the keys that the config knows, and now and then in place of its tables."""
    if get_origin(kind) is tuple:
        return st.lists(values_of(get_args(kind)[0]), max_size=3) | VALUES
    if isinstance(kind, type):
        keys = {field.encode_name: values_of(field.type) for field in msgspec.structs.fields(kind)}
        return st.fixed_dictionaries({}, optional=keys) | VALUES
    return VALUES


def toml(value: object) -> str:
    """`value` as TOML on one line; JSON's strings are TOML's, but for DEL and lone surrogates."""
    match value:
        case dict():
            return "{" + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def outcome(file: Path, text: str) -> tuple[Problem, ...]:
    try:
        config(file, text).digest()
    except ConfigError as error:
        return error.problems
    return ()


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.text(), VALUES, max_size=2), values_of(Config).filter(lambda known: isinstance(known, dict)))
def test_no_document_makes_load_raise_anything_but_config_error(
    tmp_path_factory: pytest.TempPathFactory, unknown: dict[str, object], known: dict[str, object]
) -> None:
    text = "".join(f"{toml(key)} = {toml(value)}\n" for key, value in (unknown | known).items())
    for problem in outcome(tmp_path_factory.getbasetemp() / "any.toml", text):
        assert problem.reason
        assert problem.remedy
        assert "not TOML" not in problem.reason


@settings(deadline=None, max_examples=300)
@given(st.binary() | st.text(alphabet=string.printable).map(str.encode))
@example(b"\xff")
@example(b"a = " + b"[" * 50_000)
@example(b".".join([b"a"] * 2_000) + b" = 1")
@example(b"a = " + b"9" * 5_000)
@example(b"a = 0x" + b"f" * 5_000)
@example(b"[site]\nurl = 0x" + b"f" * 50)
@example(b"[[a]]\n[[a.b]]\n[a.b.c]\nd.e = {f = 1}\n'' = 1\n'[' = 2\n']' = 3")
def test_no_bytes_make_load_raise_anything_but_config_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(data)
    with pytest.raises(ConfigError):
        load(file)
