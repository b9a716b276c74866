"""The authors that a page shows: in microdata, links of authors, and elements that are called bylines."""

import re
from collections.abc import Iterator
from itertools import islice, tee

from feedsvc.readers.json.nodes import Table, filled
from feedsvc.readers.lines import byline_names
from feedsvc.readers.lines.bylines import is_bare_name
from feedsvc.readers.lines.layout import SENTENCE_END
from feedsvc.readers.page.blocks import leaves
from feedsvc.readers.page.class_names import is_of_others, names
from feedsvc.readers.page.elements import Element
from feedsvc.readers.page.main_text import headline

_BYLINE = re.compile(
    r"(?<![^\s-])(?:authors?|author-?(?:s|names?|link|url|list|info|meta|byline|title|card|details)|authored-by|authorship"
    r"|autor(?:in|en|es)?|auteurs?|user-?name|by-?lines?|by-?author|byline-?\w+|contributors?|entry-author|post-author|posted-by"
    r"|article-author\w*|writers?|written-?by|reporter|redakteur|firma|signature|vcard)(?![^\s-])"
)
_NOT = re.compile(
    r"avatar|bio|comment|description|follow|image|img|photo|picture|related|social|twitter|more|box-text|articles|posts"
)
_LINK = re.compile(
    r"/(?:authors?|autor|autoren|auteurs?|autori|by|columnist|contributors?|journalist|newsteam|people|person(?:en)?|profil|profiles?|reporter|staff"
    r"|team|writers?|users?|redaktion)/[^/]",
    re.IGNORECASE,
)
_ATTRIBUTES = ("data-author", "data-author-name", "data-authorname")
_NO_BYLINE = frozenset(("img", "meta", "svg", "button", "form"))
_INLINE = frozenset(("b", "em", "i", "span", "strong", "cite"))
_NOT_SHOWN = frozenset(("body", "html", "link", "script"))
_BY = re.compile(
    r"""(?: \A | [^\w\s] | \d | \b uhr ) \s*+
    (?: (?: written|posted|published|created|text|erstellt|geschrieben|verfasst|publié|rédigé|écrit|escrito ) \s++ )?
    (?: by | von | par | por | di | door | av | af | authors? | autor(?:in|en)? | auteurs? | автор ) \s*+ :? \s*+ \Z""",
    re.IGNORECASE | re.VERBOSE,
)
"""The end of what stands before the link to an author."""
_JOIN = re.compile(r"\s*+(?:,|&|and|und|et|y|e|en|og|och)\s*+", re.IGNORECASE)
_DATED = re.compile(r"\d.{5,40}?(?:\d|\d ?Uhr)\s++[|•·–—-]\s++(?=\D)")
_LONGEST, _LONGEST_LINE, _MOST_WORDS = 250, 120, 4
_MOST, _MOST_SEEN, _MOST_INSIDE = 12, 100, 100
"""Authors of an article, elements that may name them, and elements within one of these."""


def authors(root: Element, title: str) -> list[Table]:
    """The authors as front matter has them, with name and, where it is linked, the address of their page."""
    shown = [*_in_order(root, title)]
    lines, again = tee(line for _, line in leaves(root))
    return _first(*_surely(shown, lines, title), _by_address(shown), _dated(again, title), _as_data(shown))


def person(root: Element, title: str) -> list[Table]:
    """The authors whom the page shows beyond doubt, by first name and surname."""
    lines = (line for _, line in leaves(root))
    found = _first(*_surely([*_in_order(root, title)], lines, title))
    return found if all(is_bare_name(str(author["name"])) for author in found) else []


def _surely(shown: list[Element], lines: Iterator[str], title: str) -> Iterator[Iterator[Table]]:
    """The sources that say of a name that it is the author's, the surest first."""
    yield from (_said(shown), _linked(shown), _named(shown), _labelled(lines, title))


def _first(*sources: Iterator[Table]) -> list[Table]:
    """The people whom the first of `sources` names that names any, each once."""
    for found in sources:
        people = {str(person["name"]).casefold(): person for person in reversed([*found])}
        if people:
            return [*reversed(people.values())][:_MOST]
    return []


def _in_order(root: Element, title: str) -> Iterator[Element]:
    """The elements of the page that may be a byline: those after the headline, then those before it."""
    heading = headline(root, title)
    before: list[Element] = []
    is_after = heading is None
    for element in root.iter():
        if element is heading:
            is_after = True
        elif isinstance(element.tag, str) and len(element.attrib) and element.tag not in _NOT_SHOWN:
            if is_after:
                yield element
            else:
                before.append(element)
    yield from before


def _said(shown: list[Element]) -> Iterator[Table]:
    """By microdata: `itemprop="author"`, or `creator`, with a `name` within or a `content` of its own."""
    said = (each for each in shown if not {"author", "creator"}.isdisjoint(each.get("itemprop", "").split()))
    for element in filter(_is_of_article, islice(said, _MOST_SEEN)):
        inside = islice(element.iterdescendants(), _MOST_INSIDE)
        named = [each for each in inside if "name" in each.get("itemprop", "").split()]
        for each in named or [element]:
            yield from _people(each.get("content") or _line(each), _address(each))


def _linked(shown: list[Element]) -> Iterator[Table]:
    """By `rel="author"`."""
    return _near([each for each in shown if each.tag == "a" and "author" in each.get("rel", "").split()])


def _is_after_by(link: Element) -> bool:
    """True for a link right after a word such as `By`."""
    while (previous := link.getprevious()) is not None and previous.tag == "a" and _JOIN.fullmatch(previous.tail or ""):
        link = previous
    outer = link.getparent()
    first = link
    while outer is not None and outer.tag in _INLINE and outer.index(first) == 0 and not (outer.text or "").strip():
        first, outer = outer, outer.getparent()
    previous = first.getprevious()
    before = (outer.text if outer is not None else "") if previous is None else previous.tail
    return bool(before) and bool(_BY.search(str(before)[-_LONGEST_LINE:])) and len(_line(link)) < _LONGEST // 3


def _named(shown: list[Element]) -> Iterator[Table]:
    """By the name of the element, or by a link right after a word such as `By`."""
    named = (each for each in shown if each.tag not in _NO_BYLINE)
    return _near([each for each in named if _is_named(each) or (each.tag == "a" and _is_after_by(each))])


def _is_named(element: Element) -> bool:
    said = names(element)
    return bool(said) and bool(_BYLINE.search(said)) and not _NOT.search(said)


def _by_address(shown: list[Element]) -> Iterator[Table]:
    """By the element `address`, and by a link to the page of an author."""
    yield from _near([each for each in shown if each.tag == "address" and len(_line(each)) < _LONGEST // 3])
    links = [each for each in shown if each.tag == "a" and _LINK.search(each.get("href", ""))]
    yield from _near([each for each in links if 1 < len(_line(each).split()) <= _MOST_WORDS])


def _labelled(lines: Iterator[str], title: str) -> Iterator[Table]:
    """By a line of its own that begins with `By`, or that has it beside a date."""
    for line in lines:
        if line.casefold() == title.casefold():
            continue
        if len(line) <= _LONGEST_LINE and not SENTENCE_END.search(line) and (byline := byline_names.labelled(line)):
            yield from _people(byline, "")
            return


def _dated(shown: Iterator[str], title: str) -> Iterator[Table]:
    """By a short line of a date and a name next to the headline."""
    lines = [*shown]
    at = next((at for at, line in enumerate(lines) if line.casefold() == title.casefold()), 0)
    for line in lines[max(0, at - 2) : at + 4]:
        date = _DATED.match(line) if len(line) <= _LONGEST_LINE else None
        if date and is_bare_name(line[date.end() :]):
            yield {"name": line[date.end() :]}
            return


def _as_data(shown: list[Element]) -> Iterator[Table]:
    """By an attribute for scripts, as forums and shops of pages have it; of the first element that has one."""
    said = (element.get(name) for element in shown for name in _ATTRIBUTES if element.get(name))
    yield from _people(next(said, None) or "", "")


def _is_of_article(element: Element) -> bool:
    return not any(map(is_of_others, (element, *element.iterancestors())))


def _near(seen: list[Element]) -> Iterator[Table]:
    """The people that the first of `seen` names that names any, and those that its neighbours name."""
    found = seen[:_MOST_SEEN]
    for at, element in enumerate(found):
        people = [*_within(element)] if _is_of_article(element) else []
        if people:
            yield from people
            for other in found[at + 1 : at + _MOST]:
                if other.tag == element.tag and _are_beside(element, other):
                    yield from _within(other)
            return


def _are_beside(element: Element, other: Element) -> bool:
    """True if both are in one element, or in neighbouring ones that are few."""
    near, its = element.getparent(), other.getparent()
    if near is None or its is None or element in other.iterancestors():
        return False
    further = near.getparent()
    return near in other.iterancestors() or (
        further is not None and its.getparent() is further and len(further) <= _MOST
    )


def _within(element: Element) -> Iterator[Table]:
    """The people that an element names: those of its links, or those of its text."""
    line = _line(element)
    if not line or len(line) > _LONGEST:
        return
    links = [each for each in element.iter("a") if element.tag != "a" and _is_person(each)]
    linked = [{"name": name, "url": _address(each)} for each in links for name in byline_names.names(_line(each))]
    if linked:
        yield from map(filled, linked)
    else:
        yield from _people(line, _address(element) if element.tag == "a" else "")


def _is_person(link: Element) -> bool:
    said = f"{names(link)} {link.get('rel', '')} {link.get('itemprop', '')}"
    return bool(_LINK.search(link.get("href", ""))) or "author" in said or "byline" in said or "fn" in said.split()


def _people(line: str, url: str) -> Iterator[Table]:
    found = byline_names.names(byline_names.labelled(line) or line) if len(line) <= _LONGEST else []
    for name in found:
        yield filled({"name": name, "url": url if len(found) == 1 else ""})


def _address(element: Element) -> str:
    url = element.get("href", "")
    return url if url.startswith(("http://", "https://")) else ""


def _line(element: Element) -> str:
    """The text, with a space between its parts."""
    return " ".join(" ".join(map(str, element.itertext())).split())
