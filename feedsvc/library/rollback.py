"""Going back to an Edition that was: every article as it was then, as far as it may still be seen.

What is rolled back is published as a new Edition, and as new revisions, so that every reader takes it. An article stays
so until its file says something else, or the rollback is released. What was withdrawn, removed or embargoed since stays
away, and what has opened or expired since by its own dates stays as it is. The configuration is that of today.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, Row

from feedsvc.library import dates, media
from feedsvc.model.article import ArticleCopy
from feedsvc.model.selection import section_names
from feedsvc.readers import html_of, leads_somewhere
from feedsvc.store import history, ledger, memberships, pending, revisions, scanned_files, windows
from feedsvc.store.history import VERSION_COLUMNS, Items
from feedsvc.store.memberships import Membership
from feedsvc.store.revisions import Revision
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


def compare(connection: Connection, one: int, other: int) -> list[Difference]:
    """What differs from Edition `one` to the `other`, feed by feed. Raises NoEdition."""
    _check(connection, one, other)
    before, after = history.contents_at(connection, one), history.contents_at(connection, other)
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


def _check(connection: Connection, *wanted: int) -> None:
    kept = [row.edition for row in history.last(connection)]
    for edition in wanted:
        if edition not in kept:
            known = ", ".join(map(str, kept)) or "none yet"
            raise UnknownEdition(f"there is no edition {edition} to go back to; kept are {known}")


# --- going back -------------------------------------------------------------------------------------------------------


def roll_back(connection: Connection, root: Path, edition: int, now: datetime) -> RollbackResult:
    """Let every article be as it was in `edition`; the next publication shows it. Raises NoEdition."""
    _check(connection, edition)
    work = _Rewind(connection, root, now)
    changed = sorted(history.changed_since(connection, edition).items())
    if changed:  # what stood in a feed then has since left it for what is taken out now
        pending.mark(connection, (), windows.reopen(connection))
    for number, past in changed:
        work.set(number, history.version(connection, number, past), pulled=past.pulled)
    if work.finish():
        history.note(connection, f"rolled back to {edition}")
        history.stand(connection, edition, now)
    return RollbackResult(edition, work.changed, work.hidden, work.withheld)


def release(connection: Connection, root: Path, now: datetime) -> int:
    """Let every article be again as its file is; how many were not."""
    work = _Rewind(connection, root, now)
    numbers = history.pinned_numbers(connection)
    for number in sorted(numbers):
        version = history.pinned_version(connection, number)
        if version is not None:
            work.set(number, version)
    if work.finish():
        history.note(connection, "rollback released")
    return len(numbers)


class _Rewind:
    def __init__(self, connection: Connection, root: Path, now: datetime) -> None:
        self._connection = connection
        self._root = root
        self._now = ledger.seconds(now)
        self._dirty: set[int] = set()
        self._stale: set[str] = set()
        self.changed = self.hidden = self.withheld = 0

    def set(self, number: int, version: Row[Any], *, pulled: bool = False) -> None:
        """Let the article be as `version` has it, within what its file allows now.

        What was `pulled` since may be there again, but not as it was before that.
        """
        row = ledger.find(self._connection, number=number)
        was_there = self._was_there(version)
        if row is None or row.path is None or (pulled and was_there):
            self.withheld += was_there
            return
        truth = history.pinned_version(self._connection, number)
        wanted = _allowed(version, truth or row)
        if _is_as(wanted, row):
            return
        self._count(row, wanted, was_there=was_there)
        history.keep(self._connection, number)
        history.pin(self._connection, number)
        if truth is not None and _is_as(wanted, truth):
            history.unpin(self._connection, number)
        self._write(row, wanted)

    def finish(self) -> bool:
        """Mark what is to be published anew; whether anything is."""
        pending.mark(self._connection, self._dirty, self._stale)
        return bool(self._dirty)

    def _count(self, row: Row[Any], wanted: dict[str, Any], *, was_there: bool) -> None:
        """Taken out, not brought back though it was there, or otherwise than it was."""
        is_open = self._is_open(wanted["opens"], wanted["closes"])
        self.changed += is_open
        self.hidden += not is_open and self._is_open(row.opens, row.closes)
        self.withheld += not is_open and was_there

    def _was_there(self, version: Row[Any]) -> bool:
        return version.copy_ is not None and self._is_open(version.opens, version.closes)

    def _is_open(self, opens: int, closes: int) -> bool:
        return opens <= self._now < closes

    def _write(self, row: Row[Any], wanted: dict[str, Any]) -> None:
        copy = ledger.decode(wanted["copy"])
        wanted |= {"revision": row.revision, "updated": row.updated}
        if wanted["fingerprint"] != row.fingerprint:
            wanted |= self._revise(row, replace(copy, body=wanted["body"]))
        wanted["shown"] = bool(row.shown or row.opens <= self._now)
        ledger.change(self._connection, row.number, wanted)
        names = {"": "", **section_names(copy.sections)}
        before = memberships.leave_sections(self._connection, row.number)
        key = Key(row.available, wanted["published"], row.id)
        late = [path for path in names.keys() - before.keys() if not is_above(self._connection, path, key)]
        since = before | dict.fromkeys(late, self._now)  # readers of a section to which it returns shall not miss it
        memberships.join_sections(self._connection, [Membership(row.number, *key, names, since)])
        self._stale |= before.keys() | names.keys()
        self._dirty.add(row.number)
        measured = media.measure(self._root, copy, self._content(copy, wanted["body"], row.path), row.path)
        scanned_files.name_files(self._connection, row.number, measured.files)

    def _content(self, copy: ArticleCopy, body: str, path: str) -> str:
        """Its body as HTML, if that may lead to files."""
        whole = replace(copy, body=body)
        return html_of(copy.markup, body, path.rpartition("/")[0]) if leads_somewhere(whole) else ""

    def _revise(self, row: Row[Any], copy: ArticleCopy) -> dict[str, Any]:
        """What readers see of a known article changes: that is a revision like any other."""
        changed = dates.differences(replace(ledger.copy_of(row), body=row.body), copy)
        made = max(row.updated, self._now)
        revisions.add(self._connection, row.number, Revision(row.revision + 1, ledger.instant(made), changed))
        return {"revision": row.revision + 1, "updated": made}


def _allowed(version: Row[Any], truth: Row[Any]) -> dict[str, Any]:
    """The columns of `version`, open only while `truth`, which is what the file says, is open too."""
    if version.copy_ is None:  # it was not there: now it is open for no time at all
        return _columns(truth) | {"closes": truth.opens}
    opens = max(version.opens, truth.opens)
    return _columns(version) | {"opens": opens, "closes": max(opens, min(version.closes, truth.closes))}


def _columns(row: Row[Any]) -> dict[str, Any]:
    return {name: row.copy_ if name == "copy" else getattr(row, name) for name in VERSION_COLUMNS}


def _is_as(wanted: dict[str, Any], row: Row[Any]) -> bool:
    """Whether readers would see no difference; `updated` and the revision go on in any case."""
    ignored = ("updated", "revision")
    return all(wanted[name] == value for name, value in _columns(row).items() if name not in ignored)
