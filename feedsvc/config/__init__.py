"""config.toml to a frozen Config. All errors are found at once, each with its key, its line and its remedy.

`tables` say what there is, made of the `kinds` of values; one `walk` along their types does all the checking, and
`clashes` adds what no single value can show.
"""

from feedsvc.config.cron import pace
from feedsvc.config.load import CONFIG_VARIABLE, load
from feedsvc.config.tables import Config, FeedTable, LiveTable, SectionTable
from feedsvc.config.trouble import ConfigError

__all__ = ["CONFIG_VARIABLE", "Config", "ConfigError", "FeedTable", "LiveTable", "SectionTable", "load", "pace"]
