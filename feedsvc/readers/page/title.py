"""Finds the headline of a page, without the name of its site, which many pages put beside it."""

import re
from collections.abc import Iterable

from feedsvc.model.text import one_line
from feedsvc.readers.page.elements import Element, words

_SEPARATOR = re.compile(r"(?<!\s)\s++(?:[|–—·•»«:/\\>]++|-{1,2}+)\s++|(?:(?<!\s)\s++)?+[|»]\s*+")
_LONGEST = 1_000
"""Most characters of a title from which the name of the site is separated."""
_LOGO = re.compile(r"\b(?:logo|brand|site-?(?:title|name))\b", re.IGNORECASE)


def title(root: Element, said: str, sites: list[str]) -> str:
    """The headline: the one that the page's data has (`said`), else its first heading, else its title element."""
    headings = [*_headings(root)]
    told = _without(sites, said)
    if told:
        return _heading_of(told, headings) or told
    named = _text(root.find(".//title"))
    logos = {site.casefold() for site in sites} | {_text(each).casefold() for each in headings if _is_logo(each)}
    parts = [part for part in _SEPARATOR.split(named) if part] if len(named) <= _LONGEST else [named]
    for heading in headings:
        text = _text(heading)
        if heading.tag == "h1" and text.casefold() not in logos and not _is_site(text, parts):
            return text
    rest = _without([part for part in parts if part.casefold() in logos or _is_own_site(part, parts, headings)], named)
    return _heading_of(rest, headings) or _without(sites, rest)


def _headings(root: Element) -> Iterable[Element]:
    """The headings of the article, then of the main part, then of the page."""
    found = [each for path in (".//article//h1", ".//main//h1", ".//h1", ".//h2") for each in root.iterfind(path)]
    return [each for each in dict.fromkeys(found) if _text(each)]


def _heading_of(text: str, headings: Iterable[Element]) -> str:
    """The heading to which `text` only adds the name of a site; empty if there is none."""
    for heading in headings:
        own = _text(heading)
        if own and own != text and text.startswith(own) and _SEPARATOR.match(text[len(own) :]):
            return own
    return ""


def _is_logo(heading: Element) -> bool:
    """True for a heading that is named as a logo, or is only a link to the home page of the site."""
    if any(_LOGO.search(f"{each.get('class', '')} {each.get('id', '')}") for each in (heading, heading.getparent())):
        return True
    links = [link for link in heading.iter("a") if _text(link) == _text(heading)]
    return any(re.fullmatch(r"(?:https?://[^/]+)?/?(?:index\.\w+)?", link.get("href", "").strip()) for link in links)


def _is_site(text: str, parts: list[str]) -> bool:
    """True for a heading that is a later part of the title, and not its longest one."""
    folded = [part.casefold() for part in parts]
    return text.casefold() in folded[1:] and len(text) < max(map(len, parts))


def _is_own_site(part: str, parts: list[str], headings: Iterable[Element]) -> bool:
    """True for the last part of a title if its other parts are a heading of the page."""
    others = " ".join(parts[:-1]).casefold()
    return part is parts[-1] and len(parts) > 1 and any(_text(each).casefold() == others for each in headings)


def _text(element: Element | None) -> str:
    return "" if element is None else one_line(words(element))


def _without(sites: Iterable[str], text: str) -> str:
    """`text` without the names of `sites` at its end or its beginning."""
    for site in filter(None, sites if len(text) <= _LONGEST else ()):
        for found in _SEPARATOR.finditer(text):
            if text[found.end() :].casefold() == site.casefold():
                return text[: found.start()].strip()
            if text[: found.start()].casefold() == site.casefold():
                return text[found.end() :].strip()
    return text.strip()
