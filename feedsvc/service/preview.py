"""The preview of a newsroom on an editor's machine: it also shows drafts and future stories, each marked as such.

It is a separate service with its own store and its own address, so nothing of it gets into an Edition of the site.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from feedsvc.config import Config
from feedsvc.config.tables import ConsoleTable, StateTable
from feedsvc.model.article import ArticleCopy, Status
from feedsvc.service.settings import addresses_of
from feedsvc.web.trust import LOCAL

FOLDER = "preview"
"""The folder, below the state folder, with the store of the preview."""


class PreviewConfig(Config, frozen=True, kw_only=True):
    """The configuration of a preview. Only `preview_of` makes it; it cannot be read from a file."""


def preview_of(settings: Config, address: str) -> PreviewConfig:
    """The configuration of a preview of the newsroom of `settings` at `address` (scheme and host of this machine).

    Only the tables named here are copied: others may cause requests to other machines.
    """
    site = replace(
        settings.site,
        title=f"Preview: {settings.site.title}",
        url=address,
        mirrors=tuple(url for url in addresses_of(settings) if url != address),
        id_authority=settings.site.authority,
    )
    return PreviewConfig(
        site=site,
        articles=settings.articles,
        capture=settings.capture,
        state=StateTable(path=settings.state.path / FOLDER),
        defaults=settings.defaults,
        schedule=settings.schedule,
        withdrawal=settings.withdrawal,
        server=replace(settings.server, publish=True),
        console=ConsoleTable(trust=(LOCAL,)),
        sections=settings.sections,
        feeds=settings.feeds,
        live=settings.live,
        redirects=settings.redirects,
    )


def shown_early(copy: ArticleCopy, now: datetime, zone: str) -> ArticleCopy:
    """`copy` as a visible article at `now`, with a mark in its headline if it is a draft or in the future.

    Articles that are expired or withdrawn stay so. The slug is made from the headline without the mark.
    """
    if copy.status is Status.WITHDRAWN:
        return copy
    mark = _mark(copy, now, zone)
    if not mark:
        return copy
    return replace(
        copy,
        title=f"[{mark}] {copy.title}" if copy.title else "",
        slug=copy.slug or copy.title,
        status=Status.USABLE,
        embargo=None,
        published=min(copy.published, now.replace(microsecond=0)) if copy.published else None,
    )


def _mark(copy: ArticleCopy, now: datetime, zone: str) -> str:
    """The mark that says why readers do not see the article at `now`; empty if they see it."""
    if copy.status is Status.DRAFT:
        return "Draft"
    for word, instant in (("Embargo until", copy.embargo), ("Scheduled for", copy.published)):
        if instant is not None and instant > now:
            return f"{word} {instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    return ""
