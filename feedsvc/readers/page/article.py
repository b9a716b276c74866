"""Reads a saved news page: JSON-LD first, then OpenGraph and meta elements, then the page's own headings and text."""

import re

from feedsvc.model.reader import Notes, ReaderOptions, Reading, Source, Unreadable
from feedsvc.readers._warnings import Warnings, template_code
from feedsvc.readers.html.templates import resolve_html
from feedsvc.readers.json import jsonld, schemaorg
from feedsvc.readers.json.nodes import Table, filled, plain
from feedsvc.readers.json.parsing import parse
from feedsvc.readers.metadata.fields import complete, origins
from feedsvc.readers.metadata.front_matter import split_page
from feedsvc.readers.page import (
    article_body,
    authorship,
    base_address,
    dates,
    elements,
    meta,
    microdata,
    pelican,
    pictures,
)
from feedsvc.readers.page.main_text import Mark

_MARK_IT = 'look whether it is all there; <article> or itemprop="articleBody" around the text makes it sure'
# Marks by which templates hide scripts from browsers of the nineties or from XML parsers.
_WRAPPING = re.compile(
    r"\A\s*+(?:<!--|(?:(?://|/\*)\s*+)?+<!\[CDATA\[(?:\s*+\*/)?)|(?:-->|(?:(?://|/\*)\s*+)?+\]\]>(?:\s*+\*/)?|;)\s*+\Z"
)


def read(source: Source, rules: ReaderOptions) -> Reading:
    """The article in a web page.

    Raises Unreadable for a file that is not text or no page, has no headline, or is nested too deeply.
    """
    warnings = Warnings(source.path)
    own, page = split_page(elements.text(source.data, warnings.add))
    page, removed = resolve_html(page, own) if own else (page, ())
    if own and "<html" not in page.lower():  # all content for a generator's template is text
        page = f"<article>{page}</article>"
    root = elements.tree(page)
    pictures.settle(root)
    node = _article(root, warnings)
    front = _front(root, node, rules)
    if base := base_address.of(root, str(front.get("url", ""))):
        front = base_address.told(front, base)
    found = article_body.take(root, str(own.get("title") or front.get("title", "")), base, rules)
    body, markup = _longer(found.html, *schemaorg.body(node))
    if body and markup == "html":
        _warn_of_guesses(found, warnings)
    if not body:
        warnings.add("has no text that could be found", "save the page when it has loaded, or write the text into it")
    told = {"body": body, "markup": markup, "alternates": found.alternates} | found.told
    copy, problems = complete(told, source, rules, front, own)
    if not copy.title:
        raise Unreadable("has no headline", "give it a <title>, or its sidecar a title")
    named = (template_code(source.path, removed),) if removed else ()
    return Reading(copy, (*warnings.problems, *named, *problems))


def _warn_of_guesses(found: article_body.Body, warnings: Warnings) -> None:
    """Warns if nothing in the page marked which part of it is the text."""
    if found.mark is Mark.ALL:
        warnings.add("has no part that is marked as its text, or reads like one: all of it was taken", _MARK_IT)
    elif found.mark is Mark.READ and found.left_out:
        reason = "its text is not marked: the part that reads like an article was taken"
        warnings.add(f"{reason}, and {found.left_out:,} characters of other sentences were left out", _MARK_IT)


def _article(root: elements.Element, warnings: Warnings) -> Table:
    """The page's article in JSON-LD, else the author that JSON-LD gives the page, else an empty table."""
    values = []
    for script in root.iter("script"):
        if script.get("type", "").partition(";")[0].strip().lower() == "application/ld+json":
            try:
                values.append(parse(_WRAPPING.sub("", script.text or ""), warnings.add))
            except Unreadable as error:
                warnings.add(f"its JSON-LD {error.reason}, and was not used", error.remedy)
    return next(iter(jsonld.articles(values)), None) or jsonld.page(values)


def _front(root: elements.Element, node: Table, rules: ReaderOptions) -> Table:
    """The fields of the page, in the form of front matter: from JSON-LD and microdata, else from the page itself."""
    page, article = meta.front(root, rules.timezone), schemaorg.front(microdata.article(root) | node)
    if "image" in article:  # the page's other pictures are most likely the same ones in other sizes
        page.pop("media", None)
    front = pelican.front(root, rules.timezone) | page | article
    for field in ("published", "updated"):
        told = [str(table[field]) for table in (article, page) if table.get(field)]
        if told:
            front[field] = dates.first(told, rules.timezone) or told[0]
    if isinstance(image := front.get("image"), dict) and not image.get("description"):
        caption, credit = pictures.caption_of(root, str(image["url"]))
        front["image"] = filled({"description": caption, "credit": credit}) | image
    title = str(front.get("title", ""))
    if people := authorship.authors(root, node, title, article, page):
        front["authors"] = people
    if not front.get("published"):
        front |= dates.shown(root, rules.timezone) | filled(front)
    if not front.get("published") and front.get("updated"):
        front["published"] = front["updated"]
    return front


def _longer(html: str, text: str, markup: str) -> tuple[str, str]:
    """The body and its markup: the page's `html`, which has links and pictures, or `text` if that is more than twice as
    long, as on pages that a script was to fill in."""
    return (text, markup) if len(text) > 2 * len(plain(html)) else (html, "html")


def notes(source: Source, _rules: ReaderOptions) -> Notes:
    """The sources of the article's fields."""
    own, _ = split_page(elements.text(source.data))
    return Notes(origins(source, own))
