"""Why an article is, or is not, in a feed: what the ledger and the plan say at one instant."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec.structs import fields, replace
from sqlalchemy import Connection, Row

from feedsvc.model.article import Article, ArticleCopy, Status
from feedsvc.model.explanation import Explanation, NotFound, Verdict
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format
from feedsvc.model.identity import key_of, normalised_id
from feedsvc.model.plan import FeedPlan, Plan
from feedsvc.model.problem import Problem
from feedsvc.model.selection import Selection
from feedsvc.model.urls import document_path
from feedsvc.publisher.feeds import Composer
from feedsvc.publisher.rules import irrelevant_reason
from feedsvc.store import history, ledger, revisions
from feedsvc.store.problems import all_problems
from feedsvc.store.schema import articles


def explain(
    connection: Connection, plan: Plan, formats: Mapping[str, Format], now: datetime, *, article: str, feed: str = ""
) -> Explanation:
    """`article` is a path below the articles folder, an id, a key or a URL; `feed` a feed's path, or empty for all.

    Raises Unknown for an article or a feed that there is not.
    """
    row = _find(connection, plan, article)
    if row is None:
        return _quarantined(connection, plan, formats, now, article, feed)
    return _Inquiry(connection, plan, formats, now, row).explain(feed)


class _Inquiry:
    """About one article."""

    def __init__(
        self, connection: Connection, plan: Plan, formats: Mapping[str, Format], now: datetime, row: Row[Any]
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._filenames = {form.filename for form in formats.values()}
        self._now = now
        self._row = row
        self._copy = ledger.copy_of(row)
        self._composer = Composer(connection, plan, formats, now)
        self._problems = all_problems(connection)

    def explain(self, feed: str) -> Explanation:
        closed = self._closed()
        own = {own.path: own for own in self._plan.feeds}
        verdicts = []
        for path in known_feeds(self._composer, self._plan, self._filenames, feed):
            held, reason = (False, closed) if closed else self._own(own[path]) if path in own else self._section(path)
            verdicts.append(Verdict(feed=path, included=held, reason=reason, served=self._served(path)))
        name = f"{self._copy.title} ({self._row.path or 'no file'}, id {self._row.id}, key {self._row.key})"
        return Explanation(article=name, note=self._note(), verdicts=tuple(verdicts))

    def _served(self, feed: str) -> str:
        last = history.last_served(self._connection, feed, self._row.key)
        if last is None:
            return ""
        made = ledger.instant(last.updated)
        noted = (each.number for each in revisions.of(self._connection, self._row.number) if each.made <= made)
        number = max(noted, default=1)
        if last.until is None:
            return f"revision {number} of {_shown(last.updated)} is served"
        return f"revision {number} of {_shown(last.updated)} was served last, until {_shown(last.until)}"

    # --- for all feeds ------------------------------------------------------------------------------------------------

    def _closed(self) -> str:
        """Why no feed may have it; empty if it is open."""
        row, copy, now = self._row, self._copy, ledger.seconds(self._now)
        if row.path is None:
            return f"withdrawn by removal: its file is gone{_since(row.withdrawn)}"
        if copy.status is not Status.USABLE:
            return "it is a draft" if copy.status is Status.DRAFT else f"withdrawn by its status{_since(row.withdrawn)}"
        if row.closes == row.opens and self._rolled_back():
            return f"taken out by the {self._rolled_back()}"
        if row.opens > now:
            why = "embargo until" if _is_embargo(copy, row) else "dated in the future, so not before"
            return f"{why} {_shown(row.opens)}"
        return f"expired {_shown(row.closes)}" if row.closes <= now else ""

    def _note(self) -> str:
        """A file that can no longer be read keeps its last good version published; so does a rollback."""
        bad = [each for each in self._problems if each.place == self._row.path and not each.warning]
        if bad:
            return f"the file as it is now is quarantined, its last good version stays: {_because(bad[0])}"
        rollback = self._rolled_back()
        return f"it is as after the {rollback}, until its file changes or that is released" if rollback else ""

    def _rolled_back(self) -> str:
        """The rollback that holds for the article, if one does."""
        standing = history.standing(self._connection)
        if standing is None or history.pinned_version(self._connection, self._row.number) is None:
            return ""
        return f"rollback to edition {standing.edition} of {standing.since.isoformat(timespec='seconds')}"

    # --- for one feed -------------------------------------------------------------------------------------------------

    def _section(self, path: str) -> tuple[bool, str]:
        section = path.strip("/")
        mine = sorted(ledger.sections_of(self._connection, self._row.number) - {""})
        if section and section not in mine:
            return False, f"not in that section; it is in {', '.join(mine) or 'none'}"
        return self._place(self._composer.section_feed(section), self._plan.policy(section).limit)

    def _own(self, plan: FeedPlan) -> tuple[bool, str]:
        form = self._composer.format(plan)
        if why := irrelevant_reason(form.profile, self._composer.normalised(self._copy), plan.options):
            return False, f"not for {form.name}: {why}"
        for name, value in _conditions(plan.selection):
            if not self._composer.matches(replace(plan, selection=Selection(**{name: value})), self._copy):
                return False, f"the feed's selection: {_condition(name, value)}"
        own = self._composer.custom_feed(plan)
        for each in own.judged:
            if each.article.key == self._row.key and each.broken:
                return False, "; ".join(how for how, _ in each.broken)
        window = form.profile.max_age
        if window and self._row.published <= ledger.seconds(self._now) - window:
            return False, f"older than the {window // 3600} hours that {form.name} looks back"
        return self._place(own.feed, plan.policy.limit)

    def _place(self, feed: Feed, limit: int) -> tuple[bool, str]:
        """Where it stands among the feed's articles, or since when these are full without it."""
        keys = [each.key for each in feed.articles]
        if self._row.key in keys:
            number = keys.index(self._row.key)
            failed = [each for each in self._problems if _is_of(each, feed, feed.articles[number])]
            return (False, failed[0].reason) if failed else (True, f"item {number + 1} of {len(keys)}")
        if len(keys) < limit:
            return False, f"it left the window of {limit} articles, and does not come back"
        oldest = min((each.published for each in feed.articles), default=self._now)
        return (
            False,
            f"the window of {limit} is full since {oldest.isoformat()}; it is of {_shown(self._row.published)}",
        )


def known_feeds(composer: Composer, plan: Plan, filenames: set[str], wanted: str) -> list[str]:
    """The feeds that are asked about: all, or the one `wanted`. Who names one form of a section's feed means them all.

    Raises Unknown for one that there is not.
    """
    known = [document_path(path, "") for path in composer.titles] + [own.path for own in plan.feeds]
    if not wanted:
        return known
    named = f"/{_path(wanted).lstrip('/')}"
    folder, _, name = named.rpartition("/")
    for path in (named, f"{named.rstrip('/')}/", f"{folder}/" if name in filenames else ""):
        if path in known:
            return [path]
    raise NotFound(f"there is no feed {wanted}; there are {', '.join(known)}")


def _path(wanted: str) -> str:
    """Of a feed's URL, on whichever of the site's hosts, its path; anything else as it is."""
    try:
        return unquote(urlsplit(wanted).path) if wanted.startswith(("http://", "https://")) else wanted
    except ValueError:
        return wanted


def _is_of(problem: Problem, feed: Feed, article: Article) -> bool:
    """Whether a format could not render `article` for `feed`."""
    return problem.place == feed.path and article.url in problem.reason and not problem.warning


def _conditions(selection: Selection) -> Iterator[tuple[str, Any]]:
    for field in fields(Selection):
        if value := getattr(selection, field.name):
            yield field.name, value


def _condition(name: str, value: Any) -> str:
    """As config.toml has it."""
    shown = value if isinstance(value, str) else ", ".join(value)
    return f"{name.replace('without_', 'exclude ')} {shown}"


# --- which article ----------------------------------------------------------------------------------------------------


def _find(connection: Connection, plan: Plan, wanted: str) -> Row[Any] | None:
    for where in _meanings(plan, wanted):
        if row := ledger.find(connection, **where):
            return row
    return _by_address(connection, wanted) if "://" in wanted else None


def _meanings(plan: Plan, wanted: str) -> Iterator[dict[str, str]]:
    yield {"path": wanted}
    yield {"key": wanted}
    place = unquote(urlsplit(wanted).path) if "://" in wanted else wanted
    parts = place.strip("/").split("/")
    if parts[0] == "articles" and len(parts) > 1:
        yield {"path": "/".join(parts[1:])}
        yield {"key": parts[1]}
    yield {"fold": normalised_id(plan.authority, wanted)}  # an id
    yield {"key": key_of(wanted)}  # a path whose file is gone


def _by_address(connection: Connection, address: str) -> Row[Any] | None:
    """Articles that have a URL elsewhere: there is no index of those, and this is not asked often."""
    for number, encoded in connection.execute(articles.select().with_only_columns(articles.c.number, articles.c.copy)):
        if ledger.decode(encoded).url == address:
            return ledger.find(connection, number=number)
    return None


def _quarantined(
    connection: Connection, plan: Plan, formats: Mapping[str, Format], now: datetime, wanted: str, feed: str
) -> Explanation:
    """A file that was never read well is in no feed, and its name is all that is known of it."""
    bad = [each for each in all_problems(connection) if each.place == wanted and not each.warning]
    if not bad:
        raise NotFound(
            f"no article has the path, id, key or URL {wanted}; a new file is known after the next regeneration"
        )
    composer = Composer(connection, plan, formats, now)
    feeds = known_feeds(composer, plan, {form.filename for form in formats.values()}, feed)
    reason = f"quarantined: {_because(bad[0])}"
    return Explanation(
        article=wanted, verdicts=tuple(Verdict(feed=path, included=False, reason=reason) for path in feeds)
    )


def _since(when: int | None) -> str:
    return "" if when is None else f" since {_shown(when)}"


def _because(problem: Problem) -> str:
    return f"{problem.reason} ({problem.remedy})" if problem.remedy else problem.reason


def _is_embargo(copy: ArticleCopy, row: Row[Any]) -> bool:
    return copy.embargo is not None and ledger.seconds(copy.embargo) == row.opens


def _shown(seconds: int) -> str:
    return ledger.instant(seconds).isoformat()
