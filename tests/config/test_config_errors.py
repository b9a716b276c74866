"""An error shows what was found, but never a password."""

import json
from pathlib import Path

import pytest
from config_sample import file_in, problems, url

from feedsvc.config import ConfigError
from feedsvc.config.errors import display, hide_password, suggestion


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


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


def test_a_value_is_shown_as_json_and_never_at_length() -> None:
    assert display({"a": ["b", 1, True]}) == '{"a":["b",1,true]}'
    assert len(display("word " * 100)) <= 100
    assert display(["http://user:secret@b.example"]) == '["http://…@b.example"]'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://user:secret@b.example", "http://…@b.example"),
        ("user:secret@b.example", "user:…@b.example"),
        ("me@b.example", "me@b.example"),
        ("http://b.example", "http://b.example"),
    ],
)
def test_a_password_is_hidden(text: str, shown: str) -> None:
    assert hide_password(text) == shown


def test_a_word_that_is_like_a_known_one_gets_a_suggestion() -> None:
    assert suggestion("evry", ("every", "cron")) == "did you mean `every`?"
    assert suggestion("xyz", ("every", "cron")) == ""
