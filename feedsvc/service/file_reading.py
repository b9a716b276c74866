"""Explains how files are understood: a single file in detail, or the guesses that were made in all files."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from feedsvc import readers
from feedsvc.config import Config
from feedsvc.library.parsing import FileParser, unreadable_if_it_fails
from feedsvc.library.scan import is_passed_over, split, walk
from feedsvc.library.signature import FileChange
from feedsvc.model.reader import Source
from feedsvc.readers import Explanation
from feedsvc.service.wiring import make_parser

_HIDDEN = "the service does not look at it: a name begins with . or _, or ends in ~, .tmp, .part or .swp"


class Guess(NamedTuple):
    """A decision about something that files do not state, and the paths of these files below the articles folder."""

    what: str
    places: tuple[str, ...]


def explain_file(settings: Config, file: Path) -> Explanation:
    """The explanation of how `file` is understood; it may lie outside the articles folder.

    Raises Unreadable, and OSError if there is no such file.
    """
    articles = settings.articles_folder
    root = articles if file.is_relative_to(articles) else file.parent
    parser = _parser(settings, root)
    place = file.relative_to(root)
    source = _load(parser, place.as_posix(), _companions(file))
    with unreadable_if_it_fails():
        found = readers.explain(source, parser.options)
    hidden = any(map(is_passed_over, place.parts))
    return replace(found, guesses=(_HIDDEN, *found.guesses)) if hidden else found


def guesses(settings: Config) -> tuple[Guess, ...]:
    """The guesses that were made for all articles, in the order of their first files.

    Raises OSError if there is no articles folder.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for explanation in _explained(settings):
        for what in explanation.guesses:
            found[what].append(explanation.path)
    return tuple(Guess(what, tuple(places)) for what, places in found.items())


def _explained(settings: Config) -> Iterator[Explanation]:
    parser = _parser(settings, settings.articles_folder)
    for folder in walk(parser.root, readers.SUFFIXES, known=None):
        for name, companions in folder.articles(readers.SUFFIXES):
            with suppress(Exception):  # the report of an update names problems of the file
                source = _load(parser, folder.prefix + name, tuple(companions))
                yield readers.explain(source, parser.options)


def _parser(settings: Config, root: Path) -> FileParser:
    return make_parser(settings, root, settings.site.authority, frozenset())


def _load(parser: FileParser, path: str, companions: tuple[str, ...]) -> Source:
    return parser.load(FileChange(path, "", "", 0, companions))


def _companions(file: Path) -> tuple[str, ...]:
    """The names of the other files that belong to an article: its sidecar and its picture."""
    stem = split(file.name)[0]
    names = sorted(other.name for other in file.parent.iterdir() if split(other.name)[0] == stem)
    return tuple(name for name in names if split(name)[1] not in readers.SUFFIXES)
