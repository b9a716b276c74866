"""Small configurations, and how the tests load them."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from feedsvc.config import Config, ConfigError, load
from feedsvc.formats import FORMATS
from feedsvc.model.problem import Problem

SAMPLE = Path(__file__).parents[2] / "config.toml"
SITE = '[site]\ntitle = "Ledger"\nurl = "https://a.example"\n'


def file_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`config.toml` in `folder`, which becomes the current one."""
    monkeypatch.chdir(folder)
    return Path("config.toml")


def config(file: Path, text: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return load(file, FORMATS)


def problems(file: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        config(file, text)
    return caught.value.problems


def assert_told(found: Iterable[Problem], place: str, reason: str, remedy: str) -> None:
    """`found` has one problem at `place`, a line and a key, which contains `reason` and `remedy`."""
    matching = [problem for problem in found if problem.place == f"config.toml:{place}"]
    assert len(matching) == 1
    assert reason in matching[0].reason
    assert remedy in matching[0].remedy


def site(line: str) -> str:
    return SITE + line


def feed(line: str) -> str:
    return f'{SITE}[[feeds]]\npath = "/x.xml"\nformat = "rss"\n{line}'


def section(line: str) -> str:
    return f'{SITE}[[sections]]\npath = "news"\n{line}'


def url(value: str) -> str:
    return f'[site]\ntitle = "Ledger"\nurl = {json.dumps(value)}'
