"""The preview of a newsroom on an editor's machine: drafts and stories of the future are shown, each marked as such.

It is a service of its own, with its own store and its own address, so nothing of it comes into an Edition of the site.
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
"""The folder below that of the state, with the store of the preview."""


class PreviewConfig(Config, frozen=True, kw_only=True):
    """The configuration of a preview. It is made by `preview_of` alone, and no file can say it."""


def preview_of(settings: Config, address: str) -> PreviewConfig:
    """The configuration of a preview of the newsroom of `settings` at `address`, scheme and host of this machine.

    Tables are taken over by name: whatever else a configuration has may send something to other machines.
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
    """`copy` as everybody may see it at `now`, with a mark in its headline if it is a draft or of the future.

    What has expired or was withdrawn stays so. Its address is made of the headline without the mark.
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
    """The reason why readers do not see the article at `now`; empty if they do."""
    if copy.status is Status.DRAFT:
        return "Draft"
    for word, instant in (("Embargo until", copy.embargo), ("Scheduled for", copy.published)):
        if instant is not None and instant > now:
            return f"{word} {instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    return ""
