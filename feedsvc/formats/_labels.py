"""The subjects of an article, the same in every format: its sections, then its tags."""

from feedsvc.model.article import Article
from feedsvc.model.feed import Feed


def names(article: Article) -> tuple[str, ...]:
    """The names of the article's sections, in RSS 2.0's form for hierarchies (`News/EU`), and of its tags, each
    once."""
    return tuple(_schemes(article))


def labels(article: Article, feed: Feed) -> list[dict[str, str]]:
    """The categories in feedgen's form: `term`, `label`, and for a section `scheme`.

    The term is the name itself: a shorter form would be the same for `C++` and `C#`, and some readers show the term. A
    section belongs to the site's own taxonomy, whose scheme is the same on every mirror.
    """
    scheme = f"{authority(feed)}:sections"
    return [
        {"term": name, "label": name} | ({"scheme": scheme} if is_section else {})
        for name, is_section in _schemes(article).items()
    ]


def authority(feed: Feed) -> str:
    """The common beginning of the ids of all feeds of a newsroom, which is the same on every mirror."""
    return ":".join(feed.id.split(":", 2)[:2])


def _schemes(article: Article) -> dict[str, bool]:
    """The names; True for that of a section."""
    sections = {"/".join(chain): True for chain in article.sections}
    return sections | {tag: False for tag in article.tags if tag not in sections}
