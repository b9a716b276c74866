"""A saved news page: JSON-LD first, then OpenGraph and meta elements, then the page's own headings and text."""

import re

from feedsvc.ports import Notes, Reader, Reading, Rules, Source, Unreadable
from feedsvc.readers import _base, _jsonld, _page, _pagebody, _pagemeta, _pelicanpage, _schemaorg
from feedsvc.readers._frontmatter import split_page
from feedsvc.readers._json import parse
from feedsvc.readers._metadata import complete, origins
from feedsvc.readers._nodes import Table, plain
from feedsvc.readers._templates import resolve_html
from feedsvc.readers._warnings import Warnings, template_code

# Templates hide scripts from browsers of the nineties, or from parsers of XML.
_WRAPPING = re.compile(
    r"\A\s*(?:<!--|(?://|/\*)\s*<!\[CDATA\[(?:\s*\*/)?)|(?:-->|(?://|/\*)\s*\]\]>(?:\s*\*/)?|;)\s*\Z"
)


def read(source: Source, rules: Rules) -> Reading:
    """The article in a web page.

    Raises Unreadable for what is no text or no page, has no headline, or is nested beyond all measure.
    """
    warnings = Warnings(source.path)
    own, page = split_page(_page.text(source.data))
    page, removed = resolve_html(page, own) if own else (page, ())
    root = _page.tree(page)
    node = _article(root, warnings)
    front = _pelicanpage.front(root, rules.timezone) | _front(root, node)
    if base := _base.of(root, str(front.get("url", ""))):
        front = _base.told(front, base)
    found = _pagebody.take(root, str(own.get("title") or front.get("title", "")), base, rules)
    body, markup = _longer(found.html, *_schemaorg.body(node))
    if not body:
        warnings.add("has no text that could be found", "save the page when it has loaded, or write the text into it")
    told = {"body": body, "markup": markup, "alternates": found.alternates} | found.dates
    copy, problems = complete(told, source, rules, front, own)
    if not copy.title:
        raise Unreadable("has no headline", "give it a <title>, or its sidecar a title")
    named = (template_code(source.path, removed),) if removed else ()
    return Reading(copy, (*warnings.problems, *named, *problems))


def _article(root: _page.Element, warnings: Warnings) -> Table:
    """The page's article in JSON-LD, or an empty table."""
    values = []
    for script in root.iter("script"):
        if script.get("type", "").partition(";")[0].strip().lower() == "application/ld+json":
            try:
                values.append(parse(_WRAPPING.sub("", script.text or ""), warnings.add))
            except Unreadable as error:
                warnings.add(f"its JSON-LD {error.reason}, and was not used", error.remedy)
    return next(iter(_jsonld.articles(values)), {})


def _front(root: _page.Element, node: Table) -> Table:
    """What the page says, as front matter would: its JSON-LD, and for what that leaves open the page itself."""
    page, article = _pagemeta.front(root), _schemaorg.front(node)
    if "image" in article:  # the page's other pictures are most likely the same ones in other sizes
        page.pop("media", None)
    return page | article


def _longer(html: str, text: str, markup: str) -> tuple[str, str]:
    """The page's own text has links and pictures; but where a script was to fill it in, most of it is elsewhere."""
    return (text, markup) if len(text) > 2 * len(plain(html)) else (html, "html")


def notes(source: Source, _rules: Rules) -> Notes:
    """Where the fields of the article come from."""
    own, _ = split_page(_page.text(source.data))
    return Notes(origins(source, own))


READER = Reader(name="webpage", kind="a saved page", suffixes=(".html", ".htm"), read=read, notes=notes)
