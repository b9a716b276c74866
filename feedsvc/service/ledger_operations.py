"""Operations for a newsroom that moves: export its ledger, import it, or adopt articles from old feeds."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from feedsvc.config import Config
from feedsvc.library import ledger_file, legacy_feeds, transfer
from feedsvc.library.adoption import Adoption, adopt
from feedsvc.library.legacy_feeds import LegacyItem
from feedsvc.library.options import UpdateOptions
from feedsvc.library.transfer import ImportResult
from feedsvc.model.problem import Problem
from feedsvc.model.progress import no_progress
from feedsvc.model.reader import Unreadable
from feedsvc.service.exclusive import Busy, exclusive
from feedsvc.service.queries import open_for_reading
from feedsvc.service.scan_request import Scan
from feedsvc.service.settings import host_of, now
from feedsvc.service.wiring import make_library, make_plan, make_workers, refresh_of
from feedsvc.store import ledger_transfer
from feedsvc.store.lease import Lease
from feedsvc.store.transaction import Transaction


class Refused(Exception):
    """Nothing was changed, because of `problems`."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def export_ledger(settings: Config, write: Callable[[bytes], object]) -> int:
    """Writes the ledger, one line in each call of `write`. Returns the number of articles in it.

    Raises StoreError if nothing was ever published.
    """
    count = -1  # the header
    with open_for_reading(settings) as transaction:
        for line in transfer.export_lines(transaction, settings.site.authority, now()):
            write(line)
            count += 1
    return count


def export_to(settings: Config, path: Path) -> int:
    """Writes the ledger to a file, which is replaced only once everything is written. Returns the number of articles.

    Raises StoreError if nothing was ever published, and OSError if the file cannot be written.
    """
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
    """Imports an exported ledger, completely or not at all. With `skip_conflicts`, articles that contradict what
    readers know already are left out.

    Raises InvalidLedger if the file is not a ledger, Refused if there are conflicts, and StoreError.
    """
    authority = settings.site.authority
    header = ledger_file.validate(file, name, authority)

    def work(transaction: Transaction, _claimed: Lease | Busy) -> ImportResult:
        result = transfer.import_lines(transaction, file, name, authority)
        if result.problems and not skip_conflicts:
            raise Refused(result.problems)
        return result

    result = exclusive(settings, work)
    return result._replace(problems=(*_other_authority(header.authority, authority), *result.problems))


def _other_authority(theirs: str, ours: str) -> Iterator[Problem]:
    """A warning if the ledger has a different authority than this newsroom."""
    if theirs != ours:
        reason = f"the ledger was kept under the authority {theirs}, and here it is {ours}; articles keep their ids"
        remedy = f'so that the feeds keep theirs, set [site] id_authority = "{theirs}"'
        yield Problem(place="config.toml", reason=reason, remedy=remedy, warning=True)


def adopt_feeds(settings: Config, paths: tuple[Path, ...]) -> Adoption:
    """Adopts ids, dates and links of articles from feed files of another system.

    Raises Refused if a file is not a feed, and StoreError.
    """
    feeds = [*_feeds(paths)]
    plan = make_plan(settings)
    library, refreshed = make_library(settings, plan, make_workers()), refresh_of(settings)(Scan.FULL, no_progress)
    hosts = frozenset(host_of(address).removeprefix("www.") for address in plan.addresses)

    def work(transaction: Transaction, claimed: Lease | Busy) -> Adoption:
        before = ledger_transfer.last_number(transaction)
        if isinstance(claimed, Lease):  # a running publisher has read the folder already
            options = UpdateOptions(now(), wait_for_writers=False, fault=refreshed.fault)
            library.update(transaction, options)
        return adopt(transaction, plan.authority, hosts, feeds, before)

    return exclusive(settings, work)


def _feeds(paths: tuple[Path, ...]) -> Iterator[tuple[str, list[LegacyItem]]]:
    """The items of each file. Raises Refused, naming every file that cannot be used."""
    problems: list[Problem] = []
    for path in paths:
        try:
            with path.open("rb") as file:
                yield str(path), legacy_feeds.read(file.read(legacy_feeds.LARGEST + 1))
        except Unreadable as error:
            problems.append(error.problem(str(path)))
        except OSError as error:
            remedy = "give the path of a file on this machine; feeds are not downloaded"
            problems.append(Problem(place=str(path), reason=f"cannot be read: {error.strerror}", remedy=remedy))
    if problems:
        raise Refused(tuple(problems))
