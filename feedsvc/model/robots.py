"""The rules for crawlers in robots.txt (RFC 9309)."""

from collections.abc import Iterable

from feedsvc.model.base import Value
from feedsvc.model.urls import OPERATORS


class RobotRules(Value, frozen=True, kw_only=True):
    """The parts of the site that crawlers are asked to leave alone."""

    disallow: tuple[str, ...] = ()
    """The beginnings of paths that no crawler should read."""
    block: tuple[str, ...] = ()
    """The product tokens of crawlers that should read nothing."""


def robots_txt(rules: RobotRules, sitemaps: Iterable[str]) -> bytes:
    """The text of robots.txt; `sitemaps` are URLs."""
    blocked = [*(f"User-agent: {name}" for name in rules.block), "Disallow: /", ""] if rules.block else []
    others = ["User-agent: *", *(f"Disallow: {path}" for path in (OPERATORS, *rules.disallow)), ""]
    lines = [*blocked, *others, *(f"Sitemap: {url}" for url in sitemaps)]
    return ("\n".join(lines).rstrip("\n") + "\n").encode()
