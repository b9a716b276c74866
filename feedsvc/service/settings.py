"""Values that are derived from the configuration and the environment."""

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from feedsvc.config import CONFIG_VARIABLE, Config


def config_path(given: str | Path | None = None) -> Path:
    """The path of the configuration: as given, else by the environment's FEEDSVC_CONFIG, else `config.toml`."""
    return Path(given or os.environ.get(CONFIG_VARIABLE) or "config.toml")


def now() -> datetime:
    return datetime.now(UTC)


def interval(settings: Config) -> int:
    """Seconds between two regenerations at most, 0 where they keep no regular interval. Each of them is of everything,
    so the shortest interval that anything has does for all."""
    own = [each.every for each in settings.sections] + [each.every for each in settings.feeds]
    return min(filter(None, (0 if settings.schedule.cron else settings.schedule.every, *own)), default=0)


def store_path(settings: Config) -> Path:
    return settings.state.path / "store.sqlite3"


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""
