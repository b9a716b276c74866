"""Defines the types of values in config.toml, and how they are read from text.

A type (`Seconds`, `Address` …) is one `Annotated`. Its `Meta` holds the constraints, the function that reads the text
(`extra`), and what to write instead of a bad value (`description`).
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Meta

from feedsvc.config.cron import parse_cron
from feedsvc.config.errors import BadValue, hide_password, suggestion
from feedsvc.model.addr_spec import addr_spec
from feedsvc.model.addresses import ascii_host
from feedsvc.model.text import one_line, slugify
from feedsvc.model.urls import (
    ARTICLES,
    DIRECTORY,
    FOLLOW,
    LINK_PATTERN,
    MEDIA,
    OPERATORS,
    OPML,
    SCRIPT_PATTERN,
    STYLE_PATTERN,
)

# --- how text is read: each function raises ValueError for text that it does not accept -------------------------------

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PORTS = {"http": 80, "https": 443}
_LONGEST = 365 * 86400


def _seconds(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if match and int(match[1]) == 0:
        raise BadValue('write at least "1s": a duration such as "30s", "5m", "1h" or "1d"')
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if seconds > _LONGEST:
        raise BadValue(f'write at most "{_LONGEST // 86400}d": a duration such as "30s", "5m", "1h" or "1d"')
    return seconds


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,6})([MG])", text)
    return int(match[1]) * {"M": 2**20, "G": 2**30}[match[2]] if match else 0


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.netloc and parts.path.strip("/"):
        raise BadValue("give the service a host of its own, such as https://feeds.example, without a path")
    # urlsplit silently drops line breaks and tabs, so white space is checked in the original text.
    if parts.scheme not in _PORTS or not parts.netloc or re.search(r"[\s@?#\\]", text) or parts.port == 0:
        raise ValueError(text)
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{_host(parts.hostname or '')}{port}"


def _host(name: str) -> str:
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name)}]"
    host = ascii_host(name.removesuffix("."))
    host.encode("idna")  # raises UnicodeError for a label that is empty or too long
    if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", host):
        raise ValueError(name)
    return host


def _hub(text: str) -> str:
    parts = urlsplit(text)
    # As for addresses; and ASCII without quotation marks and angle brackets, as it is put into documents and headers.
    if parts.scheme not in _PORTS or not re.fullmatch(r"[!#-;=?-Z_a-z~\[\]%]+", text) or re.search(r"[@#]", text):
        raise ValueError(text)
    if not parts.hostname or parts.port == 0:
        raise ValueError(text)
    return text


def _cache_url(text: str) -> str:
    """The URL without a final slash; it may contain `{path}` or `{url}`."""
    _hub(text.replace("{path}", "/").replace("{url}", ""))
    return text.rstrip("/")


_MAILTO = "mailto:"


def _alert_target(text: str) -> str:
    """The URL of a webhook, or `mailto:` and a mail address."""
    if not text.startswith(_MAILTO):
        return _hub(text)
    return _MAILTO + _mail_address(text.removeprefix(_MAILTO))


def _mail_address(text: str) -> str:
    if not (found := addr_spec(text)):
        raise ValueError(text)
    return found


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text))


def _section_path(text: str) -> str:
    path = hide_password(text).strip("/")  # the remedy must not show a password
    slugs = "/".join(filter(None, map(slugify, path.split("/"))))
    if slugs and slugs != path:
        raise BadValue(f'write "{slugs}"')
    return slugs


def _feed_path(text: str) -> str:
    if one_line(text) != text:  # characters that are invisible, or illegal in XML
        raise ValueError(text)
    return text


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _zone(text: str) -> str:
    if re.fullmatch(r"(UTC|GMT)?[+-][0-9:]{1,5}", text):
        raise BadValue('write the name of a zone, which knows summer time: "Europe/Lisbon", "Asia/Tokyo" or "UTC"')
    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError):  # not found; a folder of zones; not a path at all
        raise BadValue(suggestion(text, available_timezones())) from None
    return text


def _folder(text: str) -> Path:
    if not text.strip() or "\0" in text:
        raise ValueError(text)
    return Path(text)


STORE_SCHEME = "s3://"
_OTHER_STORE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:")
_NO_OTHER = 'write a folder, or "s3://bucket/prefix"; no other kind of store is known'
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def _destination(text: str) -> str:
    """A folder, or `s3://bucket/prefix` without a final slash."""
    if not text.startswith(STORE_SCHEME):
        if _OTHER_STORE.match(text):
            raise BadValue(_NO_OTHER)
        return str(_folder(text))
    bucket, *steps = text.removeprefix(STORE_SCHEME).removesuffix("/").split("/")
    sound = all(step not in ("", ".", "..") and one_line(step) == step for step in steps)
    if not (_BUCKET.fullmatch(bucket) and sound):
        raise ValueError(text)
    return STORE_SCHEME + "/".join((bucket, *steps))


def _articles(text: str) -> str:
    """A place as for `_destination`, except that the name of a folder may contain a colon."""
    if text.startswith(STORE_SCHEME):
        return _destination(text)
    if "://" in text:
        raise BadValue(_NO_OTHER)
    return str(_folder(text))


# --- the types: each description completes "write …" ------------------------------------------------------------------


def _type(
    description: str, read: Callable[[str], object] | None = None, *, secret: bool = False, **limits: Any
) -> Meta:
    """The Meta of a type. `read` converts the text to the value; None: the value is taken as it is. A `secret` value is
    never shown in an error."""
    return Meta(description=description, extra={"read": read, "secret": secret}, **limits)


_BELOW = "|".join(map(re.escape, (OPERATORS.rstrip("/"), ARTICLES.rstrip("/"), MEDIA.rstrip("/"))))
_RESERVED = (
    rf"({_BELOW}|{STYLE_PATTERN}|{SCRIPT_PATTERN})(/|\Z)|({re.escape(OPML)}|{re.escape(DIRECTORY)}|.*/{FOLLOW})\Z"
)
_FEED = rf"^(?!{_RESERVED})(/(?!\.{{1,2}}(/|\Z))[^/?#%\\\s\x00-\x1f\x7f]+)+\Z"
_NOT_RESERVED = (
    f"but not {OPML}, {DIRECTORY}, a name such as /{FOLLOW}, the style or script of pages, or anything below "
    f"{OPERATORS}, {ARTICLES} or {MEDIA}"
)
_LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"
_AUTHORITY = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(,[0-9]{4})?\Z"

Line = Annotated[str, _type("text in quotes", one_line)]
Name = Annotated[str, _type("text in quotes that is not empty", one_line, min_length=1)]
Switch = Annotated[bool, _type("true or false, without quotes")]
Count = Annotated[int, _type("a whole number of at least 1, such as 50", ge=1)]
Workers = Annotated[int, _type("a whole number of at least 1, such as 2", ge=1)]
Port = Annotated[int, _type("a whole number from 1 to 65535, such as 8000", ge=1, le=65535)]
Size = Annotated[int, _type('a size such as "16M" or "1G"', _bytes, ge=2**20, le=2**40)]
Content = Annotated[Literal["full", "summary"], _type('"full" or "summary"')]
Policy = Annotated[Literal["tombstone", "notice"], _type('"tombstone" or "notice"')]
Medium = Annotated[Literal["image", "audio", "video"], _type('"image", "audio" or "video"')]
Options = Annotated[dict[str, object], _type("a table, such as { name = 1 }")]
FormatName = Annotated[str, _type('the name of a format, such as "rss", or a Python file', min_length=1)]
Seconds = Annotated[int, _type('a duration such as "30s", "5m", "1h" or "1d"', _seconds, ge=1, le=_LONGEST)]
Cron = Annotated[str, _type('minute, hour, day, month and weekday, such as "*/10 6-22 * * *"', parse_cron)]
Colour = Annotated[str, _type('six hexadecimal digits, such as "0B5FA5"', pattern=r"^[0-9A-Fa-f]{6}\Z")]
Day = Annotated[str, _type('a date in quotes, such as "2026-11-23"', _day)]
Zone = Annotated[str, _type('a time zone, such as "UTC" or "Europe/Lisbon"', _zone)]
Language = Annotated[str, _type('a language tag, such as "en" or "pt-BR"', pattern=_LANGUAGE)]
Database = Annotated[
    str, _type('"postgresql://user@host/database"', secret=True, pattern=r"^postgresql://[^\s\x00-\x1f]+\Z")
]
StateFolder = Annotated[Path, _type('the path of a folder, such as ".feedsvc"', _folder)]
Destination = Annotated[str, _type('a folder, or "s3://bucket/prefix"', _destination, min_length=1)]
ArticlesPlace = Annotated[str, _type('the path of a folder, such as "articles", or "s3://bucket/prefix"', _articles)]
Address = Annotated[str, _type('only scheme and host, such as "https://www.ledger.example"', _address)]
HubUrl = Annotated[str, _type('the URL of a hub, such as "https://hub.example/"', _hub)]
CacheKind = Annotated[str, _type('the kind of the cache, such as "fastly"', pattern=r"^[a-z0-9]{1,30}\Z")]
PurgeBy = Annotated[Literal["url", "tag"], _type('"url" or "tag"')]
CacheId = Annotated[str, _type("the id that the service of the cache shows", pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
CacheUrl = Annotated[str, _type("a URL, which may have {path} or {url}", _cache_url, secret=True)]
Method = Annotated[str, _type('a method of HTTP, such as "PURGE"', pattern=r"^[A-Z]{3,12}\Z")]
AlertTarget = Annotated[
    str, _type('the URL of a webhook, or "mailto:" with an address of mail', _alert_target, secret=True)
]
AlertKind = Annotated[
    Literal["silence", "partner", "problems", "publication", "push", "disk"],
    _type('"silence", "partner", "problems", "publication", "push" or "disk"'),
]
PingUrl = Annotated[str, _type("the URL that is to be called", _hub, secret=True)]
Percentage = Annotated[int, _type("a whole number from 1 to 90, such as 10", ge=1, le=90)]
MailAddress = Annotated[str, _type('an address of mail, such as "feedsvc@ledger.example"', _mail_address)]
MailSecurity = Annotated[Literal["none", "starttls", "tls"], _type('"none", "starttls" or "tls"')]
Network = Annotated[str, _type('a network such as "10.0.0.0/8", or one address', _network)]
SectionPath = Annotated[str, _type('a path such as "news/eu"', _section_path, min_length=1)]
FeedPath = Annotated[
    str,
    _type(f'a path such as "/partners/evening.xml", without white space, {_NOT_RESERVED}', _feed_path, pattern=_FEED),
]
RobotPath = Annotated[str, _type('the beginning of a path, such as "/feed/"', pattern=r"^/[^?#\s]+\Z")]
OldPath = Annotated[
    str, _type('the old path without a query, %20 for a space, such as "/feed/"', pattern=r"^/[^?#\s]+\Z")
]
Link = Annotated[str, _type("an http(s) URL, or a path that starts with one slash", one_line, pattern=LINK_PATTERN)]
RobotName = Annotated[str, _type('the name of a crawler, such as "GPTBot"', pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*\Z")]
ReaderLink = Annotated[
    str,
    _type(
        "an http(s) URL with {feed} where the address of the feed goes",
        one_line,
        pattern=r"^https?://[^/\s{}]+/[^\s\\{}]*\{feed\}[^\s\\{}]*\Z",
    ),
]
Token = Annotated[
    str,
    _type(
        "the hash that `feedsvc token new` prints with the token for your partner",
        secret=True,
        pattern=r"^sha256:[0-9a-f]{64}\Z",
    ),
]
Trusted = Annotated[
    str,
    _type(
        '"local", or a hash that `feedsvc token new` prints with the token',
        secret=True,
        pattern=r"^(local|sha256:[0-9a-f]{64})\Z",
    ),
]
Authority = Annotated[str, _type('a host and a year in which it was yours: "ledger.example,2026"', pattern=_AUTHORITY)]
