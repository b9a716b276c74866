"""The addresses of what is published, before a document is made for one address of the service."""

from urllib.parse import quote

from feedsvc.model.article import Article

SITE = "https://site.invalid"
"""Stands for the address that a reader asked (RFC 6761 section 6.4 reserves the name, so no real link has it)."""


def section_page(path: str) -> str:
    """The page of a section."""
    return f"{SITE}/{quote(path)}/" if path else f"{SITE}/"


def document_path(path: str, name: str) -> str:
    """The path of the document `name` of a section."""
    return f"/{path}/{name}" if path else f"/{name}"


def article_page_path(article: Article) -> str:
    """The path of the article's page here, or empty where it has a `url` of its own."""
    path = f"/articles/{article.key}/{article.slug}"
    return path if article.url == SITE + quote(path) else ""
