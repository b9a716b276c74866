"""Articles as schema.org NewsArticle in JSON-LD, for programs that read pages."""

from collections.abc import Mapping

import msgspec
from markupsafe import Markup

from feedsvc.model.article import Article, Media, Person
from feedsvc.model.text_pictures import pictures_of
from feedsvc.model.urls import section_page
from feedsvc.pages.links import href
from feedsvc.pages.site import Site

_ESCAPES = {sign: f"\\u{ord(sign):04x}" for sign in "<>&"}


def news_article(site: Site, article: Article) -> Markup:
    """The JSON for a script element; it cannot end the element or open a comment. Unknown members are left out."""
    publisher = _publisher(site)
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
        "author": [_author(author, site) for author in article.authors] or [publisher],
        "publisher": publisher,
        "image": [url for url in (href(media.url) for media in pictures_of(article)) if url],
        "video": [_video(media, article) for media in article.media_of("video") if href(media.url)],
        "articleSection": [names[-1] for names in article.sections],
        "keywords": list(article.tags),
        "correction": article.correction,
    }
    return _script(known)


def breadcrumbs(site: Site, article: Article) -> Markup:
    """The JSON of the path from the home page to the article's first section; empty if it has no section."""
    if not article.section_paths:
        return Markup()
    steps = [(site.title, site.home), *((each.title, section_page(each.path)) for each in article.section_paths[0])]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": href(url)}
        for position, (name, url) in enumerate(steps, 1)
    ]
    return _script({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})


def _script(members: Mapping[str, object]) -> Markup:
    text = msgspec.json.encode({name: value for name, value in members.items() if value}).decode()
    for sign, escaped in _ESCAPES.items():
        text = text.replace(sign, escaped)
    return Markup(text)  # noqa: S704 - escaped above


def _publisher(site: Site) -> dict[str, object]:
    member: dict[str, object] = {"@type": "Organization", "name": site.title, "url": site.home}
    return member | ({"logo": {"@type": "ImageObject", "url": href(site.logo)}} if href(site.logo) else {})


def _author(author: Person, site: Site) -> dict[str, object]:
    """The author: an organisation if the name is that of the site or its publisher."""
    is_site = author.name.casefold() in (site.title.casefold(), site.author.casefold())
    member: dict[str, object] = {"@type": "Organization" if is_site else "Person", "name": author.name}
    return member | {"url": href(author.url)} if href(author.url) else member


def _video(media: Media, article: Article) -> dict[str, object]:
    picture = href(media.thumbnail) or next((href(each.url) for each in pictures_of(article)), "")
    known: dict[str, object] = {
        "@type": "VideoObject",
        "name": media.title or article.title,
        "description": media.description or article.summary,
        "thumbnailUrl": picture,
        "uploadDate": article.published.isoformat(),
        "contentUrl": href(media.url),
        "encodingFormat": media.type,
        "duration": f"PT{round(media.duration)}S" if media.duration and media.duration >= 1 else "",
    }
    return {name: value for name, value in known.items() if value}
