"""Finds the authors that a page shows: in microdata, links to authors, and elements named as bylines."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import filterfalse, islice

from feedsvc.readers._data import fold
from feedsvc.readers.json.nodes import Table, filled
from feedsvc.readers.lines import byline_names
from feedsvc.readers.lines.bylines import is_bare_name, is_name_like
from feedsvc.readers.page import byline_lines, outlet
from feedsvc.readers.page.blocks import Line, lines
from feedsvc.readers.page.byline_lines import is_of_other_part
from feedsvc.readers.page.class_names import names
from feedsvc.readers.page.elements import Element
from feedsvc.readers.page.main_text import headline

_BYLINE = re.compile(
    r"(?<![^\s-])(?:authors?|author-?(?:s|names?|link|url|list|info|meta|byline|title|card|details)|authored-by|authorship"
    r"|autor(?:in|en|es)?|auteurs?|user-?name|by-?lines?|by-?author|byline-?\w+|contributors?|entry-author|post-author|posted-by"
    r"|article-author\w*|writers?|written-?by|reporter|redakteur|firma|signature|vcard)(?![^\s-])"
)
_NOT = re.compile(
    r"avatar|bio|comment|description|follow|image|img|licen[sc]e|photo|picture|related|social|twitter|more|box-text|articles|posts"
)
_LINK = re.compile(
    r"/(?:authors?|autor|autoren|auteurs?|autori|by|columnist|contributors?|journalist|newsteam|people|person(?:en)?|profil|profiles?|reporter|staff"
    r"|team|writers?|users?|redaktion)/[^/]",
    re.IGNORECASE,
)
_ATTRIBUTES = ("data-author", "data-author-name", "data-authorname")
_TAGS = frozenset(("address", "author", "byline"))
"""Elements whose tag alone says that they name an author."""
_NO_BYLINE = frozenset(("img", "meta", "svg", "button", "form"))
_INLINE = frozenset(("b", "em", "i", "span", "strong", "cite"))
_NOT_SHOWN = frozenset(("body", "html", "link", "script"))
_BY = re.compile(
    r"""(?: \A | [^\w\s] | \d | \b uhr ) \s*+
    (?: (?: written|posted|published|created|text|erstellt|geschrieben|verfasst|publié|rédigé|écrit|escrito ) \s++ )?
    (?: by | von | par | por | di | door | av | af | authors? | autor(?:in|en)? | auteurs? | автор ) \s*+ :? \s*+ \Z""",
    re.IGNORECASE | re.VERBOSE,
)
"""The end of the text before a link to an author."""
_JOIN = re.compile(r"\s*+(?:,|&|and|und|et|y|e|en|og|och)\s*+", re.IGNORECASE)
_OTHER_ITEM = re.compile(r"(?:Object|Photograph|Comments?|Review)/?\Z")
_STROKE = re.compile(r"\s[|·•]\s")
_LONGEST, _LONGEST_LINE, _MOST_WORDS = 250, 120, 4
_MOST, _MOST_SEEN, _MOST_INSIDE = 12, 100, 100
"""Most authors of an article, most elements that may name them, and most elements within one of these."""
_NEAR, _OFTEN = 120, 3
"""Elements below the headline among which the byline is; and the number from which elements of one class further away
are a list."""


class Sources:
    """The sources in a page that name its authors. Authors are in the form of front matter, with name and, if linked,
    the address of their page. The outlet itself, known by its names `outlets`, comes last."""

    def __init__(self, root: Element, title: str, outlets: frozenset[str]) -> None:
        self._root, self._title, self._outlets = root, title, outlets

    @cached_property
    def _shown(self) -> list[Element]:
        return [*_in_order(self._root, self._title)]

    @cached_property
    def _lines(self) -> list[Line]:
        return lines(self._root)

    @cached_property
    def _heading(self) -> int:
        """The index of the headline's line; 0 if there is none."""
        return byline_lines.heading(self._lines, headline(self._root, self._title), self._title)

    def said(self) -> list[Table]:
        """The authors by microdata."""
        return self._first(_said(self._shown))

    def sure(self) -> list[Table]:
        """The authors by sources that clearly name an author, the surest first."""
        return self._first(*self._surely())

    def others(self) -> list[Table]:
        """The authors by sources that may also mean something else."""
        near = (byline_lines.dated(self._lines, self._heading), byline_lines.signed(self._lines))
        owners = (byline_lines.agency(self._lines, self._heading), byline_lines.owner(self._root, self._lines))
        return self._first(_by_address(self._shown), *near, _as_data(self._shown), *owners)

    def _surely(self) -> Iterator[Iterator[Table]]:
        yield from (_said(self._shown), _linked(self._shown), _named(self._shown))
        yield from map(iter, islice(byline_lines.labelled(self._lines, self._heading, self._title), _MOST))

    def _first(self, *sources: Iterator[Table]) -> list[Table]:
        """The people of the first of `sources` that names anyone but the outlet, else the outlet; each once."""
        outlet_itself: list[Table] = []
        for found in sources:
            people = [*{fold(str(person["name"])): person for person in reversed([*found])}.values()][::-1][:_MOST]
            if people and not outlet.are_own(people, self._outlets):
                return people
            outlet_itself = outlet_itself or people
        return outlet_itself


def _in_order(root: Element, title: str) -> Iterator[Element]:
    """The elements of the page that may be a byline: those after the headline, then those before it."""
    heading = headline(root, title)
    before: list[Element] = []
    is_after = heading is None
    for element in root.iter():
        if element is heading:
            is_after = True
        elif (len(element.attrib) or element.tag in _TAGS) and element.tag not in _NOT_SHOWN:
            if is_after:
                yield element
            else:
                before.append(element)
    yield from before


def _said(shown: list[Element]) -> Iterator[Table]:
    """The authors by microdata: `itemprop="author"`, or `creator`, with a `name` within or a `content` of its own."""
    said = (each for each in shown if not {"author", "creator"}.isdisjoint(each.get("itemprop", "").split()))
    for element in filterfalse(_is_of_other_item, islice(said, _MOST_SEEN)):
        inside = islice(element.iterdescendants(), _MOST_INSIDE)
        named = [each for each in inside if "name" in each.get("itemprop", "").split()]
        for each in named or [element]:
            yield from _people(each.get("content") or _line(each), _address(each))


def _is_of_other_item(element: Element) -> bool:
    """True for the author of a picture, of a comment or of something beside the article."""
    item = next((each for each in element.iterancestors() if each.get("itemscope") is not None), None)
    return (item is not None and bool(_OTHER_ITEM.search(item.get("itemtype", "")))) or is_of_other_part(element)


def _linked(shown: list[Element]) -> Iterator[Table]:
    """The authors by `rel="author"`."""
    return _near([each for each in shown if each.tag == "a" and "author" in each.get("rel", "").split()])


def _is_after_by(link: Element) -> bool:
    """True for a link right after a word such as `By`, or after other authors that are."""
    for _ in range(_MOST):  # and not all of a list of links, which would be walked through for each of them
        previous = link.getprevious()
        if previous is None or previous.tag != "a" or not _JOIN.fullmatch(previous.tail or ""):
            break
        link = previous
    outer = link.getparent()
    first = link
    while outer is not None and outer.tag in _INLINE and first.getprevious() is None and not (outer.text or "").strip():
        first, outer = outer, outer.getparent()
    previous = first.getprevious()
    before = (outer.text if outer is not None else "") if previous is None else previous.tail
    return bool(before) and bool(_BY.search(str(before)[-_LONGEST_LINE:])) and len(_line(link)) < _LONGEST // 3


def _named(shown: list[Element]) -> Iterator[Table]:
    """The authors by the names of elements, or by a link right after a word such as `By`."""
    may_be = (each for each in shown if each.tag not in _NO_BYLINE)
    named = [each for each in may_be if _is_named(each) or (each.tag == "a" and _is_after_by(each))]
    return _near([*_without_lists(named, shown)])


def _is_named(element: Element) -> bool:
    said = f"{element.tag} {names(element)}" if element.tag in ("author", "byline") else names(element)
    return bool(said) and bool(_BYLINE.search(said)) and not _NOT.search(said)


def _by_address(shown: list[Element]) -> Iterator[Table]:
    """The authors by the element `address`, and by a link to the page of an author."""
    yield from _near([each for each in shown if each.tag == "address" and len(_line(each)) < _LONGEST // 3])
    links = [each for each in shown if each.tag == "a" and _LINK.search(each.get("href", ""))]
    yield from _near([each for each in links if 1 < len(_line(each).split()) <= _MOST_WORDS])


def _as_data(shown: list[Element]) -> Iterator[Table]:
    """The authors by an attribute for scripts, as in forums and page builders; of the first element with one."""
    said = (element.get(name) for element in shown for name in _ATTRIBUTES if element.get(name))
    yield from _people(next(said, None) or "", "")


def _without_lists(seen: list[Element], shown: list[Element]) -> Iterator[Element]:
    """`seen` without elements far below the headline whose class occurs several times: they name the authors of other
    articles, or of comments."""
    near = {*shown[:_NEAR]}
    times = Counter(each.get("class") for each in seen if each not in near)
    return (each for each in seen if each in near or times[each.get("class")] < _OFTEN)


def _near(seen: list[Element]) -> Iterator[Table]:
    """The people named by the first of `seen` that names any, and by its neighbours."""
    found = seen[:_MOST_SEEN]
    for at, element in enumerate(found):
        people = [] if is_of_other_part(element) else [*_within(element)]
        if people:
            yield from people
            for other in found[at + 1 : at + _MOST]:
                if other.tag == element.tag and _are_beside(element, other):
                    yield from _within(other)
            return


def _are_beside(element: Element, other: Element) -> bool:
    """True if both are in one element, or in elements side by side among at most _MOST."""
    near, its = element.getparent(), other.getparent()
    if near is None or its is None or element in other.iterancestors():
        return False
    further = near.getparent()
    return near in other.iterancestors() or (
        further is not None and its.getparent() is further and len(further) <= _MOST
    )


def _within(element: Element) -> Iterator[Table]:
    """The people that an element names: in its links, else in its text."""
    line = _line(element)
    if not line or len(line) > _LONGEST:
        return
    if "signature" in names(element) and not is_bare_name(line):
        return  # the signature of a member of a forum
    links = [each for each in element.iter("a") if element.tag != "a" and _is_person(each)]
    linked = [{"name": name, "url": _address(each)} for each in links for name in _names(_line(each))]
    if linked:
        yield from map(filled, linked)
    else:
        yield from _people(line, _address(element) if element.tag == "a" else "")


def _is_person(link: Element) -> bool:
    said = f"{names(link)} {link.get('rel', '')} {link.get('itemprop', '')}"
    return bool(_LINK.search(link.get("href", ""))) or "author" in said or "byline" in said or "fn" in said.split()


def _people(line: str, url: str) -> Iterator[Table]:
    """The people in a text that is known to name some: the first of its parts between strokes with only full names,
    else all of its names."""
    parts = [line, *_STROKE.split(line)] if len(line) <= _LONGEST else []
    found = next((names for part in parts[1:] if (names := _names(part)) and all(map(is_bare_name, names))), [])
    found = found or (_names(parts[0]) if parts else [])
    for name in found:
        yield filled({"name": name, "url": url if len(found) == 1 else ""})


def _names(text: str) -> list[str]:
    """The names in a text, without other words such as a label or a phrase in lower case."""
    if text.rstrip().endswith((":", "：")):
        return []
    return [name for name in byline_names.names(byline_names.labelled(text) or text) if is_name_like(name)]


def _address(element: Element) -> str:
    url = element.get("href", "")
    return url if url.startswith(("http://", "https://")) else ""


def _line(element: Element) -> str:
    """The text of an element, with a space between its parts."""
    return " ".join(" ".join(map(str, element.itertext())).split())
