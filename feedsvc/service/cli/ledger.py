"""`feedsvc ledger`: who the articles are, for the day on which a newsroom moves."""

import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import click

from feedsvc.service.cli.common import PROBLEMS, fail, load, show, with_config


@click.group()
@with_config
def ledger(config: Path) -> None:
    """Carry ids, dates and links along when the newsroom moves."""


@ledger.command("export")
@with_config
@click.argument("file", default="-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
def export(config: Path, file: Path) -> None:
    """Write the ledger as JSON Lines into FILE, or to standard output."""
    settings = load(config)
    from feedsvc.service.ledger_operations import export_ledger, export_to
    from feedsvc.store.sqlite.database import StoreError

    try:
        if str(file) == "-":
            export_ledger(settings, sys.stdout.buffer.write)
        else:
            click.echo(f"{file}: {export_to(settings, file)} articles")
    except StoreError as error:
        fail(str(error), PROBLEMS)
    except OSError as error:
        fail(f"{file}: cannot be written: {error.strerror}", PROBLEMS)


@ledger.command("import")
@with_config
@click.option("--skip-conflicts", is_flag=True, help="Leave out what readers know otherwise here; take over the rest.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
def import_(config: Path, file: Path, *, skip_conflicts: bool) -> None:
    """Take over the ledger in FILE (- for standard input), all of it or nothing."""
    settings = load(config)
    from feedsvc.library.ledger_file import InvalidLedger
    from feedsvc.service.ledger_operations import Refused, import_ledger
    from feedsvc.store.sqlite.database import StoreError

    try:
        with _opened(file) as source:
            taken = import_ledger(settings, source, str(file), skip_conflicts=skip_conflicts)
    except (InvalidLedger, Refused) as error:
        show(error.problems)
        fail(f"{file}: nothing was taken over", PROBLEMS)
    except StoreError as error:
        fail(str(error), PROBLEMS)
    except OSError as error:
        fail(f"{file}: cannot be read: {error.strerror}", PROBLEMS)
    show(taken.problems)
    click.echo(f"{taken.new} articles new here, {taken.told} told better, {taken.known} known already")
    _end(any(not problem.warning for problem in taken.problems))


@ledger.command("adopt")
@with_config
@click.argument("feeds", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
def adopt(config: Path, feeds: tuple[Path, ...]) -> None:
    """Take over guids, dates and links from the FEEDs (files) of the system that you leave."""
    settings = load(config)
    from feedsvc.service.ledger_operations import Refused, adopt_feeds
    from feedsvc.store.sqlite.database import StoreError

    try:
        done = adopt_feeds(settings, feeds)
    except Refused as error:
        show(error.problems)
        fail("nothing was taken over", PROBLEMS)
    except StoreError as error:
        fail(str(error), PROBLEMS)
    show(done.problems)
    left = sum(not problem.warning for problem in done.problems)
    click.echo(f"{done.adopted} articles adopted, {done.same} known so already, {left} items not")
    _end(bool(left))


def _opened(file: Path) -> BinaryIO:
    """A file that can be read twice."""
    if str(file) != "-":
        return file.open("rb")
    spool = TemporaryFile()  # noqa: SIM115 - the caller closes it
    while chunk := sys.stdin.buffer.read(2**20):
        spool.write(chunk)
    return spool


def _end(trouble: bool) -> None:
    if trouble:
        sys.exit(PROBLEMS)
