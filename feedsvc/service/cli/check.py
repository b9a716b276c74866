"""`feedsvc check`: reads and renders everything, and publishes nothing."""

import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.model.counting import counted
from feedsvc.service.cli.common import DONE, PROBLEMS, echo, exit_on, load, show, with_config
from feedsvc.service.cli.why import below, summary
from feedsvc.service.log_setup import log_to_stderr

if TYPE_CHECKING:
    from feedsvc.config import Config
    from feedsvc.model.problem import Problem


@click.command(short_help="Read everything, publish nothing, name every problem.")
@with_config
@click.argument("article", default="")
def check(config: Path, article: str) -> None:
    """Read and render everything, publish nothing, and name every problem; or those of ARTICLE alone.

    ARTICLE is as in `why`: a file, a part of its name or of the headline, an id, a key or a URL.
    """
    settings = load(config)
    from feedsvc.model.explanation import NotFound
    from feedsvc.service.operations import NotPublished
    from feedsvc.store.errors import StoreError

    log_to_stderr(logging.WARNING)
    with exit_on(StoreError, NotPublished, NotFound):
        lines, problems = _check_article(settings, article) if article else _check_everything(settings)
    show(problems)
    for line in lines:
        echo(line)
    sys.exit(PROBLEMS if problems else DONE)


def _check_article(settings: "Config", article: str) -> "tuple[list[str], tuple[Problem, ...]]":
    from feedsvc.service.trial import check_article

    checked = check_article(settings, below(article, settings.articles_folder))
    return [checked.answer.article, *summary(checked.answer)], checked.problems


def _check_everything(settings: "Config") -> "tuple[list[str], tuple[Problem, ...]]":
    from feedsvc.service.file_reading import guesses
    from feedsvc.service.trial import check_everything

    checked = check_everything(settings)
    report = checked.report
    lines: list[str] = []
    with suppress(OSError):  # there is no articles folder, which is reported as a problem
        lines += [f"guessed: {guess.what}: {_some(guess.places)}" for guess in guesses(settings)]
    lines += [f"not read, {each}" for each in checked.ignored]
    if checked.waiting:
        waiting = counted(checked.waiting, "article")
        lines.append(f"not out yet: {waiting}, drafts, withdrawn or with a date to come, which feedsvc status names")
    figures = {"file": report.read, "document": report.documents, "problem": len(checked.problems)}
    files, documents, problems = (counted(number, noun) for noun, number in figures.items())
    return [*lines, f"{files} read, {documents} rendered, {problems}"], checked.problems


def _some(places: tuple[str, ...], *, most: int = 3) -> str:
    """The first `most` of `places`, and the number of the others."""
    more = f" and {len(places) - most:,} more" if len(places) > most else ""
    return ", ".join(places[:most]) + more
