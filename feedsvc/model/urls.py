"""The paths and URLs of everything that is published.

A path is decoded and starts with a slash. A URL is percent-encoded and starts with `SITE`, until a Document is made for
one address of the service (`Document.at`).
"""

import re
from urllib.parse import quote, unquote

from feedsvc.model.article import Article

SITE = "https://site.invalid"
"""A placeholder for the scheme and host that a reader requested. RFC 6761 section 6.4 reserves the name, so no real
link has it."""
ARTICLES = "/articles/"
"""The start of the paths of article pages, `/articles/KEY/SLUG`."""
MEDIA = "/media/"
"""The start of the paths of files that lie below the articles folder."""
MEDIA_URL = SITE + MEDIA
OPERATORS = "/-/"
"""The start of the paths of pages for operators; no document has such a path."""
POKE = "/-/poke"
"""The path for requests which announce that articles have changed."""
HUB = "/hub"
"""The path of the service's own hub (WebSub), if it has one."""
OPML = "/feeds.opml"
"""The path of the list of all feeds."""
DIRECTORY = "/sections.html"
"""The path of the page that lists all sections."""
ROBOTS, FAVICON = "/robots.txt", "/favicon.ico"
"""The paths of the rules for crawlers, and of the small picture that browsers show for the site."""
FOLLOW = "follow"
"""The name of the page that explains how to follow a section; at the root, the whole site."""
STYLE_PATTERN = r"/style-[0-9a-f]{16}\.css"
SCRIPT_PATTERN = r"/script-[0-9a-f]{16}\.js"
"""The paths of the style and the script of pages, as regular expressions."""
OLDER = "older-"
"""The start of the names of pages with older stories of a section: `older-KEY.html`, with the key of the oldest."""
ARCHIVE_PATTERN = "/archive-[0-9]+-[0-9a-f]+/[^/]+$"
"""The end of the paths of archive documents (RFC 5005), as a regular expression; see `archive_name`."""
LINK_PATTERN = r"^(https?://[^/\s]|/(?!/))[^\\\s\x00-\x1f\x7f]*\Z"
"""An http or https URL, or a path of the service's own, as a regular expression for links in the configuration."""


def own_url(link: str) -> str:
    """The URL of `link`, which is a URL already or a path of the service's own."""
    return SITE + link if link.startswith("/") else link


# --- sections and their documents -------------------------------------------------------------------------------------


def section_page(section: str) -> str:
    """The URL of the page of a section such as `news/eu`; of the home page for the empty path."""
    return f"{SITE}/{quote(section)}/" if section else f"{SITE}/"


def follow_page(section: str) -> str:
    """The URL of the page that explains how to follow a section; the whole site for the empty path."""
    return SITE + quote(document_path(section, FOLLOW))


def is_follow_page(path: str) -> bool:
    """True if `path` is that of a page that explains how to follow a section."""
    return path.endswith(f"/{FOLLOW}") and not path.startswith((ARTICLES, MEDIA))


def document_path(section: str, name: str) -> str:
    """The path of the document `name` of a section; of the section's page for an empty name."""
    return f"/{section}/{name}" if section else f"/{name}"


def archive_name(number: int, digest: str) -> str:
    """The folder of the archive documents of one number; `digest` is a hash of their articles, in hexadecimal."""
    return f"archive-{number}-{digest}"


def is_archive(path: str) -> bool:
    """True if `path` is that of an archive document."""
    return "/archive-" in path and re.search(ARCHIVE_PATTERN, path) is not None


# --- articles ---------------------------------------------------------------------------------------------------------


def article_folder(key: str) -> str:
    """The folder of an article's page."""
    return f"{ARTICLES}{key}/"


def article_path(key: str, slug: str) -> str:
    """The path of an article's page."""
    return article_folder(key) + slug


def article_url(key: str, slug: str) -> str:
    """The URL of an article's page."""
    return SITE + quote(article_path(key, slug))


def article_key(path: str) -> str:
    """The KEY of `/articles/KEY/SLUG`, and of any other path that begins in this way; empty for other paths."""
    return path[len(ARTICLES) :].partition("/")[0] if path.startswith(ARTICLES) else ""


def article_page_path(article: Article) -> str:
    """The path of the article's page on this site; empty if the article has a `url` of its own."""
    path = article_path(article.key, article.slug)
    return path if article.url == SITE + quote(path) else ""


# --- media ------------------------------------------------------------------------------------------------------------


def media_path(file: str) -> str:
    """The path at which `file`, a path below the articles folder, is published."""
    return MEDIA + file


def media_url(file: str) -> str:
    """The URL at which `file`, a path below the articles folder, is published."""
    return MEDIA_URL + quote(file)


def media_file(url: str) -> str:
    """The path below the articles folder of the file that is published at `url`; empty if `url` is no media URL."""
    return unquote(url[len(MEDIA_URL) :]) if url.startswith(MEDIA_URL) else ""
