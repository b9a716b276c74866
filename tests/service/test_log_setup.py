"""The log: a time on a terminal, none in a journal, and JSON on request."""

import json
import logging
import re

import pytest

from feedsvc.service.log_setup import formatter


def record(text: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("feedsvc.x", logging.WARNING, "x.py", 1, text, arguments, None)


def test_a_line_has_a_time_unless_the_journal_adds_it() -> None:
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING a 1", formatter("", is_journal=False).format(record("a %d", 1)))
    assert formatter("", is_journal=True).format(record("a %d", 1)) == "WARNING a 1"


@pytest.mark.parametrize("text", ["a", "\x1b[2J \u202e", 'a "quoted" \n line'])
def test_a_line_may_be_json(text: str) -> None:
    line = formatter("json", is_journal=True).format(record("%s", text))
    assert "\n" not in line
    assert line.isascii()
    told = json.loads(line)
    assert (told["level"], told["message"], told["logger"]) == ("WARNING", text, "feedsvc.x")
    assert re.match(r"\d{4}-\d\d-\d\dT.*\+00:00$", told["time"])
