"""`feedsvc editions`: lists the last ten Editions, compares them, and returns to one."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedsvc.model.counting import counted
from feedsvc.service.cli.common import echo, exit_code, exit_on, load, show, with_config

if TYPE_CHECKING:
    from feedsvc.library.rollback import Difference
    from feedsvc.service.operations import Published
    from feedsvc.store.history import ActiveRollback


@click.group(invoke_without_command=True)
@with_config
@click.pass_context
def editions(context: click.Context, config: Path) -> None:
    """List the last Editions, compare them, return to one."""
    if context.invoked_subcommand is not None:
        return
    settings = load(config)
    from feedsvc.model.local_time import local_iso
    from feedsvc.service.edition_operations import list_editions
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError):
        listed, rollback = list_editions(settings)
    zone = settings.articles.timezone
    for each in listed:
        note = f"  {each.note}" if each.note else ""
        echo(f"{each.edition:>8}  {local_iso(each.at, zone)}  {each.documents:>6} documents changed{note}")
    if rollback:
        echo(describe_rollback(rollback, zone), err=True)


@editions.command("diff", short_help="Show in what two Editions differ.")
@with_config
@click.argument("a", type=int)
@click.argument("b", type=int)
def diff(config: Path, a: int, b: int) -> None:
    """Show which items were added (+), changed (~) and removed (-) in each feed from Edition A to B."""
    settings = load(config)
    from feedsvc.library.rollback import UnknownEdition
    from feedsvc.service.edition_operations import compare_editions
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError, UnknownEdition):
        differences, headlines = compare_editions(settings, a, b)
    for feed in differences:
        echo(feed.feed)
        for sign, key in _signed(feed):
            echo(f"  {sign} {key}  {headlines[key]}")
    if not differences:
        echo("the same items in every feed")


def _signed(difference: "Difference") -> Iterator[tuple[str, str]]:
    """The sign and the key of each article by which a feed differs between two Editions."""
    for sign, keys in (("+", difference.added), ("~", difference.changed), ("-", difference.removed)):
        yield from ((sign, key) for key in keys)


@editions.command("rollback", short_help="Publish every article as it was in an Edition.")
@with_config
@click.argument("edition", type=int)
def rollback(config: Path, edition: int) -> None:
    """Publish every article as it was in EDITION, unless it must no longer be seen."""
    settings = load(config)
    from feedsvc.library.rollback import UnknownEdition
    from feedsvc.service.edition_operations import roll_back
    from feedsvc.service.operations import NotPublished
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError, UnknownEdition, NotPublished):
        result, published = roll_back(settings, edition)
    _report(
        f"as in edition {result.edition}: {counted(result.changed, 'article')}; taken out: {result.hidden}; "
        f"may not come back: {result.withheld}; each stays so until its file changes, or `feedsvc editions release`",
        published,
    )


@editions.command("release")
@with_config
def release(config: Path) -> None:
    """End a rollback: publish every article as its file is."""
    settings = load(config)
    from feedsvc.service import edition_operations
    from feedsvc.service.operations import NotPublished
    from feedsvc.store.errors import StoreError

    with exit_on(StoreError, NotPublished, edition_operations.NothingHeld):
        count, published = edition_operations.release(settings)
    _report(f"as in their files again: {counted(count, 'article')}", published)


def _report(text: str, published: "Published") -> None:
    """Prints `text` and the publication, and exits."""
    report, problems = published
    show(problems)
    echo(text)
    echo(f"edition {report.edition}: {counted(report.documents, 'document')} changed")
    sys.exit(exit_code(problems))


def describe_rollback(rollback: "ActiveRollback", zone: str) -> str:
    """One line about an active rollback, with its time in the time zone `zone`."""
    from feedsvc.model.local_time import local_iso

    return (
        f"rolled back to edition {rollback.edition} since {local_iso(rollback.since, zone)}, "
        f"{counted(rollback.articles, 'article')}: each stays so until its file changes, or `feedsvc editions release`"
    )
