"""No sign of direction and no control character that an article or a file has reaches an operator as it is."""

import json
import logging
import re
from io import StringIO
from pathlib import Path

import pytest
from edition import CONSOLE, OPERATOR, SMALL, Newsroom, ask, served, story
from hypothesis import given
from hypothesis import strategies as st
from service import Newsroom as Commanded

from feedsvc.model.explanation import Explanation, Verdict
from feedsvc.model.printable import printable
from feedsvc.model.problem import Problem
from feedsvc.model.text import clean_lines, one_line, shorten
from feedsvc.service import log_setup

SIGNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
RAW = re.compile(f"[{SIGNS}\x00-\x08\x0b-\x1f\x7f-\x9f]")
TURNED = "Ferry \u202egnp.exe\u2066 and \u2069\u2069 more \u202b"


@pytest.mark.parametrize("sign", "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u202c\u2069")
def test_a_line_has_none_that_works_beyond_it(sign: str) -> None:
    for text in (f"a{sign}b", f"{sign}a", f"a{sign}", f"a{sign}{sign}b", f"\u2066a{sign}b\u2069"):
        assert one_line(text) in ("ab", "a", text)
        assert one_line(text) == clean_lines(text)
        assert one_line(text) != text or sign not in "\u202d\u202e"
    assert one_line(f"a{sign}b") == "ab"


def test_what_is_closed_stays_for_the_newsrooms_that_need_it() -> None:
    for text in (
        "\u2068Twitter\u2069 می\u200cگوید",
        "\u202bشماره (5)\u202c",
        "\u2067a \u2066b\u2069 c\u2069",
        "\u200fالف",
    ):
        assert one_line(text) == text


def test_each_line_is_closed_by_itself() -> None:
    assert clean_lines("\u2067a\nb\u2069\n\u2067c\u2069") == "a\nb\n\u2067c\u2069"


def test_a_text_that_is_cut_is_closed() -> None:
    assert not RAW.search(shorten("\u2067" + "word " * 100 + "\u2069", longest=50))
    assert not RAW.search(shorten("\u2067A sentence of some words. " + "word " * 100 + "\u2069", longest=50))


@given(st.text(st.sampled_from(f"{SIGNS}ab\n \u200b")))
def test_a_clean_text_is_clean(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)
    assert "\u202e" not in one_line(text)


@given(st.text())
def test_what_is_printed_moves_nothing_and_can_be_read_back(text: str) -> None:
    shown = printable(text)
    assert not RAW.search(shown)
    shown.encode()
    assert printable(shown) == shown
    assert json.loads(printable(json.dumps(text, ensure_ascii=False))) == text


# --- where it would come out ------------------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path) -> Commanded:
    made = Commanded(tmp_path)
    made.write("turned.md", f'---\ntitle: "{TURNED}"\ndate: 2026-01-05T10:00:00Z\n---\n\nText.\n')
    made.write("\u202eturned\x1b[31m.md", "---\ntitle: Named oddly\ndate: no day\n---\n\nText.\n")
    made.write("odd\x1b]0;title\x07 name.md")
    return made


def test_the_terminal_shows_none(room: Commanded) -> None:
    told = [room.run(*line.split()) for line in ("check", "publish", "status", "status --json", "why turned.md /")]
    told.append(room.run("why", "odd\x1b]0;title\x07 name.md"))
    for each in told:
        assert not RAW.search(each.stdout + each.stderr), each.args
    assert "Ferry gnp.exe and more" in told[4].stdout
    assert "turned" in told[0].stderr


def test_the_status_shows_none(tmp_path: Path) -> None:
    made = Newsroom(tmp_path, SMALL + CONSOLE)
    made.write("news/turned.md", story(f'"{TURNED}"'))
    made.write("news/\u202ebad\x1b.md", story("Bad", date="no day"))
    made.publish()
    with served(made) as side:
        for kind in ("text/html", "application/json"):
            for query in ("", "article=news/turned.md", "article=news/%E2%80%AEbad%1B.md"):
                answer = ask(side.app, "/-/status", HTTP_ACCEPT=kind, QUERY_STRING=query, **OPERATOR)
                assert not RAW.search(answer.body.decode()), (kind, query)


def test_what_an_operator_is_told_is_clean_when_it_is_made() -> None:
    problem = Problem(place="a\u202eb\x1b[0m", reason="c\u2066d", remedy="e\u202bf")
    verdict = Verdict(feed="/a\u202e/", included=False, reason="b\u202e")
    explanation = Explanation(article="c\u202e\x1b", note="d\u202e", verdicts=(verdict,))
    assert not RAW.search(f"{problem}{verdict}{explanation}")


def test_the_log_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, root = StringIO(), logging.getLogger()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    log_setup.log_to_stderr(logging.INFO)
    logging.getLogger("feedsvc.test").info("found %s", f"{TURNED}\x1b[2J")
    assert "INFO found Ferry \\u202egnp.exe" in stream.getvalue()
    assert not RAW.search(stream.getvalue())
