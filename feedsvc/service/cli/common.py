"""The option --config, and the output of problems and errors, shared by all commands.

No module of the commands loads `feedsvc.config` before a command runs: `serve` first starts a process beside it.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from click.core import ParameterSource

from feedsvc.model.config_variable import CONFIG_VARIABLE
from feedsvc.model.printable import printable

if TYPE_CHECKING:
    from feedsvc.config import Config
    from feedsvc.model.problem import Problem

DONE, PROBLEMS, WRONG_USE = 0, 1, 2
"""Exit codes. WRONG_USE is also used for a configuration that cannot be used."""


def with_config(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the option --config to `command`."""
    option = click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar=CONFIG_VARIABLE,
        default="config.toml",
        show_default=True,
        help=f"The configuration file (or set {CONFIG_VARIABLE} in the environment).",
        callback=_inherited,
    )
    return option(command)


def _inherited(context: click.Context, _parameter: click.Parameter, given: Path) -> Path:
    """The file named before the subcommand (`feedsvc ledger --config X export`), unless the subcommand names one."""
    above = context.parent.params.get("config") if context.parent else None
    if above is not None and context.get_parameter_source("config") is not ParameterSource.COMMANDLINE:
        return Path(above)
    return given


def load(path: Path) -> "Config":
    """The configuration at `path`. Exits with WRONG_USE, naming every error, if it cannot be used."""
    from feedsvc.config import ConfigError
    from feedsvc.config import load as read
    from feedsvc.service.available_caches import cache_needs
    from feedsvc.service.available_formats import formats_in_files, installed_formats

    try:
        return read(path, installed_formats(), formats_in_files, cache_needs)
    except ConfigError as error:
        fail(str(error), WRONG_USE)


def echo(text: str = "", *, err: bool = False) -> None:
    """Prints `text`, without control characters that a terminal would obey, to standard output; with `err` to standard
    error."""
    click.echo(printable(text), err=err)


def show(problems: "Iterable[Problem]") -> None:
    """Prints each problem to standard error."""
    for problem in problems:
        echo(str(problem), err=True)


def show_list(title: str, lines: tuple[str, ...]) -> None:
    """Prints `lines` under `title`; nothing if there are none."""
    if lines:
        echo(f"\n{title}")
    for line in lines:
        echo(f"  {line}")


def exit_code(problems: "Iterable[Problem]") -> int:
    """PROBLEMS if one of `problems` is more than a warning, otherwise DONE."""
    return PROBLEMS if any(not problem.warning for problem in problems) else DONE


@contextmanager
def exit_on(*errors: type[Exception]) -> Iterator[None]:
    """Prints the message and exits with PROBLEMS if one of `errors` is raised in the context."""
    try:
        yield
    except errors as error:
        fail(str(error), PROBLEMS)


def fail(text: str, code: int) -> NoReturn:
    """Prints `text` to standard error, and exits with `code`."""
    echo(f"feedsvc: {text}", err=True)
    sys.exit(code)
