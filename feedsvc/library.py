"""The library: all articles, as their files were last read well, and who they are.

A look at the folder reads only the files whose stamps moved. What is read goes to the ledger; what cannot be read is a
Problem, and its last good version stays. Nothing here raises for a file's sake.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from feedsvc.admission import Desk
from feedsvc.changes import FEW, Comparison, Found, Scope, brake, is_suspicious
from feedsvc.crew import BATCH, Crew, Drafted
from feedsvc.drafts import Draft, Drafting, ForNow
from feedsvc.model import Problem
from feedsvc.ports import Unreadable
from feedsvc.progress import Tick, silent
from feedsvc.recognition import Round, Superseded
from feedsvc.stamps import Change
from feedsvc.store import editions, folders, history, identities, ledger, marks, sources
from feedsvc.vanguard import Room, choose, suffices

MANY = 100
"""Hints of which a look makes use; where there are more, it looks at everything."""
_ORIGIN = "the articles folder"
_LATEST = "latest look"
"""The note of when articles were last found; there is none until the first ones are all there."""
_REST = "rest of the archive"
"""The note that only the vanguard is there."""


class Look(NamedTuple):
    """What one look at the folder found."""

    read: int = 0
    gone: int = 0
    unsettled: bool = False
    """Some file was still being written; look again soon."""
    rest: bool = False
    """Only what feeds hold was entered, of an archive that is new; look again at once."""
    whole: bool = True
    """Whether all of an archive that was new is there by now."""


class _Task(NamedTuple):
    """What is asked of one look; as in `Library.look`."""

    now: datetime
    patient: bool
    accept_removals: bool
    everything: bool
    tick: Tick
    whole: bool
    """As in Look, before this one."""


class Library:
    """The articles below the folder of `drafting`; `desk` gives them their identities."""

    def __init__(self, drafting: Drafting, desk: Desk) -> None:
        self.root = drafting.root
        self._drafting = drafting
        self._desk = desk
        self._comparison = Comparison(drafting.root, drafting.reads.suffixes)
        self._missing: set[str] = set()
        self._troubled: set[str] = set()

    def look(
        self,
        connection: Connection,
        now: datetime,
        *,
        hints: frozenset[str] | None = None,
        everything: bool = False,
        patient: bool = True,
        accept_removals: bool = False,
        room: Room | None = None,
        tick: Tick = silent,
    ) -> Look:
        """Bring the ledger up to what lies in the folder at `now`.

        `everything` reads unchanged files again (another configuration may read them otherwise); with `patient`, files
        that are being written wait for the next look; `accept_removals` lets go of however many files are not there.
        `hints` are paths at which something changed, and nowhere else: then only these are looked at, as far as that
        is enough to tell what became of them. With `room`, only the vanguard is read of a large archive that is new.
        """
        whole = self._is_whole(connection)
        task = _Task(now, patient, accept_removals, everything, tick, whole)
        scope = None
        if hints is not None and not everything and len(hints) <= MANY and whole:
            scope = self._comparison.scope_of(connection, hints | self._missing)
        look = self._try(connection, task, scope, room)
        return look._replace(whole=self._is_whole(connection)) if look.rest or not whole else look

    def _is_whole(self, connection: Connection) -> bool:
        return not editions.recall(connection, _REST, False)

    def _try(self, connection: Connection, task: "_Task", scope: Scope | None, room: Room | None) -> Look:
        try:
            if room is not None and (look := self._send_ahead(connection, task, room)) is not None:
                return look
            if scope is not None and (look := self._look(connection, task, scope)) is not None:
                return look
            return self._look(connection, task, None) or Look()
        except OSError as error:
            ledger.replace_problems(connection, _ORIGIN, [self._source_gone(error)])
            return Look()

    def _look(self, connection: Connection, task: "_Task", scope: Scope | None) -> Look | None:
        """None where more than what is in `scope` has to be known."""
        found, tour = Found({}, [], {}), _round(connection, task.now)
        self._troubled = ledger.troubled(connection)
        tour.adopted = identities.anything_adopted(connection)
        tour.pinned = history.pinned_numbers(connection)
        changes = self._comparison.changes(
            connection, found, everything=task.everything, accepted=task.accept_removals, scope=scope
        )
        with Crew(self._drafting, task.now) as crew:
            read, later = self._take_new(connection, crew.draft(self._settled(changes, task)), tour, task, found)
        tour.former = {change.path: change.former for change in later if change.former}
        tour.former |= {change.path: change.former for change in self._comparison.waiting if change.former}
        tour.lost = {number: path for path, number in found.vanished.items() if number is not None}
        if scope is not None and (found.problems or len(tour.lost) > FEW):
            return None
        self._take_all(connection, later, tour, task, read)
        gone = self._let_go(connection, tour, found, self._comparison.waiting, task.accept_removals)
        self._note_news(connection, tour)
        if scope is not None and found.problems:
            return None
        came = read + len(later) > 0
        if scope is None:
            ledger.replace_problems(connection, _ORIGIN, found.problems)
            folders.keep(connection, found.sights)
            if not (task.whole or found.vanished):  # nor was the folder emptied meanwhile
                editions.forget(connection, _REST)
                came = True
        if came and not (tour.first and self._comparison.waiting):
            editions.remember(connection, _LATEST, tour.since)
        return Look(read + len(later), gone, bool(self._comparison.waiting))

    def _settled(self, changes: Iterator[Change], task: "_Task") -> Iterator[Change]:
        return (change for change in changes if not task.patient or self._comparison.is_settled(change, task.now))

    def _send_ahead(self, connection: Connection, task: "_Task", room: Room) -> Look | None:
        """None where the ledger knows of articles already, or there is no vanguard to send."""
        tour = _round(connection, task.now)
        if not (tour.first and ledger.is_empty(connection)):
            return None
        with Crew(self._drafting, task.now) as crew:
            chosen = choose(crew, self._settled(self._comparison.all_new(), task), room, task.tick)
            read, _ = self._take_new(connection, crew.draft(chosen), tour, task, Found({}, [], {}))
        if not suffices(chosen, read):
            return None
        editions.remember(connection, _REST, True)
        return Look(read, rest=True)

    # --- what came ----------------------------------------------------------------------------------------------------

    def _take_new(
        self, connection: Connection, drafts: Iterable[list[Drafted]], tour: Round, task: "_Task", found: Found
    ) -> tuple[int, list[Change]]:
        """Admit what is new beyond doubt, and pass what says the same as before, while the folder is still being
        walked; how many, and the changes left.

        A known file that says something else waits for the end: its article may lie elsewhere by now, and so under new
        paths. So do a few new ones where others are gone: these may be the same, renamed and edited.
        """
        read = 0
        later: list[Change] = []
        for drafted in drafts:
            doubtful = len(drafted) < BATCH and found.vanished  # in the last ones: by then all that is gone is known
            new = [draft for change, draft in drafted if draft and not (change.former or doubtful)]
            old = [draft for change, draft in drafted if draft and change.former]
            admitted = self._desk.admit_new(connection, new, tour)
            same = self._desk.recognise(connection, [each for each in old if each.path not in self._troubled], tour)
            self._note_stamps(connection, drafted, admitted, same)
            done = admitted.keys() | same.keys()
            self._note_problems(connection, [draft for _, draft in drafted if draft and draft.path in done])
            later.extend(change for change, _ in drafted if change.path not in done)
            self._note_news(connection, tour)
            read += len(done)
            task.tick("files read", read, 0)
        return read, later

    def _note_news(self, connection: Connection, tour: Round) -> None:
        marks.put(connection, tour.dirty, tour.stale)
        if not tour.first:
            history.keep_absent(connection, tour.new)
        tour.dirty.clear()
        tour.new.clear()

    def _note_stamps(
        self, connection: Connection, drafted: list[Drafted], admitted: dict[str, int], same: dict[str, int]
    ) -> None:
        """Of the files of `admitted` and of `same`, articles by path."""
        numbers = same | admitted
        touched = [change for change, _ in drafted if change.path in numbers and change.edited]
        sources.see(connection, *((change.path, change.stamp, numbers[change.path]) for change in touched))

    def _note_problems(self, connection: Connection, drafts: list[Draft]) -> None:
        for draft in drafts:
            if draft.problems or draft.path in self._troubled:
                ledger.replace_problems(connection, draft.path, draft.problems)

    def _take_all(self, connection: Connection, changes: list[Change], tour: Round, task: "_Task", before: int) -> None:
        """New paths first, each followed by the path that its article left: so a file that was renamed is known again
        before another one, which lies in its old place now, is taken for it."""
        waiting = {change.path: change for change in sorted(changes, key=lambda change: (bool(change.former), change))}
        while waiting:
            path = next(iter(waiting))
            while path in waiting:
                path = self._take(connection, waiting.pop(path), tour)
                task.tick("files read", before + len(changes) - len(waiting), before + len(changes))

    def _take(self, connection: Connection, change: Change, tour: Round) -> str:
        """Read one file and hand it to the desk; the path that its article left. What is wrong stays with the file."""
        article, left, stamp = None, "", change.stamp
        try:
            article, problems, left = self._desk.admit(connection, self._drafting.draft(change, tour.now), tour)
        except Unreadable as trouble:
            problems = () if isinstance(trouble, Superseded) else (trouble.problem(change.path),)
            kept = ledger.find(connection, path=change.path)
            article = kept.number if kept else None
            # A stamp that no file has: it is tried again though it does not change.
            stamp = f"{change.entry} again" if isinstance(trouble, ForNow) else change.stamp
        sources.see(connection, (change.path, stamp, article))
        if problems or change.path in self._troubled:
            ledger.replace_problems(connection, change.path, problems)
        tour.former.pop(change.path, None)
        return left

    # --- what went ----------------------------------------------------------------------------------------------------

    def _let_go(self, connection: Connection, tour: Round, found: Found, waiting: list[Change], accepted: bool) -> int:
        """Take the articles of lost files out, unless there are suspiciously many; forget files that never were any."""
        for number in [number for number, path in tour.lost.items() if not path]:
            self._desk.release(connection, number, tour)
            del tour.lost[number]
        lost = self._really_lost(tour.lost, waiting)
        for path in (path for path, number in found.vanished.items() if number is None):
            sources.forget(connection, path)
        if not lost:
            return 0
        held = ledger.held(connection) if len(lost) > FEW else ledger.held(connection, FEW + 1)
        # All that there was, unless it was one: who has a single article must be able to take it back.
        if not accepted and (len(lost) >= held > 1 or is_suspicious(len(lost), held)):
            reason = f"{len(lost)} of {held} articles are not there any more; they stay published"
            found.problems.append(brake(str(self.root), reason))
            return 0
        for number, path in lost.items():
            self._desk.release(connection, number, tour)
            sources.forget(connection, path)
        return len(lost)

    def _really_lost(self, lost: dict[int, str], waiting: list[Change]) -> dict[int, str]:
        """A file that went while a new one is written may be that one, renamed: it is waited for, for one look."""
        before, self._missing = self._missing, set()
        if all(change.former for change in waiting):
            return lost
        self._missing = {path for path in lost.values() if path not in before}
        return {number: path for number, path in lost.items() if path in before}

    def _source_gone(self, error: OSError) -> Problem:
        return Problem(
            place=str(self.root),
            reason=f"the articles folder cannot be read: {error.strerror}; what was published stays",
            remedy="mount it, or correct [articles] path",
        )


def _round(connection: Connection, now: datetime) -> Round:
    latest = editions.recall(connection, _LATEST)
    return Round(now, since=max(ledger.seconds(now), (latest or 0) + 1), first=latest is None)
