"""The desk: gives what arrives its identity and its dates, once, and keeps them.

An id never changes once readers have seen it: not by renaming the file, nor by editing headline, slug, section or host.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from feedsvc.library import dates, lifecycle, likeness
from feedsvc.library.matching import Record, ScanState, match, other_date, other_id
from feedsvc.library.parsing import ParsedFile
from feedsvc.model.codec import FOREVER
from feedsvc.model.identity import Identity, id_candidates
from feedsvc.model.problem import Problem
from feedsvc.model.selection import visibility_span
from feedsvc.store import archives, history, ledger, ledger_transfer, memberships, scanned_files
from feedsvc.store.memberships import Membership
from feedsvc.store.windows import Key, is_above

SEARCHED = 20
"""Files that are gone, among which one that is new is looked for: who renames more than that does not edit each."""


class Admission(NamedTuple):
    """The article's number, what is odd about it, and the path that it left, if it was renamed."""

    number: int
    problems: tuple[Problem, ...]
    left: str = ""


class LedgerWriter:
    """`authority` is the `host,year` of the tag URIs that are minted here (RFC 4151)."""

    def __init__(self, authority: str) -> None:
        self._authority = authority

    def upsert(self, connection: Connection, draft: ParsedFile, tour: ScanState) -> Admission:
        """Enter what arrived into the ledger. Raises ForNow where another article has the same id."""
        rows = ledger.candidates(connection, draft.path, draft.key, draft.digest, draft.fold or None)
        row = match(draft, rows, tour) or self._look_alike(connection, draft, tour)
        left = self._move(connection, draft, row, rows, tour)
        problems = draft.problems
        if row is not None and draft.id not in ("", row.id):
            problems = (*problems, other_id(draft.path, draft.id, row.id))
        if row is not None and tour.adopted:
            draft = likeness.as_adopted(draft, ledger_transfer.adopted_by(connection, row.number))
        if row is not None and (told := other_date(draft, row, tour)):
            problems = (*problems, told)
        if row is not None and row.number in tour.pinned:
            if likeness.is_unchanged(history.pinned_version(connection, row.number), draft):
                ledger.change(connection, row.number, {"path": draft.path, "digest": draft.digest})
                return Admission(row.number, problems, left)
            history.unpin(connection, row.number)
        number = self._enter(connection, draft, row, tour)
        scanned_files.name_files(connection, number, draft.files, new=row is None)
        return Admission(number, problems, left)

    def insert_new(self, connection: Connection, drafts: list[ParsedFile], tour: ScanState) -> dict[str, int]:
        """Enter those of `drafts` that are new beyond doubt, all at once; their numbers by path.

        The others, which may be articles that are known, or clash with another, are left to `admit`.
        """
        fresh = _fresh(connection, drafts)
        rows = [_as_new(draft, draft.minted, tour) for draft in fresh]
        numbers = ledger.add_all(connection, rows)
        entered = list(zip(numbers, fresh, strict=True))
        memberships.join_sections(
            connection, [_first_place(number, row, draft) for row, (number, draft) in zip(rows, entered, strict=True)]
        )
        for number, draft in entered:
            if draft.files:
                scanned_files.name_files(connection, number, draft.files, new=True)
            tour.changed_articles.add(number)
            tour.new.add(number)
            tour.changed_sections |= draft.sections.keys()
        return {draft.path: number for number, draft in entered}

    def match_unchanged(self, connection: Connection, drafts: list[ParsedFile], tour: ScanState) -> dict[str, int]:
        """The articles of those of `drafts` that say what the ledger has already, by path.

        Those that are only read anew have to be printed again. What was touched and shows files is not among them:
        these may be others.
        """
        standing = ledger.last_read(connection, [draft.path for draft in drafts])
        known = {}
        for draft in drafts:
            number, told = standing.get(draft.path, (0, None))
            same = told == (draft.digest, draft.fingerprint, draft.slug, draft.kept) and number not in tour.pinned
            if same and not (draft.edited and draft.files):
                known[draft.path] = number
                if not draft.edited:
                    tour.changed_articles.add(number)
        return known

    def remove(self, connection: Connection, number: int, tour: ScanState) -> None:
        """The file is gone: the article leaves its sections. Its identity is kept, in case it comes back."""
        row = ledger.find(connection, number=number)
        if row is not None:
            values: dict[str, object] = {
                "path": None,
                "opens": FOREVER,
                "closes": FOREVER,
                "shown": dates.was_shown(row, tour.now),
            }
            scanned_files.name_files(connection, number, ())
            left = self._leave(connection, number, tour)
            values |= lifecycle.withdraw(connection, row, left, tour.now)
            history.keep(connection, number)
            history.unpin(connection, number)
            ledger.change(connection, number, values)

    # --- who it is ----------------------------------------------------------------------------------------------------

    def _move(
        self, connection: Connection, draft: ParsedFile, row: Record | None, rows: list[Record], tour: ScanState
    ) -> str:
        """Clear the way for `row` to the place of `draft`; the path that it leaves, or empty if it was there."""
        if row is None or row.path == draft.path:
            return ""
        for other in rows:
            if other.path == draft.path:  # it has lost its file to this one, and may yet find another
                ledger.change(connection, other.number, {"path": None})
                tour.lost[other.number] = ""
        tour.lost.pop(row.number, None)
        if row.path is not None:
            scanned_files.forget(connection, row.path)
        return row.path or ""

    def _look_alike(self, connection: Connection, draft: ParsedFile, tour: ScanState) -> Record | None:
        """The one article that has lost its file, and says nearly the same; None if the file gives an id of its own."""
        if draft.id or len(tour.lost) > SEARCHED:
            return None
        lost = (ledger.find(connection, number=number) for number in tour.lost)
        alike = [row for row in lost if row is not None and likeness.is_probable_rename(row, draft)]
        return alike[0] if len(alike) == 1 else None

    def _mint(self, connection: Connection, draft: ParsedFile) -> Identity:
        choices = id_candidates(self._authority, draft.path, draft.id)
        return next(each for each in choices if not ledger.is_taken(connection, each.key, each.fold))

    # --- what it says, and since when ---------------------------------------------------------------------------------

    def _enter(self, connection: Connection, draft: ParsedFile, row: Record | None, tour: ScanState) -> int:
        if row is None:
            minted = self._mint(connection, draft)
            new = _as_new(draft, minted, tour)
            number = ledger.add(connection, new)
            self._place(connection, number, new, draft.sections, {}, tour)
            tour.new.add(number)
            return number
        copy = draft.copy
        published = dates.published(copy, row, draft.modified, tour.now)
        values: dict[str, Any] = _said(draft) | {
            "published": ledger.seconds(published),
            "shown": dates.was_shown(row, tour.now),
            **ledger.visibility_columns(visibility_span(copy, copy.published or published)),
        }
        values["available"] = row.available if values["shown"] else _available(values, tour)
        left = self._leave(connection, row.number, tour)
        self._place(
            connection, row.number, values | {"id": row.id}, draft.sections, left if values["shown"] else {}, tour
        )
        touched = draft.modified if draft.edited else None
        if row.fingerprint not in (draft.fingerprint, ledger_transfer.UNKNOWN):
            values |= lifecycle.revise(connection, row, copy, draft.path, published, touched, tour.now)
        else:
            values["updated"] = ledger.seconds(dates.updated(copy, row, published, None, tour.now))
        values |= lifecycle.apply_status(connection, row, copy, left, values, tour.now)
        if likeness.differs_to_readers(row, values):
            history.keep(connection, row.number)
        ledger.change(connection, row.number, values)
        return int(row.number)

    def _leave(self, connection: Connection, number: int, tour: ScanState) -> dict[str, int]:
        """Take the article out of its sections, which are then to be published anew; since when it stood in each."""
        before = memberships.leave_sections(connection, number)
        tour.changed_sections |= before.keys()
        tour.changed_articles.add(number)
        return before

    def _place(
        self,
        connection: Connection,
        number: int,
        values: dict[str, Any],
        names: dict[str, str],
        before: dict[str, int],
        tour: ScanState,
    ) -> None:
        """Let the article with the columns `values` stand in the sections `names`, in those of `before` in its place.

        Readers of a section that it joins late, or to which it returns, shall not miss it below what they have seen.
        """
        key = Key(values["available"], values["published"], values["id"])
        below = (path for path in names.keys() - before.keys() if not is_above(connection, path, key))
        late = [path for path in below if _is_missed(connection, path, number, returns=not before)]
        since = before | dict.fromkeys(late, tour.since)
        memberships.join_sections(connection, (Membership(number, *key, names, since),))
        tour.changed_sections |= names.keys()
        tour.changed_articles.add(number)


def _fresh(connection: Connection, drafts: list[ParsedFile]) -> list[ParsedFile]:
    """Those for which there is no candidate in the ledger, nor anything in the way of what they would be called."""
    paths = ledger.existing(connection, "path", [draft.path for draft in drafts])
    digests = ledger.existing(connection, "digest", [draft.digest for draft in drafts])
    keys = ledger.existing(connection, "key", {key for draft in drafts for key in (draft.key, draft.minted.key)})
    folds = ledger.existing(connection, "fold", [draft.minted.fold for draft in drafts])
    fresh = []
    for draft in drafts:
        known = draft.path in paths or draft.digest in digests or draft.key in keys
        if not known and draft.minted.key not in keys and draft.minted.fold not in folds:
            keys.add(draft.minted.key)
            folds.add(draft.minted.fold)
            fresh.append(draft)
    return fresh


def _is_missed(connection: Connection, section: str, number: int, *, returns: bool) -> bool:
    """Whether no reader of `section` could ever find the article there, neither in the feed nor in an archive. One that
    `returns` has been in the feed; so it is in an archive, if there are any, unless it was away when it would have gone
    there."""
    if archives.contains(connection, section, number):
        return False
    return not returns or archives.latest(connection, section) is not None


def _said(draft: ParsedFile) -> dict[str, Any]:
    """The columns that hold what the file says."""
    return {
        "path": draft.path,
        "digest": draft.digest,
        "fingerprint": draft.fingerprint,
        "slug": draft.slug,
        "copy": draft.kept,
        "body": draft.body,
        "paged": draft.paged,
    }


def _as_new(draft: ParsedFile, minted: Identity, tour: ScanState) -> dict[str, Any]:
    """All columns of a new article."""
    first = draft.first._asdict()
    own = {"shown": False, "revision": 1, "first_seen": ledger.seconds(tour.now), "available": _available(first, tour)}
    return _said(draft) | first | minted._asdict() | own


def _available(values: dict[str, Any], tour: ScanState) -> int:
    """Since when an article that nobody has seen is to be had here: never before its readers could see it, so that one
    which is dated back is not missed; but by its own date, if it is there from the first."""
    now, opens = ledger.seconds(tour.now), values["opens"]
    if now < opens < FOREVER:
        return max(int(opens), tour.since)
    return int(values["published"]) if tour.first and opens <= now else tour.since


def _first_place(number: int, row: dict[str, Any], draft: ParsedFile) -> Membership:
    """Where a new article with the columns `row` stands."""
    return Membership(number, row["available"], row["published"], row["id"], draft.sections, {})
