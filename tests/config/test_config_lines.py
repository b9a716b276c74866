"""Every key is found on the line that sets it."""

from pathlib import Path

import pytest
from config_sample import SITE, file_in, problems

from feedsvc.config.lines import line_of, lines_of


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return file_in(tmp_path, monkeypatch)


def test_text_inside_a_long_string_is_not_taken_for_a_key(file: Path) -> None:
    text = f'[capture]\nfurniture = ["""\n[site]\nlimit = 0\n""", "\\u00a0"]\n{SITE}[defaults]\nlimit = 0'
    places = [problem.place for problem in problems(file, text)]
    assert places == ["config.toml:2: capture.furniture[1]", "config.toml:10: defaults.limit"]


TEXT = """\
# The newsroom
[site]
title = "Ledger"
mirrors = [
  "https://b.example",
]

[[feeds]]
path = "/x.xml"
exclude = { tags = ["ad"] }
[[feeds]]
path = "/y.xml"
[feeds.exclude]
tags = ["ad"]
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("site", 2),
        ("site.title", 3),
        ("site.mirrors", 4),
        ("site.mirrors[0]", 4),
        ("feeds[0]", 8),
        ("feeds[0].exclude.tags", 10),
        ("feeds[1]", 11),
        ("feeds[1].path", 12),
        ("feeds[1].exclude", 13),
        ("feeds[1].exclude.tags[0]", 14),
        ("feeds[1].limit", 11),
        ("server", 0),
        ("", 0),
    ],
)
def test_a_key_or_the_nearest_one_around_it_has_a_line(key: str, line: int) -> None:
    assert line_of(lines_of(TEXT), key) == line
