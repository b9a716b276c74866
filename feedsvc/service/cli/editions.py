"""`feedsvc editions`: the last ten of them, and the way back."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.service.cli.common import DONE, PROBLEMS, fail, load, show, with_config

if TYPE_CHECKING:
    from feedsvc.library.rollback import Difference
    from feedsvc.service.operations import Outcome
    from feedsvc.store.history import ActiveRollback


@click.group(invoke_without_command=True)
@with_config
@click.pass_context
def editions(context: click.Context, config: Path) -> None:
    """List the last Editions, compare them, go back to one."""
    if context.invoked_subcommand is not None:
        return
    settings = load(config)
    from feedsvc.service.edition_operations import list_editions
    from feedsvc.store.sqlite.database import StoreError

    try:
        kept, standing = list_editions(settings)
    except StoreError as error:
        fail(str(error), PROBLEMS)
    for each in kept:
        note = f"  {each.note}" if each.note else ""
        click.echo(f"{each.edition:>8}  {each.at.isoformat()}  {each.documents:>6} documents changed{note}")
    if standing:
        click.echo(told(standing), err=True)


@editions.command("diff")
@with_config
@click.argument("a", type=int)
@click.argument("b", type=int)
def diff(config: Path, a: int, b: int) -> None:
    """Show which items came (+), changed (~) and went (-) in each feed from Edition A to B."""
    settings = load(config)
    from feedsvc.library.rollback import UnknownEdition
    from feedsvc.service.edition_operations import compare_editions
    from feedsvc.store.sqlite.database import StoreError

    try:
        found, headlines = compare_editions(settings, a, b)
    except (StoreError, UnknownEdition) as error:
        fail(str(error), PROBLEMS)
    for each in found:
        click.echo(each.feed)
        for sign, key in _signed(each):
            click.echo(f"  {sign} {key}  {headlines[key]}")
    if not found:
        click.echo("the same items in every feed")


def _signed(found: "Difference") -> Iterator[tuple[str, str]]:
    for sign, keys in (("+", found.added), ("~", found.changed), ("-", found.removed)):
        yield from ((sign, key) for key in keys)


@editions.command("rollback")
@with_config
@click.argument("edition", type=int)
def rollback(config: Path, edition: int) -> None:
    """Publish every article as it was in EDITION, as far as it may still be seen."""
    settings = load(config)
    from feedsvc.library.rollback import UnknownEdition
    from feedsvc.service.edition_operations import roll_back
    from feedsvc.service.operations import NotPublished
    from feedsvc.store.sqlite.database import StoreError

    try:
        rolled, outcome = roll_back(settings, edition)
    except (StoreError, UnknownEdition, NotPublished) as error:
        fail(str(error), PROBLEMS)
    _end(
        f"{rolled.changed} articles are as in edition {rolled.edition}, {rolled.hidden} are taken out, "
        f"{rolled.withheld} may not come back; each stays so until its file changes, or `feedsvc editions release`",
        outcome,
    )


@editions.command("release")
@with_config
def release(config: Path) -> None:
    """End a rollback: publish every article as its file is."""
    settings = load(config)
    from feedsvc.service import edition_operations
    from feedsvc.service.operations import NotPublished
    from feedsvc.store.sqlite.database import StoreError

    try:
        count, outcome = edition_operations.release(settings)
    except (StoreError, NotPublished) as error:
        fail(str(error), PROBLEMS)
    _end(f"{count} articles are as their files are again", outcome)


def _end(text: str, outcome: "Outcome") -> None:
    report, problems = outcome
    show(problems)
    click.echo(text)
    click.echo(f"edition {report.edition}: {report.documents} documents changed")
    sys.exit(PROBLEMS if any(not problem.warning for problem in problems) else DONE)


def told(standing: "ActiveRollback") -> str:
    return (
        f"rolled back to edition {standing.edition} since {standing.since.isoformat()}: {standing.articles} articles "
        "stay so until their files change, or `feedsvc editions release`"
    )
