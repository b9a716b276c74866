"""Reads the name of an article's file: its day, as in Jekyll and Eleventy, its language, as in Hugo, and a headline if
there is no other. For a page bundle (`my-trip/index.md`), the folder's name counts."""

import re
from datetime import date

from feedsvc.model.selection import is_page_of_folder

_DATED = re.compile(r"(?P<day>(?:1[89]|20|21)\d\d-\d\d-\d\d)(?:[-_ T](?P<rest>.+))?", re.ASCII | re.DOTALL)
_TRANSLATION = re.compile(r"[^.]++\.(?P<language>[a-z]{2}(?:-[a-z]{2,4})?)", re.ASCII)
_CODES = (
    "ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk ko lt lv mk ml"
    " mn ms mt nb nl nn no pl ps pt ro ru sk sl so sq sr sv sw ta te th tr uk ur uz vi zh"
)
_LANGUAGES = frozenset(_CODES.split())
"""Languages whose code may end a file's name (ISO 639-1), except codes that are short English words."""


def day(path: str) -> str:
    """The day at the beginning of the article's name, as ISO 8601; empty if there is none."""
    name = _name(path)
    if not name[:4].isdigit() or (found := _DATED.fullmatch(name)) is None:
        return ""
    try:
        return date.fromisoformat(found["day"]).isoformat()
    except ValueError:
        return ""


def language(path: str) -> str:
    """The language of a translation, `fr` of `trip.fr.md` and `pt-br` of `index.pt-br.md`, as Hugo names its files;
    empty if the name has none."""
    found = _TRANSLATION.fullmatch(path.rpartition("/")[2].rpartition(".")[0])
    return found["language"] if found and found["language"][:2] in _LANGUAGES else ""


def title(path: str) -> str:
    """A headline for an article without one: the stem of its file. A stem with a day, or the folder of a page bundle,
    is turned into words, without the day."""
    name = _name(path)
    if day(path) and (rest := _DATED.fullmatch(name)) and rest["rest"]:
        return _sentence(rest["rest"])
    return _sentence(name) if is_page_of_folder(path) else name


def _name(path: str) -> str:
    folder, _, name = path.rpartition("/")
    if is_page_of_folder(path):
        return folder.rpartition("/")[2]
    stem = name.rpartition(".")[0]
    return stem.rpartition(".")[0] if language(path) else stem


def _sentence(name: str) -> str:
    words = " ".join(name.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:] if words else name
