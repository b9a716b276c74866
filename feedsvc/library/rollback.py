"""Rolls back to an earlier Edition: every article as it was then, as far as it may still be seen.

The result is published as a new Edition with new revisions, so that every feed reader takes it. An article stays rolled
back until its file changes or the rollback is released. Articles withdrawn, removed or embargoed since then stay away;
those that have opened or expired since by their own dates stay as they are. The configuration is that of today.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.library import dates, lifecycle, media
from feedsvc.library.context import Marks, next_since, union
from feedsvc.library.fingerprint import changed_fields
from feedsvc.library.placement import place_again, place_in_sections
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.clock import ClockReading
from feedsvc.model.selection import section_names
from feedsvc.readers import html_of, leads_somewhere
from feedsvc.store import field_hashes, history, ledger, memberships, pending, revisions, scanned_files, state, windows
from feedsvc.store.entries import ArticleVersion, LedgerEntry
from feedsvc.store.history import Items
from feedsvc.store.revisions import Revision
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key


class UnknownEdition(Exception):
    """Raised if there is no such Edition to roll back to; the message names the available ones."""


class RollbackResult(NamedTuple):
    """The Edition that was restored, and the numbers of articles restored, taken out, and not brought back."""

    edition: int
    changed: int = 0
    hidden: int = 0
    withheld: int = 0


class Difference(NamedTuple):
    """The difference of one feed between two Editions: the keys of articles that came, changed, and went."""

    feed: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


# --- comparing --------------------------------------------------------------------------------------------------------


def compare(transaction: Transaction, one: int, other: int) -> list[Difference]:
    """The differences from Edition `one` to the `other`, feed by feed. Raises UnknownEdition."""
    _check(transaction, one, other)
    before, after = history.contents_at(transaction, one), history.contents_at(transaction, other)
    found = (
        _difference(feed, before.get(feed, []), after.get(feed, [])) for feed in sorted(before.keys() | after.keys())
    )
    return [each for each in found if each.added or each.changed or each.removed]


def changes_with(transaction: Transaction, edition: int) -> list[Difference]:
    """The differences between the kept Edition before `edition` and `edition` itself, feed by feed. Raises
    UnknownEdition."""
    _check(transaction, edition)
    former = [past.edition for past in history.last_editions(transaction) if past.edition < edition]
    if not former:
        raise UnknownEdition(f"edition {edition} is the oldest that is kept, so what came with it is not known")
    return compare(transaction, max(former), edition)


def _difference(feed: str, before: Items, after: Items) -> Difference:
    had, has = dict(before), dict(after)
    return Difference(
        feed,
        tuple(key for key in has if key not in had),
        tuple(key for key in has if key in had and has[key] != had[key]),
        tuple(key for key in had if key not in has),
    )


def _check(transaction: Transaction, *wanted: int) -> None:
    kept = [past.edition for past in history.last_editions(transaction)]
    for edition in wanted:
        if edition not in kept:
            known = ", ".join(map(str, kept)) or "none yet"
            raise UnknownEdition(f"there is no edition {edition}; kept are {known}")


# --- going back -------------------------------------------------------------------------------------------------------


class _Restored(NamedTuple):
    """The effect of a rollback on one article."""

    marks: Marks = Marks()
    changed: bool = False
    """True if it may be seen, and differs from before."""
    hidden: bool = False
    """True if it could be seen, and is taken out."""
    withheld: bool = False
    """True if it could be seen in the restored Edition, and must not be seen now."""


def roll_back(transaction: Transaction, root: Path, edition: int, now: datetime) -> RollbackResult:
    """Restores every article to its state in `edition`; the next publication shows it. Raises UnknownEdition."""
    _check(transaction, edition)
    changed = sorted(history.changed_since(transaction, edition).items())
    if changed:  # items have since left feeds in favour of those that are taken out now
        pending.mark(transaction, (), windows.reopen(transaction))
    clock, restored = state.read_clock(transaction, now), []
    for number, past in changed:
        version = history.version(transaction, number, past)
        if past.pulled and _is_open(version, clock.told):  # its version from before that stays away
            restored.append(_Restored(withheld=True))
        else:
            restored.append(_restore(transaction, root, number, version, clock))
    if _mark(transaction, restored, codec.instant(clock.told)):
        history.set_note(transaction, f"rolled back to {edition}")
        history.record_rollback(transaction, edition, now)
    counts = (sum(each.changed for each in restored), sum(each.hidden for each in restored))
    return RollbackResult(edition, *counts, sum(each.withheld for each in restored))


def release(transaction: Transaction, root: Path, now: datetime) -> int:
    """Restores every article to what its file says, and returns the number of those that were rolled back."""
    numbers = history.pinned_numbers(transaction)
    versions = ((number, history.pinned_version(transaction, number)) for number in sorted(numbers))
    clock = state.read_clock(transaction, now)
    restored = [_restore(transaction, root, number, version, clock) for number, version in versions if version]
    if _mark(transaction, restored, codec.instant(clock.told)):
        history.set_note(transaction, "rollback released")
    return len(numbers)


def _mark(transaction: Transaction, restored: Iterable[_Restored], told: datetime) -> bool:
    """Marks what must be published again. True if there is anything; articles that come later are then newer."""
    marks = union(each.marks for each in restored)
    pending.mark(transaction, marks.articles, marks.sections)
    if marks.articles:
        state.LATEST_SCAN.put(transaction, next_since(transaction, told))
    return bool(marks.articles)


def _restore(
    transaction: Transaction, root: Path, number: int, version: ArticleVersion | None, clock: ClockReading
) -> _Restored:
    """Restores an article to `version`, as far as its file allows now; None means that it did not exist then."""
    entry = ledger.find(transaction, number=number)
    was_there = _is_open(version, clock.told)
    if entry is None or entry.path is None:
        return _Restored(withheld=was_there)
    by_file = history.pinned_version(transaction, number)
    wanted = allowed(version, by_file or entry.version)
    if looks_same(wanted, entry.version):
        return _Restored()
    history.keep_version(transaction, number, state.next_edition(transaction))
    history.pin(transaction, number)
    if by_file is not None and looks_same(wanted, by_file):
        history.unpin(transaction, number)
    is_there = _is_open(wanted, clock.told)
    return _Restored(
        marks=_write(transaction, root, entry, wanted, clock),
        changed=is_there,
        hidden=not is_there and _is_open(entry.version, clock.told),
        withheld=not is_there and was_there,
    )


def _write(
    transaction: Transaction, root: Path, entry: LedgerEntry, wanted: ArticleVersion, clock: ClockReading
) -> Marks:
    number, copy, path = entry.number, codec.decode(wanted.encoded_copy), entry.path or ""
    whole = replace(copy, body=wanted.body)
    wanted = replace(wanted, revision=entry.revision, updated=entry.updated)
    if revision := _revision(entry, wanted, whole, clock):
        revisions.add(transaction, number, revision)
        wanted = replace(wanted, revision=revision.number, updated=codec.seconds(revision.changed_at))
    phase = lifecycle.next_phase(entry, wanted.opens, wanted.closes, clock)
    shown = dates.was_shown(entry, codec.instant(clock.now))
    ledger.change(transaction, number, wanted.columns() | {"shown": shown, "phase": phase})
    field_hashes.put(transaction, number, None)
    before = memberships.leave_sections(transaction, number)
    names = {"": "", **section_names(copy.sections)}
    key = Key(entry.available, wanted.published, entry.id)
    since, gone = next_since(transaction, codec.instant(clock.told)), _taken_out(transaction, entry, wanted, clock.told)
    if gone is None:
        place_in_sections(transaction, number, key, names, before, since)
    else:
        place_again(transaction, number, key, names, before, since, gone)
    measured = media.measure(root, copy, _content(whole, path), path)
    scanned_files.name_files(transaction, number, measured.files)
    return Marks(frozenset((number,)), frozenset(before) | names.keys())


def _taken_out(transaction: Transaction, entry: LedgerEntry, wanted: ArticleVersion, told: int) -> int | None:
    """The second at which the rollback removed the article that `wanted` brings back; None if it brings none back."""
    if _is_open(entry.version, told) or not _is_open(wanted, told):
        return None
    return history.rolled_back_at(transaction)


def _content(copy: ArticleCopy, path: str) -> str:
    """The body as HTML; empty if it cannot have links to files."""
    return html_of(copy.markup, copy.body, path.rpartition("/")[0]) if leads_somewhere(copy) else ""


# --- decisions --------------------------------------------------------------------------------------------------------


def allowed(version: ArticleVersion | None, by_file: ArticleVersion) -> ArticleVersion:
    """`version`, visible only while `by_file`, the version in the file, is visible too. None means that the article did
    not exist then: the result is never visible."""
    if version is None:  # an empty period
        return replace(by_file, closes=by_file.opens)
    opens = max(version.opens, by_file.opens)
    return replace(version, opens=opens, closes=max(opens, min(version.closes, by_file.closes)))


def looks_same(one: ArticleVersion, other: ArticleVersion) -> bool:
    """True if readers see no difference; `updated` and `revision`, which never go back, are ignored."""
    return replace(one, updated=other.updated, revision=other.revision) == other


def _is_open(version: ArticleVersion | None, told: int) -> bool:
    return version is not None and version.opens <= told < version.closes


def _revision(entry: LedgerEntry, wanted: ArticleVersion, copy: ArticleCopy, clock: ClockReading) -> Revision | None:
    """The revision for a change to `copy`; None if no visible field changes."""
    if wanted.fingerprint == entry.fingerprint:
        return None
    changed = changed_fields(replace(entry.copy, body=entry.body), copy)
    return lifecycle.next_revision(
        entry, changed, codec.instant(max(entry.updated, clock.told)), codec.instant(clock.now)
    )
