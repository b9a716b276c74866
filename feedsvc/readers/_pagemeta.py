"""What a page says of its article outside of JSON-LD: OpenGraph, meta elements, its headings and its language."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import one_line
from feedsvc.readers import _mediaobjects
from feedsvc.readers._nodes import Table, filled, holding
from feedsvc.readers._page import Element, words
from feedsvc.readers._schemaorg import language

_NAMES = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title"),
    "summary": ("og:description", "description", "twitter:description", "dc.description"),
    "published": ("article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "parsely-pub-date"),
    "updated": ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified"),
    "language": ("og:locale", "content-language"),
}
_LISTS = {
    "sections": ("article:section",),
    "tags": ("article:tag", "news_keywords", "keywords"),
    "authors": ("author", "article:author", "dc.creator", "parsely-author"),
}
"""OpenGraph has lists as several elements; a list within one element has commas."""
_PICTURES = ("og:image", "og:image:url", "og:image:secure_url")
_ABOUT_PICTURES = {f"og:image:{name}": name for name in ("width", "height", "alt", "type")}
_SEPARATORS = (" | ", " – ", " — ", " - ", " · ", " :: ", " » ")

_Said = Mapping[str, list[str]]


def front(root: Element) -> Table:
    """What the page says, as front matter would."""
    pairs = [*_pairs(root)]
    said: dict[str, list[str]] = defaultdict(list)
    for name, content in pairs:
        said[name].append(content)
    found: Table = {field: _first(said, names)[:1] for field, names in _NAMES.items()}
    texts: Table = {field: values[0] for field, values in found.items() if isinstance(values, list) and values}
    lists = {field: _first(said, names) for field, names in _LISTS.items()}
    site = next(iter(said["og:site_name"]), "")
    texts["title"] = _without(site, str(texts.get("title", "")))
    texts["title"] = texts["title"] or _heading(root) or _without(site, _text(root.find(".//title")))
    texts["language"] = language(root.get("lang", "")) or language(str(texts.get("language", "")))
    people: Table = {"authors": [{"name": name} for name in lists.pop("authors") if "://" not in name]}
    return filled(texts | lists | _tags(said) | people | _mediaobjects.fields(_pictures(pairs))) | _release(root)


def _release(root: Element) -> Table:
    """Embargo and expiry, also where they are there and empty."""
    said: dict[str, list[object]] = defaultdict(list)
    for meta in root.iter("meta"):
        names = (meta.get(key, "").lower().strip() for key in ("property", "name", "itemprop"))
        for name in filter(None, names):
            field = "expires" if name == "article:expiration_time" else name.removeprefix("article:")
            if name == "article:expiration_time" or field.startswith("embargo"):  # `expires` alone speaks to caches
                said[field].append(one_line(meta.get("content", "")))
    twice = [name for name, values in said.items() if len(set(values)) > 1]
    if twice:
        raise Unreadable(f"{twice[0]}: is there twice, and differs", "take one of the two out")
    return holding({name: values[0] for name, values in said.items()})


def _pairs(root: Element) -> Iterator[tuple[str, str]]:
    """Name and content of every meta element, and of the `time` elements that are said to be dates of the article."""
    for meta in root.iter("meta"):
        content = one_line(meta.get("content", ""))
        keys = (meta.get(key, "") for key in ("property", "name", "itemprop", "http-equiv"))
        for name in " ".join(keys).lower().split():
            if content:
                yield name, content
    for time in root.iter("time"):
        for name in time.get("itemprop", "").lower().split():
            if time.get("datetime"):
                yield name, one_line(time.get("datetime", ""))


def _first(said: _Said, names: tuple[str, ...]) -> list[str]:
    return next((said[name] for name in names if name in said), [])


def _tags(said: _Said) -> Table:
    values = _first(said, _LISTS["tags"])
    return {"tags": values[0] if len(values) == 1 else values} if values else {}


def _pictures(pairs: list[tuple[str, str]]) -> Iterator[Table]:
    """Each picture with what is said after it and before the next (Open Graph protocol, "Arrays")."""
    found: list[Table] = []
    for name, content in pairs:
        if name == "og:image" or (name in _PICTURES and not found):
            found.append({"url": _mediaobjects.address(content)})
        elif name in _ABOUT_PICTURES and found:
            value = _mediaobjects.number(content) if name.endswith(("width", "height")) else content
            found[-1].setdefault(_ABOUT_PICTURES[name], value)
    found = found or [{"url": _mediaobjects.address(content)} for name, content in pairs if name == "twitter:image"]
    return (_mediaobjects.of_family(filled(table), "image") for table in found if table["url"])


def _heading(root: Element) -> str:
    """The headline: the first heading of the article, or of the page if that has none."""
    for path in (".//article//h1", ".//main//h1", ".//h1"):
        if title := next(filter(None, map(_text, root.iterfind(path))), ""):
            return title
    return ""


def _text(element: Element | None) -> str:
    return "" if element is None else one_line(words(element))


def _without(site: str, title: str) -> str:
    """`title` without the name of the site that many pages put after it, or before it."""
    for separator in _SEPARATORS if site else ():
        title = title.removesuffix(f"{separator}{site}").removeprefix(f"{site}{separator}")
    return title.strip()
