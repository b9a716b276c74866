"""Invented articles as values, for laws that need neither disk nor store."""

from datetime import UTC, datetime

from msgspec.structs import replace

from feedsvc.library.fingerprint import fingerprint
from feedsvc.library.parsing import InitialDates, ParsedFile
from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy
from feedsvc.model.identity import key_of, mint
from feedsvc.model.selection import visibility_span
from feedsvc.store.entries import LedgerEntry

AUTHORITY = "news.example,2026"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DATED = datetime(2026, 11, 19, 8, tzinfo=UTC)
COPY = ArticleCopy(title="Ferry late", body="The ferry was late again.", published=DATED)


def parsed(copy: ArticleCopy = COPY, path: str = "a.md", modified: datetime = DATED) -> ParsedFile:
    """The file at `path` that says `copy`, read at NOON."""
    published = copy.published or modified
    identity = mint(AUTHORITY, path, copy.id)
    seconds = codec.seconds(published)
    return ParsedFile(
        path=path,
        identity_signature=f"of {path}",
        digest=fingerprint(copy),
        modified=modified,
        encoded_copy=codec.encode(replace(copy, body="")),
        body=copy.body,
        has_own_page=not copy.url,
        media=(),
        problems=(),
        key=key_of(path),
        id=copy.id,
        normalised_id=identity.normalised_id if copy.id else "",
        fingerprint=fingerprint(copy),
        slug="article",
        sections={"": ""},
        initial_dates=InitialDates(seconds, seconds, **codec.visibility_columns(visibility_span(copy, published))),
        identity=identity,
    )


def entry(number: int = 1, copy: ArticleCopy = COPY, path: str = "a.md", **values: object) -> LedgerEntry:
    """The ledger's entry of the file at `path` that says `copy`, shown to readers; with other `values`."""
    file = parsed(copy, path)
    first = file.initial_dates
    known = LedgerEntry(
        number=number,
        id=file.identity.id,
        normalised_id=file.identity.normalised_id,
        key=file.identity.key,
        path=path,
        slug=file.slug,
        first_seen=first.published,
        published=first.published,
        available=first.published,
        updated=first.updated,
        revision=1,
        fingerprint=file.fingerprint,
        digest=file.digest,
        opens=first.opens,
        closes=first.closes,
        shown=True,
        phase=0,
        has_own_page=file.has_own_page,
        withdrawn=None,
        encoded_copy=file.encoded_copy,
        checksum=None,
        last_path=None,
        body=file.body,
    )
    return replace(known, **values)
