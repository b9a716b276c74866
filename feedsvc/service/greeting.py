"""The lines that `feedsvc serve` prints first: URL, folder for stories, and what does not work as configured."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from feedsvc.config import Config
from feedsvc.service.preview import PreviewConfig

_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - compared, not listened on
_LOOPBACK = {"127.0.0.1", "localhost"}
_PORTS = {"http": 80, "https": 443}


def greeting(settings: Config, host: str, port: int) -> Iterator[str]:
    """The lines for a service that listens on `host` and `port`."""
    is_preview = isinstance(settings, PreviewConfig)
    yield f"{settings.site.title}: {local_url(host, port)} (all feeds: /feeds.opml; Ctrl-C ends)"
    if not settings.server.publish:
        place = settings.state.path
        yield f"  this node only serves what another process publishes in {place} ([server] publish = false)"
        return
    yield f"  stories: {_stories(settings)}"
    if is_preview:
        yield "  preview: drafts and stories of the future are shown and marked; nothing of this is published"
    elif not is_address_of(settings.site.url, host, port):
        yield (
            f"  note: feeds lead readers to {settings.site.url} ([site] url), which has to lead here; "
            "to try feeds before it does, run feedsvc serve --preview"
        )


def _stories(settings: Config) -> str:
    if settings.articles.bucket:
        return f"each object in {settings.articles.bucket} is one; it is looked at on the schedule, and at POST /-/poke"
    return f"each file in {settings.articles_folder} is one; save a file, and it appears within a second or two"


def local_url(host: str, port: int) -> str:
    """The URL at which a browser on this machine reaches a service that listens on `host` and `port`."""
    name = "127.0.0.1" if host in _ANY else host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def is_address_of(url: str, host: str, port: int) -> bool:
    """True if `url` leads to a service that listens on `host` and `port`, judging by their names alone."""
    parts = urlsplit(url)
    is_host = host in _ANY or parts.hostname == host.lower() or {parts.hostname, host.lower()} <= _LOOPBACK
    return is_host and (parts.port or _PORTS.get(parts.scheme)) == port
