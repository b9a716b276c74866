"""Hashes of what readers see of an article. Dates, sections and tags are not part of it."""

from hashlib import blake2b
from typing import NamedTuple

import msgspec

from feedsvc.model.article import ArticleCopy
from feedsvc.model.excerpt import excerpt

VISIBLE_FIELDS = ("title", "summary", "body", "url", "language", "correction", "authors", "media")
_SIZE = 8
"""Bytes of the hash of one field."""


def fingerprint(copy: ArticleCopy) -> str:
    """The hash of the visible content of a file: the same for equal files in any folder."""
    return blake2b(msgspec.json.encode(_visible(copy)), digest_size=16).hexdigest()


def changed_fields(before: ArticleCopy, after: ArticleCopy) -> tuple[str, ...]:
    """The names of the visible fields whose source text differs between two copies, sorted."""
    compared = zip(VISIBLE_FIELDS, _visible(before), _visible(after), strict=True)
    return tuple(sorted(name for name, old, new in compared if old != new))


def _visible(copy: ArticleCopy) -> tuple[object, ...]:
    text = (copy.body, copy.markup)
    media = copy.publishable_media
    return copy.title, copy.summary, text, copy.url, copy.language, copy.correction, copy.authors, media


class FieldHashes(NamedTuple):
    """One hash for each visible field; the body is hashed as HTML, since the same text can be written in many ways."""

    title: bytes
    summary: bytes
    """The hash of the summary, or of the excerpt from the text if the file gives none."""
    body: bytes
    url: bytes
    language: bytes
    correction: bytes
    authors: bytes
    media: bytes
    has_summary: bool
    """True if the file gives a summary."""

    def changed(self, after: "FieldHashes") -> tuple[str, ...]:
        """The names of the fields in which a reader sees a difference, sorted."""
        found = [name for name in VISIBLE_FIELDS if getattr(self, name) != getattr(after, name)]
        if "summary" in found and not (self.has_summary or after.has_summary):
            found.remove("summary")  # both are excerpts: the change is one of the body
        return tuple(sorted(found))

    def with_url(self, url: str) -> "FieldHashes":
        """The hashes of the same article at another URL."""
        return self._replace(url=_hash(url))

    def encode(self) -> bytes:
        """The hashes as the ledger keeps them."""
        return b"".join(self[:-1]) + bytes([self.has_summary])

    @classmethod
    def decode(cls, encoded: bytes) -> "FieldHashes":
        """The inverse of `encode`. Raises ValueError for anything else."""
        if len(encoded) != _SIZE * len(VISIBLE_FIELDS) + 1:
            raise ValueError("these are no hashes of an article's fields")
        parts = (encoded[start : start + _SIZE] for start in range(0, len(encoded) - 1, _SIZE))
        return cls._make((*parts, bool(encoded[-1])))


def hash_fields(copy: ArticleCopy, content: str) -> FieldHashes:
    """The hashes of `copy`, whose body is `content` as HTML. Spaces count only in preformatted text."""
    return FieldHashes(
        title=_hash(copy.title),
        summary=_hash(copy.summary or excerpt(content)),
        body=_hash(content if "<pre" in content else " ".join(content.split())),
        url=_hash(copy.url),
        language=_hash(copy.language),
        correction=_hash(copy.correction),
        authors=_hash(copy.authors),
        media=_hash(copy.publishable_media),
        has_summary=bool(copy.summary),
    )


def _hash(value: object) -> bytes:
    return blake2b(msgspec.json.encode(value), digest_size=_SIZE).digest()
