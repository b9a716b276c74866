"""One reading finds every error, and each names its key, its line and its remedy."""

import json
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest
from config_sample import assert_told, config, feed, file_in, problems, section, site
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc.config import Config, ConfigError, load
from feedsvc.model.problem import Problem


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


WRONG = [
    # Keys that are unknown, missing, or not of their type.
    ("[site]", "1: site.title", "missing", "text in quotes"),
    ('[site]\ntitle = "x"', "1: site.url", "missing", "https://"),
    ("", " site.url", "missing", "https://"),
    (section("evry = '5m'"), "6: sections[0].evry", "unknown key", "`every`"),
    (site("zzz = 1"), "4: site.zzz", "unknown key", "known keys: title, url"),
    (site("[sit]"), "4: sit", "unknown key", "`site`"),
    (feed("exclude = { tag = 'x' }"), "7: feeds[0].exclude.tag", "unknown key", "`tags`"),
    (feed("[feeds.exclude]\ntag = 'x'"), "8: feeds[0].exclude.tag", "unknown key", "`tags`"),
    (feed("cron = '* * * * *'"), "7: feeds[0].cron", "unknown key", "known keys"),
    ("site = 5", "1: site", "found 5", "write a table"),
    (site("language = true"), "4: site.language", "found true", "language tag"),
    (site("author = 2021-01-01"), "4: site.author", 'found "2021-01-01"', "text in quotes"),
    (site("mirrors = 'https://b.example'"), "4: site.mirrors", "found", 'write a list: ["https://b.example"]'),
    (site("[sections]\npath = 'news'"), "4: sections", "found", "[[sections]]"),
    (site("[schedule]\nwatch = 'yes'"), "5: schedule.watch", 'found "yes"', "true or false"),
    (feed("options = 'x'"), "7: feeds[0].options", 'found "x"', "a table"),
    (site("[[sections]]\ntitle = 'EU'"), "4: sections[0].path", "missing", '"news/eu"'),
    (site("[[redirects]]\nfrom = '/feed/'"), "4: redirects[0].to", "missing", "URL"),
    (section("every = '5m'\ncron = '* * * * *'"), "7: sections[0].cron", "both every and cron are set", "keep one"),
    # Formats that are unknown.
    (site("[defaults]\nformats = ['rss', 'atm']"), "5: defaults.formats[1]", 'found "atm"', "`atom`"),
    (section("formats = ['xyzzy']"), "6: sections[0].formats[0]", "found", "known formats: atom, json, rss"),
    # Names that are there twice.
    (site("[console]\ntrust = ['local', 'local']"), "5: console.trust[1]", "twice", "keep one"),
    (site("mirrors = ['https://b.example', 'https://b.example']"), "4: site.mirrors[1]", "twice", "keep one"),
    (section("[[sections]]\npath = '/news/'"), "7: sections[1].path", "twice", "keep one"),
    (feed("[[feeds]]\nformat = 'rss'\npath = '/x.xml'"), "9: feeds[1].path", "twice", "keep one"),
    (site("[[redirects]]\nfrom = '/a b'\nto = '/x'"), "5: redirects[0].from", 'found "/a b"', "%20 for a space"),
    (site("[schedule]\nevery = '400d'"), "5: schedule.every", 'found "400d"', 'at most "365d"'),
]


@pytest.mark.parametrize(("text", "place", "reason", "remedy"), WRONG)
def test_an_error_names_line_and_key_what_was_found_and_the_remedy(
    file: Path, text: str, place: str, reason: str, remedy: str
) -> None:
    assert_told(problems(file, text), place, reason, remedy)


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


@pytest.mark.parametrize(
    "table",
    ["[alerts]\nto = '{url}'", "[[alerts]]\nto = '{url}'\n[[alerts]]\nto = '{url}'", "[feeds]\ntoken = '{url}'"],
)
def test_a_secret_is_not_shown_where_its_table_is_wrong(file: Path, table: str) -> None:
    found = problems(file, site(table.format(url="https://hooks.example/secret")))
    assert found
    assert not [each for each in found if "secret" in str(each)]
