"""What all commands share: the option --config, and where results and problems go."""

import logging
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import click
from click.core import ParameterSource

from feedsvc.config import CONFIG_VARIABLE, Config, ConfigError
from feedsvc.model.problem import Problem

DONE, PROBLEMS, WRONG_USE = 0, 1, 2


def with_config(command: Callable[..., None]) -> Callable[..., None]:
    option = click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar=CONFIG_VARIABLE,
        default="config.toml",
        show_default=True,
        help=f"The configuration (also by the environment's {CONFIG_VARIABLE}).",
        callback=_as_above,
    )
    return option(command)


def _as_above(context: click.Context, _parameter: click.Parameter, given: Path) -> Path:
    """What was named before the subcommand holds for it too: `feedsvc ledger --config X export`."""
    above = context.parent.params.get("config") if context.parent else None
    if above is not None and context.get_parameter_source("config") is not ParameterSource.COMMANDLINE:
        return Path(above)
    return given


def load(path: Path) -> Config:
    from feedsvc.config import load as read
    from feedsvc.formats import FORMATS

    try:
        return read(path, FORMATS)
    except ConfigError as error:
        fail(str(error), WRONG_USE)


def log(level: int) -> None:
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")


def show(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


def fail(text: str, code: int) -> NoReturn:
    click.echo(f"feedsvc: {text}", err=True)
    sys.exit(code)
