"""Loads config.toml into a frozen Config. All errors are reported at once, each with its key, its line and its remedy.

`tables`, `alert_tables`, `article_tables` and `delivery_tables` define the tables of the file, whose fields have the
types of `value_types`. `validation` reads the file by those types; `formats`, `caches`, `conflicts` and `secrets`
check what cannot be seen from a single value.
"""

from feedsvc.config.alert_tables import AlertTable
from feedsvc.config.caches import CacheNeeds
from feedsvc.config.cron import shortest_interval
from feedsvc.config.delivery_tables import PublishTable, PurgeTable
from feedsvc.config.errors import ConfigError
from feedsvc.config.load import load
from feedsvc.config.single_feed import read_feed
from feedsvc.config.tables import Config, FeedTable, LiveTable, SectionTable

__all__ = [
    "AlertTable",
    "CacheNeeds",
    "Config",
    "ConfigError",
    "FeedTable",
    "LiveTable",
    "PublishTable",
    "PurgeTable",
    "SectionTable",
    "load",
    "read_feed",
    "shortest_interval",
]
