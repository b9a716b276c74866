"""Each key that can be wrong says so with its line, and with a remedy that works for who follows it to the letter."""

import re
from pathlib import Path

import pytest
from config_sample import SITE, config, file_in, problems

TEXT, YES = "text in quotes that is not empty", "true or false, without quotes"
NUMBER, SPAN, NETS = "a whole number", "a duration such as", "a network such as"
URL = "an http(s) URL, or a path that starts with one slash"
SECTION, FEED = '[[sections]]\npath = "news"\n', '[[feeds]]\npath = "/x.xml"\nformat = "rss"\n'
LIVE = '[[live]]\ntitle = "L"\nurl = "/l.m3u8"\npicture = "/p.jpg"\n'

# The table, the key with a wrong value, what the remedy says, and the key with a value as it says.
WRONG = [
    ("", 'mirrors = "https://m.example"', '["https://m.example"]', 'mirrors = ["https://m.example"]'),
    ("", 'mirrors = ["m.example"]', "only scheme and host", 'mirrors = ["https://www.ledger.example"]'),
    ("", 'language = "english"', '"en" or "pt-BR"', 'language = "pt-BR"'),
    ("", "description = 5", "text in quotes", 'description = "5"'),
    ("", 'logo = "logo.png"', URL, 'logo = "/logo.png"'),
    ("", 'icon = "icon.png"', URL, 'icon = "https://x.example/icon.png"'),
    ("", 'accent = "blue"', '"0B5FA5"', 'accent = "0B5FA5"'),
    ("", 'id_authority = "q example"', '"ledger.example,2026"', 'id_authority = "ledger.example,2026"'),
    ("", 'copyrigt = "x"', "`copyright`", 'copyright = "x"'),
    ("[articles]", "path = 5", '"articles"', 'path = "articles"'),
    ("[articles]", 'timezone = "UTC+1"', '"Asia/Tokyo"', 'timezone = "Asia/Tokyo"'),
    ("[articles]", 'timezone = "Berlin"', "`Europe/Berlin`", 'timezone = "Europe/Berlin"'),
    ("[capture]", 'furniture = "x"', '["x"]', 'furniture = ["x"]'),
    ("[state]", 'path = ""', '".feedsvc"', 'path = ".feedsvc"'),
    ("[state]", 'path = "articles"', '".feedsvc"', 'path = ".feedsvc"'),
    ("[defaults]", 'formats = "rss"', '["rss"]', 'formats = ["rss"]'),
    ("[defaults]", 'formats = ["rss2"]', "`rss`", 'formats = ["rss"]'),
    ("[defaults]", "limit = 0", NUMBER, "limit = 50"),
    ("[defaults]", 'limit = "50"', NUMBER, "limit = 50"),
    ("[defaults]", 'max_age = "1 week"', SPAN, 'max_age = "1d"'),
    ("[defaults]", 'content = "short"', '"full" or "summary"', 'content = "summary"'),
    ("[defaults]", 'archive = "yes"', YES, "archive = true"),
    ("[schedule]", 'every = "0s"', 'at least "1s"', 'every = "1s"'),
    ("[schedule]", "every = 5", SPAN, 'every = "5m"'),
    ("[schedule]", 'cron = "61 * * * *"', '"*/10 6-22 * * *"', 'cron = "*/10 6-22 * * *"'),
    ("[schedule]", "watch = 1", YES, "watch = false"),
    ("[withdrawal]", 'policy = "hide"', '"tombstone" or "notice"', 'policy = "notice"'),
    ("[withdrawal]", 'keep = "forever"', SPAN, 'keep = "1h"'),
    ("[withdrawal]", 'notice = ""', TEXT, 'notice = "Gone."'),
    ("[server]", 'host = ""', TEXT, 'host = "127.0.0.1"'),
    ("[server]", "port = 70000", "from 1 to 65535", "port = 65535"),
    ("[server]", "workers = 0", NUMBER, "workers = 2"),
    ("[server]", 'cache = "big"', '"16M" or "1G"', 'cache = "16M"'),
    ("[server]", "downloads = 0", NUMBER, "downloads = 50"),
    ("[server]", 'publish = "no"', YES, "publish = false"),
    ("[console]", 'trust = ["everyone"]', '"local"', 'trust = ["local"]'),
    ("[push]", 'hubs = ["hub.example"]', '"https://hub.example/"', 'hubs = ["https://hub.example/"]'),
    ("[push]", 'hub = "x"', YES, "hub = true"),
    ("[push]", 'allow = ["10.0.0.0/99"]', NETS, 'allow = ["10.0.0.0/8"]'),
    ("[push]", 'delay = "soon"', SPAN, 'delay = "30s"'),
    ("[pages]", 'feeds_for_people = "a"', YES, "feeds_for_people = true"),
    ("[robots]", 'disallow = ["x"]', '"/feed/"', 'disallow = ["/feed/"]'),
    ("[robots]", 'block = ["a b:c"]', '"GPTBot"', 'block = ["GPTBot"]'),
    ("[[sections]]", 'path = "News EU"', '"news-eu"', 'path = "news-eu"'),
    (SECTION, 'limit = "x"', NUMBER, "limit = 50"),
    (SECTION, 'every = "1x"', SPAN, 'every = "1h"'),
    (SECTION, 'content = "none"', '"full" or "summary"', 'content = "full"'),
    (SECTION, 'formats = "rss"', '["rss"]', 'formats = ["rss"]'),
    ('[[feeds]]\nformat = "rss"\n', 'path = "a.xml"', '"/partners/evening.xml"', 'path = "/partners/evening.xml"'),
    ('[[feeds]]\nformat = "rss"\n', 'path = "/-/x"', '"/partners/evening.xml"', 'path = "/partners/evening.xml"'),
    ('[[feeds]]\npath = "/x.xml"\n', 'format = "rsss"', "`rss`", 'format = "rss"'),
    (FEED, 'sections = "news"', '["news"]', 'sections = ["news"]'),
    (FEED, 'media = "movie"', '"image", "audio" or "video"', 'media = "video"'),
    (FEED, 'language = "deutsch"', '"en" or "pt-BR"', 'language = "en"'),
    (FEED, "options = { x = 1 }", "remove it", "options = {}"),
    (FEED, 'exclude = { section = ["a"] }', "`sections`", 'exclude = { sections = ["a"] }'),
    (LIVE, 'since = "yesterday"', '"2026-11-23"', 'since = "2026-11-23"'),
    ('[[redirects]]\nto = "/news/"\n', 'from = "old"', '"/feed/"', 'from = "/feed/"'),
    ('[[redirects]]\nfrom = "/old"\n', 'to = "news"', URL, 'to = "/news"'),
    ("[[publish]]", 'to = "ftp://x"', '"s3://bucket/prefix"', 'to = "s3://bucket/prefix"'),
    ('[[publish]]\nto = "out"\n', 'compressed = "x"', YES, "compressed = true"),
    ('[[follow.readers]]\nname = "R"\n', 'url = "https://r.example"', "{feed}", 'url = "https://r.example/?{feed}"'),
    ("[feed]", "x = 1", "`feeds`", ""),
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


@pytest.mark.parametrize(("table", "wrong", "remedy", "right"), WRONG, ids=[f"{row[0]}{row[1]}" for row in WRONG])
def test_a_wrong_value_is_named_with_its_line_and_a_remedy_that_works(
    file: Path, table: str, wrong: str, remedy: str, right: str
) -> None:
    before = f"{SITE}{table.strip()}\n" if table else SITE
    (problem, *_) = problems(file, f"{before}{wrong}\n")
    place = re.fullmatch(r"config\.toml:(\d+): ([\w.\[\]]+)", problem.place)
    assert place
    assert int(place[1]) in (before.count("\n"), before.count("\n") + 1)
    key = re.findall(r"\w+", wrong.partition(" = ")[0])[0] if table != "[feed]" else "feed"
    assert key in place[2]
    assert remedy in problem.remedy
    if right:
        config(file, f"{before}{right}\n")


@pytest.mark.parametrize("text", ['[site]\ntitle = "x"\n', "[server]\nport = 1\nport = 2\n"])
def test_what_is_there_twice_is_to_be_there_once(file: Path, text: str) -> None:
    (problem,) = problems(file, SITE + text)
    assert problem.place.startswith("config.toml:")
    assert "keep one of the two" in problem.remedy
