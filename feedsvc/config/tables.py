"""The tables of config.toml: what there is to say, and what is so where nothing is said."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from feedsvc.config.kinds import (
    Address,
    Authority,
    Colour,
    Content,
    Count,
    Cron,
    Day,
    FeedPath,
    Folder,
    FormatName,
    Language,
    Line,
    Link,
    Medium,
    Name,
    OldPath,
    Options,
    Policy,
    Port,
    Seconds,
    SectionPath,
    Size,
    Switch,
    Token,
    Trusted,
    Zone,
)

FIRST_YEAR = "2026"
"""The year in minted ids where `id_authority` names none (RFC 4151 section 2.1). Not the clock's: ids would change."""


class Table(Struct, frozen=True, kw_only=True):
    """A table of config.toml. In a list of tables the first field is the name, which no two of them share."""


class Site(Table, frozen=True, kw_only=True):
    """`url` and `mirrors` are scheme and host (and port, where it is not the scheme's own), no slash at the end."""

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
        """Who mints ids, `host,YEAR` (RFC 4151 section 2.1); the url's host where the config does not say."""
        host, _, year = (self.id_authority or urlsplit(self.url).hostname or "").partition(",")
        return f"{host},{year or FIRST_YEAR}"


class Articles(Table, frozen=True, kw_only=True):
    path: Folder = Path("articles")
    timezone: Zone = "UTC"


class Capture(Table, frozen=True, kw_only=True):
    furniture: tuple[Name, ...] = ()


class State(Table, frozen=True, kw_only=True):
    path: Folder = Path(".feedsvc")


class Defaults(Table, frozen=True, kw_only=True):
    formats: tuple[FormatName, ...] = ("rss", "atom", "json")
    limit: Count = 50
    max_age: Seconds | None = None
    content: Content = "full"
    archive: Switch = False


class Schedule(Table, frozen=True, kw_only=True):
    """`cron`, where it is given, takes the place of `every`."""

    every: Seconds = 300
    cron: Cron = ""
    watch: Switch = True


class Withdrawal(Table, frozen=True, kw_only=True):
    """What feeds say of an article that was taken back, and for how long."""

    policy: Policy = "tombstone"
    keep: Seconds = 30 * 86_400
    notice: Name = "This story has been withdrawn."


class Server(Table, frozen=True, kw_only=True):
    host: Name = "127.0.0.1"
    port: Port = 8000
    workers: Count = 1
    cache: Size = 64 * 2**20
    downloads: Count | None = None
    """Most whole downloads of a feed by one client in an hour, None for as many as it likes."""


class Console(Table, frozen=True, kw_only=True):
    """Who is an operator at `/-/`: who asks on this machine, straight (`local`), and who has the token of a hash."""

    trust: tuple[Trusted, ...] = ()


class SectionTable(Table, frozen=True, kw_only=True):
    """What is None or empty is as [defaults] and [schedule] say."""

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


class Exclude(Table, frozen=True, kw_only=True):
    sections: tuple[SectionPath, ...] = ()
    tags: tuple[Name, ...] = ()
    authors: tuple[Name, ...] = ()


class FeedTable(Table, frozen=True, kw_only=True):
    """A feed of the operator's own. An empty selection selects everything."""

    path: FeedPath
    format: FormatName
    title: Line = ""
    description: Line = ""
    sections: tuple[SectionPath, ...] = ()
    tags: tuple[Name, ...] = ()
    authors: tuple[Name, ...] = ()
    language: Language = ""
    media: Medium | None = None
    exclude: Exclude = Exclude()
    limit: Count | None = None
    max_age: Seconds | None = None
    content: Content | None = None
    options: Options = {}
    every: Seconds | None = None
    token: Token = ""


class LiveTable(Table, frozen=True, kw_only=True):
    """A stream without an end, known to players by its title. Roku wants a `picture` of 800 by 450 pixels at least."""

    title: Name
    url: Link
    picture: Link
    description: Line = ""
    since: Day = "2026-01-01"


class Redirect(Table, frozen=True, kw_only=True, rename={"from_": "from"}):
    from_: OldPath
    to: Link


class Config(Table, frozen=True, kw_only=True):
    site: Site
    articles: Articles = Articles()
    capture: Capture = Capture()
    state: State = State()
    defaults: Defaults = Defaults()
    schedule: Schedule = Schedule()
    withdrawal: Withdrawal = Withdrawal()
    server: Server = Server()
    console: Console = Console()
    sections: tuple[SectionTable, ...] = ()
    feeds: tuple[FeedTable, ...] = ()
    live: tuple[LiveTable, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def digest(self) -> str:
        """SHA-256 (hex) of what published bytes depend on: neither the server nor where folders lie on this machine."""
        articles = replace(self.articles, path=Path())
        schedule = replace(self.schedule, watch=True)
        elsewhere = {"state": State(), "server": Server(), "console": Console()}
        alike = replace(self, articles=articles, schedule=schedule, **elsewhere)
        return sha256(msgspec.json.encode(alike, enc_hook=str, order="sorted")).hexdigest()
