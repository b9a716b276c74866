"""Errors of a configuration. They show the value that was found, but never a password."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from feedsvc.model.problem import Problem
from feedsvc.model.text import shorten

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?')
_CREDENTIALS = re.compile(r"\A([^:]*:/*).*@", re.DOTALL)
"""User and password (RFC 3986 section 3.2.1), up to the last @: in a malformed address, nothing else shows where they
end."""


class ConfigError(Exception):
    """A configuration that cannot be used."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        """In the order of the file's lines; `str()` of the error has one per line."""


class BadValue(ValueError):
    """A bad value with a more specific remedy than that of its type."""

    def __init__(self, remedy: str) -> None:
        super().__init__(remedy)
        self.remedy = remedy


class Issue(NamedTuple):
    """An error whose line in the file has not been looked up yet."""

    key: str
    """The key, such as `sections[1].every`."""
    reason: str
    remedy: str


def display(value: object) -> str:
    """`value` as JSON, shortened, and without the passwords in its strings."""
    json = msgspec.json.encode(value).decode()
    return shorten(_STRING.sub(lambda string: hide_password(string[0]), json), longest=100)


def hide_password(text: str) -> str:
    """`http://…@host` for `http://user:password@host`; other texts as they are."""
    return _CREDENTIALS.sub(r"\1…@", text)


def suggestion(word: str, known: Iterable[str]) -> str:
    """A remedy that names the word in `known` that is most similar to `word`; empty if none is similar."""
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""
