"""The wiring of the publishing side: builds the plan and the regeneration from the configuration."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from msgspec.structs import replace

from feedsvc import readers
from feedsvc.config import Config, FeedTable, LiveTable, SectionTable, shortest_interval
from feedsvc.library import workers as library_workers
from feedsvc.library.media import with_dimensions
from feedsvc.library.parsing import FileParser, ReaderSet
from feedsvc.library.settling import CompleteFiles
from feedsvc.library.update import Library
from feedsvc.model.article import Media
from feedsvc.model.feed import LiveStream
from feedsvc.model.follow import ReaderService
from feedsvc.model.format import Format, Profile
from feedsvc.model.identity import key_of
from feedsvc.model.media_types import guess
from feedsvc.model.plan import FeedPlan, FeedPolicy, Plan, SectionPlan, WithdrawalPolicy
from feedsvc.model.progress import no_progress
from feedsvc.model.reader import ReaderOptions
from feedsvc.model.robots import RobotRules
from feedsvc.model.selection import Selection
from feedsvc.model.urls import MEDIA_URL, SITE
from feedsvc.model.worker_pool import WorkerPool
from feedsvc.publisher import page_workers
from feedsvc.publisher.publisher import Publisher
from feedsvc.service import preview_reading
from feedsvc.service.available_formats import formats_in_files, installed_formats
from feedsvc.service.edition_notice import give_notice
from feedsvc.service.foreign_format import UNLIMITED, TimeShare
from feedsvc.service.preview import PreviewConfig
from feedsvc.service.push_wiring import make_announcer
from feedsvc.service.refreshed import Refresh, as_it_is
from feedsvc.service.regeneration import Regeneration
from feedsvc.service.scan_request import at_paths
from feedsvc.service.settings import addresses_of, host_of, hubs_of, redirects_of
from feedsvc.service.stores import newest_lineage
from feedsvc.store.port import Store


def make_regeneration(
    settings: Config, store: Store, share: TimeShare = UNLIMITED, complete: CompleteFiles | None = None
) -> Regeneration:
    """The regeneration of `store` from the articles folder. `share` limits the time of foreign formats; `complete` has
    the files that need not rest."""
    formats = formats_of(settings, share)
    plan, refresh = make_plan(settings, formats), refresh_of(settings)
    if missing := _missing_pictures(settings, plan):
        refresh(at_paths(missing), no_progress)
        plan = make_plan(settings, formats)
    workers = make_workers()
    publisher = Publisher(plan, formats, settings.articles_folder, workers)
    library, announce = make_library(settings, plan, workers, complete), make_announcer(settings)
    if settings.state.url:  # a node that has copied an Edition gives notice of it
        newest = partial(newest_lineage, settings)
        return Regeneration(store, library, publisher, announce, newest=newest, refresh=refresh)
    notify = partial(give_notice, settings.state.path)
    return Regeneration(store, library, publisher, announce, notify, refresh=refresh)


def refresh_of(settings: Config) -> Refresh:
    """The function that brings the articles folder up to date before it is scanned."""
    if not settings.articles.bucket:
        return as_it_is
    from feedsvc.service.article_mirror import ArticleMirror

    return ArticleMirror(settings.articles.bucket, settings.articles_folder).refresh


def _missing_pictures(settings: Config, plan: Plan) -> set[str]:
    """The pictures, named by the configuration, that must still be copied from the bucket in order to be measured."""
    if not settings.articles.bucket:
        return set()
    named = {unquote(picture.url.removeprefix(MEDIA_URL)) for picture in plan.pictures}
    return {file for file in named if not (settings.articles_folder / file).is_file()}


def make_workers() -> WorkerPool:
    """The processes that parse files and make pages if there are many."""
    return WorkerPool(library_workers.__name__, page_workers.__name__)


def make_library(settings: Config, plan: Plan, workers: WorkerPool, complete: CompleteFiles | None = None) -> Library:
    """The library that reads the articles folder into the ledger."""
    hosts = frozenset(map(host_of, plan.addresses))
    return Library(make_parser(settings, settings.articles_folder, plan.authority, hosts), workers, complete)


def make_parser(settings: Config, root: Path, authority: str, hosts: frozenset[str]) -> FileParser:
    """The parser of the files below `root`."""
    source = preview_reading if isinstance(settings, PreviewConfig) else readers
    reads = ReaderSet(source.read, readers.to_html, readers.leads_somewhere, readers.SUFFIXES, source.glance)
    return FileParser(root, reader_options(settings), reads, authority, hosts)


def reader_options(settings: Config) -> ReaderOptions:
    """The options that the configuration gives to the readers."""
    return ReaderOptions(timezone=settings.articles.timezone, furniture=settings.capture.furniture)


def formats_of(settings: Config, share: TimeShare = UNLIMITED) -> dict[str, Format]:
    """All formats by name; those in the newsroom's own files by the path of the file."""
    lists = (settings.defaults.formats, *(section.formats or () for section in settings.sections))
    names = {*chain.from_iterable(lists), *(feed.format for feed in settings.feeds)}
    return installed_formats(share) | formats_in_files((name for name in names if name.endswith(".py")), share)


def make_plan(settings: Config, formats: Mapping[str, Format] | None = None) -> Plan:
    """The plan of everything that is published, with the dimensions of local pictures. If `formats` is None, those of
    `formats_of` are used."""
    plan = _plan(settings, formats_of(settings) if formats is None else formats)
    urls = dict.fromkeys(url for url in plan.picture_urls() if url.startswith(MEDIA_URL))
    return replace(plan, pictures=tuple(_measured(settings, url) for url in urls))


def _measured(settings: Config, link: str) -> Media:
    """The picture at `link`, which the configuration names; with its dimensions if it lies below the articles
    folder."""
    picture = Media(url=_site_url(link), type=guess(link))
    if not picture.url.startswith(MEDIA_URL):
        return picture
    return with_dimensions(settings.articles_folder, unquote(picture.url.removeprefix(MEDIA_URL)), picture)


def _plan(settings: Config, formats: Mapping[str, Format]) -> Plan:
    """The plan without dimensions of pictures."""
    site = settings.site
    return Plan(
        title=site.title,
        description=site.description,
        language=site.language,
        author=site.author,
        copyright=site.copyright,
        logo=_site_url(site.logo),
        icon=_site_url(site.icon),
        cover=_site_url(site.cover),
        accent=site.accent,
        addresses=addresses_of(settings),
        authority=site.authority,
        defaults=_policy(settings, None),
        sections={section.path: _section(settings, section) for section in settings.sections},
        feeds=tuple(feed_plan(settings, feed, formats[feed.format].profile) for feed in settings.feeds),
        live=tuple(_live(settings, live) for live in settings.live),
        digest=f"{settings.digest()} {program_digest(name for name in formats if name.endswith('.py'))}",
        withdrawal=_withdrawal(settings),
        hubs=hubs_of(settings),
        redirects=redirects_of(settings),
        timezone=settings.articles.timezone,
        robots=RobotRules(disallow=settings.robots.disallow, block=settings.robots.block),
        readers=_readers(settings),
    )


def _readers(settings: Config) -> tuple[ReaderService, ...] | None:
    """The feed readers that follow pages offer; None if the configuration has no list of them."""
    table = settings.follow.readers
    return None if table is None else tuple(ReaderService(name=each.name, url=each.url) for each in table)


def _withdrawal(settings: Config) -> WithdrawalPolicy:
    """The policy by which feeds announce withdrawn articles; `notice` is empty for tombstones."""
    table = settings.withdrawal
    return WithdrawalPolicy(keep=table.keep, notice=table.notice if table.policy == "notice" else "")


def _site_url(link: str) -> str:
    """The URL of `link`: a path on this site is put after SITE, which stands for each address of the site; any other
    link is unchanged."""
    return SITE + link if link.startswith("/") else link


def _policy(settings: Config, own: SectionTable | None) -> FeedPolicy:
    """The policy of a section's feeds; that of the defaults if `own` is None."""
    defaults = settings.defaults
    return FeedPolicy(
        formats=(own and own.formats) or defaults.formats,
        limit=(own and own.limit) or defaults.limit,
        full=((own and own.content) or defaults.content) == "full",
        interval=(own and (own.every or (own.cron and shortest_interval(own.cron)))) or _interval(settings),
        max_age=(own and own.max_age) or defaults.max_age or 0,
        archive=defaults.archive if own is None or own.archive is None else own.archive,
    )


def _interval(settings: Config) -> int:
    """Seconds from one regeneration of the whole site to the next."""
    schedule = settings.schedule
    return shortest_interval(schedule.cron) if schedule.cron else schedule.every


def _section(settings: Config, section: SectionTable) -> SectionPlan:
    """The plan of a section that the configuration names."""
    return SectionPlan(
        path=section.path,
        title=section.title,
        description=section.description,
        policy=_policy(settings, section),
    )


def _live(settings: Config, live: LiveTable) -> LiveStream:
    """The live stream of `live`; its id depends on its title alone."""
    return LiveStream(
        id=key_of(f"live {live.title}"),
        title=live.title,
        url=_site_url(live.url),
        picture=_measured(settings, live.picture),
        since=datetime.fromisoformat(live.since).replace(tzinfo=UTC),
        description=live.description,
    )


def feed_plan(settings: Config, feed: FeedTable, profile: Profile) -> FeedPlan:
    """The plan of a custom feed; `profile` is that of its format."""
    defaults = settings.defaults
    return FeedPlan(
        path=feed.path,
        title=feed.title,
        description=feed.description,
        policy=FeedPolicy(
            formats=(feed.format,),
            limit=feed.limit or profile.limit or defaults.limit,
            full=(feed.content or defaults.content) == "full",
            interval=feed.every or _interval(settings),
            max_age=feed.max_age or defaults.max_age or 0,
        ),
        selection=_selection(feed),
        options=feed.options,
        token=feed.token.removeprefix("sha256:"),
    )


def _selection(feed: FeedTable) -> Selection:
    """The articles that `feed` selects."""
    return Selection(
        sections=feed.sections,
        tags=feed.tags,
        authors=feed.authors,
        language=feed.language,
        media=feed.media or "",
        without_sections=feed.exclude.sections,
        without_tags=feed.exclude.tags,
        without_authors=feed.exclude.authors,
    )


_PROGRAM = (".py", ".html", ".css", ".js", ".toml")
"""Suffixes of the files of this program on which published bytes depend."""


def program_digest(files: Iterable[str]) -> str:
    """A hash of the files of this program and of the format `files`.

    Another version may read and render differently, so everything is published again when the hash changes.
    """
    digest = _program_hash().copy()
    for file in sorted(files):
        with suppress(OSError):  # a missing file is reported as a format that cannot be used
            digest.update(Path(file).read_bytes())
    return digest.hexdigest()


@cache
def _program_hash() -> blake2b:
    """The hash of the files of this program. Read once: a process runs the program that it was started with."""
    root = Path(__file__).parents[1]
    digest = blake2b(digest_size=16)
    for path in sorted(f"{folder}/{name}" for folder, _, names in os.walk(root) for name in names):
        if path.endswith(_PROGRAM):
            digest.update(Path(path).read_bytes())
    return digest
