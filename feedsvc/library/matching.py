"""Matches a file with a known article: by the id that it gives, by its path, by its bytes, or by its content."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from itertools import chain
from typing import NamedTuple, TypeVar

from feedsvc.library.parsing import ParsedFile, TemporarilyUnreadable
from feedsvc.store.entries import LedgerEntry, LedgerHead

SEARCHED = 20
"""Most missing files among which a renamed and edited file is searched for: nobody edits more at once."""
SHORT, LONG = 200, 400
"""Characters: a text under SHORT is ignored as boilerplate; one of LONG is never the same in two articles by chance."""

Head = TypeVar("Head", bound=LedgerHead)


class FreeFiles(NamedTuple):
    """The articles of this update that may belong to a file at another path."""

    lost: Mapping[int, str]
    """Articles whose files are missing: number to path; the path is empty if another article has it now."""
    former_signatures: Mapping[str, str]
    """Path to the identity signature that a changed file had, for files that have not been entered yet."""


class Superseded(Exception):
    """Raised for a file that is an earlier version of its article than the known one. The file has no error."""


class VersionOrder(Enum):
    """The order of a file and the known article of the same id by version; `UNKNOWN` if either has no version, or both
    have the same."""

    EARLIER = "earlier"
    LATER = "later"
    UNKNOWN = "unknown"


def match(file: ParsedFile, heads: Sequence[Head], free: FreeFiles) -> Head | None:
    """The article among `heads` to which the file belongs, or None.

    An article with the same id comes first, then the one at the same path, and last one that has lost its file: one
    with the same bytes, else the one that was last at this path, else the one whose first path this was. Two files that
    have swapped paths keep their articles. A later version of an item replaces the earlier one, wherever its file is.
    Raises Superseded for an earlier version than the known one, and TemporarilyUnreadable if another file has the id.
    """
    here = next((head for head in heads if head.path == file.path), None)
    if file.id:
        named = next((head for head in heads if head.normalised_id == file.normalised_id and head is not here), None)
        order = version_order(file, here if named is None else named)
        if order is VersionOrder.EARLIER:
            raise Superseded
        if named is not None and (order is VersionOrder.LATER or _is_free(named, file, free)):
            return named
        if named is not None and here is None and named.path is not None:
            raise _taken(file.id, named.path)
    if here is None:
        return _renamed(file, heads, free)
    return next((head for head in heads if head is not here and _has_swapped(head, file, free)), here)


def version_order(file: ParsedFile, head: LedgerHead | None) -> VersionOrder:
    """The order of `file` and the article `head`; `UNKNOWN` also if their ids differ."""
    if not file.version or head is None or head.normalised_id != file.normalised_id:
        return VersionOrder.UNKNOWN
    known = head.copy.version
    if not known or known == file.version:
        return VersionOrder.UNKNOWN
    return VersionOrder.LATER if file.version > known else VersionOrder.EARLIER


def _renamed(file: ParsedFile, heads: Sequence[Head], free: FreeFiles) -> Head | None:
    """The article without a file that had these bytes, or else was last or first at this path; None if there is none.

    Paths between the first and the last do not count: the article was moved away, and another story may be there. Nor
    does the last path count if two files gave themselves different ids there: then they are two articles.
    """
    unowned = [head for head in heads if _is_free(head, file, free)]
    same_bytes = (head for head in unowned if head.digest == file.digest)
    was_last_here = (head for head in unowned if head.last_path == file.path and not _has_another_id(head, file))
    was_first_here = (head for head in unowned if head.key == file.key)
    return next(chain(same_bytes, was_last_here, was_first_here), None)


def _has_another_id(head: LedgerHead, file: ParsedFile) -> bool:
    """True if the file and the article's last one each gave an id of their own, and these are different."""
    return "" not in (file.id, head.copy.id) and file.id != head.copy.id and file.normalised_id != head.normalised_id


def _is_free(head: LedgerHead, file: ParsedFile, free: FreeFiles) -> bool:
    """True if the article has no file now, or had this very file at another path."""
    return head.path is None or head.number in free.lost or _had(head, file, free)


def _has_swapped(head: LedgerHead, file: ParsedFile, free: FreeFiles) -> bool:
    """True if this very file belonged to `head`, and another file is now at its former path."""
    return _had(head, file, free) and head.digest == file.digest and head.number not in free.lost


def _had(head: LedgerHead, file: ParsedFile, free: FreeFiles) -> bool:
    return head.path is not None and free.former_signatures.get(head.path) == file.identity_signature


def _taken(given: str, path: str) -> TemporarilyUnreadable:
    return TemporarilyUnreadable(f"the id {given!r} belongs to {path}", "give one of the two another id, or remove it")


# --- renamed and edited in one go -------------------------------------------------------------------------------------


def may_be_edited_rename(file: ParsedFile, free: FreeFiles) -> bool:
    """True if a file that matches no article should be compared with the content of the missing files."""
    return not file.id and len(free.lost) <= SEARCHED


def find_edited_rename(file: ParsedFile, lost: Iterable[LedgerEntry]) -> LedgerEntry | None:
    """The one article of `lost` with nearly the same content; None if there is none, or more than one."""
    alike = [entry for entry in lost if is_probable_rename(entry, file)]
    return alike[0] if len(alike) == 1 else None


def is_probable_rename(entry: LedgerEntry, file: ParsedFile) -> bool:
    """True if two of title, date and body match, or a body of LONG characters. Bodies under SHORT are ignored."""
    same_body = entry.body == file.body and len(file.body) >= SHORT
    same_title = entry.copy.title == file.copy.title
    same_date = entry.published == file.initial_dates.published
    return same_body + same_title + same_date > 1 or (same_body and len(file.body) >= LONG)
