"""The limits of metadata that people write by hand."""

from feedsvc.model.reader import Unreadable

DEEPEST = 20
"""Most levels of tables and lists within each other."""
_LONGEST = 256 * 1024


def check_size(text: str) -> None:
    """Raises Unreadable for front matter that is too long."""
    if len(text) > _LONGEST:
        raise Unreadable("has more than 256 KiB of front matter", "move the text below the front matter")


def too_deep() -> Unreadable:
    """The error for front matter of more than DEEPEST levels."""
    return Unreadable(f"its front matter is nested more than {DEEPEST} levels deep", "make it flatter")
