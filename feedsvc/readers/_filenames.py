"""What the name of a file says of its article: its day, as Jekyll and Eleventy have it, and its headline for want of
another. Of a page bundle (`my-trip/index.md`), the folder's name counts."""

import re
from datetime import date

from feedsvc.model.selection import is_page_of_folder

_DATED = re.compile(r"(?P<day>(?:1[89]|20|21)\d\d-\d\d-\d\d)(?:[-_ T](?P<rest>.+))?", re.ASCII | re.DOTALL)


def day(path: str) -> str:
    """The day that begins the article's name, as ISO 8601; empty if none does."""
    name = _name(path)
    if not name[:4].isdigit() or (found := _DATED.fullmatch(name)) is None:
        return ""
    try:
        return date.fromisoformat(found["day"]).isoformat()
    except ValueError:
        return ""


def title(path: str) -> str:
    """A headline for an article without one: the stem of its file; without its day, or that of a page bundle's folder,
    as words."""
    name = _name(path)
    if day(path) and (rest := _DATED.fullmatch(name)) and rest["rest"]:
        return _sentence(rest["rest"])
    return _sentence(name) if is_page_of_folder(path) else name


def _name(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if is_page_of_folder(path) else name.rpartition(".")[0]


def _sentence(name: str) -> str:
    words = " ".join(name.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:] if words else name
