"""Feed readers that take the address of a feed by a link."""

from feedsvc.model.base import Value

FEED = "{feed}"
"""The mark in the link of a reader that stands for the address of the feed."""


class ReaderService(Value, frozen=True, kw_only=True):
    """A feed reader to which a link leads that adds a feed."""

    name: str
    url: str
    """The link, with FEED where the address of the feed goes."""
