"""Kinds of values, and how text becomes them.

A kind (`Seconds`, `Address` …) is one `Annotated` type: its `Meta` holds what is accepted (constraints), how it is read
from text (`extra`), and what to write instead of a bad one (`description`).
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

from feedsvc.config.cron import cron
from feedsvc.config.trouble import Refused, hide, meant
from feedsvc.model.text import one_line, slugify

# How text becomes a value. Each raises ValueError for text that is not of its kind.

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PORTS = {"http": 80, "https": 443}
_LONGEST = 365 * 86400
_RESERVED = "/feeds.opml, /sections.html or below /-/, /articles/ or /media/, nor the style or script of pages"


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
    path = hide(text).strip("/")  # or the remedy would spell a password
    slugs = "/".join(filter(None, map(slugify, path.split("/"))))
    if slugs and slugs != path:
        raise Refused(f'write "{slugs}"')
    return slugs


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError):  # not found; a folder of zones; not a path at all
        raise Refused(meant(text, available_timezones())) from None
    return text


def _folder(text: str) -> Path:
    if not text.strip() or "\0" in text:
        raise ValueError(text)
    return Path(text)


# Kinds of values. Each description completes "write …".


def _kind(description: str, read: Callable[[str], object] | None = None, **limits: Any) -> Meta:
    return Meta(description=description, extra={"read": read}, **limits)


_OURS = r"/(-|articles|media|style-[0-9a-f]{16}\.css|script-[0-9a-f]{16}\.js)(/|\Z)|/(feeds\.opml|sections\.html)\Z"
_FEED = f"^(?!{_OURS})" r"(/(?!\.{1,2}(/|\Z))[^/?#%\\\s\x00-\x1f\x7f]+)+\Z"
_LINK = r"^(https?://[^/\s]|/(?!/))[^\\\s\x00-\x1f\x7f]*\Z"
_LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"
_AUTHORITY = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(,[0-9]{4})?\Z"

Line = Annotated[str, _kind("text in quotes", one_line)]
Name = Annotated[str, _kind("text in quotes that is not empty", one_line, min_length=1)]
Switch = Annotated[bool, _kind("true or false, without quotes")]
Count = Annotated[int, _kind("a whole number from 1 on, such as 50", ge=1)]
Port = Annotated[int, _kind("a whole number from 1 to 65535, such as 8000", ge=1, le=65535)]
Size = Annotated[int, _kind('a size such as "16M" or "1G"', _bytes, ge=2**20, le=2**40)]
Content = Annotated[Literal["full", "summary"], _kind('"full" or "summary"')]
Policy = Annotated[Literal["tombstone", "notice"], _kind('"tombstone" or "notice"')]
Medium = Annotated[Literal["image", "audio", "video"], _kind('"image", "audio" or "video"')]
Options = Annotated[dict[str, object], _kind("a table, such as { name = 1 }")]
FormatName = Annotated[str, _kind('the name of a format, such as "rss", or a Python file', min_length=1)]
Seconds = Annotated[int, _kind('a duration such as "30s", "5m", "1h" or "1d"', _seconds, ge=1, le=_LONGEST)]
Cron = Annotated[str, _kind('minute, hour, day, month and weekday, such as "*/10 6-22 * * *"', cron)]
Colour = Annotated[str, _kind('six hexadecimal digits, such as "0B5FA5"', pattern=r"^[0-9A-Fa-f]{6}\Z")]
Day = Annotated[str, _kind('a day in quotes, such as "2026-11-23"', _day)]
Zone = Annotated[str, _kind('a time zone, such as "UTC" or "Europe/Lisbon"', _zone)]
Language = Annotated[str, _kind('a language tag, such as "en" or "pt-BR"', pattern=_LANGUAGE)]
Folder = Annotated[Path, _kind('the path of a folder, such as "articles"', _folder)]
Address = Annotated[str, _kind('scheme and host alone, such as "https://www.ledger.example"', _address)]
SectionPath = Annotated[str, _kind('a path such as "news/eu"', _section_path, min_length=1)]
FeedPath = Annotated[str, _kind(f'a path such as "/partners/evening.xml", not {_RESERVED}', pattern=_FEED)]
OldPath = Annotated[str, _kind('the old path without a query, such as "/feed/"', pattern=r"^/[^?#\s]+\Z")]
Link = Annotated[str, _kind("an http(s) URL, or a path that starts with one slash", pattern=_LINK)]
Token = Annotated[
    str,
    Meta(
        description="a hash, as `feedsvc token new` prints it with the token that your partner gets",
        extra={"read": None, "secret": True},
        pattern=r"^sha256:[0-9a-f]{64}\Z",
    ),
]
Authority = Annotated[str, _kind('a host and a year in which it was yours: "ledger.example,2026"', pattern=_AUTHORITY)]
