"""What can be wrong with a config, and how it is told: with what was found, but never with a password."""

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from feedsvc.model.problem import Problem
from feedsvc.model.text import shorten

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SECRET = re.compile(r"\A([^:]*:/*).*@", re.DOTALL)
"""User and password (RFC 3986 section 3.2.1) up to the last @: a bad address does not say where else they end."""


class ConfigError(Exception):
    """A config that cannot be used. `problems` stand in the order of the file's lines, and in `str()` one a line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Refused(ValueError):
    """A bad value for which there is a better remedy than its kind's."""

    def __init__(self, remedy: str) -> None:
        super().__init__(remedy)
        self.remedy = remedy


class Trouble(NamedTuple):
    """A Problem whose place is still a key, `sections[1].every`."""

    place: str
    reason: str
    remedy: str


def shown(value: object) -> str:
    """`value` as JSON, cut where it is long, and without the passwords in its strings."""
    json = msgspec.json.encode(value).decode()
    return shorten(_STRING.sub(lambda string: hide(string[0]), json), longest=100)


def hide(text: str) -> str:
    """`http://…@host` for `http://user:password@host`; what has no password is as it was."""
    return _SECRET.sub(r"\1…@", text)


def meant(word: str, known: Iterable[str]) -> str:
    """The remedy for a word that is like one of `known`, else nothing."""
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""
