"""Enters files into the ledger: loads what a decision needs, and writes what was decided.

The id of an article never changes once readers have seen it: not by renaming the file, nor by editing headline, slug,
section or host.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.library import dates, decision, lifecycle, matching
from feedsvc.library.context import Marks, UpdateContext
from feedsvc.library.decision import ArticleChange, KnownArticle, StaysRolledBack, first_membership
from feedsvc.library.fingerprint import FieldHashes, hash_fields
from feedsvc.library.matching import FreeFiles
from feedsvc.library.parsing import ParsedFile
from feedsvc.library.placement import place_again, place_in_sections
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.codec import FOREVER
from feedsvc.model.identity import Identity, id_candidates
from feedsvc.model.problem import Problem
from feedsvc.readers import html_of
from feedsvc.store import (
    field_hashes,
    former_paths,
    history,
    ledger,
    ledger_transfer,
    memberships,
    revisions,
    scanned_files,
    state,
    withdrawals,
)
from feedsvc.store.entries import LedgerHead, Phase
from feedsvc.store.memberships import Place
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key


class Upserted(NamedTuple):
    """The article of a file, and the effect of entering the file."""

    number: int
    problems: tuple[Problem, ...]
    left: str
    """The path that the article left; empty if it left none."""
    displaced: tuple[int, ...]
    """Articles that have lost their path to this one, and may be matched with another file."""
    marks: Marks


def upsert(transaction: Transaction, file: ParsedFile, context: UpdateContext, free: FreeFiles) -> Upserted:
    """Enters one file into the ledger, as a new article or as a change of its known one.

    Raises TemporarilyUnreadable if another file has its id, and Superseded for an earlier version than the known one.
    """
    heads = ledger.candidates(transaction, file.path, file.key, file.digest, file.normalised_id or None)
    head = matching.match(file, heads, free) or _find_edited_rename(transaction, file, free)
    if head is None:
        _forget_last_path(transaction, file.path, heads)
        return _insert(transaction, file, context)
    displaced = _take_path(transaction, file.path, head, heads)
    adopted = ledger_transfer.adopted_by(transaction, head.number) if context.has_adopted else None
    file, hashes = _with_hashes(transaction, decision.with_known(file, head, adopted), head)
    places = memberships.places(transaction, head.number)
    change = decision.decide(file, _load_known(transaction, head, places, hashes, context), context.time)
    marks = _apply(transaction, head, change, places, context)
    return Upserted(
        number=head.number,
        problems=(*file.problems, *change.warnings),
        left=head.path if head.path is not None and head.path != file.path else "",
        displaced=displaced,
        marks=marks,
    )


def _find_edited_rename(transaction: Transaction, file: ParsedFile, free: FreeFiles) -> LedgerHead | None:
    if not matching.may_be_edited_rename(file, free):
        return None
    lost = (ledger.find(transaction, number=number) for number in free.lost)
    return matching.find_edited_rename(file, (entry for entry in lost if entry is not None))


def _take_path(transaction: Transaction, path: str, head: LedgerHead, heads: Sequence[LedgerHead]) -> tuple[int, ...]:
    """Frees `path` for `head`, forgets its former path, and returns the articles that have lost their file.

    Afterwards no other article, whether it has a file or not, has this path.
    """
    if head.path == path:
        return ()
    displaced = tuple(other.number for other in heads if other.path == path)
    for number in displaced:
        ledger.change(transaction, number, {"path": None})
        field_hashes.put(transaction, number, None)
    _forget_last_path(transaction, path, (other for other in heads if other.number != head.number))
    if head.path is not None:
        scanned_files.forget(transaction, head.path)
    return displaced


def _forget_last_path(transaction: Transaction, path: str, heads: Iterable[LedgerHead]) -> None:
    """Makes `path` the last path of none of the articles `heads`, since another one is there."""
    for head in heads:
        if head.last_path == path:
            ledger.change(transaction, head.number, {"last_path": None})


def _insert(transaction: Transaction, file: ParsedFile, context: UpdateContext) -> Upserted:
    identity = _free_identity(transaction, file, context.authority)
    number = ledger.add(transaction, decision.new_columns(file, identity, context.time))
    place = first_membership(number, file, identity, context.time)
    key = Key(place.available, place.published, place.id)
    place_in_sections(transaction, number, key, file.sections, {}, context.time.since)
    scanned_files.name_files(transaction, number, file.media, new=True)
    if file.aliases:
        former_paths.put(transaction, number, file.aliases)
    entered = frozenset((number,))
    return Upserted(number, file.problems, "", (), Marks(entered, frozenset(file.sections), entered))


def _free_identity(transaction: Transaction, file: ParsedFile, authority: str) -> Identity:
    choices = id_candidates(authority, file.path, file.id)
    return next(each for each in choices if not ledger.is_taken(transaction, each.key, each.normalised_id))


# --- loading ----------------------------------------------------------------------------------------------------------


def _with_hashes(transaction: Transaction, file: ParsedFile, head: LedgerHead) -> tuple[ParsedFile, FieldHashes | None]:
    """`file` with the hashes of its visible fields, and those of the article `head`; None if they are not needed."""
    if not decision.needs_hashes(file, head):
        return file, None
    hashed = file if file.hashes is not None else file._replace(hashes=_hash(file.copy, file.path))
    return hashed, _known_hashes(transaction, file, head)


def _load_known(
    transaction: Transaction,
    head: LedgerHead,
    places: Mapping[str, Place],
    hashes: FieldHashes | None,
    context: UpdateContext,
) -> KnownArticle:
    number = head.number
    rolled_back = number in context.rolled_back
    return KnownArticle(
        head=head,
        sections={path: place.available for path, place in places.items()},
        rolled_back_from=history.pinned_version(transaction, number) if rolled_back else None,
        hashes=hashes,
    )


def _known_hashes(transaction: Transaction, file: ParsedFile, head: LedgerHead) -> FieldHashes | None:
    """The hashes of an article's visible fields; made from its text if the ledger has none."""
    if (encoded := field_hashes.get(transaction, head.number)) is not None:
        return FieldHashes.decode(encoded)
    entry = ledger.find(transaction, number=head.number)
    return _hash(replace(entry.copy, body=entry.body), head.path or file.path) if entry else None


def _hash(copy: ArticleCopy, path: str) -> FieldHashes:
    return hash_fields(copy, html_of(copy.markup, copy.body, path.rpartition("/")[0]))


# --- writing ----------------------------------------------------------------------------------------------------------


def _apply(
    transaction: Transaction,
    head: LedgerHead,
    change: ArticleChange | StaysRolledBack,
    places: Mapping[str, Place],
    context: UpdateContext,
) -> Marks:
    """Writes the decision about the article `head`, which is at `places`, and returns what must be published again."""
    number = head.number
    if isinstance(change, StaysRolledBack):
        ledger.change(transaction, number, change.columns())
        field_hashes.put(transaction, number, None)
        return Marks()
    gone = _taken_out(transaction, head, change, context)
    if number in context.rolled_back:
        history.unpin(transaction, number)
    if gone is not None or not _stays(change, places):
        _place(transaction, head, change, context.time.since, gone)
    for revision in change.revisions:
        revisions.add(transaction, number, revision)
    _write_withdrawal(transaction, number, change, places, context.time.told)
    if change.is_visible:
        history.keep_version(transaction, number, context.edition)
    ledger.change(transaction, number, change.columns())
    field_hashes.put(transaction, number, change.file.hashes and change.file.hashes.encode())
    scanned_files.name_files(transaction, number, change.file.media)
    former_paths.put(transaction, number, change.file.aliases)
    return Marks(frozenset((number,)), frozenset(places) | change.file.sections.keys())


def _stays(change: ArticleChange, places: Mapping[str, Place]) -> bool:
    """True if the article keeps exactly the same places."""
    wanted = {path: (change.stays.get(path), change.published, name) for path, name in change.file.sections.items()}
    return wanted == places


def _place(transaction: Transaction, head: LedgerHead, change: ArticleChange, since: int, gone: int | None) -> None:
    """Moves the article from its places to the decided ones; see `place_again` for `gone`."""
    number, sections, stays = head.number, change.file.sections, change.stays
    memberships.leave_sections(transaction, number)
    key = Key(change.available, change.published, head.id)
    if gone is None:
        place_in_sections(transaction, number, key, sections, stays, since)
    else:
        place_again(transaction, number, key, sections, stays, since, gone)


def _taken_out(transaction: Transaction, head: LedgerHead, change: ArticleChange, context: UpdateContext) -> int | None:
    """The second at which a rollback removed the article that its file brings back; None if the file does not do so."""
    hidden = head.number in context.rolled_back and head.opens == head.closes
    return history.rolled_back_at(transaction) if hidden and change.phase == Phase.OPENED else None


def _write_withdrawal(
    transaction: Transaction, number: int, change: ArticleChange, left: Iterable[str], told: datetime
) -> None:
    if change.withdraws:
        withdrawals.add(transaction, number, left, codec.seconds(told))
    if change.reinstates:
        withdrawals.forget(transaction, number)


def remove(transaction: Transaction, number: int, now: datetime) -> Marks:
    """Removes an article whose file is gone from its sections. Keeps its identity and last path: it may return."""
    told = codec.instant(state.read_clock(transaction, now).told)
    head = ledger.find(transaction, number=number)
    if head is None:
        return Marks()
    scanned_files.name_files(transaction, number, ())
    left = memberships.leave_sections(transaction, number)
    status = lifecycle.withdraw(head, head.updated, now, told)
    if status.withdraws:
        withdrawals.add(transaction, number, left, codec.seconds(told))
    if status.revision:
        revisions.add(transaction, number, status.revision)
    history.keep_version(transaction, number, state.next_edition(transaction))
    history.unpin(transaction, number)
    field_hashes.put(transaction, number, None)
    ledger.change(
        transaction,
        number,
        {
            "path": None,
            "last_path": head.path or head.last_path,
            "opens": FOREVER,
            "closes": FOREVER,
            "shown": dates.was_shown(head, now),
            "phase": Phase.AWAITED,
            "withdrawn": status.withdrawn,
            "revision": status.revision.number if status.revision else head.revision,
        },
    )
    return Marks(frozenset((number,)), frozenset(left))
