"""Decides what becomes of an article when its file has been read. Pure functions: values in, values out."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc.library import dates, lifecycle
from feedsvc.library.context import UpdateTime
from feedsvc.library.fingerprint import FieldHashes, fingerprint
from feedsvc.library.parsing import ParsedFile
from feedsvc.model import codec
from feedsvc.model.codec import FOREVER
from feedsvc.model.identity import Identity
from feedsvc.model.problem import Problem
from feedsvc.model.selection import visibility_span
from feedsvc.store.entries import AdoptedIdentity, ArticleVersion, LedgerHead
from feedsvc.store.ledger_transfer import UNKNOWN
from feedsvc.store.memberships import Membership
from feedsvc.store.revisions import Revision


class KnownArticle(NamedTuple):
    """The facts about a file's known article that the decision needs."""

    head: LedgerHead
    sections: Mapping[str, int]
    """Section path to the second since when the article has been there."""
    rolled_back_from: ArticleVersion | None = None
    """The version in the file at the rollback; None if the article is not rolled back."""
    hashes: FieldHashes | None = None
    """The hashes of the visible fields; None if they are not needed."""


class StaysRolledBack(NamedTuple):
    """The result for a file that has not changed since the rollback: only its path and digest are recorded."""

    path: str
    digest: str
    warnings: tuple[Problem, ...] = ()
    """The warnings, as in ArticleChange."""

    def columns(self) -> dict[str, object]:
        """The columns of the ledger that change."""
        return {"path": self.path, "digest": self.digest, "last_path": None}


class ArticleChange(NamedTuple):
    """The new state of a known article. Instants are seconds."""

    file: ParsedFile
    published: int
    opens: int
    closes: int
    available: int
    shown: bool
    phase: int
    updated: int
    revision: int
    withdrawn: int | None
    stays: Mapping[str, int]
    """Sections in which the article keeps its place: section path to the second since when it has been there."""
    revisions: tuple[Revision, ...]
    """Changes that a reader may have seen; two with one number are recorded as one."""
    withdraws: bool
    """True if the article is withdrawn from the sections in which it was."""
    reinstates: bool
    """True if an earlier withdrawal is cancelled."""
    is_visible: bool
    """True if readers see a difference, so the version before is kept for a rollback."""
    warnings: tuple[Problem, ...]
    """Warnings about an id or a date in the file that contradicts what readers were shown."""

    def columns(self) -> dict[str, object]:
        """The columns of the ledger that change."""
        names = ("published", "opens", "closes", "available", "shown", "phase", "updated", "revision", "withdrawn")
        return file_columns(self.file) | {name: getattr(self, name) for name in names}


def file_columns(file: ParsedFile) -> dict[str, object]:
    """The columns of the ledger that are filled from a file."""
    return {
        "path": file.path,
        "last_path": None,
        "digest": file.digest,
        "fingerprint": file.fingerprint,
        "slug": file.slug,
        "encoded_copy": file.encoded_copy,
        "body": file.body,
        "has_own_page": file.has_own_page,
    }


# --- a new article ----------------------------------------------------------------------------------------------------


def new_columns(file: ParsedFile, identity: Identity, time: UpdateTime) -> dict[str, object]:
    """All columns of a new article with the `identity`."""
    first = file.initial_dates
    return {
        **file_columns(file),
        **first._asdict(),
        **identity._asdict(),
        "shown": False,
        "phase": lifecycle.phase_at(first.opens, first.closes, codec.seconds(time.now)),
        "revision": 1,
        "first_seen": codec.seconds(time.now),
        "available": available_since(first.published, first.opens, time),
    }


def available_since(published: int, opens: int, time: UpdateTime) -> int:
    """The second since when an article that nobody has seen is available here.

    Never before readers could see it, so that they do not miss an article with an older date; but its own date if it is
    part of the first publication.
    """
    now = codec.seconds(time.now)
    if now < opens < FOREVER:
        return max(opens, time.since)
    return published if time.first and opens <= now else time.since


def first_membership(number: int, file: ParsedFile, identity: Identity, time: UpdateTime) -> Membership:
    """The place of the new article `number` with the `identity` in its sections."""
    first = file.initial_dates
    available = available_since(first.published, first.opens, time)
    return Membership(number, available, first.published, identity.id, file.sections, {})


# --- a known article --------------------------------------------------------------------------------------------------


def with_known(file: ParsedFile, head: LedgerHead, adopted: AdoptedIdentity | None) -> ParsedFile:
    """`file` with what it leaves out and readers know of the article `head`: see `as_adopted`; and its headline."""
    return _named_as_before(as_adopted(file, adopted), head)


def _named_as_before(file: ParsedFile, head: LedgerHead) -> ParsedFile:
    """`file` with the headline and slug of the known article, if it has no headline: a withdrawal (kill) need not
    repeat it."""
    if file.has_title:
        return file
    named = replace(codec.decode(file.encoded_copy), title=head.copy.title)
    return file._replace(encoded_copy=codec.encode(named), slug=head.slug, hashes=None)


def as_adopted(file: ParsedFile, adopted: AdoptedIdentity | None) -> ParsedFile:
    """`file` with the link and the date that readers know from another system, unless its own date was changed since.
    If `adopted` is None, nothing was adopted, and `file` is returned unchanged."""
    if adopted is None:
        return file
    copy = file.copy
    same = (codec.seconds(copy.published) if copy.published else None) == adopted.file_date
    dated = codec.instant(adopted.published) if same and adopted.published is not None else copy.published
    copy = replace(copy, url=copy.url or adopted.link, published=dated)
    return file._replace(
        encoded_copy=codec.encode(replace(copy, body="")),
        fingerprint=fingerprint(copy),
        has_own_page=file.has_own_page and (not copy.url or "/articles/" in copy.url),
        hashes=file.hashes and file.hashes.with_url(copy.url),
    )


def needs_hashes(file: ParsedFile, head: LedgerHead) -> bool:
    """True if the file's content has changed, so that the hashes before and after are needed."""
    return head.fingerprint not in (file.fingerprint, UNKNOWN)


def decide(file: ParsedFile, known: KnownArticle, time: UpdateTime) -> ArticleChange | StaysRolledBack:
    """The change of the `known` article. If `needs_hashes`, both `file` and `known` must have them."""
    if is_unchanged(known.rolled_back_from, file):
        return StaysRolledBack(file.path, file.digest, warnings(file, known.head, time.now))
    head, copy, now, told = known.head, file.copy, time.now, time.told
    published = dates.published(copy, head, file.modified, now)
    span = codec.visibility_columns(visibility_span(copy, copy.published or published))
    shown = dates.was_shown(head, now)
    changed = known.hashes.changed(file.hashes) if known.hashes and file.hashes else ()
    touched = file.modified if file.edited else None
    updated = dates.updated(copy, head, published, touched if changed else None, now, told)
    revision = lifecycle.next_revision(head, changed, updated if touched else told, now)
    status = lifecycle.apply_status(head, copy.status, span["opens"], codec.seconds(updated), now, told)
    revisions = tuple(each for each in (revision, status.revision) if each)
    change = ArticleChange(
        file=file,
        published=codec.seconds(published),
        opens=span["opens"],
        closes=span["closes"],
        available=head.available if shown else available_since(codec.seconds(published), span["opens"], time),
        shown=shown,
        phase=lifecycle.next_phase(head, **span, clock=time.clock),
        updated=status.updated,
        revision=revisions[-1].number if revisions else head.revision,
        withdrawn=status.withdrawn,
        stays=known.sections if shown else {},
        revisions=revisions,
        withdraws=status.withdraws,
        reinstates=status.reinstates,
        is_visible=False,
        warnings=warnings(file, head, now),
    )
    return change._replace(is_visible=differs_to_readers(head, change))


def differs_to_readers(head: LedgerHead, change: ArticleChange) -> bool:
    """True if readers see a difference between `head` and the article after `change`."""
    file = change.file
    before = head.fingerprint, head.slug, head.has_own_page, head.encoded_copy, head.published, head.opens, head.closes
    after = (
        file.fingerprint,
        file.slug,
        file.has_own_page,
        file.encoded_copy,
        change.published,
        change.opens,
        change.closes,
    )
    return before != after


def is_unchanged(before: ArticleVersion | None, file: ParsedFile) -> bool:
    """True if the article may be seen for the same period as `before`, and the file has the same content or was not
    edited since. False if `before` is None."""
    if before is None:
        return False
    copy = file.copy
    span = codec.visibility_columns(visibility_span(copy, copy.published or codec.instant(before.published)))
    if (before.opens, before.closes) != (span["opens"], span["closes"]):
        return False
    return (before.encoded_copy, before.body) == (file.encoded_copy, file.body) or not file.edited


# --- warnings ---------------------------------------------------------------------------------------------------------


def warnings(file: ParsedFile, head: LedgerHead, now: datetime) -> tuple[Problem, ...]:
    """The warnings about an id or a date in the file that contradicts what readers were shown, which stays."""
    return (*_other_id(file, head), *_other_date(file, head, now))


def _other_id(file: ParsedFile, head: LedgerHead) -> tuple[Problem, ...]:
    if file.id in ("", head.id):
        return ()
    reason = f"the file now says id {file.id!r}, but readers know the article as {head.id!r}, which stays"
    remedy = "take the id out of the file, or publish it as a new file"
    return (Problem(place=file.path, reason=reason, remedy=remedy, warning=True),)


def _other_date(file: ParsedFile, head: LedgerHead, now: datetime) -> tuple[Problem, ...]:
    if file.version:  # versions of an item have dates of their own
        return ()
    said = file.copy.published
    if said is None or codec.seconds(said) == head.published or not dates.was_shown(head, now):
        return ()
    told = codec.instant(head.published).isoformat()
    reason = f"its date is now {said.isoformat()}, but readers were told {told}, which stays"
    remedy = "put the date back; say with `updated` when it changed"
    return (Problem(place=file.path, reason=reason, remedy=remedy, warning=True),)
