"""Plain text that feeds can carry: legal characters, even spaces, slugs."""

import re
import unicodedata
from functools import lru_cache
from html import escape, unescape

from feedsvc.model.lazy_pattern import lazy_pattern

# Everything that is not a Char of XML 1.0 section 2.2, and the noncharacters that its note asks us to avoid.
_PLANES = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17))
_NOT_XML = lazy_pattern(f"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_PLANES}]")
_SAFE_BYTES = bytes(byte for byte in range(256) if byte >= 0x20 and byte != 0x7F) + b"\t\n"
"""The bytes of UTF-8 without illegal ASCII controls, and without CR, which becomes LF."""
_CONTROLS = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
_NO_CHARACTERS = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])|[\xf0-\xf4][\x8f\x9f\xaf\xbf]\xbf[\xbe\xbf]")
"""Illegal characters in UTF-8: of two bytes, and of more."""
_BLANKS = b"\t\n\v\f\r\x1c\x1d\x1e\x1f "
"""The ASCII characters that are white space by Unicode."""
_SPACES = re.compile(r"[^\S\n]+")
_WORDS = bytes(byte if chr(byte) in "0123456789abcdefghijklmnopqrstuvwxyz" else ord(" ") for byte in range(256))
"""Translates small letters and digits to themselves, and all other bytes to spaces."""
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_DIRECTED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CLOSED_BY = {
    **dict.fromkeys("\u202a\u202b", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
"""The character that ends each embedding or isolate; the two overrides are not among them."""
_TAG = re.compile(r"<[^>]*+(?:>|\Z)")
_BLOCK = re.compile(
    r"</?(?:article|aside|blockquote|br|caption|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|ol|p"
    r"|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b[^>]*+(?:>|\Z)",
    re.IGNORECASE,
)
"""The tags at which a browser begins another line or cell."""


def xml_safe(text: str) -> str:
    """`text` without the characters that XML 1.0 (section 2.2) forbids or discourages, with LF as line end."""
    if text.isprintable():  # as most short texts are; no illegal character is printable
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        clean = is_xml_safe(text.encode())
    except UnicodeEncodeError:  # a lone surrogate
        clean = False
    return text if clean else _NOT_XML.sub("", text)


def is_xml_safe(data: bytes) -> bool:
    """Fast check: True only if `xml_safe` would not change the text whose UTF-8 is `data`."""
    if data.translate(None, _SAFE_BYTES):  # other bytes are left
        return False
    # A search for one byte is many times as fast as one for several.
    return data.isascii() or not (
        (b"\xc2" in data and _CONTROLS.search(data))
        or ((b"\xef" in data or b"\xbf" in data) and _NO_CHARACTERS.search(data))
    )


def _visible(text: str) -> str:
    return xml_safe(text) if text.isascii() else _without_overrides(_INVISIBLE.sub("", xml_safe(text)))


def _without_overrides(text: str) -> str:
    """`text` without directional formatting characters, if it has an override or does not close all of them (UAX 9
    section 2): overrides reverse its own letters, and unclosed characters affect the text that follows."""
    signs = _DIRECTED.findall(text)
    return text if _are_closed(signs) else _DIRECTED.sub("", text)


def _are_closed(signs: list[str]) -> bool:
    waiting: list[str] = []
    for sign in signs:
        if sign in _CLOSED_BY:
            waiting.append(_CLOSED_BY[sign])
        elif not waiting or waiting.pop() != sign:
            return False
    return not waiting


def is_clean_line(text: str) -> bool:
    """Fast check: True only if `one_line(text) == text`. May be False for clean text.

    No printable character is illegal, invisible, or a space other than the plain one.
    """
    return text.isprintable() and ("  " not in f" {text} " or not text)


def one_line(text: str) -> str:
    """`text` as one line of legal text, with one plain space for each run of white space, including NBSP."""
    return text if is_clean_line(text) else " ".join(_visible(text).split())


def clean_lines(text: str) -> str:
    """`text` as legal text that keeps its lines, with one plain space for each run of spaces within a line."""
    return "\n".join(_SPACES.sub(" ", _visible(line)).strip() for line in xml_safe(text).split("\n"))


def unspaced(text: str) -> str:
    """`text` without white space."""
    if text.isascii():  # faster, which counts for whole articles
        return text.encode().translate(None, _BLANKS).decode()
    return "".join(text.split())


def as_html(text: str) -> str:
    """Plain `text` as the HTML content of an element, for readers that treat text as HTML."""
    return escape(text, quote=False)


def as_html_or_text(text: str) -> str:
    """`text` as it is if it reads the same as plain text and as HTML, else as HTML.

    For elements that some readers treat as plain text and some as HTML.
    """
    return text if "<" not in text and unescape(text) == text else as_html(text)


def without_tags(html: str) -> str:
    """`html` without its tags. An unclosed tag extends to the end of the text, which keeps the time linear."""
    return _TAG.sub("", html)


def text_of(html: str, *, longest: int | None = None) -> str:
    """The text of `html` on one line, with spaces between blocks and cells. With `longest`, only that many characters,
    counted without tags, are used."""
    return one_line(unescape(without_tags(_BLOCK.sub(" ", html))[:longest]))


def slugify(text: str, *, longest: int = 80) -> str:
    """A path segment of at most `longest` characters: lower case, letters, marks and digits, with `-` between words.

    Empty if `text` has no letter or digit. This is our own, since libraries drop combining marks, without which Hindi
    and Thai words fall apart.
    """
    # The start suffices for a slug, and normalising a long run of combining marks takes quadratic time.
    folded = unicodedata.normalize("NFKC", text[: 10 * longest]).lower()
    if folded.isascii():
        slug = b"-".join(folded.encode().translate(_WORDS).split()).decode()
    else:
        slug = "-".join("".join(map(_letter_or_space, folded)).split())
    if len(slug) <= longest:
        return slug
    return slug[:longest].rpartition("-")[0] or slug[:longest]


@lru_cache(4096)  # the characters of a newsroom's languages
def _letter_or_space(character: str) -> str:
    return character if unicodedata.category(character)[0] in "LMN" else " "


def shorten(text: str, *, longest: int = 300) -> str:
    """`text` on one line of at most `longest` characters, cut after a sentence or a word."""
    line = one_line(text)
    if len(line) <= longest:
        return line
    sentence = re.match(rf".{{{longest // 2},{longest}}}[.!?。؟।]['\"”’»]?(?=\s)", line[: longest + 2])
    if sentence and len(sentence[0]) <= longest:
        return _without_overrides(sentence[0])
    cut = line[: longest - 1]
    return _without_overrides(cut.rpartition(" ")[0] or cut).rstrip(" ,;:–—-") + "…"
