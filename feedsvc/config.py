"""config.toml to a frozen Config. All errors are found at once, each with its key, its line and its remedy.

A kind of value (`Seconds`, `Address` …) is one `Annotated` type: its `Meta` holds what is accepted (constraints), how
it is read from text (`extra`), and what to write instead of a bad one (`description`). Tables are made of kinds, and
one walk along their types does all the checking; `_clashes` adds what no single value can show.
"""

import difflib
import ipaddress
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from msgspec import NODEFAULT, Meta, Struct, convert
from msgspec.structs import replace

from feedsvc.model import Problem
from feedsvc.text import even, shorten, slugify

CONFIG_VARIABLE = "FEEDSVC_CONFIG"
"""The environment variable that names the file, where no argument does."""
FIRST_YEAR = "2026"
"""The year in minted ids where `id_authority` names none (RFC 4151 section 2.1). Not the clock's: ids would change."""


class ConfigError(Exception):
    """A config that cannot be used. `problems` stand in the order of the file's lines, and in `str()` one a line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Refused(ValueError):
    """A bad value for which there is a better remedy than its kind's."""

    def __init__(self, remedy: str) -> None:
        super().__init__(remedy)
        self.remedy = remedy


# How text becomes a value. Each raises ValueError for text that is not of its kind.

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PORTS = {"http": 80, "https": 443}
_LONGEST = 365 * 86400
_RESERVED = "/feeds.opml or below /-/, /articles/ or /media/"
_CRON: tuple[tuple[int, int, tuple[str, ...]], ...] = (  # lowest, highest, names in place of numbers
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ("last",)),
    (1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    (0, 6, ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
)


def _seconds(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    return int(match[1]) * _UNITS[match[2]] if match else 0


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,6})([MG])", text)
    return int(match[1]) * {"M": 2**20, "G": 2**30}[match[2]] if match else 0


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.netloc and parts.path.strip("/"):
        raise Refused("give the service a host of its own, such as https://feeds.example, without a path")
    # urlsplit drops line breaks and tabs in silence, hence the look for white space.
    if parts.scheme not in _PORTS or not parts.netloc or re.search(r"[\s@?#\\]", text) or parts.port == 0:
        raise ValueError(text)
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{_host(parts.hostname or '')}{port}"


def _host(name: str) -> str:
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name)}]"
    host = name.removesuffix(".").encode("idna").decode()
    if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", host):
        raise ValueError(name)
    return host


def _section_path(text: str) -> str:
    path = text.strip("/")
    slugs = "/".join(filter(None, map(slugify, path.split("/"))))
    if slugs and slugs != path:
        raise Refused(f'write "{slugs}"')
    return slugs


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError):  # not found; a folder of zones; not a path at all
        raise Refused(_meant(text, available_timezones())) from None
    return text


def _cron(text: str) -> str:
    fields = text.lower().split()
    if len(fields) != len(_CRON):
        raise ValueError(text)
    for field, (low, high, names) in zip(fields, _CRON, strict=True):
        if not all(_cron_part(part, low, high, names) for part in field.split(",")):
            raise ValueError(text)
    return " ".join(fields)


def _cron_part(part: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    """Whether APScheduler's CronTrigger takes `part`: names without steps, and no step wider than its range."""
    if match := re.fullmatch(r"([a-z]+)(?:-([a-z]+))?", part):
        first, last = match[1], match[2] or match[1]
        return first in names and last in names[names.index(first) :]
    match = re.fullmatch(r"(?:\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?", part)
    if not match:
        return False
    start = int(match[1] or low)
    end = int(match[2] or high)
    return low <= start <= end <= high and (match[3] is None or 1 <= int(match[3]) <= end - start)


def _folder(text: str) -> Path:
    if not text.strip() or "\0" in text:
        raise ValueError(text)
    return Path(text)


def _meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""


# Kinds of values. Each description completes "write …".


def _kind(description: str, read: Callable[[str], object] | None = None, **limits: Any) -> Meta:
    return Meta(description=description, extra={"read": read}, **limits)


_FEED = r"^(?!/(-|articles|media)(/|\Z)|/feeds\.opml\Z)(/(?!\.{1,2}(/|\Z))[^/?#%\\\s\x00-\x1f\x7f]+)+\Z"
_LINK = r"^(https?://[^/\s]|/(?!/))[^\\\s\x00-\x1f\x7f]*\Z"
_LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"
_AUTHORITY = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(,[0-9]{4})?\Z"

Line = Annotated[str, _kind("text in quotes", even)]
Name = Annotated[str, _kind("text in quotes that is not empty", even, min_length=1)]
Switch = Annotated[bool, _kind("true or false, without quotes")]
Count = Annotated[int, _kind("a whole number from 1 on, such as 50", ge=1)]
Port = Annotated[int, _kind("a whole number from 1 to 65535, such as 8000", ge=1, le=65535)]
Size = Annotated[int, _kind('a size such as "16M" or "1G"', _bytes, ge=2**20, le=2**40)]
Content = Annotated[Literal["full", "summary"], _kind('"full" or "summary"')]
Medium = Annotated[Literal["image", "audio", "video"], _kind('"image", "audio" or "video"')]
Options = Annotated[dict[str, object], _kind("a table, such as { name = 1 }")]
FormatName = Annotated[str, _kind('the name of a format, such as "rss"', min_length=1)]
Seconds = Annotated[int, _kind('a duration such as "30s", "5m", "1h" or "1d"', _seconds, ge=1, le=_LONGEST)]
Cron = Annotated[str, _kind('minute, hour, day, month and weekday, such as "*/10 6-22 * * *"', _cron)]
Zone = Annotated[str, _kind('a time zone, such as "UTC" or "Europe/Lisbon"', _zone)]
Language = Annotated[str, _kind('a language tag, such as "en" or "pt-BR"', pattern=_LANGUAGE)]
Folder = Annotated[Path, _kind('the path of a folder, such as "articles"', _folder)]
Address = Annotated[str, _kind('scheme and host alone, such as "https://www.ledger.example"', _address)]
SectionPath = Annotated[str, _kind('a path such as "news/eu"', _section_path, min_length=1)]
FeedPath = Annotated[str, _kind(f'a path such as "/partners/evening.xml", not {_RESERVED}', pattern=_FEED)]
OldPath = Annotated[str, _kind('the old path without a query, such as "/feed/"', pattern=r"^/[^?#\s]+\Z")]
Link = Annotated[str, _kind("an http(s) URL, or a path that starts with one slash", pattern=_LINK)]
Authority = Annotated[str, _kind('a host and a year in which it was yours: "ledger.example,2026"', pattern=_AUTHORITY)]


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
    content: Content = "full"


class Schedule(Table, frozen=True, kw_only=True):
    """`cron`, where it is given, takes the place of `every`."""

    every: Seconds = 300
    cron: Cron = ""
    watch: Switch = True


class Server(Table, frozen=True, kw_only=True):
    host: Name = "127.0.0.1"
    port: Port = 8000
    workers: Count = 1
    cache: Size = 64 * 2**20


class SectionTable(Table, frozen=True, kw_only=True):
    """What is None or empty is as [defaults] and [schedule] say."""

    path: SectionPath
    title: Line = ""
    description: Line = ""
    limit: Count | None = None
    content: Content | None = None
    formats: tuple[FormatName, ...] | None = None
    every: Seconds | None = None
    cron: Cron = ""


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
    content: Content | None = None
    options: Options = {}
    every: Seconds | None = None


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
    server: Server = Server()
    sections: tuple[SectionTable, ...] = ()
    feeds: tuple[FeedTable, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def digest(self) -> str:
        """SHA-256 (hex) of what published bytes depend on: neither the server nor where folders lie on this machine."""
        articles = replace(self.articles, path=Path())
        schedule = replace(self.schedule, watch=True)
        alike = replace(self, articles=articles, state=State(), schedule=schedule, server=Server())
        return sha256(msgspec.json.encode(alike, enc_hook=str, order="sorted")).hexdigest()


def load(path: Path, formats: frozenset[str] = frozenset()) -> Config:
    """The config in the file `path`, its folders absolute. Format names are checked if `formats` has any.

    Raises ConfigError with every problem of the file, and nothing else.
    """
    text = _read(path)
    try:
        walk = _Walk(path.absolute().parent, formats)
        config: Config = walk.table(Config, _parse(path, text), "")
        troubles = [*walk.troubles, *_clashes(config)]
        if troubles:
            raise ConfigError(_problems(path, troubles, _lines(text)))
    except RecursionError:
        raise _error(f"{path}", "tables or lists too deep to be read", "nest them less") from None
    return config


def _error(place: str, reason: str, remedy: str) -> ConfigError:
    return ConfigError((Problem(place=place, reason=reason, remedy=remedy),))


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _error(f"{path}:{line}", "not UTF-8", "save the file as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = f"no config at {path.absolute()}: {getattr(error, 'strerror', error)}"
        raise _error(f"{path}", reason, "name another with --config PATH or the environment's FEEDSVC_CONFIG") from None


def _parse(path: Path, text: str) -> dict[str, object]:
    try:
        document = tomllib.loads(text)
        msgspec.json.encode(document)  # Python's TOML has numbers of any size; we show and hash what we read
    except tomllib.TOMLDecodeError as error:
        reason, _, where = str(error).removesuffix(")").rpartition(" (at ")
        place = ":".join([str(path), *re.findall(r"\d+", where)])
        raise _error(place, f"not TOML at {where}: {reason}", 'text stands in "quotes", a list in [ ]') from None
    except (ValueError, OverflowError):
        raise _error(f"{path}", "a number of thousands of digits", "write a shorter one") from None
    return document


class _Trouble(NamedTuple):
    place: str
    reason: str
    remedy: str


class _Walk:
    """One pass along the tables' types. What is bad goes to `troubles` and leaves its default, or an empty string."""

    def __init__(self, folder: Path, formats: frozenset[str]) -> None:
        self.folder = folder
        self.formats = formats
        self.troubles: list[_Trouble] = []

    def table(self, kind: Any, value: object, place: str) -> Any:
        if not isinstance(value, dict):
            self._bad(place, value, "write a table")
            return self._build(kind, {})
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        self._keys(value.keys(), fields.keys(), place)
        given = {}
        for key, field in fields.items():
            if key in value or isinstance(field.type, type):  # a table that is not there is an empty one
                given[field.name] = self._value(field.type, value.get(key, {}), _join(place, key))
            elif isinstance(field.default, Path):
                given[field.name] = self.folder / field.default
            elif field.required:
                self.troubles.append(_Trouble(_join(place, key), "missing", f"add it: {_meta(field.type).description}"))
        return self._build(kind, given)

    def _keys(self, keys: Iterable[str], known: Iterable[str], place: str) -> None:
        for key in keys:
            if key not in known:
                remedy = _meant(key, known) or f"known here: {', '.join(known)}"
                self.troubles.append(_Trouble(_join(place, key), "unknown key", remedy))
        if {"every", "cron"} <= set(keys) & set(known):
            self.troubles.append(_Trouble(_join(place, "cron"), "both every and cron", "keep one of them"))

    def _build(self, kind: Any, given: dict[str, Any]) -> Any:
        holes = {field.name: "" for field in msgspec.structs.fields(kind) if field.required}
        return kind(**holes | {name: value for name, value in given.items() if value is not NODEFAULT})

    def _value(self, kind: Any, value: object, place: str) -> Any:
        kind = get_args(kind)[0] if get_origin(kind) in (Union, UnionType) else kind  # `X | None`: TOML has no null
        if get_origin(kind) is tuple:
            return self._list(get_args(kind)[0], value, place)
        return (self.table if isinstance(kind, type) else self._leaf)(kind, value, place)

    def _list(self, kind: Any, value: object, place: str) -> Any:
        if not isinstance(value, list):
            remedy = f"write [[{place}]]" if isinstance(kind, type) else f"write a list: [{_shown(value)}]"
            return self._bad(place, value, remedy)
        items, names = [], Counter[str]()
        for number, item in enumerate(value):
            spot = f"{place}[{number}]"
            read = self._value(kind, item, spot)
            items.append("" if read is NODEFAULT else read)
            key, name = _named(items[-1])
            if name and names[name]:
                self._bad(_join(spot, key) if key else spot, name, "keep one of them", ", which is there twice")
            names[name] += 1
        return tuple(items)

    def _leaf(self, kind: Any, value: object, place: str) -> Any:
        meta = _meta(kind)
        read = (meta.extra or {})["read"]
        try:
            result = convert(read(convert(value, str)) if read else value, kind)
            if kind == FormatName and self.formats and result not in self.formats:
                raise Refused(_meant(result, self.formats) or f"known: {', '.join(sorted(self.formats))}")
        except ValueError as error:
            return self._bad(place, value, getattr(error, "remedy", "") or f"write {meta.description}")
        return self.folder / result if isinstance(result, Path) else result

    def _bad(self, place: str, value: object, remedy: str, why: str = "") -> Any:
        self.troubles.append(_Trouble(place, f"found {_shown(value)}{why}", remedy))
        return NODEFAULT


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _meta(kind: Any) -> Meta:
    meta: Meta = kind.__metadata__[0]
    return meta


def _named(item: str | Table) -> tuple[str, str]:
    if isinstance(item, str):
        return "", item
    first = msgspec.structs.fields(item)[0]
    return first.encode_name, getattr(item, first.name)


def _shown(value: object) -> str:
    return shorten(msgspec.json.encode(value).decode(), longest=100)


def _clashes(config: Config) -> Iterator[_Trouble]:
    """What values say against one another. Bad ones are empty by now, and clash with nothing."""
    known = {urlsplit(config.site.url).hostname: ""}
    for number, mirror in enumerate(config.site.mirrors):
        if mirror and known.setdefault(urlsplit(mirror).hostname, mirror) != mirror:
            reason = f"found {_shown(mirror)}, whose host is that of url or of another mirror"
            yield _Trouble(f"site.mirrors[{number}]", reason, "name another host, not another scheme or port")
    feeds = {feed.path for feed in config.feeds if feed.path}
    for number, redirect in enumerate(config.redirects):
        if redirect.from_ in feeds:
            yield _Trouble(f"redirects[{number}].from", f"found {_shown(redirect.from_)}, a feed's path", "remove one")
        if redirect.from_ and redirect.from_ == redirect.to:
            yield _Trouble(f"redirects[{number}].to", "leads to itself", "name the new path")


def _problems(path: Path, troubles: list[_Trouble], lines: dict[str, int]) -> tuple[Problem, ...]:
    found = [(_line(lines, trouble.place), trouble) for trouble in troubles]
    return tuple(
        Problem(place=f"{path}:{line}: {where}" if line else f"{path}: {where}", reason=reason, remedy=remedy)
        for line, (where, reason, remedy) in sorted(found, key=lambda pair: pair[0])
    )


def _line(lines: dict[str, int], place: str) -> int:
    """The line of `place` or of the nearest thing around it, 0 if there is none."""
    while place and place not in lines:
        place = place.rpartition("[" if place.endswith("]") else ".")[0]
    return lines.get(place, 0)


def _lines(text: str) -> dict[str, int]:
    """The line where each place (`sections[1].every`) of a good TOML document is set, counted from 1.

    A header and a key with its value are documents of their own, so the parser itself tells where each of them ends.
    """
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    header, statement, start = "", "", 1
    for number, line in enumerate(text.split("\n"), 1):
        start = start if statement else number
        statement += line + "\n"
        try:
            part = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # the value goes on in the next line
        if statement.lstrip().startswith("["):
            header = _enter(part, counts)
            lines.setdefault(header, start)
        else:
            lines.update((place, start) for place in _places(part, header))
        statement = ""
    return lines


def _enter(part: Any, counts: Counter[str]) -> str:
    """The place that a header opens: `[feeds.exclude]` belongs to the last of `[[feeds]]`."""
    place = ""
    while part:
        ((key, part),) = part.items()
        place = _join(place, key)
        if isinstance(part, list):
            counts[place] += 1
            part = part[0]
        place += f"[{counts[place] - 1}]" if place in counts else ""
    return place


def _places(part: Any, place: str) -> Iterator[str]:
    for key, value in part.items():
        yield _join(place, key)
        if isinstance(value, dict):
            yield from _places(value, _join(place, key))
