"""Loads all formats that the configuration may name: those of this program, of installed packages, and of files."""

import logging
import pickle
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import NoReturn

from feedsvc.formats import FORMATS
from feedsvc.model.article import Article, ArticleCopy
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, FormatFault, Profile, Rule
from feedsvc.model.threads import submit
from feedsvc.service.foreign_format import LONGEST_REST, UNLIMITED, ForeignFormat, TimeShare
from feedsvc.service.format_worker import Description, RuleDescription
from feedsvc.service.struct_pickle import load_struct

log = logging.getLogger(__name__)

GROUP = "feedsvc.formats"
"""The entry points by which installed packages offer formats, `name = "package.module"`."""
_AT_ONCE = 8
"""Formats that are loaded at the same time."""
Pairs = tuple[tuple[str, str], ...]


def installed_formats(share: TimeShare = UNLIMITED) -> dict[str, Format]:
    """The formats of this program and of installed packages, by name. A format of a package whose name is taken is
    logged and left out; one that cannot be used is logged, and is in the result with its reason in `unusable`."""
    return FORMATS | dict(_of_packages(share))


def _of_packages(share: TimeShare) -> Iterator[tuple[str, Format]]:
    offered = sorted(entry_points(group=GROUP))
    for point, form in zip(offered, _load([point.value for point in offered], share), strict=True):
        if form.name in FORMATS:
            log.warning("%s: the name %s of its format is taken; rename it", point.value, form.name)
        elif form.unusable:
            log.warning("%s; correct it or remove the package", form.unusable)
            yield point.name, form
        else:
            yield form.name, form


def formats_in_files(files: Iterable[str], share: TimeShare = UNLIMITED) -> dict[str, Format]:
    """The formats in the newsroom's own `files`, by path. `unusable` has the reason why a format cannot be used."""
    wanted = sorted(set(files))
    return dict(zip(wanted, _load(wanted, share), strict=True))


def _load(sources: list[str], share: TimeShare) -> list[Format]:
    """The formats in `sources`, loaded in parallel, so that a slow one does not delay the others."""
    if not sources:
        return []
    with ThreadPoolExecutor(_AT_ONCE, "formats") as threads:
        loaded = [submit(threads, partial(_format, ForeignFormat(source, share))) for source in sources]
        return [each.result() for each in loaded]


def _format(foreign: ForeignFormat) -> Format:
    try:
        return _described(foreign, foreign.describe())
    except FormatFault as fault:
        return _unusable(foreign, fault.reason)
    except (pickle.UnpicklingError, TypeError) as error:
        return _unusable(foreign, f"{foreign.name} has options that cannot be read: {error}")


def _described(foreign: ForeignFormat, told: Description) -> Format:
    """The format described by `told`, whose functions call those of `foreign`."""

    def render(feed: Feed) -> bytes:
        return foreign.render("render", feed)

    def index(feed: Feed, parts: tuple[Feed, ...]) -> bytes:
        return foreign.render("index", feed, parts)

    def irrelevant(copy: ArticleCopy, options: dict[str, object]) -> str:
        return foreign.call(str, "irrelevant", copy, options)

    def feed_warnings(feed: Feed) -> Pairs:
        return foreign.call(Pairs, "feed_warnings", feed)

    plain = Profile()
    profile = Profile(
        options=load_struct(told.options),
        irrelevant=irrelevant if "irrelevant" in told.functions else plain.irrelevant,
        rules=tuple(_rule(foreign, number, rule) for number, rule in enumerate(told.rules)),
        feed_warnings=feed_warnings if "feed_warnings" in told.functions else plain.feed_warnings,
        limit=told.limit,
        max_items=told.max_items,
        min_items=told.min_items,
        max_age=told.max_age,
        page_size=told.page_size,
        index=index if "index" in told.functions else None,
        needs_text=told.needs_text,
        for_readers=told.for_readers,
        max_bytes=told.max_bytes,
    )
    return Format(
        name=told.name,
        type=told.type,
        render=render,
        filename=told.filename,
        profile=profile,
        chained=told.chained,
        foreign=True,
    )


def _rule(foreign: ForeignFormat, number: int, told: RuleDescription) -> Rule:
    def ask(function: str, article: Article, feed: Feed) -> str:
        return foreign.call(str, function, number, article, feed)

    rule = Rule(requirement=told.requirement, violation=partial(ask, "violation"), remedy=told.remedy, hard=told.hard)
    if not told.has_near:
        return rule
    return Rule(
        requirement=rule.requirement,
        violation=rule.violation,
        remedy=rule.remedy,
        hard=rule.hard,
        near=partial(ask, "near"),
    )


def _unusable(foreign: ForeignFormat, reason: str) -> Format:
    """A placeholder for a format that could not be loaded: it renders nothing, and its published documents stay."""

    remedy = f"correct {foreign.name}, then reload the service (kill -HUP)"

    def refuse(_feed: Feed) -> NoReturn:
        raise FormatFault(reason, remedy, LONGEST_REST)

    return Format(
        name=foreign.name,
        type="application/octet-stream",
        render=refuse,
        filename=_declared_filename(foreign.source),
        foreign=True,
        unusable=reason,
    )


def _declared_filename(source: str) -> str:
    """The `filename` of the format, found in the text of its file, so that documents under this name stay published;
    empty if there is none."""
    try:
        text = Path(source).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    plain = text.replace(" ", "").replace("'", '"')
    name = plain.partition('filename="')[2].partition('"')[0]
    return name if name.replace(".", "").replace("-", "").isalnum() and name.isascii() else ""
