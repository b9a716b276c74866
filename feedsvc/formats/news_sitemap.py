"""Google's news sitemap: the articles of the last two days, a thousand in a file, and an index if there are more."""

from feedsvc.formats._content import headline, language
from feedsvc.formats._options import Options, Words, options
from feedsvc.formats._rules import own_title
from feedsvc.formats._sitemap import ADDRESS, TYPE, add_url, elsewhere, index, iso, urlset, written
from feedsvc.formats._xml import Element, add
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile


class NewsOptions(Options, frozen=True, kw_only=True):
    name: Words
    """The name of the publication, exactly as news.google.com shows it."""


def render(feed: Feed) -> bytes:
    """The feed as a news sitemap. An empty one is valid."""
    chosen = options(feed, NewsOptions)
    root = urlset("news")
    for article in feed.articles:
        _add(root, article, feed, chosen.name)
    return written(root)


def _add(root: Element, article: Article, feed: Feed, name: str) -> None:
    news = add(add_url(root, article), "news:news")
    publication = add(news, "news:publication")
    add(publication, "news:name", name)
    add(publication, "news:language", spoken(language(article.language) or language(feed.language)))
    add(news, "news:publication_date", iso(article.published))  # the first publication, not a later change
    add(news, "news:title", headline(article))


def spoken(tag: str) -> str:
    """The language as ISO 639, with a script only for the two kinds of Chinese that Google distinguishes."""
    lower = tag.lower()
    if lower.startswith("zh"):
        return "zh-tw" if any(word in lower for word in ("tw", "hant", "hk")) else "zh-cn"
    return lower.partition("-")[0] or "en"


FORMAT = Format(
    name="news-sitemap",
    type=TYPE,
    render=render,
    profile=Profile(
        for_readers=False,
        needs_text=False,
        options=NewsOptions,
        irrelevant=elsewhere,
        rules=(own_title(), ADDRESS),
        limit=10_000,
        max_age=2 * 86_400,
        page_size=1000,
        index=index,
    ),
)
