"""What the name of a file says of its article: its day, as Jekyll and Eleventy have it, and its headline for want of
another. Of a page bundle (`my-trip/index.md`), the folder's name counts."""

import re
from datetime import date

_DATED = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?:[-_ T](?P<rest>.+))?", re.ASCII | re.DOTALL)
_INDEX = "index"
_LANGUAGE = re.compile(r"index\.[a-z]{2,3}(?:-[A-Za-z]{2,4})?", re.ASCII)


def is_bundle(path: str) -> bool:
    """True if the article is the page of its folder: `index.md`, or `index.fr.md`, in a folder below the articles."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    return bool(folder) and stem.startswith(_INDEX) and (stem == _INDEX or bool(_LANGUAGE.fullmatch(stem)))


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
    return _sentence(name) if is_bundle(path) else name


def _name(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if is_bundle(path) else name.rpartition(".")[0]


def _sentence(name: str) -> str:
    words = " ".join(name.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:] if words else name
