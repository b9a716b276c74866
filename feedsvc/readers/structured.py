"""Reads an article in JSON, by its content either IPTC ninjs (1.x to 3.x) or a schema.org NewsArticle as JSON-LD."""

from msgspec.structs import replace

from feedsvc.model.article import Status
from feedsvc.model.reader import Notes, Reader, ReaderOptions, Reading, Source, Unreadable
from feedsvc.readers._decoding import decode
from feedsvc.readers._warnings import Warnings
from feedsvc.readers.json import jsonld, ninjs, schemaorg
from feedsvc.readers.json.nodes import Table
from feedsvc.readers.json.parsing import parse
from feedsvc.readers.lines.headlines import without_headline
from feedsvc.readers.metadata.fields import complete, origins

_REMEDY = "a .json file is one ninjs item, or one schema.org NewsArticle as JSON-LD"


def read(source: Source, rules: ReaderOptions) -> Reading:
    """The article in a JSON file.

    Raises Unreadable for a file that is no JSON, has no article or several, or an embargo that is empty or unreadable.
    """
    warnings = Warnings(source.path)
    front, (body, markup), version = _understood(parse(decode(source.data), warnings.add))
    told = {"body": body, "markup": markup, "version": version}
    copy, problems = complete(told, source, rules, front)
    if not copy.title and not (copy.status is Status.WITHDRAWN and copy.id):  # a kill may name no more than its item
        raise Unreadable("has no headline", "give it one, or its sidecar a title")
    body = without_headline(copy.body, copy.markup, copy.title)
    return Reading(copy if body is copy.body else replace(copy, body=body), (*warnings.problems, *problems))


def _understood(value: object) -> tuple[Table, tuple[str, str], str]:
    """The article's fields in the form of front matter, its body with its markup, and its version."""
    articles = jsonld.articles(value)
    if len(articles) > 1:
        raise Unreadable(f"has {len(articles)} articles", "put each of them into a file of its own")
    if articles:
        return schemaorg.front(articles[0]), schemaorg.body(articles[0]), ""
    item = ninjs.item(value)
    if item is None:
        raise Unreadable("is neither a ninjs item nor a NewsArticle", _REMEDY)
    return ninjs.front(item), ninjs.body(item), ninjs.version(item)


def notes(source: Source, _rules: ReaderOptions) -> Notes:
    """The sources of the article's fields."""
    front, (body, _), _ = _understood(parse(decode(source.data), lambda _reason: None))
    found = dict.fromkeys(front, "the item") | ({"body": "the item"} if body else {})
    return Notes(found | origins(source, {}))


READER = Reader(name="structured", kind="a news item in JSON", suffixes=(".json",), read=read, notes=notes)
