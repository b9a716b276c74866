"""What an article is about, the same in every format: its sections, then its tags."""

from functools import lru_cache

from feedsvc.model.article import Article
from feedsvc.model.text import slugify
from feedsvc.model.urls import SITE

_slug = lru_cache(4096)(slugify)  # few names, in every article and format again


def labels(article: Article) -> list[dict[str, str]]:
    """Categories as feedgen takes them, `term`, `label` and for a section `scheme`; each label once.

    A section is a place in the site's own taxonomy, `News/EU` as RSS 2.0 writes a hierarchy (category, domain).
    """
    found = [_section(chain) for chain in article.sections] + [_tag(tag) for tag in article.tags]
    return list({label["label"]: label for label in reversed(found)}.values())[::-1]


def _section(chain: tuple[str, ...]) -> dict[str, str]:
    path = "/".join(filter(None, map(_slug, chain)))
    return {"term": path or chain[0], "label": "/".join(chain), "scheme": f"{SITE}/"}


def _tag(tag: str) -> dict[str, str]:
    return {"term": _slug(tag) or tag, "label": tag}
