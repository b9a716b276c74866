"""Feed readers that have a link for adding a feed."""

from feedsvc.model.base import Value

FEED = "{feed}"
"""The placeholder for the address of the feed in the link of a reader."""


class ReaderService(Value, frozen=True, kw_only=True):
    """A feed reader that has a link for adding a feed."""

    name: str
    url: str
    """The link, with FEED where the address of the feed goes."""
