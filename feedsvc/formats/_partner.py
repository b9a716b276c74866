"""RSS for partners: the factory of their formats, and the parts that their items share."""

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Generic, NamedTuple, TypeVar

import nh3
from msgspec.structs import replace

from feedsvc.formats._content import authors, changed, full_text, headline, summary
from feedsvc.formats._feedgen import FeedGenerator, Item, add_item, generator, rss_document
from feedsvc.formats._labels import names
from feedsvc.formats._options import Options
from feedsvc.formats._options import options as read_options
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Article, Media
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile
from feedsvc.model.text import as_html, as_html_or_text
from feedsvc.model.urls import article_url

OptionsOf = TypeVar("OptionsOf", bound=Options)


class NoOptions(Options, frozen=True, kw_only=True):
    """The options of a partner without any."""


class ChannelElements(NamedTuple, Generic[OptionsOf]):
    """The channel elements of one partner, besides those of all partners.

    `extend` adds elements of its own namespaces; `change` sets RSS elements differently from the default.
    """

    extend: Callable[[Element, Feed, OptionsOf], None] = lambda _element, _feed, _options: None
    change: Callable[[FeedGenerator, Feed, OptionsOf], None] = lambda _made, _feed, _options: None


def rss_format(
    name: str,
    item: Callable[[Article, Feed, OptionsOf], Item],
    *,
    prefixes: tuple[str, ...],
    options: type[OptionsOf],
    profile: Profile,
    channel: ChannelElements[OptionsOf] | None = None,
    before: Callable[[Feed, OptionsOf], Iterable[Item]] = lambda _feed, _options: (),
) -> Format:
    """The format `name` of a partner that takes RSS 2.0.

    `item` makes an item from an article; `prefixes` are the namespaces in use; the items of `before` precede those of
    articles. Rendering raises KeyError for a feed that is not published in this format.
    """
    elements = channel or ChannelElements()

    def render(feed: Feed) -> bytes:
        chosen = read_options(feed, options)
        made = generator(feed, name, prefixes, lambda element: elements.extend(element, feed, chosen))
        made.description(as_html_or_text(feed.description or feed.title))
        elements.change(made, feed, chosen)
        for each in (*before(feed, chosen), *(item(article, feed, chosen) for article in feed.articles)):
            add_item(made, each)
        return rss_document(made)

    return Format(name=name, type="application/rss+xml", render=render, profile=replace(profile, options=options))


def article_item(article: Article, extend: Callable[[Element], None]) -> Item:
    """The item of `article` in the form that nearly all partners accept; `extend` adds the rest."""
    return Item(
        title=headline(article),
        link=link(article),
        guid=article.id,
        published=article.published,
        description=summary(article),
        labels=categories(article),
        extend=extend,
    )


def with_guid(item: Item, addresses: tuple[str, str], feed: Feed, choice: str) -> Item:
    """`item` with the guid that a partner requires: one of `addresses` for `choice` "permalink" or "link", or its own
    id for "id".

    `addresses` are the permalink, which no edit changes, and the current address, which may contain the headline. The
    guid is at the first address of the service, so that an item has the same guid on every mirror.
    """
    if choice == "id":
        return item
    permalink, address = addresses
    return item._replace(guid=uri(feed.at_canonical(permalink if choice == "permalink" else address)), permalink=True)


def addresses(article: Article) -> tuple[str, str]:
    """The permalink of the article, and its current address."""
    own = article_url(article.key, "")
    return (own if article.url.startswith(own) else article.url), article.url


def link(article: Article) -> str:
    """The address of the article as a URI."""
    return uri(article.url)


def categories(article: Article) -> tuple[str, ...]:
    """The names of the article's sections and tags."""
    return names(article)


def add_creators(item: Element, article: Article, feed: Feed) -> None:
    """Adds dc:creator: the authors, or else the publisher."""
    for name in [person.name for person in authors(article)] or [feed.author or feed.title]:
        add(item, "dc:creator", name)


def add_modified(item: Element, article: Article) -> None:
    """Adds dcterms:modified if the article changed after its publication."""
    if changed(article) > article.published:
        add(item, "dcterms:modified", changed(article).isoformat())


def with_lead_picture(article: Article, feed: Feed, picture: Media | None) -> str:
    """The whole text with `picture` as its first figure, unless the text shows it already."""
    html = full_text(article, feed)
    if not html or picture is None or escape(web(picture.url)) in html or picture.url in html:
        return html
    caption = ". ".join(filter(None, (picture.description.rstrip("."), picture.credit)))
    shown = f"<figcaption>{as_html(caption)}</figcaption>" if caption else ""
    alt = escape(picture.title or picture.description or article.title)
    return f'<figure><img src="{escape(web(picture.url))}" alt="{alt}">{shown}</figure>{html}'


def with_only_tags(html: str, tags: frozenset[str]) -> str:
    """`html` with only the elements `tags`. The content of other elements is kept."""
    attributes = {tag: allowed for tag, allowed in nh3.ALLOWED_ATTRIBUTES.items() if tag in tags}
    attributes["*"] = {"dir", "lang"}
    return nh3.clean(html, tags=set(tags), attributes=attributes, link_rel=None)


def without_pictures(html: str) -> str:
    """`html` without images, and without whole figures that contain one, including their captions."""
    parts = _FIGURE.split(html)
    return _PICTURE.sub("", "".join(part for part in parts if not (_FIGURE.fullmatch(part) and "<img" in part)))


_FIGURE = re.compile(r"(<figure[^<>]*+>(?:(?!</?figure\b).)*+</figure>)", re.DOTALL)
_PICTURE = re.compile(r"<img\b[^<>]*+>")


def add_picture(parent: Element, picture: Media) -> Element:
    """Adds `picture` as media:content, and returns the element."""
    return add(
        parent,
        "media:content",
        url=web(picture.url),
        type=picture.type,
        medium="image",
        width=picture.width,
        height=picture.height,
    )
