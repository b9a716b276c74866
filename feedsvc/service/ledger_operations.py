"""What is done when a newsroom moves: its ledger goes out, comes in, or learns of the system that it leaves."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from sqlalchemy import Connection

from feedsvc.config import Config
from feedsvc.library import ledger_file, legacy_feeds, transfer
from feedsvc.library.adoption import Adoption, adopt
from feedsvc.library.legacy_feeds import LegacyItem
from feedsvc.library.transfer import ImportResult
from feedsvc.model.problem import Problem
from feedsvc.model.reader import Unreadable
from feedsvc.service.exclusive import run_exclusively
from feedsvc.service.operations import open_for_reading
from feedsvc.service.settings import host_of, now
from feedsvc.service.wiring import make_library, make_plan
from feedsvc.store import ledger_transfer


class Refused(Exception):
    """Nothing has changed; has the Problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def export_ledger(settings: Config, write: Callable[[bytes], object]) -> int:
    """Write the ledger as it stands; how many articles it has. Raises StoreError while nothing was ever published."""
    count = -1  # the header
    with open_for_reading(settings) as connection:
        for line in transfer.export_lines(connection, settings.site.authority, now()):
            write(line)
            count += 1
    return count


def export_to(settings: Config, path: Path) -> int:
    """The same into a file, which is whole or not there. Raises OSError, too."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            count = export_ledger(settings, file.write)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return count


def import_ledger(settings: Config, file: BinaryIO, name: str, *, skip_conflicts: bool) -> ImportResult:
    """Take over an exported ledger, all of it or nothing; with `skip_conflicts` all but what readers know otherwise.

    Raises Garbage for what is no ledger, Refused where there are conflicts, and StoreError.
    """
    authority = settings.site.authority
    header = ledger_file.validate(file, name, authority)

    def work(connection: Connection, _alone: bool) -> ImportResult:
        taken = transfer.import_lines(connection, file, name, authority)
        if taken.problems and not skip_conflicts:
            raise Refused(taken.problems)
        return taken

    taken = run_exclusively(settings, work)
    return taken._replace(problems=(*_other_authority(header.authority, authority), *taken.problems))


def _other_authority(theirs: str, ours: str) -> Iterator[Problem]:
    if theirs != ours:
        reason = f"the ledger was kept under the authority {theirs}, and here it is {ours}; articles keep their ids"
        remedy = f'so that the feeds keep theirs, set [site] id_authority = "{theirs}"'
        yield Problem(place="config.toml", reason=reason, remedy=remedy, warning=True)


def adopt_feeds(settings: Config, paths: tuple[Path, ...]) -> Adoption:
    """Take over from feed files how readers know the stories. Raises Refused for a file that is no feed."""
    feeds = [*_feeds(paths)]
    plan = make_plan(settings)
    library = make_library(settings, plan)
    hosts = frozenset(host_of(address).removeprefix("www.") for address in plan.addresses)

    def work(connection: Connection, alone: bool) -> Adoption:
        before = ledger_transfer.last_number(connection)
        if alone:  # a publisher that runs has looked already
            library.update(connection, now(), patient=False)
        return adopt(connection, plan.authority, hosts, feeds, before)

    return run_exclusively(settings, work)


def _feeds(paths: tuple[Path, ...]) -> Iterator[tuple[str, list[LegacyItem]]]:
    problems: list[Problem] = []
    for path in paths:
        try:
            with path.open("rb") as file:
                yield str(path), legacy_feeds.read(file.read(legacy_feeds.LARGEST + 1))
        except Unreadable as error:
            problems.append(error.problem(str(path)))
        except OSError as error:
            remedy = "give the path of a file on this machine; nothing is fetched"
            problems.append(Problem(place=str(path), reason=f"cannot be read: {error.strerror}", remedy=remedy))
    if problems:
        raise Refused(tuple(problems))
