"""`feedsvc init`, `new` and `completion`: write the files of a new newsroom, a new article, or a shell's completion."""

import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click
from click.shell_completion import get_completion_class

from feedsvc.service.cli.common import PROBLEMS, WRONG_USE, echo, fail, load, with_config
from feedsvc.service.starting_points import (
    IGNORED,
    LOCAL_URL,
    Newsroom,
    article_text,
    config_text,
    first_article,
    free_path,
    local_zone,
)

_CONFIG = "config.toml"


class _Question(NamedTuple):
    """The question for an option of `init` that is not given, and the default answer; empty for the machine's time
    zone."""

    text: str
    default: str


_QUESTIONS = {
    "title": _Question("Name of the newsroom", "My newsroom"),
    "url": _Question("Address at which readers will reach it", LOCAL_URL),
    "timezone": _Question("Time zone", ""),  # that of the machine
    "language": _Question("Language", "en"),
}


@click.command(short_help="Start a newsroom in a folder.")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration file to write, in place of config.toml in FOLDER.",
)
@click.option("--title", help="The name of the newsroom.")
@click.option("--url", help="The address at which readers will reach it, such as https://www.ledger.example.")
@click.option("--timezone", help="The zone of its clock, such as Europe/Lisbon.")
@click.option("--language", help="Its language, such as en or pt-BR.")
def init(folder: Path | None, config: Path | None, **given: str | None) -> None:
    """Start a newsroom in FOLDER: write config.toml, a first article and .gitignore.

    What no option says is asked on a terminal, and otherwise gets a default.
    """
    from feedsvc.service.settings import now

    config = config or (folder or Path()) / _CONFIG
    if folder is not None and folder.absolute() != config.absolute().parent:
        fail(f"{config} is not in {folder}; leave one of the two out", WRONG_USE)
    folder = config.parent
    article, ignored = folder / "articles" / "hello.md", folder / ".gitignore"
    if config.exists():
        fail(f"{config} is there already; name another folder, or change that file", WRONG_USE)
    newsroom = Newsroom(**{name: _answer(name) if said is None else said for name, said in given.items()})
    _write(config, config_text(newsroom, now().year, secrets.token_hex(4)))
    zone = _zone_of(config)
    written, moved = [config], article.parent.exists()
    if not moved:
        _write(article, first_article(now().astimezone(zone)))
        written.append(article)
    if not ignored.exists():
        _write(ignored, IGNORED)
        written.append(ignored)
    echo(f"written: {', '.join(map(str, written))}")
    if moved:
        echo("where readers follow feeds of these stories already, first: feedsvc ledger adopt FEED… (copies of them)")
    here = "" if folder == Path() else f"cd {folder} && "
    named = "" if config.name == _CONFIG else f" --config {config.name}"
    echo(f"next: {here}feedsvc serve{named}")


def _answer(name: str) -> str:
    """The answer on a terminal to the question for the option `name`, or its default."""
    question = _QUESTIONS[name]
    default = question.default or local_zone()
    return str(click.prompt(question.text, default=default)) if sys.stdin.isatty() else default


def _zone_of(config: Path) -> ZoneInfo:
    """The time zone of the configuration that was just written. If that cannot be used, deletes it and exits."""
    from feedsvc.config import ConfigError
    from feedsvc.config import load as read

    try:
        return ZoneInfo(read(config).articles.timezone)
    except ConfigError as error:
        config.unlink()
        fail(f"{error}\nfeedsvc: nothing was written", WRONG_USE)


@click.command(short_help="Write an article to start from.")
@with_config
@click.argument("title")
@click.option("--section", default="", help='Its section, such as "News / EU".')
@click.option("--publish", is_flag=True, help="Publish it at once; without this it is a draft.")
def new(config: Path, title: str, section: str, *, publish: bool) -> None:
    """Write an article to start from, with the headline TITLE, as a draft."""
    settings = load(config)
    from feedsvc.model.text import one_line
    from feedsvc.service.settings import now

    if not one_line(title):
        fail('name the headline: feedsvc new "Ferry late again"', WRONG_USE)
    if settings.articles.bucket:
        fail(f"the articles are in {settings.articles.bucket}; put a file there, with a headline and a text", WRONG_USE)
    local: datetime = now().astimezone(ZoneInfo(settings.articles.timezone))
    path = free_path(settings.articles_folder, title)
    _write(path, article_text(title, local, section, *(() if publish else ("draft: true",))))
    echo(str(path))
    if not publish:
        echo("it is a draft: see it with feedsvc serve --preview; to publish it, remove the line draft: true")


@click.command(short_help="Print the completion script of a shell.")
@with_config
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, config: Path, shell: str) -> None:  # noqa: ARG001 - every command takes it
    """Print the completion script of SHELL; bash reads it by: eval "$(feedsvc completion bash)"."""
    made = get_completion_class(shell)
    if made is None:
        fail(f"there is no completion for {shell}", WRONG_USE)
    echo(made(context.find_root().command, {}, "feedsvc", "_FEEDSVC_COMPLETE").source())


def _write(path: Path, text: str) -> None:
    """Writes a new file, and the folders above it. Exits if that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}", PROBLEMS)
