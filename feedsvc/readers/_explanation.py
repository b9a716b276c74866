"""Explains how a file is read: the source of each field, what was left out and why, and what was guessed."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict

from feedsvc.model.article import ArticleCopy, Media, Person
from feedsvc.model.problem import Problem
from feedsvc.model.reader import Notes, Reader, ReaderOptions, Reading, Removal, Source
from feedsvc.model.selection import folder_chain, section_folder

_TEXTS = ("body", "markup", "extra")


class Field(Struct, frozen=True, kw_only=True):
    """One field of an article, as text; `origin` names the place in the file that gives it."""

    name: str
    value: str
    origin: str


class Explanation(Struct, frozen=True, kw_only=True):
    """The reading of a file. `text` is in the `markup`; `removed` are pieces of the file, each with the reason."""

    path: str
    kind: str
    fields: tuple[Field, ...]
    markup: str
    text: str
    removed: tuple[Removal, ...]
    guesses: tuple[str, ...]
    problems: tuple[Problem, ...]


def explain(reader: Reader, reading: Reading, source: Source, rules: ReaderOptions) -> Explanation:
    """The explanation of how `reader` came to the `reading` of `source`."""
    notes = reader.notes(source, rules) if reader.notes else Notes({})
    copy, problems = reading
    return Explanation(
        path=source.path,
        kind=reader.kind or reader.name,
        fields=tuple(_fields(copy, notes, source)),
        markup=copy.markup,
        text=copy.body,
        removed=notes.removed,
        guesses=guesses(copy, notes),
        problems=problems,
    )


def guesses(copy: ArticleCopy, notes: Notes) -> tuple[str, ...]:
    """The decisions that the file leaves open or unclear: one short text for each kind."""
    found = []
    if copy.published is None:
        found.append("no date: the time of the file counts when it is first seen")
    if notes.origins.get("published") == "the file's name":
        found.append("no date but that in the file's name")
    if notes.origins.get("title") == "the file's name":
        found.append("no headline but the file's name")
    if any(removal.reason == "page furniture" for removal in notes.removed):
        found.append("page furniture was taken out")
    if copy.caption and not copy.media:
        found.append("a caption waits for its picture")
    return tuple(found)


def _fields(copy: ArticleCopy, notes: Notes, source: Source) -> Iterator[Field]:
    for name, value in asdict(copy).items():
        if name not in _TEXTS and value not in ("", (), None):
            yield Field(name=name, value=_shown(value), origin=_origin(name, notes, source))
    for key, value in copy.extra.items():
        yield Field(name=f"extra.{key}", value=str(value), origin="front matter or sidecar")
    if not copy.sections and (chain := folder_chain(section_folder(source.path))):
        yield Field(name="sections", value=" / ".join(chain), origin="the folder")


def _origin(name: str, notes: Notes, source: Source) -> str:
    if name == "media" and "media" not in notes.origins:
        return notes.origins.get("image") or notes.origins.get("images") or _beside(source)
    if name == "status":
        return notes.origins.get(name, "nothing holds it back")
    return notes.origins.get(name, "the file")


def _beside(source: Source) -> str:
    return f"the picture beside it: {source.picture}" if source.picture else "the file"


def _shown(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat()
        case Person(name=name, email=email):
            return f"{name} <{email}>" if email else name
        case Media():
            return ", ".join(filter(None, (value.file or value.url, value.type, value.description, value.credit)))
        case tuple() if value and isinstance(value[0], tuple):
            return "; ".join(" / ".join(chain) for chain in value)
        case tuple():
            return "; ".join(map(_shown, value))
    return str(value)
