"""Files as they are understood, for somebody who asks: one of them, or what was guessed of all."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from feedsvc import readers
from feedsvc.config import Config
from feedsvc.drafts import Drafting, Reads
from feedsvc.ports import Source
from feedsvc.publishing import rules_of
from feedsvc.readers import Explanation
from feedsvc.scan import split, walk
from feedsvc.stamps import Change


class Guess(NamedTuple):
    """What was decided of some files that do not say it, and their paths below the articles."""

    what: str
    places: tuple[str, ...]


def explain_file(settings: Config, file: Path) -> Explanation:
    """How `file` is understood, which may lie outside of the articles. Raises Unreadable, and OSError if it is none."""
    articles = settings.articles.path
    root = articles if file.is_relative_to(articles) else file.parent
    source = _load(_drafting(settings, root), file.relative_to(root).as_posix(), _beside(file))
    return readers.explain(source, rules_of(settings))


def guesses(settings: Config) -> tuple[Guess, ...]:
    """What was guessed of all articles, in the order of its first file. Raises OSError where there is no folder."""
    found: dict[str, list[str]] = defaultdict(list)
    for explanation in _explained(settings):
        for what in explanation.guesses:
            found[what].append(explanation.path)
    return tuple(Guess(what, tuple(places)) for what, places in found.items())


def _explained(settings: Config) -> Iterator[Explanation]:
    drafting = _drafting(settings, settings.articles.path)
    for folder in walk(drafting.root, readers.SUFFIXES, known=None):
        for name, beside in folder.articles(readers.SUFFIXES):
            with suppress(Exception):  # what is wrong with a file is said of it elsewhere
                yield readers.explain(_load(drafting, folder.prefix + name, tuple(beside)), drafting.rules)


def _drafting(settings: Config, root: Path) -> Drafting:
    reads = Reads(readers.read, readers.to_html, readers.leads_somewhere, readers.SUFFIXES, readers.glance)
    return Drafting(root, rules_of(settings), reads, settings.site.authority, frozenset())


def _load(drafting: Drafting, path: str, beside: tuple[str, ...]) -> Source:
    return drafting.load(Change(path, "", "", 0, beside))


def _beside(file: Path) -> tuple[str, ...]:
    """The names of the other files that belong to an article: its sidecar and its picture."""
    stem = split(file.name)[0]
    names = sorted(other.name for other in file.parent.iterdir() if split(other.name)[0] == stem)
    return tuple(name for name in names if split(name)[1] not in readers.SUFFIXES)
