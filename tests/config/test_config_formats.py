"""What formats say of the config: options with their types, profiles that are not for sections, formats in files."""

from pathlib import Path

import pytest

from feedsvc.config import Config, ConfigError, load
from feedsvc.formats import FORMATS
from feedsvc.service.available_formats import formats_in_files
from feedsvc.web.tokens import hash_of, new

SITE = '[site]\ntitle = "Ledger"\nurl = "https://a.example"\n'
PODCAST = 'image = "/media/cover.png", email = "a@ledger.example"'


def config(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(SITE + text, encoding="utf-8")
    return load(file, FORMATS, formats_in_files)


def problems(folder: Path, text: str) -> list[str]:
    """Each as `line: key: what was found (remedy)`."""
    with pytest.raises(ConfigError) as caught:
        config(folder, text)
    return [str(problem).removeprefix(f"{folder}/config.toml:") for problem in caught.value.problems]


def feed(name: str, options: str = "", more: str = "") -> str:
    return f'[[feeds]]\npath = "/x.xml"\nformat = "{name}"\n{more}\noptions = {{ {options} }}\n'


WRONG = {
    "unknown": (feed("msn", "right = true"), "8: feeds[0].options.right: unknown key (did you mean `rights`?)"),
    "none at all": (feed("rss", "x = 1"), "8: feeds[0].options.x: unknown key (remove it)"),
    "type": (
        feed("msn", 'rights = "yes"'),
        '8: feeds[0].options.rights: found "yes" (write true or false, without quotes)',
    ),
    "missing": (
        feed("news-sitemap"),
        "8: feeds[0].options.name: missing (add it: text in quotes that is not empty)",
    ),
    "address": (
        feed("podcast", PODCAST.replace("a@ledger.example", "nobody")),
        '8: feeds[0].options.email: found "nobody" (write an e-mail address, such as "audio@ledger.example")',
    ),
    "choice": (
        feed("newsbreak", 'guid = "url"'),
        '8: feeds[0].options.guid: found "url" (write "permalink", "link" or "id")',
    ),
    "limit": (
        feed("alexa", more="limit = 9"),
        "7: feeds[0].limit: found 9, but alexa takes at most 5 articles (write a number up to 5)",
    ),
    "sections": (
        '[[sections]]\npath = "news"\nformats = ["rss", "msn"]',
        '6: sections[0].formats[1]: found "msn", which is for one partner, not for every section '
        '(make it a feed of its own: [[feeds]] with path and format = "msn")',
    ),
    "defaults": (
        '[defaults]\nformats = ["podcast"]',
        '5: defaults.formats[0]: found "podcast", which is for one partner, not for every section '
        '(make it a feed of its own: [[feeds]] with path and format = "podcast")',
    ),
    "no such file": (feed("formats/mine.py"), "6: feeds[0].format"),
    "live": ('[[live]]\ntitle = "x"\nurl = "ftp://x"\npicture = "/p.jpg"', '6: live[0].url: found "ftp://x"'),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_error_names_line_and_key_and_the_remedy(tmp_path: Path, case: str) -> None:
    text, told = WRONG[case]
    (problem,) = problems(tmp_path, text)
    assert problem.startswith(told)


def test_errors_of_options_come_with_all_the_others(tmp_path: Path) -> None:
    text = feed("podcast", "explicit = 1, locked = 2", more="limit = 0") + '[defaults]\nformats = ["msn", "xyz"]\n'
    found = problems(tmp_path, text)
    assert len(found) == 7
    for key in ("limit", "image", "email", "explicit", "locked", "formats[0]", "formats[1]"):
        assert [each for each in found if f".{key}: " in each], key


def test_good_options_are_taken_in_either_notation(tmp_path: Path) -> None:
    assert config(tmp_path, feed("podcast", PODCAST)).feeds[0].options["email"] == "a@ledger.example"
    table = '[[feeds]]\npath = "/x.xml"\nformat = "roku-mrss"\n[feeds.options]\nseconds = 5\n'
    assert config(tmp_path, table).feeds[0].options == {"seconds": 5}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_option_has_a_remedy(tmp_path: Path, name: str) -> None:
    options = FORMATS[name].profile.options
    for field in options.__struct_fields__:
        found = [each for each in problems(tmp_path, feed(name, f"{field} = 1979-05-27")) if f".{field}: " in each]
        assert len(found) == 1
        assert "(write " in found[0]


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_is_kept_as_its_hash(tmp_path: Path) -> None:
    hashed = f"sha256:{hash_of(new())}"
    assert config(tmp_path, feed("rss", more=f'token = "{hashed}"')).feeds[0].token == hashed


@pytest.mark.parametrize("given", ["the-secret-itself-by-mistake", "sha256:1234", ""])
def test_a_token_that_was_written_by_mistake_is_not_shown(tmp_path: Path, given: str) -> None:
    (problem,) = problems(tmp_path, feed("rss", more=f'token = "{given}"'))
    assert "feedsvc token new" in problem
    assert given == "" or given not in problem


# --- a newsroom's own -------------------------------------------------------------------------------------------------

OWN = '''
"""Headlines for the ticker at the harbour."""

from feedsvc.formats._options import Count, Options, options
from feedsvc.formats._rules import title
from feedsvc.model.format import Format, Profile


class TickerOptions(Options, frozen=True, kw_only=True):
    width: Count = 40


def render(feed):
    width = options(feed, TickerOptions).width
    return "\\n".join(article.title[:width] for article in feed.articles).encode()


FORMAT = Format(
    name="ticker", type="text/plain", render=render, profile=Profile(options=TickerOptions, rules=(title(2, 60),))
)
'''


def test_a_format_in_a_file_is_taken_with_its_options(tmp_path: Path) -> None:
    (tmp_path / "ticker.py").write_text(OWN)
    read = config(tmp_path, feed("ticker.py", "width = 20"))
    assert read.feeds[0].format == str(tmp_path / "ticker.py")
    assert "did you mean `width`?" in problems(tmp_path, feed("ticker.py", "with = 20"))[0]


@pytest.mark.parametrize("code", ["FORMAT = 1", "raise RuntimeError('no')", "x = ", "import nothing_at_all", ""])
def test_a_file_that_is_no_format_keeps_the_service_from_nothing_else_and_says_why(tmp_path: Path, code: str) -> None:
    file = tmp_path / "ticker.py"
    file.write_text(code)
    assert config(tmp_path, feed("ticker.py", "width = 20")).feeds[0].format == str(file)
    assert formats_in_files([str(file)])[str(file)].unusable.startswith("ticker.py cannot be loaded: ")


@pytest.mark.parametrize("written", ['"{0}"', '["{0}"]', '["local", "{0}"]', '["{0}", "{0}"]', '{{ token = "{0}" }}'])
def test_an_operators_token_that_was_written_by_mistake_is_not_shown(tmp_path: Path, written: str) -> None:
    token = new()
    found = problems(tmp_path, f"[console]\ntrust = {written.format(token)}\n")
    assert found
    assert token not in "".join(found)


def test_an_operators_token_is_kept_as_its_hash(tmp_path: Path) -> None:
    hashed = f"sha256:{hash_of(new())}"
    assert config(tmp_path, f'[console]\ntrust = ["local", "{hashed}"]\n').console.trust == ("local", hashed)


def test_a_format_that_everybody_may_write_is_not_run(tmp_path: Path) -> None:
    flag = tmp_path / "ran"
    (tmp_path / "ticker.py").write_text(f"import pathlib\npathlib.Path({str(flag)!r}).touch()\n{OWN}")
    (tmp_path / "ticker.py").chmod(0o646)
    (problem,) = problems(tmp_path, feed("ticker.py"))
    assert "chmod o-w" in problem
    assert not flag.exists()
