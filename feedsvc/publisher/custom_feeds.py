"""The operator's own feeds as they are printed: what each holds, in how many documents, and until when."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.model.document import Document
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.plan import FeedPlan
from feedsvc.model.problem import Problem
from feedsvc.publisher import render
from feedsvc.publisher.feeds import Composer
from feedsvc.publisher.paging import pages, render_within_size
from feedsvc.publisher.rules import JudgedFeed, feed_warnings, problems
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store import documents, ledger, notes, pending


def print_feed(
    printer: EditionWriter, form: Format, feed: Feed, path: str, max_age: int = 0, *, shelved: bool = False
) -> tuple[Problem, ...]:
    """Print `feed` as one document. Where the format fails, the last good one stays. `max_age` is the feed's if 0."""
    kind, age = f"{form.type}; charset=utf-8", max_age or feed.interval
    if printer.is_current(path, kind, age, feed):
        return ()
    body, found = render_within_size(form, feed, render.render)
    if body is not None:
        document = Document(path=path, type=kind, body=body, max_age=age, shelved=shelved)
        printer.write(document, None if found else feed)  # what is complained of is so as long as it is so
    return found


class CustomFeeds:
    """The feeds of `plans` in one publication at `now`, in seconds."""

    def __init__(self, connection: Connection, plans: Iterable[FeedPlan], printer: EditionWriter, now: int) -> None:
        self._connection = connection
        self._plans = tuple(plans)
        self._tokens = {plan.path: plan.token for plan in self._plans}
        self._paths = self._tokens.keys()
        self._printer = printer
        self._now = now
        self._turns: dict[str, int] = notes.get(connection, "turns", {})
        self.due: set[str] = set()
        """Those out of which an article falls, as it has stood in them as long as the partner wants, or that were put
        off."""

    def begin(self, *, whole: bool) -> None:
        """Where an archive is not `whole` yet, all are put off: what they hold cannot be told."""
        if not whole:
            notes.put(self._connection, notes.AWAITED, [*self._paths])
            self._plans = ()
            return
        due = {path for path, turn in self._turns.items() if turn <= self._now}
        if (awaited := notes.get(self._connection, notes.AWAITED)) is not None:
            due.update(awaited)
            notes.remove(self._connection, notes.AWAITED)
        self.due = due & self._paths

    def among(self, paths: set[str]) -> Iterator[FeedPlan]:
        """Those at `paths` that can be printed."""
        return (plan for plan in self._plans if plan.path in paths)

    def affected(self, composer: Composer, known: set[str]) -> set[str]:
        """The feeds that hold or held what changed; those that are `known` to be printed anyway are left out."""
        plans = [plan for plan in self._plans if plan.path not in known]
        held = {plan.path: set(notes.get(self._connection, f"judged {plan.path}", ())) for plan in plans}
        found: set[str] = set()
        for row in pending.dirty_articles(self._connection) if plans else ():
            copy = ledger.copy_of(row) if row.opens <= self._now < row.closes else None
            for plan in plans:
                if row.number in held[plan.path] or (copy is not None and composer.matches(plan, copy)):
                    found.add(plan.path)
        return found

    def print(self, plan: FeedPlan, form: Format, own: JudgedFeed) -> tuple[Problem, ...]:
        accepted = [number for number, each in zip(own.members, own.judged, strict=False) if each.accepted]
        notes.put(self._connection, f"members {plan.path}", accepted)
        notes.put(self._connection, f"judged {plan.path}", own.members)
        self._turns.pop(plan.path, None)
        if own.turn is not None:
            self._turns[plan.path] = ledger.seconds(own.turn)
        found = list(problems(form.name, plan.path, own.judged))
        found += feed_warnings(form.profile, own.feed)
        parts = pages(form, own.feed)
        for part in parts:
            found += print_feed(self._printer, part.form, part.feed, part.path)
        paths = [part.path for part in parts]
        self._printer.drop(set(self._parts(plan.path)) - set(paths), documents.GONE)
        notes.put(self._connection, f"parts {plan.path}", paths)
        return tuple(found)

    def parts(self) -> set[str]:
        """The paths of all documents."""
        return {part for path in self._paths for part in self._parts(path)}

    def _parts(self, path: str) -> list[str]:
        found: list[str] = notes.get(self._connection, f"parts {path}", [])
        return found

    def next_turn(self, other: datetime | None) -> datetime | None:
        """The earliest instant at which a feed changes by itself, `other` among them."""
        return min([*map(ledger.instant, self._turns.values()), *([other] if other else [])], default=None)

    def close(self) -> None:
        """Keep the turns and the tokens, of feeds that there still are."""
        self._lock()
        self._turns = {path: self._turns[path] for path in sorted(self._turns.keys() & self._paths)}
        notes.put(self._connection, "turns", self._turns)

    def _lock(self) -> None:
        """Tell the servers what opens which documents: with the Edition, so that none is ever served without."""
        tokens = {part: token for path, token in self._tokens.items() if token for part in (path, *self._parts(path))}
        if tokens != notes.get(self._connection, "tokens", {}):
            notes.put(self._connection, "tokens", tokens)
            self._printer.changed += 1  # servers follow an Edition in which something is another
