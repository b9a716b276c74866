"""The wiring of the publishing side: config in, Publisher out."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from feedsvc import readers
from feedsvc.admission import Desk
from feedsvc.config import Config, FeedTable, LiveTable, SectionTable, pace
from feedsvc.drafts import Drafting, Reads
from feedsvc.formats import FORMATS
from feedsvc.identity import key_of
from feedsvc.library import Library
from feedsvc.media import measured
from feedsvc.mediatypes import guess
from feedsvc.model import SITE, Live, Media
from feedsvc.plan import FeedPlan, Plan, SectionPlan, Terms, WithdrawalTerms
from feedsvc.ports import Format, Profile, Rules
from feedsvc.publisher import Publisher
from feedsvc.registry import of_file
from feedsvc.sections import Selection
from feedsvc.store.database import Store


def make_publisher(settings: Config, store: Store) -> Publisher:
    plan = make_plan(settings)
    return Publisher(store, make_library(settings, plan), plan, formats_of(settings))


def make_library(settings: Config, plan: Plan) -> Library:
    hosts = frozenset(urlsplit(address).hostname or "" for address in plan.addresses)
    reads = Reads(readers.read, readers.to_html, readers.leads_somewhere, readers.SUFFIXES, readers.glance)
    drafting = Drafting(settings.articles.path, rules_of(settings), reads, plan.authority, hosts)
    return Library(drafting, Desk(plan.authority))


def rules_of(settings: Config) -> Rules:
    return Rules(timezone=settings.articles.timezone, furniture=settings.capture.furniture)


def formats_of(settings: Config) -> dict[str, Format]:
    """All formats by name, and those in files of the newsroom's own by path. Raises ValueError for a bad file."""
    lists = (settings.defaults.formats, *(section.formats or () for section in settings.sections))
    names = {*chain.from_iterable(lists), *(feed.format for feed in settings.feeds)}
    files = sorted(name for name in names if name.endswith(".py"))
    return FORMATS | {file: of_file(Path(file), "FORMAT", Format) for file in files}


def make_plan(settings: Config) -> Plan:
    plan = _plan(settings)
    urls = dict.fromkeys(url for url in plan.pictures() if url.startswith(f"{SITE}/media/"))
    return replace(plan, measured=tuple(_measured(settings, url) for url in urls))


def _measured(settings: Config, link: str) -> Media:
    """A picture that the config names, measured as those of articles are where it lies below their folder."""
    picture = Media(url=_own(link), type=guess(link))
    prefix = f"{SITE}/media/"
    if not picture.url.startswith(prefix):
        return picture
    return measured(settings.articles.path, unquote(picture.url.removeprefix(prefix)), picture)


def _plan(settings: Config) -> Plan:
    site = settings.site
    formats = formats_of(settings)
    return Plan(
        title=site.title,
        description=site.description,
        language=site.language,
        author=site.author,
        copyright=site.copyright,
        logo=_own(site.logo),
        icon=_own(site.icon),
        cover=_own(site.cover),
        accent=site.accent,
        addresses=(site.url, *site.mirrors),
        authority=site.authority,
        defaults=_terms(settings, None),
        sections={section.path: _section(settings, section) for section in settings.sections},
        feeds=tuple(_feed(settings, feed, formats[feed.format].profile) for feed in settings.feeds),
        live=tuple(_live(settings, live) for live in settings.live),
        digest=f"{settings.digest()} {_program(name for name in formats if name.endswith('.py'))}",
        withdrawal=_withdrawal(settings),
    )


def _withdrawal(settings: Config) -> WithdrawalTerms:
    told = settings.withdrawal
    return WithdrawalTerms(keep=told.keep, notice=told.notice if told.policy == "notice" else "")


def _own(link: str) -> str:
    """A path of ours as a URL that is good on every address."""
    return SITE + link if link.startswith("/") else link


def _terms(settings: Config, own: SectionTable | None) -> Terms:
    defaults = settings.defaults
    return Terms(
        formats=(own and own.formats) or defaults.formats,
        limit=(own and own.limit) or defaults.limit,
        full=((own and own.content) or defaults.content) == "full",
        interval=(own and (own.every or (own.cron and pace(own.cron)))) or _interval(settings),
        oldest=(own and own.max_age) or defaults.max_age or 0,
        archive=defaults.archive if own is None or own.archive is None else own.archive,
    )


def _interval(settings: Config) -> int:
    """Seconds from one regeneration to the next."""
    schedule = settings.schedule
    return pace(schedule.cron) if schedule.cron else schedule.every


def _section(settings: Config, section: SectionTable) -> SectionPlan:
    return SectionPlan(
        path=section.path,
        title=section.title,
        description=section.description,
        terms=_terms(settings, section),
    )


def _live(settings: Config, live: LiveTable) -> Live:
    return Live(
        id=key_of(f"live {live.title}"),
        title=live.title,
        url=_own(live.url),
        picture=_measured(settings, live.picture),
        since=datetime.fromisoformat(live.since).replace(tzinfo=UTC),
        description=live.description,
    )


def _feed(settings: Config, feed: FeedTable, profile: Profile) -> FeedPlan:
    defaults = settings.defaults
    return FeedPlan(
        path=feed.path,
        title=feed.title,
        description=feed.description,
        terms=Terms(
            formats=(feed.format,),
            limit=feed.limit or profile.limit or defaults.limit,
            full=(feed.content or defaults.content) == "full",
            interval=feed.every or _interval(settings),
            oldest=feed.max_age or defaults.max_age or 0,
        ),
        selection=Selection(
            sections=feed.sections,
            tags=feed.tags,
            authors=feed.authors,
            language=feed.language,
            media=feed.media or "",
            without_sections=feed.exclude.sections,
            without_tags=feed.exclude.tags,
            without_authors=feed.exclude.authors,
        ),
        options=feed.options,
        token=feed.token.removeprefix("sha256:"),
    )


def _program(files: Iterable[str]) -> str:
    """A hash of this program: another version may read and render otherwise, so it renders everything once."""
    root = Path(__file__).parent
    digest = blake2b(digest_size=16)
    for path in sorted(path for path in root.rglob("*") if path.suffix in (".py", ".html", ".css", ".js", ".toml")):
        digest.update(path.read_bytes())
    for file in sorted(files):
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()
