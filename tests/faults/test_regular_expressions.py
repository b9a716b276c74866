"""Every regular expression meets text that others wrote: none takes more than linear time over it."""

import ast
import importlib
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest
from hostile import SIZE, hostile

import feedsvc
from feedsvc.model.audience import LONGEST_AGENT
from feedsvc.model.lazy_pattern import LazyPattern
from feedsvc.model.reader import Unreadable
from feedsvc.readers.html import tags, templates
from feedsvc.readers.lines import captions
from feedsvc.readers.metadata import plain_yaml
from feedsvc.web.audience.agents import client_of

pytestmark = pytest.mark.beside_timed

ROOT = Path(feedsvc.__file__).parent
METHODS = {"match", "search", "sub", "fullmatch", "split", "findall", "finditer"}
WITHIN = {
    **{name: {"fullmatch"} for name in ("_CREDITS", "_KINDS", "_SHAPES")},
    **{name: {"search"} for name in ("_SIGNS", "_CLOSING", "SENTENCE_END")},
    "_ENGLISH_LABEL": {"finditer"},
    "_PAGE": {"fullmatch"},
    "_KNOWN": {"match", "fullmatch"},
}
"""How expressions are used that stand in a table, or are used elsewhere: their own module does not show it by name."""
BOUNDED: dict[str, Callable[[str], object]] = {
    "captions._CREDITS": lambda text: captions.split(f"A boat ({text})"),
    "plain_yaml._ENTRY": lambda text: plain_yaml.plain_yaml(f"tags: [{text}]"),
    **{
        name: lambda text: templates.resolve("{{< figure " + text + " >}} {% include " + text + " %}", {})
        for name in ("shortcodes._ARGUMENT", "templates._NAME")
    },
    "tags._ATTRIBUTES": lambda text: tags.check_tags(f"<a {text}>"),
}
"""Expressions that are only given what another one let through: both together have to be linear."""
MOST = 0.5
"""Seconds of the processor for one text: linear ones take a tenth of it, on a busy machine."""

SHORT = 8
"""How many times shorter the text is that is tried first. What takes more than MOST for the whole text takes more than
MOST / SHORT**2 for the short one: its time grows with the square of the length at most. With a higher power, which is
that of tries within tries, it takes beyond all measure for the short one already."""


class Use(NamedTuple):
    where: str
    pattern: re.Pattern[str] | re.Pattern[bytes]
    methods: frozenset[str]

    def apply(self, text: str) -> None:
        given: str | bytes = text.encode() if isinstance(self.pattern.pattern, bytes) else text
        for method in sorted(self.methods):
            call = getattr(self.pattern, method)
            found = call(given[:0], given) if method == "sub" else call(given)
            if method == "finditer":
                for _ in found:
                    pass


def uses() -> Iterator[Use]:
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        methods = dict(_methods(tree)) | WITHIN
        name = ".".join(("feedsvc", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        yield from _inline(name, tree)
        if path.stem != "__main__":
            for constant, value in vars(importlib.import_module(name)).items():
                for pattern in _patterns(value):
                    yield Use(f"{path.stem}.{constant}", pattern, frozenset(methods.get(constant, ())))


def _methods(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS:
            found.setdefault(node.value.id, set()).add(node.attr)
    yield from found.items()


def _inline(name: str, tree: ast.Module) -> Iterator[Use]:
    """`re.search("…", text)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=method), args=[ast.Constant(value=str(text)), *_]
            ) if method in METHODS:
                yield Use(f"{name}:{node.lineno}", re.compile(text), frozenset({method}))


def _patterns(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, LazyPattern):
        yield value.compiled
    elif isinstance(value, dict):
        yield from _patterns(tuple(value.values()))
    elif isinstance(value, tuple) and len(value) < 20:
        for item in value:
            yield from _patterns(item)


PARTS = 24
"""Tests among which the expressions are divided: to find them all takes seconds, and is left to the workers that need
them."""


@cache
def known_uses() -> tuple[Use, ...]:
    return tuple(uses())


def used() -> list[Use]:
    return [use for use in known_uses() if use.methods]


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise AssertionError("no end in sight")


def seconds(work: Callable[[str], object], text: str) -> float:
    """What it takes of the processor. Fails where that is beyond all measure."""
    signal.setitimer(signal.ITIMER_PROF, 4 * MOST)
    begun = time.process_time()
    try:
        work(text)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - begun


@pytest.fixture(autouse=True)
def _alarm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = signal.signal(signal.SIGPROF, _give_up)
    yield
    signal.signal(signal.SIGPROF, before)


def test_all_expressions_are_looked_at() -> None:
    assert len(used()) > 90
    assert not {use.where for use in known_uses() if not use.methods}, "say in WITHIN how they are used"


@pytest.mark.parametrize("part", range(PARTS))
def test_an_expression_takes_linear_time(part: int) -> None:
    for use in used()[part::PARTS]:
        work = next((bounded for name, bounded in BOUNDED.items() if use.where == name), use.apply)
        for short, text in zip(hostile(SIZE // SHORT), hostile(), strict=True):
            if seconds(partial(_tried, work), short) < MOST / SHORT**2:
                continue  # then the whole text takes less than MOST, which needs no trial
            assert seconds(partial(_tried, work), text) < MOST, (use.where, text[:10])


def test_the_list_of_programs_takes_little_time_over_any_user_agent() -> None:
    client_of("a first one, with which the list is read")
    for text in hostile():
        assert seconds(client_of, text[:LONGEST_AGENT]) < MOST, repr(text[:10])


def _tried(work: Callable[[str], object], text: str) -> None:
    with suppress(Unreadable):
        work(text)
