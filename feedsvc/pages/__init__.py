"""Pages for people: what stands at `/`, `/news/eu/` and `/articles/KEY/SLUG`, made ahead like feeds.

Pure functions from the nouns to the bytes of one HTML document in UTF-8, which needs nothing else but its pictures and
players. Links of the service's own start with SITE, as in every Document. Serve each page with `CSP` as its
Content-Security-Policy: the browser then runs and styles by nothing but the two texts that are part of every page.
"""

from feedsvc.model import Article, Feed, Link, Outline, Section
from feedsvc.pages import figures, jsonld, links
from feedsvc.pages.paper import CSP, render
from feedsvc.pages.site import Site

__all__ = ["CSP", "Site", "article", "front", "message", "render", "section"]


def front(site: Site, feed: Feed, outlines: tuple[Outline, ...]) -> bytes:
    """The home page: the newest of `feed`, and the tree of all other feeds."""
    return render(
        "front.html",
        **_frame(site, site.title, site.description or feed.description, site.home),
        feed=feed,
        outlines=[outline for outline in outlines if outline.feed.links != feed.links],
        alternates=links.alternates((site.title, feed.links), (site.title, site.links)),
    )


def section(site: Site, feed: Feed, trail: tuple[Section, ...], children: tuple[Section, ...]) -> bytes:
    """A section's page. `trail` leads to it from the top of the tree, with or without the section itself."""
    here = links.href(feed.home)
    title = next((step.title for step in trail if links.section(step.path) == here), feed.title)
    return render(
        "section.html",
        **_frame(site, title, feed.description, feed.home),
        feed=feed,
        trail=[step for step in trail if step.path and links.section(step.path) != here],
        children=children,
        alternates=links.alternates((title, feed.links), (site.title, site.links)),
    )


def article(site: Site, article: Article, trail: tuple[Section, ...], feeds: tuple[Link, ...]) -> bytes:
    """An article's own page. `trail` leads to the section that it stands in, and `feeds` are that section's."""
    return render(
        "article.html",
        **_frame(site, article.title, article.summary, article.url),
        article=article,
        trail=[step for step in trail if step.path],
        figures=figures.of(article),
        linked_data=jsonld.news_article(site, article),
        alternates=links.alternates((site.title, site.links), (trail[-1].title if trail else site.title, feeds)),
    )


def message(site_title: str, status: int, title: str, text: str, language: str) -> bytes:
    """The page that goes with a status like 404: what happened, in words for whoever followed a link."""
    return render("message.html", site_title=site_title, status=status, title=title, text=text, language=language)


def _frame(site: Site, title: str, description: str, canonical: str) -> dict[str, object]:
    """What every page of the site tells the frame around it (`page.html`)."""
    return {
        "site": site,
        "site_title": site.title,
        "language": site.language,
        "title": title,
        "description": description,
        "canonical": canonical,
    }
