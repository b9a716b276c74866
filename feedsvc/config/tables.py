"""The tables of config.toml: their keys, the types of their values, and the defaults."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from feedsvc.config.alert_tables import AlertTable, AliveTable, SmtpTable
from feedsvc.config.article_tables import ArticlesTable, CaptureTable
from feedsvc.config.delivery_tables import PublishTable, PurgeTable
from feedsvc.config.table import Table as Table
from feedsvc.config.value_types import (
    Address,
    Authority,
    Colour,
    Content,
    Count,
    Cron,
    Database,
    Day,
    FeedPath,
    FormatName,
    HubUrl,
    Language,
    Line,
    Link,
    Medium,
    Name,
    Network,
    OldPath,
    Options,
    Policy,
    Port,
    ReaderLink,
    RobotName,
    RobotPath,
    Seconds,
    SectionPath,
    Size,
    StateFolder,
    Switch,
    Token,
    Trusted,
    Workers,
)

FIRST_YEAR = "2026"
"""The year in minted ids if `id_authority` has none (RFC 4151 section 2.1). It is constant, or ids would change."""
MIRROR = "articles"
"""The folder, below the state folder, with the copy of articles from a bucket."""


class SiteTable(Table, frozen=True, kw_only=True):
    """[site]. `url` and `mirrors` are scheme and host, with a port if it is not the default, without a final slash."""

    title: Name
    url: Address
    mirrors: tuple[Address, ...] = ()
    language: Language = "en"
    description: Line = ""
    author: Line = ""
    copyright: Line = ""
    logo: Link = ""
    icon: Link = ""
    cover: Link = ""
    accent: Colour = ""
    id_authority: Authority = ""

    @property
    def authority(self) -> str:
        """The authority of minted ids, `host,YEAR` (RFC 4151 section 2.1): `id_authority`, or the host of `url`."""
        host, _, year = (self.id_authority or urlsplit(self.url).hostname or "").partition(",")
        return f"{host},{year or FIRST_YEAR}"


class StateTable(Table, frozen=True, kw_only=True):
    """[state]. `path` is the folder of the store; if `url` names a database, the folder of this node's copy of the
    Edition."""

    path: StateFolder = Path(".feedsvc")
    url: Database = ""


class DefaultsTable(Table, frozen=True, kw_only=True):
    """[defaults] of sections and feeds. Without `max_age`, articles stay in a feed until newer ones displace them."""

    formats: tuple[FormatName, ...] = ("rss", "atom", "json")
    limit: Count = 50
    max_age: Seconds | None = None
    content: Content = "full"
    archive: Switch = False


class ScheduleTable(Table, frozen=True, kw_only=True):
    """[schedule]. `cron`, if set, replaces `every`."""

    every: Seconds = 300
    cron: Cron = ""
    watch: Switch = True


class WithdrawalTable(Table, frozen=True, kw_only=True):
    """[withdrawal]. The `policy` by which feeds announce that an article was withdrawn, and for how long."""

    policy: Policy = "tombstone"
    keep: Seconds = 30 * 86_400
    notice: Name = "This story has been withdrawn."


class ServerTable(Table, frozen=True, kw_only=True):
    """[server]. `cache` is the number of bytes of documents that each worker keeps in memory. If `publish` is false,
    this node only serves what another node publishes in the same state folder."""

    host: Name = "127.0.0.1"
    port: Port = 8000
    workers: Workers = 1
    cache: Size = 64 * 2**20
    downloads: Count | None = None
    """The largest number of complete downloads of a feed by one client in an hour; None for no limit."""
    publish: Switch = True


class ConsoleTable(Table, frozen=True, kw_only=True):
    """[console]. `trust` defines the operators at `/-/`: `local` for direct requests from this machine, and the hashes
    of their tokens."""

    trust: tuple[Trusted, ...] = ()


class PushTable(Table, frozen=True, kw_only=True):
    """[push]. `hubs` are external hubs that are pinged; `hub` turns on the service's own hub at /hub. `allow` lists
    networks to which requests may be sent although they are not public."""

    hubs: tuple[HubUrl, ...] = ()
    hub: Switch = False
    allow: tuple[Network, ...] = ()
    delay: Seconds | None = None
    """Seconds for which caches in front of the service may keep a feed; hubs are pinged after this time. None if there
    are no such caches."""

    @property
    def is_on(self) -> bool:
        """True if anything is pushed at all."""
        return self.hub or bool(self.hubs)


class AudienceTable(Table, frozen=True, kw_only=True):
    """[audience]. `count`: count the subscribers of feeds. `prove`: record what partners fetch from custom feeds."""

    count: Switch = True
    prove: Switch = True


class PagesTable(Table, frozen=True, kw_only=True):
    """[pages]. If `feeds_for_people` is true, a person who opens a feed in a browser is sent to its follow page."""

    feeds_for_people: Switch = False


class RobotsTable(Table, frozen=True, kw_only=True):
    """[robots]. Paths that no crawler may read, and the names of crawlers that may read nothing."""

    disallow: tuple[RobotPath, ...] = ()
    block: tuple[RobotName, ...] = ()


class ReaderTable(Table, frozen=True, kw_only=True):
    """[[follow.readers]]. A feed reader that follow pages offer."""

    name: Name
    url: ReaderLink


class FollowTable(Table, frozen=True, kw_only=True):
    """[follow]. `readers` is None for the built-in list of readers."""

    readers: tuple[ReaderTable, ...] | None = None


class SectionTable(Table, frozen=True, kw_only=True):
    """[[sections]]. None and empty values mean those of [defaults] and [schedule]."""

    path: SectionPath
    title: Line = ""
    description: Line = ""
    limit: Count | None = None
    max_age: Seconds | None = None
    content: Content | None = None
    formats: tuple[FormatName, ...] | None = None
    every: Seconds | None = None
    cron: Cron = ""
    archive: Switch | None = None


class ExcludeTable(Table, frozen=True, kw_only=True):
    """[feeds.exclude]. The articles that a feed excludes."""

    sections: tuple[SectionPath, ...] = ()
    tags: tuple[Name, ...] = ()
    authors: tuple[Name, ...] = ()


class FeedTable(Table, frozen=True, kw_only=True):
    """[[feeds]]. A custom feed. An empty selection selects all articles; None means the value of [defaults] or
    [schedule]."""

    path: FeedPath
    format: FormatName
    title: Line = ""
    description: Line = ""
    sections: tuple[SectionPath, ...] = ()
    tags: tuple[Name, ...] = ()
    authors: tuple[Name, ...] = ()
    language: Language = ""
    media: Medium | None = None
    exclude: ExcludeTable = ExcludeTable()
    limit: Count | None = None
    max_age: Seconds | None = None
    content: Content | None = None
    options: Options = msgspec.field(default_factory=dict)
    every: Seconds | None = None
    token: Token = ""


class LiveTable(Table, frozen=True, kw_only=True):
    """[[live]]. A live stream, identified by its title. Roku requires a `picture` of at least 800 by 450 pixels."""

    title: Name
    url: Link
    picture: Link
    description: Line = ""
    since: Day = "2026-01-01"


class RedirectTable(Table, frozen=True, kw_only=True, rename={"from_": "from"}):
    """[[redirects]]. A redirect from a path of the former site to a current path or URL."""

    from_: OldPath
    to: Link


class Config(Table, frozen=True, kw_only=True):
    """The whole file."""

    site: SiteTable
    articles: ArticlesTable = ArticlesTable()
    capture: CaptureTable = CaptureTable()
    state: StateTable = StateTable()
    defaults: DefaultsTable = DefaultsTable()
    schedule: ScheduleTable = ScheduleTable()
    withdrawal: WithdrawalTable = WithdrawalTable()
    server: ServerTable = ServerTable()
    console: ConsoleTable = ConsoleTable()
    push: PushTable = PushTable()
    audience: AudienceTable = AudienceTable()
    pages: PagesTable = PagesTable()
    follow: FollowTable = FollowTable()
    robots: RobotsTable = RobotsTable()
    sections: tuple[SectionTable, ...] = ()
    feeds: tuple[FeedTable, ...] = ()
    live: tuple[LiveTable, ...] = ()
    redirects: tuple[RedirectTable, ...] = ()
    publish: tuple[PublishTable, ...] = ()
    purge: tuple[PurgeTable, ...] = ()
    alerts: tuple[AlertTable, ...] = ()
    alive: AliveTable = AliveTable()
    smtp: SmtpTable = SmtpTable()

    @property
    def articles_folder(self) -> Path:
        """The folder with the articles; for a bucket, the folder below the state folder into which they are copied."""
        return self.state.path / MIRROR if self.articles.bucket else Path(self.articles.path)

    @property
    def has_alarms(self) -> bool:
        """True if there are alerts to send, or an [alive] URL to call."""
        return bool(self.alerts or self.alive.url)

    def digest(self) -> str:
        """SHA-256 (hex) of the values on which published bytes depend: not those of servers, operators and folders."""
        articles = replace(self.articles, path="")
        schedule = replace(self.schedule, watch=True)
        push = PushTable(hubs=self.push.hubs, hub=self.push.hub)
        unseen: dict[str, object] = {"state": StateTable(), "server": ServerTable(), "console": ConsoleTable()}
        unseen |= {"pages": PagesTable(), "audience": AudienceTable(), "publish": (), "purge": (), "alerts": ()}
        unseen |= {"alive": AliveTable(), "smtp": SmtpTable()}
        alike = replace(self, articles=articles, schedule=schedule, push=push, **unseen)
        return sha256(msgspec.json.encode(alike, enc_hook=str, order="sorted")).hexdigest()
