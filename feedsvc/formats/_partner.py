"""What the RSS of most partners has in common: the channel, and an item's parts."""

from collections.abc import Callable, Iterable
from html import escape

import nh3

from feedsvc.formats._content import authors, changed, full_text, headline, summary
from feedsvc.formats._feedgen import FeedGenerator, Item, add_item, generator
from feedsvc.formats._labels import labels
from feedsvc.formats._uri import uri, web
from feedsvc.formats._xml import Element, add
from feedsvc.model.article import Article, Media
from feedsvc.model.feed import Feed


def nothing(_element: Element) -> None: ...


def channel(
    feed: Feed, format: str, prefixes: tuple[str, ...], extend: Callable[[Element], None] = nothing
) -> FeedGenerator:
    """The channel of `feed`. Raises KeyError if the feed is not published in `format`."""
    made = generator(feed, format, prefixes, extend)
    made.description(feed.description or feed.title)
    return made


def document(made: FeedGenerator, items: Iterable[Item]) -> bytes:
    for item in items:
        add_item(made, item)
    rendered: bytes = made.rss_str(pretty=True)
    return rendered


def told(article: Article, extend: Callable[[Element], None]) -> Item:
    """What nearly every partner is told of `article`; `extend` adds the rest."""
    return Item(
        title=headline(article),
        link=link(article),
        guid=guid(article),
        published=article.published,
        description=summary(article),
        labels=categories(article),
        extend=extend,
    )


def guid(article: Article, choice: str = "id") -> str:
    """The article's one identity, the same in every feed; or its address, for a partner who insists."""
    return link(article) if choice == "link" else article.id


def link(article: Article) -> str:
    return uri(article.url)


def categories(article: Article) -> tuple[str, ...]:
    return tuple(label["label"] for label in labels(article))


def credit(item: Element, article: Article, feed: Feed) -> None:
    """Add dc:creator: the authors, or who publishes."""
    for name in [person.name for person in authors(article)] or [feed.author or feed.title]:
        add(item, "dc:creator", name)


def edited(item: Element, article: Article) -> None:
    """Add dcterms:modified, if readers saw it change."""
    if changed(article) > article.published:
        add(item, "dcterms:modified", changed(article).isoformat())


def led(article: Article, feed: Feed, picture: Media | None) -> str:
    """The whole text, with `picture` as its first figure unless it shows it already."""
    html = full_text(article, feed)
    if not html or picture is None or escape(web(picture.url)) in html or picture.url in html:
        return html
    caption = ". ".join(filter(None, (picture.description.rstrip("."), picture.credit)))
    shown = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    alt = escape(picture.title or picture.description or article.title)
    return f'<figure><img src="{escape(web(picture.url))}" alt="{alt}">{shown}</figure>{html}'


def only(html: str, tags: frozenset[str]) -> str:
    """`html` with no other elements than `tags`; what stood in others stays."""
    attributes = {tag: allowed for tag, allowed in nh3.ALLOWED_ATTRIBUTES.items() if tag in tags}
    attributes["*"] = {"dir", "lang"}
    return nh3.clean(html, tags=set(tags), attributes=attributes, link_rel=None)


def add_picture(parent: Element, picture: Media) -> Element:
    """Add a picture as media:content."""
    return add(
        parent,
        "media:content",
        url=web(picture.url),
        type=picture.type,
        medium="image",
        width=picture.width,
        height=picture.height,
    )
