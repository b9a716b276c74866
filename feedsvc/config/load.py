"""Loads the file: turns its bytes into a Config, or into a list of all its errors."""

import os
import re
import sys
import tomllib
from collections.abc import Callable, Collection, Mapping
from operator import itemgetter
from pathlib import Path

import msgspec

from feedsvc.config.caches import CacheLoader, cache_issues
from feedsvc.config.conflicts import conflicts
from feedsvc.config.errors import ConfigError, Issue, hide_password
from feedsvc.config.formats import format_issues
from feedsvc.config.lines import line_of, lines_of
from feedsvc.config.secrets import secret_issues
from feedsvc.config.tables import Config
from feedsvc.config.validation import Validator
from feedsvc.model.config_variable import CONFIG_VARIABLE
from feedsvc.model.format import Format
from feedsvc.model.problem import Problem

FormatLoader = Callable[[Collection[str]], Mapping[str, Format]]
"""Loads the formats in the newsroom's own files; takes and returns the absolute paths of these."""


def load(
    path: Path,
    formats: Mapping[str, Format] | None = None,
    load_formats: FormatLoader | None = None,
    load_caches: CacheLoader | None = None,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """The Config of the file `path`, with absolute folders.

    Formats and their options are checked only if `formats` is given, and those in the newsroom's own files only if
    `load_formats` is given too; a format that cannot be used is not an error of the configuration. Kinds of caches are
    checked only if `load_caches` is given; it is called only if there is a [[purge]]. `environment` has the secrets,
    None for the process's own. Raises ConfigError, with every problem of the file, and nothing else.
    """
    _require_utf8_names(path)
    text = _read(path)
    try:
        validator = Validator(path.absolute().parent, formats or {})
        config: Config = validator.table(Config, _parse(path, text), "")
        own = load_formats(validator.files) if load_formats and validator.files else {}
        issues = [*validator.issues, *format_issues(config, {**validator.formats, **own}), *conflicts(config)]
        kinds = load_caches() if load_caches and config.purge else {}
        issues += cache_issues(config, kinds) if load_caches else ()
        issues += secret_issues(config, kinds, os.environ if environment is None else environment)
        if issues:
            raise ConfigError(_problems(path, issues, lines_of(text)))
    except RecursionError:
        raise _error(f"{path}", "tables or lists are nested too deeply", "nest them less") from None
    return config


def _error(place: str, reason: str, remedy: str) -> ConfigError:
    return ConfigError((Problem(place=place, reason=reason, remedy=remedy),))


def _require_utf8_names(path: Path) -> None:
    """Raises ConfigError if this process does not decode file names as UTF-8.

    Otherwise files with names beyond ASCII would have different names: their articles would seem to be removed, and
    would be withdrawn. Python reads the environment only when it starts, and the process may belong to a server that we
    cannot restart, so the error can only name the variable to set.
    """
    if (encoding := sys.getfilesystemencoding()) != "utf-8":
        reason = f"this environment reads the names of files in {encoding}, but feedsvc needs UTF-8"
        raise _error(f"{path}", reason, "set PYTHONUTF8=1, or a UTF-8 locale such as LC_ALL=C.UTF-8")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _error(f"{path}:{line}", "not UTF-8", "save the file as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = f"cannot read {path.absolute()}: {getattr(error, 'strerror', error)}"
        remedy = f"name it by --config PATH or in {CONFIG_VARIABLE}; `feedsvc init` writes one to start from"
        raise _error(f"{path}", reason, remedy) from None


def _parse(path: Path, text: str) -> dict[str, object]:
    try:
        document = tomllib.loads(text)
        msgspec.json.encode(document)  # tomllib reads numbers of any size; values must be shown in errors and hashed
    except tomllib.TOMLDecodeError as error:
        reason, _, where = str(error).removesuffix(")").rpartition(" (at ")
        place = ":".join([str(path), *re.findall(r"\d+", where)])
        raise _error(place, f"not TOML at {where}: {hide_password(reason)}", _remedy(reason)) from None
    except (ValueError, OverflowError):
        raise _error(f"{path}", "a number is too large", "write a smaller number") from None
    return document


def _remedy(reason: str) -> str:
    """The remedy for the `reason` that the parser gives for a document that is not TOML."""
    if "twice" in reason or "overwrite" in reason:
        return "it is there already: keep one of the two"
    if "hex value" in reason or "Unescaped" in reason:
        return "in double quotes a backslash has a meaning of its own: write / in paths, or use 'single quotes'"
    return 'put text in straight "quotes" and lists in [brackets]'


def _problems(path: Path, issues: list[Issue], lines: dict[str, int]) -> tuple[Problem, ...]:
    found = sorted(((line_of(lines, issue.key), issue) for issue in issues), key=itemgetter(0))
    return tuple(_problem(f"{path}:{line}" if line else f"{path}", issue) for line, issue in found)


def _problem(file: str, issue: Issue) -> Problem:
    return Problem(place=f"{file}: {hide_password(issue.key)}", reason=issue.reason, remedy=issue.remedy)
