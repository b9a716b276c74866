"""Turns a schema.org NewsArticle, or a related type, into fields of front matter."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from feedsvc.readers.json import media_objects
from feedsvc.readers.json.nodes import Table, all_words, filled, first, holding, prose, several, tables, words
from feedsvc.readers.lines import byline_names

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*", re.ASCII)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S+")
# Hosts that keep copies of other people's pages, and local ones: none is a newsroom's own address.
_KEEPERS = re.compile(
    r"(?:.*\.)?(?:archive\.(?:org|today|ph|is|li|vn|fo|md)|googleusercontent\.com|cachedview\.\w+)"
    r"|localhost|127\.[\d.]+|\[::1\]"
)


def front(node: Table) -> Table:
    """The fields of `node`, in the form of front matter."""
    extra = {key: words(node.get(key)) for key in ("alternativeHeadline", "copyrightNotice", "dateline")}
    said = {
        "title": words(first(node, "headline", "name", "alternativeHeadline")),
        "summary": words(first(node, "description", "abstract")),
        "published": words(first(node, "datePublished", "dateCreated")),
        "updated": words(node.get("dateModified")),
        "status": words(node.get("creativeWorkStatus")),
        "sections": all_words(node.get("articleSection")),
        "tags": _tags(node.get("keywords")),
        "authors": [*_people(first(node, "author", "creator"))],
        "language": _language(node.get("inLanguage")),
        "url": _url(node.get("url")),
        "id": _identifier(node),
        "correction": words(node.get("correction")),
        "extra": filled(extra),
    }
    return filled(said | media_objects.fields(_media(node))) | holding(node)


def body(node: Table) -> tuple[str, str]:
    """The article's text and its markup."""
    text = first(node, "articleBody", "text")
    return prose(text) if isinstance(text, str) else ("", "text")


def language(tag: str) -> str:
    """`tag` as a BCP 47 tag, even if written with `_`; empty for any other text, such as `English`."""
    return tag.replace("_", "-") if _LANGUAGE.fullmatch(tag) else ""


def _language(value: object) -> str:
    named = first(value, "alternateName", "name") if isinstance(value, dict) else value
    return language(words(named))


def _tags(value: object) -> object:
    return words(value) if isinstance(value, str) else all_words(value)


def _people(value: object) -> Iterator[Table]:
    """The authors, each once. A name may be a list of names or a byline; an address is not a name."""
    known: set[str] = set()
    for item in several(value):
        named: Table = item if isinstance(item, dict) else {"name": item}
        email = words(named.get("email")).removeprefix("mailto:")
        people = [name for text in all_words(named.get("name")) for name in _names(text, named)]
        for name in people or [""]:
            person = filled({"name": name, "email": email, "url": _address(named)})
            if ("name" in person or "email" in person) and name.casefold() not in known:
                known.add(name.casefold() or email)
                yield person


def _names(text: str, person: Table) -> list[str]:
    if _ABSOLUTE.fullmatch(text):
        return []
    if "Organization" in words(person.get("@type")):
        return [text]
    return byline_names.names_in_data(text) or [text]


def _address(person: Table) -> str:
    url = media_objects.address(person.get("url"))
    return url if url.startswith(("http://", "https://")) else ""


def _media(node: Table) -> Iterator[Table]:
    yield from media_objects.schema_org(node.get("image"), "image")
    yield from media_objects.schema_org(node.get("video"), "video")
    yield from media_objects.schema_org(node.get("audio"), "audio")
    for medium in media_objects.few(tables(node.get("associatedMedia"))):
        kind = words(medium.get("@type")).removesuffix("Object").lower()
        if kind in ("image", "video", "audio"):
            yield from media_objects.schema_org(medium, kind)


def _url(value: object) -> str:
    """The article's address on the newsroom's own site.

    `mainEntityOfPage` and canonical links are not used: they name the saved page, which may be a copy or a mirror.
    Empty for the address of an archive of copies, and of a whole site, which templates put into every article.
    """
    url = media_objects.address(value)
    try:
        parts = urlsplit(url)
    except ValueError:
        return url  # the reader of the field reports the error
    whole_site = parts.path.strip("/") == "" and not parts.query
    return "" if whole_site or _KEEPERS.fullmatch(parts.hostname or "") else url


def _identifier(node: Table) -> str:
    """The permanent id of the article. Its address does not count, since headlines, hosts and schemes change."""
    places = {words(node.get(key)) for key in ("url", "mainEntityOfPage", "@id")}
    places |= {words(page.get("@id")) for page in tables(node.get("mainEntityOfPage"))}
    given = next((text for text in _identifiers(node) if text not in places), "")
    own = words(node.get("@id"))
    return given or (own if _ABSOLUTE.fullmatch(own) and not own.startswith(("http:", "https:", "_:")) else "")


def _identifiers(node: Table) -> Iterator[str]:
    for item in several(node.get("identifier")):
        yield words(first(item, "value", "@id") if isinstance(item, dict) else item)
