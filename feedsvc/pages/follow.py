"""Links that add a feed to a reader, on the web or installed on the device."""

import tomllib
from pathlib import Path
from urllib.parse import quote

import msgspec

from feedsvc.model.follow import FEED, ReaderService
from feedsvc.model.urls import SITE
from feedsvc.pages.links import href

READERS: tuple[ReaderService, ...] = msgspec.convert(
    tomllib.loads(Path(__file__).with_name("follow.toml").read_text("utf-8"))["readers"], tuple[ReaderService, ...]
)
"""The readers that are offered if the configuration names none."""


def add_link(reader: ReaderService, feed: str) -> str:
    """The link that adds the feed at the URL `feed` to `reader`.

    SITE stays literal, since it is replaced later; its colon and slashes are allowed in a path and in a query (RFC 3986
    sections 3.3 and 3.4). The rest is encoded, so that the reader decodes it to the same URL.
    """
    own = SITE if feed.startswith(f"{SITE}/") else ""
    return reader.url.replace(FEED, own + quote(feed.removeprefix(own), safe="/" if own else ""))


def installed_link(feed: str) -> str:
    """The link that hands the URL `feed` to the feed reader of the device: the scheme `feed:` before the whole URL."""
    return f"feed:{href(feed)}"
