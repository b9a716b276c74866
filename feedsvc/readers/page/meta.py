"""Reads the fields of a page's article outside of JSON-LD: OpenGraph, meta elements, headings and language."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import one_line
from feedsvc.readers.json import media_objects
from feedsvc.readers.json.nodes import Table, all_words, filled, holding
from feedsvc.readers.json.parsing import parse
from feedsvc.readers.json.schemaorg import language
from feedsvc.readers.lines import byline_names
from feedsvc.readers.page import dates, title
from feedsvc.readers.page.elements import Element

_NAMES = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title"),
    "summary": (
        "og:description",
        "description",
        "twitter:description",
        "dc.description",
        "sailthru.description",
        "summary",
    ),
    "language": ("og:locale", "content-language", "dc.language"),
}
_DATES = {
    "published": [
        "article:published_time",
        "og:published_time",
        "og:article:published_time",
        "datepublished",
        "dc.date.issued",
        "dcterms.issued",
        "parsely-pub-date",
    ],
    "updated": ["article:modified_time", "datemodified", "og:updated_time", "dcterms.modified"],
}
"""Names of dates. An unreadable one of these holds the page back, unless another date can be read."""
_OTHER_DATES = {
    "published": [
        "dc.date.created",
        "dcterms.created",
        "cxenseparse:recs:publishtime",
        "sailthru.date",
        "publishdate",
        "publish-date",
        "publish_date",
        "pubdate",
        "published",
        "published_time",
        "date",
        "dc.date",
        "dcterms.date",
        "article_date_original",
        "datecreated",
        "originalpublicationdate",
        "citation_publication_date",
        "citation_online_date",
    ],
    "updated": ["dc.date.modified", "last-modified", "lastmod"],
}
_LISTS = {
    "sections": ("article:section", "og:article:section", "parsely-section", "category"),
    "tags": ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags", "tags"),
    "authors": [
        "author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "dc:creator",
        "parsely-author",
        "sailthru.author",
        "byl",
        "byline",
        "article_author",
        "article:author_name",
        "article.author",
        "og:article:author",
        "cxenseparse:author",
        "citation_author",
        "writer",
        "creator",
        "authors",
    ],
}
"""Names of lists. OpenGraph gives a list as several elements; a list within one element has commas."""
_WRITTEN = re.compile(
    r"(?:written|author|by|geschrieben|autor|verfasst|écrit|rédigé|escrito|scritto|geschreven)", re.IGNORECASE
)
_PARSELY = {
    "pub_date": "parsely-pub-date",
    "author": "parsely-author",
    "authors": "parsely-author",
    "section": "parsely-section",
    "title": "parsely-title",
}
_PICTURES = ("og:image", "og:image:url", "og:image:secure_url")
_ABOUT_PICTURES = {f"og:image:{name}": name for name in ("width", "height", "alt", "type")}

_Said = Mapping[str, list[str]]


def front(root: Element, timezone: str) -> Table:
    """The fields of the page, in the form of front matter."""
    pairs = [*_pairs(root)]
    said: dict[str, list[str]] = defaultdict(list)
    for name, content in pairs:
        said[name].append(content)
    found: Table = {field: _first(said, names)[:1] for field, names in _NAMES.items()}
    texts: Table = {field: values[0] for field, values in found.items() if isinstance(values, list) and values}
    lists = {field: _first(said, names) for field, names in _LISTS.items() if field != "authors"}
    texts |= {field: _date(said, field, timezone) for field in _DATES}
    texts["title"] = title.title(root, str(texts.get("title", "")), _sites(said))
    texts["language"] = language(root.get("lang", "")) or language(str(texts.get("language", "")))
    people: Table = {"authors": [{"name": name} for name in _authors(said)]}
    return filled(texts | lists | _tags(said) | people | media_objects.fields(_pictures(pairs))) | _release(root)


def _sites(said: _Said) -> list[str]:
    """The names of the site that the page gives."""
    return [name for key in ("og:site_name", "application-name", "dc.publisher") for name in said.get(key, [])[:1]]


def _date(said: _Said, field: str, timezone: str) -> str:
    """The first readable date; else the text of the first sure name (`_DATES`), so that an error can be reported."""
    sure = [text for name in _DATES[field] for text in said.get(name, [])]
    others = [text for name in _OTHER_DATES[field] for text in said.get(name, [])]
    return dates.first([*sure, *others], timezone) or next(iter(sure), "")


def _authors(said: _Said) -> list[str]:
    """The names in the first meta elements that have any; addresses and handles are not names."""
    for key in _LISTS["authors"]:
        if people := [name for text in said.get(key, []) for name in byline_names.names_in_data(text)]:
            return byline_names.once(people)
    for number in ("1", "2"):
        label = next(iter(said.get(f"twitter:label{number}", [])), "")
        if _WRITTEN.match(label) and (
            people := byline_names.names_in_data(next(iter(said.get(f"twitter:data{number}", [])), ""))
        ):
            return people
    return []


def _release(root: Element) -> Table:
    """Embargo, expiry and status (as in Pelican), even with empty values."""
    said: dict[str, list[object]] = defaultdict(list)
    for meta in root.iter("meta"):
        names = (meta.get(key, "").lower().strip() for key in ("property", "name", "itemprop"))
        for name in filter(None, names):
            field = "expires" if name == "article:expiration_time" else name.removeprefix("article:")
            if name in ("article:expiration_time", "status") or field.startswith(
                "embargo"
            ):  # `expires` alone speaks to caches
                said[field].append(one_line(meta.get("content", "")))
    twice = [name for name, values in said.items() if len(set(values)) > 1]
    if twice:
        raise Unreadable(f"{twice[0]}: is there twice, and differs", "take one of the two out")
    told = {name: values[0] for name, values in said.items()}
    return holding(told) | ({"status": told["status"]} if "status" in told else {})


def _pairs(root: Element) -> Iterator[tuple[str, str]]:
    """The name and content of every meta element, and of the `time` elements marked as dates of the article."""
    for meta in root.iter("meta"):
        # Some pages have the content in `value`.
        content = one_line(meta.get("content") or meta.get("value") or "")
        keys = (meta.get(key, "") for key in ("property", "name", "itemprop", "http-equiv"))
        for name in " ".join(keys).lower().split():
            if content:
                yield name, content
    for time in root.iter("time"):
        for name in time.get("itemprop", "").lower().split():
            if time.get("datetime"):
                yield name, one_line(time.get("datetime", ""))
    yield from _of_parsely(root)


def _of_parsely(root: Element) -> Iterator[tuple[str, str]]:
    """The fields in Parse.ly's `parsely-page`, a meta element with JSON in it."""
    for meta in root.iter("meta"):
        if meta.get("name", "").lower() != "parsely-page":
            continue
        with suppress(Unreadable):
            page = parse(meta.get("content") or meta.get("value") or "", lambda _reason: None)
            if isinstance(page, dict):
                for key, name in _PARSELY.items():
                    yield from ((name, one_line(text)) for text in all_words(page.get(key)) if text)


def _first(said: _Said, names: Sequence[str]) -> list[str]:
    return next((said[name] for name in names if name in said), [])


def _tags(said: _Said) -> Table:
    values = _first(said, _LISTS["tags"])
    return {"tags": values[0] if len(values) == 1 else values} if values else {}


def _pictures(pairs: list[tuple[str, str]]) -> Iterator[Table]:
    """Each picture with the properties between it and the next one (Open Graph protocol, "Arrays")."""
    found: list[Table] = []
    for name, content in pairs:
        if name == "og:image" or (name in _PICTURES and not found):
            found.append({"url": media_objects.address(content)})
        elif name in _ABOUT_PICTURES and found:
            value = media_objects.number(content) if name.endswith(("width", "height")) else content
            found[-1].setdefault(_ABOUT_PICTURES[name], value)
    found = found or [{"url": media_objects.address(content)} for name, content in pairs if name == "twitter:image"]
    return (media_objects.of_family(filled(table), "image") for table in found if table["url"])
