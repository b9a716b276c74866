"""SmartNews, SmartFormat 2.1: whole articles, which move to the top when they are edited, since pubDate follows the
edit.

The W3C validator rejects elements that SmartNews requires: `snf:` elements with a `url` without namespace, and
media:status as text.
"""

from functools import partial

from feedsvc.formats._content import changed, language
from feedsvc.formats._feedgen import FeedGenerator, Item
from feedsvc.formats._options import Count, Guid, Link, Options, Text, options
from feedsvc.formats._partner import (
    ChannelElements,
    add_creators,
    addresses,
    article_item,
    rss_format,
    with_guid,
    with_lead_picture,
)
from feedsvc.formats._pictures import Wanted, films, named, sized
from feedsvc.formats._rules import own_title, picture, picture_size, whole_text
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed, Withdrawal
from feedsvc.model.format import Profile
from feedsvc.model.text import as_html_or_text, shorten
from feedsvc.model.urls import SITE, own_url

PICTURE = Wanted(200, 200, longest=3.3)
LOGO = Wanted(most=(700, 100), types=("image/png",))
ROOM = 900_000
DESCRIPTION = 30
"""Maximum characters of the channel's description."""


class SmartNewsOptions(Options, frozen=True, kw_only=True):
    logo: Link
    """PNG, 700x100 pixels, transparent."""
    dark_logo: Link = ""
    """The same for dark screens."""
    minutes: Count = 5
    """The minutes after which SmartNews comes by again (ttl)."""
    description: Text = ""
    """One line on the channel."""
    analytics: Text = ""
    """A measurement script for every article."""
    guid: Guid = "permalink"
    """The permanent address of the page, its address of now, or the article's id."""


def _deleted(gone: Withdrawal, feed: Feed, chosen: SmartNewsOptions) -> Item:
    """The item that marks an article as deleted, with a new date: SmartNews keeps articles that are merely missing."""
    address = uri(gone.url)

    def extend(item: Element) -> None:
        add(item, "media:status", "deleted")

    item = Item(
        title=gone.notice or "Deleted",  # the headline may be the reason for the withdrawal
        link=address,
        guid=gone.id,
        published=gone.when,
        extend=extend,
    )
    return with_guid(item, (gone.url, gone.former_url or gone.url), feed, chosen.guid)


def _change_channel(made: FeedGenerator, feed: Feed, chosen: SmartNewsOptions) -> None:
    short = (text for text in (chosen.description, feed.description) if text and len(text) <= DESCRIPTION)
    made.description(as_html_or_text(next(short, shorten(feed.title, longest=DESCRIPTION))))
    made.pubDate(feed.updated)
    made.ttl(chosen.minutes)


def _extend_channel(channel: Element, _feed: Feed, chosen: SmartNewsOptions) -> None:
    for name, logo in (("snf:logo", chosen.logo), ("snf:darkModeLogo", chosen.dark_logo)):
        if logo:
            add(add(channel, name), "url", web(own_url(logo)))


def _doubts(feed: Feed) -> tuple[tuple[str, str], ...]:
    chosen = options(feed, SmartNewsOptions)
    logos = (named(feed, own_url(link)) for link in (chosen.logo, chosen.dark_logo) if link)
    return tuple(
        (f"the logo {logo.url.removeprefix(SITE)} is {logo.width}x{logo.height}", f"give it {LOGO}")
        for logo in logos
        if logo is not None and LOGO.wrong(logo)
    )


def _item(article: Article, feed: Feed, chosen: SmartNewsOptions) -> Item:
    item = article_item(article, partial(_extend, article=article, feed=feed, chosen=chosen))._replace(
        published=changed(article),
        html=with_lead_picture(article, feed, PICTURE.choose(article)),
    )
    return with_guid(item, addresses(article), feed, chosen.guid)


def _extend(item: Element, article: Article, feed: Feed, chosen: SmartNewsOptions) -> None:
    add_creators(item, article, feed)
    if tag := language(article.language):
        add(item, "dc:language", tag)
    if shown := PICTURE.choose(article):
        add(item, "media:thumbnail", url=web(sized(shown).url))
    add(item, "media:status", "active")
    for film in films(article):
        if film.type == "video/mp4":
            add(item, "snf:video", url=web(film.url), caption=film.description or film.title)
    if chosen.analytics:
        add(item, "snf:analytics", chosen.analytics)


FORMAT = rss_format(
    "smartnews",
    _item,
    prefixes=("dc", "media", "snf"),
    options=SmartNewsOptions,
    channel=ChannelElements(_extend_channel, _change_channel),
    before=lambda feed, chosen: (_deleted(gone, feed, chosen) for gone in feed.withdrawn),
    profile=Profile(
        for_readers=False,
        feed_warnings=_doubts,
        rules=(own_title(), whole_text(), picture(PICTURE), picture_size(PICTURE)),
        limit=20,
        max_items=100,
        max_bytes=ROOM,
    ),
)
