"""Going back to an Edition that was: every article as it was then, as far as it may still be seen.

What is rolled back is published as a new Edition, and as new revisions, so that every reader takes it. An article stays
so until its file says something else, or the rollback is released. What was withdrawn, removed or embargoed since stays
away, and what has opened or expired since by its own dates stays as it is. The configuration is that of today.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from feedsvc.library import media
from feedsvc.library.fingerprint import changed_fields
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.selection import section_names
from feedsvc.readers import html_of, leads_somewhere
from feedsvc.store import history, ledger, memberships, pending, revisions, scanned_files, windows
from feedsvc.store.entries import ArticleVersion, LedgerEntry
from feedsvc.store.history import Items
from feedsvc.store.memberships import Membership
from feedsvc.store.revisions import Revision
from feedsvc.store.transaction import Transaction
from feedsvc.store.windows import Key, is_above


class UnknownEdition(Exception):
    """There is no such Edition to go back to; says which there are."""


class RollbackResult(NamedTuple):
    """Back to which Edition, and how many articles: as they were, taken out, and not brought back."""

    edition: int
    changed: int = 0
    hidden: int = 0
    withheld: int = 0


class Difference(NamedTuple):
    """Of one feed: the keys of articles that came, changed, and went."""

    feed: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


# --- looking ----------------------------------------------------------------------------------------------------------


def compare(transaction: Transaction, one: int, other: int) -> list[Difference]:
    """What differs from Edition `one` to the `other`, feed by feed. Raises NoEdition."""
    _check(transaction, one, other)
    before, after = history.contents_at(transaction, one), history.contents_at(transaction, other)
    found = (
        _difference(feed, before.get(feed, []), after.get(feed, [])) for feed in sorted(before.keys() | after.keys())
    )
    return [each for each in found if each.added or each.changed or each.removed]


def _difference(feed: str, before: Items, after: Items) -> Difference:
    had, has = dict(before), dict(after)
    return Difference(
        feed,
        tuple(key for key in has if key not in had),
        tuple(key for key in has if key in had and has[key] != had[key]),
        tuple(key for key in had if key not in has),
    )


def _check(transaction: Transaction, *wanted: int) -> None:
    kept = [row.edition for row in history.last(transaction)]
    for edition in wanted:
        if edition not in kept:
            known = ", ".join(map(str, kept)) or "none yet"
            raise UnknownEdition(f"there is no edition {edition} to go back to; kept are {known}")


# --- going back -------------------------------------------------------------------------------------------------------


def roll_back(transaction: Transaction, root: Path, edition: int, now: datetime) -> RollbackResult:
    """Let every article be as it was in `edition`; the next publication shows it. Raises NoEdition."""
    _check(transaction, edition)
    work = _Rewind(transaction, root, now)
    changed = sorted(history.changed_since(transaction, edition).items())
    if changed:  # what stood in a feed then has since left it for what is taken out now
        pending.mark(transaction, (), windows.reopen(transaction))
    for number, past in changed:
        work.set(number, history.version(transaction, number, past), pulled=past.pulled)
    if work.finish():
        history.note(transaction, f"rolled back to {edition}")
        history.stand(transaction, edition, now)
    return RollbackResult(edition, work.changed, work.hidden, work.withheld)


def release(transaction: Transaction, root: Path, now: datetime) -> int:
    """Let every article be again as its file is; how many were not."""
    work = _Rewind(transaction, root, now)
    numbers = history.pinned_numbers(transaction)
    for number in sorted(numbers):
        version = history.pinned_version(transaction, number)
        if version is not None:
            work.set(number, version)
    if work.finish():
        history.note(transaction, "rollback released")
    return len(numbers)


class _Rewind:
    def __init__(self, transaction: Transaction, root: Path, now: datetime) -> None:
        self._transaction = transaction
        self._root = root
        self._now = codec.seconds(now)
        self._dirty: set[int] = set()
        self._stale: set[str] = set()
        self.changed = self.hidden = self.withheld = 0

    def set(self, number: int, version: ArticleVersion | None, *, pulled: bool = False) -> None:
        """Let the article be as `version` has it, within what its file allows now.

        What was `pulled` since may be there again, but not as it was before that.
        """
        row = ledger.find(self._transaction, number=number)
        was_there = self._was_there(version)
        if row is None or row.path is None or (pulled and was_there):
            self.withheld += was_there
            return
        truth = history.pinned_version(self._transaction, number)
        wanted = _allowed(version, truth or row.version)
        if _is_as(wanted, row.version):
            return
        self._count(row, wanted, was_there=was_there)
        history.keep(self._transaction, number)
        history.pin(self._transaction, number)
        if truth is not None and _is_as(wanted, truth):
            history.unpin(self._transaction, number)
        self._write(row, wanted)

    def finish(self) -> bool:
        """Mark what is to be published anew; whether anything is."""
        pending.mark(self._transaction, self._dirty, self._stale)
        return bool(self._dirty)

    def _count(self, row: LedgerEntry, wanted: dict[str, Any], *, was_there: bool) -> None:
        """Taken out, not brought back though it was there, or otherwise than it was."""
        is_open = self._is_open(wanted["opens"], wanted["closes"])
        self.changed += is_open
        self.hidden += not is_open and self._is_open(row.opens, row.closes)
        self.withheld += not is_open and was_there

    def _was_there(self, version: ArticleVersion | None) -> bool:
        return version is not None and self._is_open(version.opens, version.closes)

    def _is_open(self, opens: int, closes: int) -> bool:
        return opens <= self._now < closes

    def _write(self, row: LedgerEntry, wanted: dict[str, Any]) -> None:
        copy = codec.decode(wanted["copy"])
        wanted |= {"revision": row.revision, "updated": row.updated}
        if wanted["fingerprint"] != row.fingerprint:
            wanted |= self._revise(row, replace(copy, body=wanted["body"]))
        wanted["shown"] = bool(row.shown or row.opens <= self._now)
        ledger.change(self._transaction, row.number, wanted)
        names = {"": "", **section_names(copy.sections)}
        before = memberships.leave_sections(self._transaction, row.number)
        key = Key(row.available, wanted["published"], row.id)
        late = [path for path in names.keys() - before.keys() if not is_above(self._transaction, path, key)]
        since = before | dict.fromkeys(late, self._now)  # readers of a section to which it returns shall not miss it
        memberships.join_sections(self._transaction, [Membership(row.number, *key, names, since)])
        self._stale |= before.keys() | names.keys()
        self._dirty.add(row.number)
        path = row.path or ""
        measured = media.measure(self._root, copy, self._content(copy, wanted["body"], path), path)
        scanned_files.name_files(self._transaction, row.number, measured.files)

    def _content(self, copy: ArticleCopy, body: str, path: str) -> str:
        """Its body as HTML, if that may lead to files."""
        whole = replace(copy, body=body)
        return html_of(copy.markup, body, path.rpartition("/")[0]) if leads_somewhere(whole) else ""

    def _revise(self, row: LedgerEntry, copy: ArticleCopy) -> dict[str, Any]:
        """What readers see of a known article changes: that is a revision like any other."""
        changed = changed_fields(replace(row.copy, body=row.body), copy)
        made = max(row.updated, self._now)
        revisions.add(self._transaction, row.number, Revision(row.revision + 1, codec.instant(made), changed))
        return {"revision": row.revision + 1, "updated": made}


def _allowed(version: ArticleVersion | None, truth: ArticleVersion) -> dict[str, Any]:
    """The columns of `version`, open only while `truth`, which is what the file says, is open too."""
    if version is None:  # it was not there: now it is open for no time at all
        return truth.columns() | {"closes": truth.opens}
    opens = max(version.opens, truth.opens)
    return version.columns() | {"opens": opens, "closes": max(opens, min(version.closes, truth.closes))}


def _is_as(wanted: dict[str, Any], known: ArticleVersion) -> bool:
    """Whether readers would see no difference; `updated` and the revision go on in any case."""
    ignored = ("updated", "revision")
    return all(wanted[name] == value for name, value in known.columns().items() if name not in ignored)
