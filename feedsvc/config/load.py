"""The file: from its bytes to a Config, or to all that is wrong with it."""

import re
import sys
import tomllib
from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path

import msgspec

from feedsvc.config.clashes import clashes
from feedsvc.config.formats import check_formats
from feedsvc.config.lines import line_of, lines_of
from feedsvc.config.tables import Config
from feedsvc.config.trouble import ConfigError, Trouble, hide
from feedsvc.config.walk import Walk
from feedsvc.model.format import Format
from feedsvc.model.problem import Problem

CONFIG_VARIABLE = "FEEDSVC_CONFIG"
"""The environment variable that names the file, where no argument does."""


def load(path: Path, formats: Mapping[str, Format] | None = None) -> Config:
    """The config in the file `path`, its folders absolute. Formats and their options are checked if `formats` has any.

    Raises ConfigError with every problem of the file, and nothing else.
    """
    _refuse_other_names(path)
    text = _read(path)
    try:
        walk = Walk(path.absolute().parent, formats or {})
        config: Config = walk.table(Config, _parse(path, text), "")
        check_formats(walk, config)
        troubles = [*walk.troubles, *clashes(config)]
        if troubles:
            raise ConfigError(_problems(path, troubles, lines_of(text)))
    except RecursionError:
        raise _error(f"{path}", "tables or lists too deep to be read", "nest them less") from None
    return config


def _error(place: str, reason: str, remedy: str) -> ConfigError:
    return ConfigError((Problem(place=place, reason=reason, remedy=remedy),))


def _refuse_other_names(path: Path) -> None:
    """Under another encoding Python takes every name beyond ASCII for another one than it is: those articles would
    seem to be gone, and would be withdrawn. Python asks the environment only once, when it starts, and whoever calls us
    from a server of his own cannot be started anew from here; so all are refused, and told what to set."""
    if (encoding := sys.getfilesystemencoding()) != "utf-8":
        reason = f"this environment has the names of files in {encoding}, and ours are UTF-8"
        raise _error(f"{path}", reason, "set PYTHONUTF8=1, or a UTF-8 locale such as LC_ALL=C.UTF-8")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _error(f"{path}:{line}", "not UTF-8", "save the file as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = f"no config at {path.absolute()}: {getattr(error, 'strerror', error)}"
        remedy = f"name another with --config PATH or the environment's {CONFIG_VARIABLE}"
        raise _error(f"{path}", reason, remedy) from None


def _parse(path: Path, text: str) -> dict[str, object]:
    try:
        document = tomllib.loads(text)
        msgspec.json.encode(document)  # Python's TOML has numbers of any size; we show and hash what we read
    except tomllib.TOMLDecodeError as error:
        reason, _, where = str(error).removesuffix(")").rpartition(" (at ")
        place = ":".join([str(path), *re.findall(r"\d+", where)])
        raise _error(place, f"not TOML at {where}: {hide(reason)}", 'text stands in "quotes", a list in [ ]') from None
    except (ValueError, OverflowError):
        raise _error(f"{path}", "a number of thousands of digits", "write a shorter one") from None
    return document


def _problems(path: Path, troubles: list[Trouble], lines: dict[str, int]) -> tuple[Problem, ...]:
    found = sorted(((line_of(lines, trouble.place), trouble) for trouble in troubles), key=itemgetter(0))
    return tuple(_problem(f"{path}:{line}" if line else f"{path}", trouble) for line, trouble in found)


def _problem(file: str, trouble: Trouble) -> Problem:
    return Problem(place=f"{file}: {hide(trouble.place)}", reason=trouble.reason, remedy=trouble.remedy)
