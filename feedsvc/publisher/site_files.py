"""Writes the files at the root of every site: robots.txt and a small icon."""

from collections.abc import Mapping
from urllib.parse import quote

from feedsvc import pages
from feedsvc.model.document import Document
from feedsvc.model.format import Format
from feedsvc.model.plan import Plan
from feedsvc.model.robots import robots_txt
from feedsvc.model.urls import FAVICON, ROBOTS, SITE
from feedsvc.publisher.context import Publication
from feedsvc.publisher.writer import EditionWriter

_MAX_AGE = 86_400
"""Seconds for which caches may keep them: they change with the configuration only."""
_SITEMAPS = ("sitemap", "news-sitemap")
"""The names of the formats that are sitemaps."""


def site_file_paths(plan: Plan) -> frozenset[str]:
    """The paths of the files that `write_site_files` writes.

    A redirect or a custom feed at one of these paths takes precedence; a newsroom's own icon is found by a redirect.
    """
    taken = {feed.path for feed in plan.feeds} | plan.redirects.keys()
    return frozenset({ROBOTS} if plan.icon else {ROBOTS, FAVICON}) - taken


def write_site_files(publication: Publication, writer: EditionWriter) -> None:
    """Writes robots.txt, and the icon of a site without one of its own."""
    plan, paths = publication.plan, site_file_paths(publication.plan)
    if ROBOTS in paths:
        body = robots_txt(plan.robots, sitemap_urls(plan, publication.formats))
        writer.write(Document(path=ROBOTS, type="text/plain; charset=utf-8", body=body, max_age=_MAX_AGE))
    if FAVICON in paths:
        writer.write(Document(path=FAVICON, type=pages.ICON_TYPE, body=pages.ICON, max_age=_MAX_AGE))


def sitemap_urls(plan: Plan, formats: Mapping[str, Format]) -> list[str]:
    """The URLs of the sitemaps among the custom feeds, except those with a token."""
    found = (feed for feed in plan.feeds if formats[feed.policy.formats[0]].name in _SITEMAPS and not feed.token)
    return [SITE + quote(feed.path) for feed in found]
