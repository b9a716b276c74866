"""What formats say of the config: which are for sections, what options each takes, and how many articles."""

from feedsvc.config.tables import Config, FeedTable
from feedsvc.config.trouble import Trouble
from feedsvc.config.walk import Walk


def check_formats(walk: Walk, config: Config) -> None:
    """Trouble goes to the walk's. Names that are unknown are in trouble already."""
    lists = [("defaults", config.defaults.formats)]
    lists += [(f"sections[{number}]", section.formats or ()) for number, section in enumerate(config.sections)]
    for place, names in lists:
        for number, name in enumerate(names):
            if name in walk.formats and not walk.formats[name].filename:
                reason = f'found "{name}", which is for one partner, not for every section'
                remedy = f'make it a feed of its own: [[feeds]] with path and format = "{name}"'
                walk.troubles.append(Trouble(f"{place}.formats[{number}]", reason, remedy))
    for number, feed in enumerate(config.feeds):
        if feed.format in walk.formats:
            _check_feed(walk, feed, f"feeds[{number}]")


def _check_feed(walk: Walk, feed: FeedTable, place: str) -> None:
    profile = walk.formats[feed.format].profile
    walk.table(profile.options, feed.options if isinstance(feed.options, dict) else {}, f"{place}.options")
    if profile.max_items and feed.limit and feed.limit > profile.max_items:
        reason = f"found {feed.limit}, but {feed.format} takes {profile.max_items} articles"
        walk.troubles.append(Trouble(f"{place}.limit", reason, f"write a number up to {profile.max_items}"))
