"""Which known article a file is: by the id that it gives, by its path, by its bytes, or by what it says."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from itertools import chain
from typing import NamedTuple, TypeVar

from feedsvc.library.parsing import ParsedFile, TemporarilyUnreadable
from feedsvc.store.entries import LedgerEntry, LedgerHead

SEARCHED = 20
"""With more missing files than these, a renamed and edited file is not searched for: nobody edits that many."""
SHORT, LONG = 200, 400
"""Characters: a text under SHORT is ignored as boilerplate, one of LONG is the same in no two articles by chance."""

Head = TypeVar("Head", bound=LedgerHead)


class FreeFiles(NamedTuple):
    """The articles of this update that may belong to a file at another path."""

    lost: Mapping[int, str]
    """Articles whose files are missing: number to path; the path is empty if another article has it now."""
    former_signatures: Mapping[str, str]
    """Path to the identity signature that a changed file had, for those that have not been taken yet."""


class Superseded(Exception):
    """A file is an earlier version of an article than the known one. Nothing is wrong with it."""


class VersionOrder(Enum):
    """The place of a file among the versions of a known article of its id; `UNKNOWN` if either has no version, or
    both have the same."""

    EARLIER = "earlier"
    LATER = "later"
    UNKNOWN = "unknown"


def match(file: ParsedFile, heads: Sequence[Head], free: FreeFiles) -> Head | None:
    """The article among `heads` that the file is, or None.

    An article of the same id comes first, then the one at the same path, and last one that has lost its file: one that
    had these bytes, else the one that was at this path last, else the one whose first path it was. Two files that have
    changed places take their articles along. A later version of an item takes the place of the earlier one, wherever
    its file is. Raises Superseded for an earlier version than the known
    one, and TemporarilyUnreadable if another file has the id.
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
    """The order of `file` and the article `head`; `UNKNOWN` if that has another id, too."""
    if not file.version or head is None or head.normalised_id != file.normalised_id:
        return VersionOrder.UNKNOWN
    known = head.copy.version
    if not known or known == file.version:
        return VersionOrder.UNKNOWN
    return VersionOrder.LATER if file.version > known else VersionOrder.EARLIER


def _renamed(file: ParsedFile, heads: Sequence[Head], free: FreeFiles) -> Head | None:
    """The article that had these bytes, or else that was last or first at this path, and has no file now.

    A path at which it was in between is not its own: it left that by being moved, and another story may be there.
    """
    unowned = [head for head in heads if _is_free(head, file, free)]
    same_bytes = (head for head in unowned if head.digest == file.digest)
    was_last_here = (head for head in unowned if head.last_path == file.path)
    was_first_here = (head for head in unowned if head.key == file.key)
    return next(chain(same_bytes, was_last_here, was_first_here), None)


def _is_free(head: LedgerHead, file: ParsedFile, free: FreeFiles) -> bool:
    """True if the article has no file now, or had this very file under another name."""
    return head.path is None or head.number in free.lost or _had(head, file, free)


def _has_swapped(head: LedgerHead, file: ParsedFile, free: FreeFiles) -> bool:
    """True if this very file was that of `head`, and another file lies now where it was."""
    return _had(head, file, free) and head.digest == file.digest and head.number not in free.lost


def _had(head: LedgerHead, file: ParsedFile, free: FreeFiles) -> bool:
    return head.path is not None and free.former_signatures.get(head.path) == file.identity_signature


def _taken(given: str, path: str) -> TemporarilyUnreadable:
    return TemporarilyUnreadable(f"the id {given!r} belongs to {path}", "give one of the two another id, or remove it")


# --- renamed and edited in one go -------------------------------------------------------------------------------------


def may_be_edited_rename(file: ParsedFile, free: FreeFiles) -> bool:
    """True if a file that matches no article is worth comparing with what the missing files said."""
    return not file.id and len(free.lost) <= SEARCHED


def find_edited_rename(file: ParsedFile, lost: Iterable[LedgerEntry]) -> LedgerEntry | None:
    """The one article of `lost` that says nearly the same; None if there is none, or more than one."""
    alike = [entry for entry in lost if is_probable_rename(entry, file)]
    return alike[0] if len(alike) == 1 else None


def is_probable_rename(entry: LedgerEntry, file: ParsedFile) -> bool:
    """True if two of title, date and body match, or a body of LONG characters. Bodies under SHORT are ignored."""
    same_body = entry.body == file.body and len(file.body) >= SHORT
    same_title = entry.copy.title == file.copy.title
    same_date = entry.published == file.initial_dates.published
    return same_body + same_title + same_date > 1 or (same_body and len(file.body) >= LONG)
