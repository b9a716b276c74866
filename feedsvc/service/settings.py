"""Values derived from the configuration and the environment."""

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from feedsvc.config import Config
from feedsvc.model.config_variable import CONFIG_VARIABLE
from feedsvc.model.urls import FAVICON, HUB, SITE


def config_path(given: str | Path | None = None) -> Path:
    """The path of the configuration: `given`, otherwise the environment's FEEDSVC_CONFIG, otherwise `config.toml`."""
    return Path(given or os.environ.get(CONFIG_VARIABLE) or "config.toml")


def now() -> datetime:
    """The current time in UTC: the clock of the whole service."""
    return datetime.now(UTC)


def interval(settings: Config) -> int:
    """The longest time from one regeneration to the next in seconds; 0 if there is no regular interval.

    Each regeneration covers everything, so this is the shortest interval of the site, its sections and its feeds.
    """
    own = [section.every for section in settings.sections] + [feed.every for feed in settings.feeds]
    return min(filter(None, (0 if settings.schedule.cron else settings.schedule.every, *own)), default=0)


def addresses_of(settings: Config) -> tuple[str, ...]:
    """The URLs at which the site is served, the canonical one first."""
    return (settings.site.url, *settings.site.mirrors)


def hosts_of(settings: Config) -> tuple[str, ...]:
    """The host of each address, in the same order."""
    return tuple(map(host_of, addresses_of(settings)))


def host_of(address: str) -> str:
    """The host of a URL, in lower case; empty if it has none."""
    return urlsplit(address).hostname or ""


def hubs_of(settings: Config) -> tuple[str, ...]:
    """The URLs of the hubs that feeds name. The service's own hub comes first; its URL starts with SITE."""
    return (*((SITE + HUB,) if settings.push.hub else ()), *settings.push.hubs)


def redirects_of(settings: Config) -> dict[str, str]:
    """The new address of each path that has moved, and the address of the icon for /favicon.ico, which browsers
    request."""
    moved = {redirect.from_: redirect.to for redirect in settings.redirects}
    return {FAVICON: settings.site.icon} | moved if settings.site.icon else moved
