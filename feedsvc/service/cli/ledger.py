"""`feedsvc ledger`: exports and imports the identities of articles, for a newsroom that moves."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import click

from feedsvc.service.cli.common import PROBLEMS, echo, exit_code, fail, load, show, with_config


@click.group()
@with_config
def ledger(config: Path) -> None:
    """Keep ids, dates and links when the newsroom moves."""


@ledger.command("export")
@with_config
@click.argument("file", default="-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
def export(config: Path, file: Path) -> None:
    """Write the ledger as JSON Lines to FILE, or to standard output."""
    settings = load(config)
    from feedsvc.service.ledger_operations import export_ledger, export_to
    from feedsvc.store.errors import StoreError

    try:
        if str(file) == "-":
            export_ledger(settings, sys.stdout.buffer.write)
        else:
            echo(f"{file}: {export_to(settings, file)} articles")
    except StoreError as error:
        fail(str(error), PROBLEMS)
    except BrokenPipeError:  # the reader of the pipe, such as `head`, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes stdout once more at exit
    except OSError as error:
        fail(f"{file}: cannot be written: {error.strerror}", PROBLEMS)


@ledger.command("import", short_help="Import a ledger, all of it or nothing.")
@with_config
@click.option(
    "--skip-conflicts", is_flag=True, help="Leave out articles that contradict what readers know; import the rest."
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
def import_(config: Path, file: Path, *, skip_conflicts: bool) -> None:
    """Import the ledger in FILE (- for standard input), all of it or nothing."""
    settings = load(config)
    from feedsvc.library.ledger_file import InvalidLedger
    from feedsvc.service.ledger_operations import Refused, import_ledger
    from feedsvc.store.errors import StoreError

    try:
        with _opened(file) as source:
            result = import_ledger(settings, source, str(file), skip_conflicts=skip_conflicts)
    except (InvalidLedger, Refused) as error:
        show(error.problems)
        fail(f"{file}: nothing was imported", PROBLEMS)
    except StoreError as error:
        fail(str(error), PROBLEMS)
    except OSError as error:
        fail(f"{file}: cannot be read: {error.strerror}; name a file that `feedsvc ledger export` wrote", PROBLEMS)
    show(result.problems)
    echo(f"{result.new} articles new here, {result.told} updated, {result.known} already known")
    sys.exit(exit_code(result.problems))


@ledger.command("adopt", short_help="Adopt guids, dates and links from former feeds.")
@with_config
@click.argument("feeds", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
def adopt(config: Path, feeds: tuple[Path, ...]) -> None:
    """Adopt guids, dates and links from FEEDS, files of the system that you leave."""
    settings = load(config)
    from feedsvc.service.ledger_operations import Refused, adopt_feeds
    from feedsvc.store.errors import StoreError

    try:
        adoption = adopt_feeds(settings, feeds)
    except Refused as error:
        show(error.problems)
        fail("nothing was adopted", PROBLEMS)
    except StoreError as error:
        fail(str(error), PROBLEMS)
    show(adoption.problems)
    left = sum(not problem.warning for problem in adoption.problems)
    echo(f"{adoption.adopted} articles adopted, {adoption.same} already known so, {left} items not adopted")
    sys.exit(exit_code(adoption.problems))


def _opened(file: Path) -> BinaryIO:
    """The file opened for reading, or a copy of standard input for `-`; either can be read twice."""
    if str(file) != "-":
        return file.open("rb")
    spool = TemporaryFile()  # noqa: SIM115 - the caller closes it
    while chunk := sys.stdin.buffer.read(2**20):
        spool.write(chunk)
    return spool
