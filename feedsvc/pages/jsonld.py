"""An article as machines read it in its page: schema.org NewsArticle."""

import msgspec
from markupsafe import Markup

from feedsvc.model.article import Article, Person
from feedsvc.pages.links import href
from feedsvc.pages.site import Site


def news_article(site: Site, article: Article) -> Markup:
    """The members that are known, as JSON that can stand in a script: it can neither end it nor open a comment."""
    known = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": href(article.url),
        "identifier": article.iri,
        "headline": article.title,
        "description": article.summary,
        "inLanguage": article.language or site.language,
        "datePublished": article.published.isoformat(),
        "dateModified": article.updated.isoformat(),
        "author": [_person(author) for author in article.authors],
        "publisher": {"@type": "Organization", "name": site.title, "url": site.home},
        "image": [url for url in (href(media.url) for media in article.media_of("image")) if url],
        "articleSection": [names[-1] for names in article.sections],
        "keywords": list(article.tags),
        "correction": article.correction,
    }
    text = msgspec.json.encode({name: value for name, value in known.items() if value}).decode()
    for sign, escaped in _HARMLESS.items():
        text = text.replace(sign, escaped)
    return Markup(text)  # noqa: S704


_HARMLESS = {sign: f"\\u{ord(sign):04x}" for sign in "<>&"}


def _person(author: Person) -> dict[str, str]:
    named = {"@type": "Person", "name": author.name}
    return named | {"url": href(author.url)} if href(author.url) else named
