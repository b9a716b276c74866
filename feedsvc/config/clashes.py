"""What values say against one another."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from feedsvc.config.tables import Config
from feedsvc.config.trouble import Trouble, shown


def clashes(config: Config) -> Iterator[Trouble]:
    """A Trouble for each clash. Bad values are empty by now, and clash with nothing."""
    known = {urlsplit(config.site.url).hostname: ""}
    for number, mirror in enumerate(config.site.mirrors):
        if mirror and known.setdefault(urlsplit(mirror).hostname, mirror) != mirror:
            reason = f"found {shown(mirror)}, whose host is that of url or of another mirror"
            yield Trouble(f"site.mirrors[{number}]", reason, "name another host, not another scheme or port")
    feeds = {feed.path for feed in config.feeds if feed.path}
    for number, redirect in enumerate(config.redirects):
        if redirect.from_ in feeds:
            yield Trouble(f"redirects[{number}].from", f"found {shown(redirect.from_)}, a feed's path", "remove one")
        if redirect.from_ and redirect.from_ == redirect.to:
            yield Trouble(f"redirects[{number}].to", "leads to itself", "name the new path")
