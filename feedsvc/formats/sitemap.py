"""A sitemap of the articles' pages with their pictures, and an index of sitemaps if there are many."""

from feedsvc.formats._content import changed
from feedsvc.formats._pictures import pictures
from feedsvc.formats._sitemap import ADDRESS, TYPE, add_url, elsewhere, index, iso, urlset, written
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import web
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile

MOST_PICTURES = 1000
"""Maximum pictures of one page (Google's image sitemaps)."""


def render(feed: Feed) -> bytes:
    """The feed as a sitemap."""
    root = urlset("image")
    for article in feed.articles:
        _add(root, article)
    return written(root)


def _add(root: Element, article: Article) -> None:
    url = add_url(root, article)
    add(url, "sitemap:lastmod", iso(changed(article)))
    for address in list(dict.fromkeys(web(picture.url) for picture in pictures(article)))[:MOST_PICTURES]:
        add(add(url, "image:image"), "image:loc", address)


FORMAT = Format(
    name="sitemap",
    type=TYPE,
    render=render,
    profile=Profile(
        for_readers=False,
        needs_text=False,
        irrelevant=elsewhere,
        rules=(ADDRESS,),
        limit=5000,
        page_size=5000,
        index=index,
    ),
)
