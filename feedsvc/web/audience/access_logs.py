"""Reads the access logs of servers that answer in place of this one: nginx and Apache (combined), JSON of nginx, Caddy
and Fastly, CloudFront (standard logs) and Cloudflare (Logpush)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec

LONGEST = 8_000
"""Maximum characters of a line that are read."""
_COMBINED = re.compile(
    r'(?:[^\s":]+:\d+ )?([^\s"]+) [^\["]*\[([^\]]{20,40})\] "([A-Z]+) ([^\s"]+)(?: [^"]*)?" (\d{3}) \S+ '
    r'"(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"'
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Request(NamedTuple):
    """A request in a log. `path` is decoded and has no query; `at` is in seconds."""

    path: str
    agent: str
    address: str
    method: str
    status: int
    at: int


class NotALog(ValueError):
    """A line is not in a known log format."""


def requests(lines: Iterable[str]) -> Iterator[Request | None]:
    """The request of each line; None for a line that cannot be understood. Header lines are left out."""
    fields: tuple[str, ...] = ()
    for line in lines:
        line = line[:LONGEST].rstrip("\r\n")
        if line.startswith("#"):
            if line.startswith("#Fields:"):
                fields = tuple(line.removeprefix("#Fields:").split())
            continue
        if line:
            yield _request(line, fields)


def _request(line: str, fields: tuple[str, ...]) -> Request | None:
    try:
        if line.startswith("{"):
            return _of_json(msgspec.json.decode(line))
        return _of_fields(dict(zip(fields, line.split("\t"), strict=False))) if fields else _of_combined(line)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, IndexError):
        return None


def _of_combined(line: str) -> Request:
    found = _COMBINED.match(line)
    if found is None:
        raise NotALog(line)
    address, time, method, path, status, agent = found.groups()
    return Request(path_of(path), _unescaped(agent), address, method, int(status), local_seconds(time))


def _of_fields(values: Mapping[str, str]) -> Request:
    """The request in a line of CloudFront."""
    at = datetime.fromisoformat(f"{values['date']}T{values['time']}+00:00")
    agent = unquote(unquote(values["cs(User-Agent)"]))
    path, method = path_of(values["cs-uri-stem"]), values["cs-method"]
    return Request(path, agent, values["c-ip"], method, int(values["sc-status"]), int(at.timestamp()))


def _of_json(values: dict[str, Any]) -> Request:
    """The request in a JSON object of any server: each has its own names for the values."""
    if isinstance(values.get("request"), dict):  # Caddy
        inner = values["request"]
        headers = {str(name).lower(): each for name, each in (inner.get("headers") or {}).items()}
        values = {**values, **inner, "user_agent": [*headers.get("user-agent", ()), ""][0]}
    method, path = _first(values, _METHODS), _first(values, _PATHS)
    if path is None:
        method, path = str(values["request"]).split(" ")[:2]
    return Request(
        path_of(str(path)),
        str(_first(values, _AGENTS) or ""),
        str(_first(values, _CLIENTS) or ""),
        str(method),
        int(_first(values, _STATUSES) or 0),
        seconds(_first(values, _TIMES)),
    )


_METHODS = ("ClientRequestMethod", "request_method", "method")
_PATHS = ("ClientRequestURI", "ClientRequestPath", "request_uri", "uri", "url", "path")
_AGENTS = ("ClientRequestUserAgent", "http_user_agent", "user_agent", "request_user_agent", "agent")
_CLIENTS = ("ClientIP", "remote_addr", "client_ip", "remote_ip", "clientip")
_STATUSES = ("EdgeResponseStatus", "status", "response_status")
_TIMES = ("EdgeStartTimestamp", "time_iso8601", "timestamp", "msec", "ts", "time_local", "time", "@timestamp")


def _first(values: Mapping[str, Any], names: Iterable[str]) -> Any:
    """The value of the first of `names` that is present; None if none is."""
    return next((values[name] for name in names if name in values), None)


def path_of(target: str) -> str:
    """The decoded path of a request target, without its query."""
    path = urlsplit(target).path if target.startswith(("http://", "https://")) else target.partition("?")[0]
    return unquote(path)


def _unescaped(agent: str) -> str:
    """A User-Agent as it was sent; empty for a dash, which stands for a missing one."""
    if agent == "-":
        return ""
    return agent.replace('\\"', '"').replace("\\x22", '"') if "\\" in agent else agent


def seconds(value: object) -> int:
    """An instant in seconds, from ISO 8601, the common log format, or a number of seconds, milliseconds or smaller
    units."""
    if isinstance(value, str) and not re.fullmatch(r"\d{1,20}(\.\d{1,9})?", value):
        return local_seconds(value) if "/" in value else _iso_seconds(value)
    number = float(str(value))
    while number > _FAR:
        number /= 1000
    return int(number)


_FAR = 1e11
"""A number of seconds that is later than any instant in a log; larger numbers are in smaller units."""


@lru_cache(maxsize=256)
def _iso_seconds(text: str) -> int:
    found = datetime.fromisoformat(text)
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


@lru_cache(maxsize=256)
def local_seconds(text: str) -> int:
    """The instant in the common log format: `29/Nov/2026:04:35:18 +0000`."""
    clock, _, offset = text.partition(" ")
    day, month, rest = clock.split("/")
    year, hour, minute, second = map(int, rest.split(":"))
    sign = -1 if offset.startswith("-") else 1
    zone = timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5])))
    return int(datetime(year, _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=zone).timestamp())
