"""Cleans HTML for feeds: only allowed elements, no scripts, and every address absolute.

The cleaner is nh3 (ammonia). The allow-list is here, once for every reader.
"""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

import nh3

from feedsvc.model.addresses import with_ascii_host
from feedsvc.model.reader import Unreadable
from feedsvc.model.text import xml_safe
from feedsvc.model.urls import SITE
from feedsvc.readers.html.embedded import with_substitutes
from feedsvc.readers.html.lazy_images import settled, with_address
from feedsvc.readers.html.tags import check_tags

_WORDS = "a abbr b bdi br cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup time u wbr"
"""Inline elements, without `bdo`, which reverses words, and which feed readers remove."""
_BLOCKS = "aside blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary ul"
_TABLES = "caption col colgroup table tbody td tfoot th thead tr"
_MEDIA = "audio img picture source track video"
_GONE = (
    "applet button canvas embed head iframe math noscript object option script select style svg template textarea title"
)

_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "hreflang", "title"},
    "abbr": {"title"},
    "audio": {"controls", "src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "img": {"alt", "height", "sizes", "src", "srcset", "title", "width"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"reversed", "start"},
    "q": {"cite"},
    "source": {"media", "sizes", "src", "srcset", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "track": {"kind", "label", "src", "srclang"},
    "video": {"controls", "height", "poster", "src", "width"},
}
_SCHEMES = {"href": {"http", "https", "mailto"}}
WEB = {"http", "https"}

# The parser (html5ever) takes quadratic time over each of these; these numbers take half a second.
_MOST = {"<": (20_000, "tags"), "&": (100_000, "entities"), "\u00a0": (100_000, "no-break spaces")}
_LONG = 20_000
"""Characters below which the attributes of tags cannot be a trap."""
_SRCSET = re.compile("srcset", re.IGNORECASE)
_MOST_SETS, _LONGEST_SET = 1_000, 64
"""Most `srcset` attributes in one text, and most candidates in one of them; each has an address to resolve."""
_LONGEST_ADDRESS = 8_000
# Elements that a parser reopens in every following paragraph, unless they are all alike: 27 kB of them with different
# attributes become 28 MB. None of their attributes is allowed anyway.
_FORMATTING = re.compile(r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/][^>]*", re.IGNORECASE)
# Characters that RFC 3986 does not allow in an address, and the apostrophe, at which many programs end an address.
_UNFIT = re.compile(r"[\s\"'<>\\^`{|}]|%(?![0-9A-Fa-f]{2})")
# A comma within an address is part of it unless white space follows (HTML, section 4.8.4.2.1).
_CANDIDATES = re.compile(r"(?<=\d[wx]),|,\s")


def sanitise(html: str, folder: str) -> str:
    """`html`, part of a document in `folder` below the articles folder, without any active content.

    Relative addresses become absolute on SITE. Addresses of other schemes, fragments, and pictures without an address
    are dropped. Lazy pictures get their address; frames become links, and formulas and drawings become words. Raises
    Unreadable for more markup than any article has.
    """
    check(html)
    clean = _cleaner(folder).clean(settled(with_substitutes(_FORMATTING.sub(r"<\1", html))))
    # The only entity that the cleaner writes and XML does not know.
    return _without_hulls(xml_safe(with_address(clean).replace("&nbsp;", "\u00a0"))).strip()


def _without_hulls(html: str) -> str:
    """`html` without links that have no address, such as footnote marks, whose words stay, and the arrows back from
    footnotes; and without empty paragraphs."""
    if "<a" in html:
        html = _WAY_BACK.sub("", html)
        html = _NOWHERE.sub(r"\1", html)
    return _EMPTY.sub("", html) if "<p" in html else html


_WAY_BACK = re.compile("(?<!\\s)\\s*+<a>(?:\u21a9|\u2191|\\^)\ufe0e?</a>")
_NOWHERE = re.compile(r"<a>((?:[^<]|<(?!/?a[\s>]))*+)</a>")
_EMPTY = re.compile(r"<p>\s*+</p>\n?")


def check(html: str) -> None:
    """Raises Unreadable for HTML that `sanitise` does not accept."""
    for sign, (most, what) in _MOST.items():
        if html.count(sign) > most:
            raise _too_much(most, what)
    if len(html) > _LONG:
        check_tags(html)
        if sum(1 for _ in _SRCSET.finditer(html)) > _MOST_SETS:
            raise _too_much(_MOST_SETS, "pictures in several sizes")


def entitled(html: str) -> str:
    """`html`, made from plain text, unchanged. Raises Unreadable if it has too many entities: every feed escapes each
    of them once more."""
    most, what = _MOST["&"]
    if html.count("&") > most:
        raise _too_much(most, what)
    return html


def _too_much(most: int, what: str) -> Unreadable:
    return Unreadable(f"has more than {most:,} {what} in its HTML", "publish it in parts, or with less markup")


@lru_cache(maxsize=256)
def _cleaner(folder: str) -> nh3.Cleaner:
    base = f"{SITE}/media/{quote(folder)}/" if folder else f"{SITE}/media/"

    def keep(_element: str, attribute: str, value: str) -> str | None:
        return seen_from(base, attribute, value)

    return nh3.Cleaner(
        tags=set(f"{_WORDS} {_BLOCKS} {_TABLES} {_MEDIA}".split()),
        clean_content_tags=set(_GONE.split()),
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        link_rel=None,
        url_schemes=_SCHEMES["href"],
    )


def seen_from(base: str, attribute: str, value: str) -> str | None:
    """The value of an attribute, with its addresses resolved against `base`; None if none of them is usable."""
    if attribute in ("href", "src", "poster", "cite"):
        return absolute(value, base, _SCHEMES.get(attribute, WEB))
    return _srcset(value, base) if attribute == "srcset" else value


def absolute(url: str, base: str, schemes: set[str]) -> str | None:
    """`url` resolved against `base`; None if it is empty or invalid, stays within the document, has none of `schemes`,
    or is longer than servers accept."""
    url = url.strip()
    if not url or url.startswith("#") or len(url) > _LONGEST_ADDRESS:
        return None
    try:
        joined = with_ascii_host(_UNFIT.sub(lambda sign: quote(sign[0]), urljoin(base, url)))
        parts = urlsplit(joined)
        leads = parts.scheme in schemes and (parts.scheme == "mailto" or (parts.hostname and parts.port != 0))
    except ValueError:  # brackets without an IP address in them, or a port that is no number
        return None
    return joined if leads else None


def _srcset(value: str, base: str) -> str | None:
    """The candidates of a `srcset` with an http or https address, made absolute; None if there are none."""
    words = [candidate.strip(" ,").split() for candidate in _CANDIDATES.split(value, _LONGEST_SET)[:_LONGEST_SET]]
    urls = [(absolute(url, base, WEB), *descriptor) for url, *descriptor in filter(None, words)]
    return ", ".join(" ".join(filter(None, url)) for url in urls if url[0]) or None
