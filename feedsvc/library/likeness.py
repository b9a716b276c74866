"""What a file that was read has to do with what is known of its article: pure functions of a Draft and a row."""

from typing import Any

from msgspec.structs import replace
from sqlalchemy import Row

from feedsvc.library import dates
from feedsvc.library.parsing import ParsedFile
from feedsvc.model.selection import visibility_span
from feedsvc.store import ledger

TELLING, LONG = 200, 400
"""Characters of a text that says something of whose it is, and of one that no two articles have by chance."""


def is_probable_rename(row: Row[Any], draft: ParsedFile) -> bool:
    """Whether the file may be that of `row`, renamed and edited in one go: of headline, date and text, two are the
    same, or a long text is. A few words are no text: they are found below many headlines of one day."""
    copy = draft.copy
    text = row.body == copy.body and len(copy.body) >= TELLING
    same = (text, ledger.copy_of(row).title == copy.title, row.published == draft.first.published)
    return sum(same) > 1 or (text and len(copy.body) >= LONG)


def differs_to_readers(row: Row[Any], values: dict[str, Any]) -> bool:
    """Whether readers will see another article than that of `row` when it has `values`."""
    names = ("fingerprint", "slug", "published", "opens", "closes", "paged")
    return any(getattr(row, name) != values[name] for name in names) or row.copy_ != values["copy"]


def is_unchanged(before: Row[Any] | None, draft: ParsedFile) -> bool:
    """Whether the file says what it said `before`; when it may be seen has to be the same in any case."""
    if before is None:
        return False
    copy = draft.copy
    span = ledger.visibility_columns(visibility_span(copy, copy.published or ledger.instant(before.published)))
    if (before.opens, before.closes) != (span["opens"], span["closes"]):
        return False
    return (before.copy_, before.body) == (draft.kept, draft.body) or not draft.edited


def as_adopted(draft: ParsedFile, known: Row[Any] | None) -> ParsedFile:
    """With the link and the date under which readers know it from another system; a new date in the file overrules."""
    if known is None:
        return draft
    copy = draft.copy
    same = (ledger.seconds(copy.published) if copy.published else None) == known.said
    dated = ledger.instant(known.dated) if same and known.dated is not None else copy.published
    copy = replace(copy, url=copy.url or known.link, published=dated)
    kept = ledger.encode(replace(copy, body=""))
    paged = draft.paged and (not copy.url or "/articles/" in copy.url)
    return draft._replace(kept=kept, fingerprint=dates.fingerprint(copy), paged=paged)
