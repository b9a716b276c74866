"""Enters many files into the ledger at once: those that are certainly new, and those that are unchanged."""

from typing import NamedTuple

from feedsvc.library.context import Marks, UpdateContext
from feedsvc.library.decision import first_membership, new_columns
from feedsvc.library.parsing import ParsedFile
from feedsvc.store import former_paths, ledger, memberships, scanned_files
from feedsvc.store.transaction import Transaction


class Inserted(NamedTuple):
    """New articles: path to number."""

    numbers: dict[str, int]
    marks: Marks


def insert_new(transaction: Transaction, files: list[ParsedFile], context: UpdateContext) -> Inserted:
    """Inserts those of `files` that are certainly new, all at once.

    The others, which may be known articles or conflict with another one, are left to `upsert`.
    """
    if not files:
        return Inserted({}, Marks())
    fresh = _without_candidates(transaction, files)
    rows = [new_columns(file, file.identity, context.time) for file in fresh]
    numbers = dict(zip((file.path for file in fresh), ledger.add_all(transaction, rows), strict=True))
    memberships.join_sections(
        transaction, (first_membership(numbers[file.path], file, file.identity, context.time) for file in fresh)
    )
    for file in fresh:
        if file.aliases:
            former_paths.put(transaction, numbers[file.path], file.aliases)
        if file.media:
            scanned_files.name_files(transaction, numbers[file.path], file.media, new=True)
    entered = frozenset(numbers.values())
    return Inserted(numbers, Marks(entered, frozenset().union(*(file.sections for file in fresh)), entered))


def _without_candidates(transaction: Transaction, files: list[ParsedFile]) -> list[ParsedFile]:
    """The files that can belong to no known article, and whose identities are free."""
    paths = ledger.existing(transaction, "path", [file.path for file in files])
    digests = ledger.existing(transaction, "digest", [file.digest for file in files])
    keys = ledger.existing(transaction, "key", {key for file in files for key in (file.key, file.identity.key)})
    ids = ledger.existing(transaction, "normalised_id", [file.identity.normalised_id for file in files])
    fresh = []
    for file in files:
        known = file.path in paths or file.digest in digests or file.key in keys
        if not known and file.identity.key not in keys and file.identity.normalised_id not in ids:
            keys.add(file.identity.key)
            ids.add(file.identity.normalised_id)
            fresh.append(file)
    return fresh


def match_unchanged(transaction: Transaction, files: list[ParsedFile], context: UpdateContext) -> dict[str, int]:
    """The articles of those of `files` with the same content as in the ledger: path to number.

    A file that was touched and names media is left to `upsert`: the media may have changed.
    """
    if not files:
        return {}
    last_read = ledger.last_read(transaction, [file.path for file in files])
    known = {}
    for file in files:
        number, said = last_read.get(file.path, (0, None))
        same = said == (file.digest, file.fingerprint, file.slug, file.encoded_copy)
        if same and number not in context.rolled_back and not (file.edited and file.media):
            known[file.path] = number
    return known
