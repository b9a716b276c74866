"""Plain text as feeds can carry it: legal characters, even spaces, slugs. Pure functions of strings."""

import re
import unicodedata
from functools import lru_cache
from html import escape, unescape

# Everything that is not a Char of XML 1.0 section 2.2, and the noncharacters that its note asks us to avoid.
_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")
_SURE = bytes(byte for byte in range(256) if byte >= 0x20 and byte != 0x7F) + b"\t\n"
"""The bytes of UTF-8, but for the controls of ASCII that are illegal, and for CR, in place of which there is an LF."""
_CONTROLS = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
_NO_CHARACTERS = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])|\xf4\x8f\xbf[\xbe\xbf]")
"""Illegal characters of two bytes, and of more."""
_BLANKS = b"\t\n\v\f\r\x1c\x1d\x1e\x1f "
"""What Unicode counts as white space in ASCII."""
_SPACES = re.compile(r"[^\S\n]+")
_WORDS = bytes(byte if chr(byte) in "0123456789abcdefghijklmnopqrstuvwxyz" else ord(" ") for byte in range(256))
"""The bytes of small letters and digits as they are, all others as spaces."""
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_DIRECTED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CLOSED_BY = {
    **dict.fromkeys("\u202a\u202b", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
"""Embeddings and isolates, by what ends them; the two overrides are none of them."""
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|[\U000e0000-\U000e0fff]"
)
_TAG = re.compile(r"<[^>]*+(?:>|\Z)")


def xml_safe(text: str) -> str:
    """`text` without the characters that XML 1.0 (section 2.2) forbids or discourages, line ends as LF."""
    if text.isprintable():  # as most short texts are; no illegal character can be printed
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        clean = is_legal(text.encode())
    except UnicodeEncodeError:  # half a character
        clean = False
    return text if clean else _NOT_XML.sub("", text)


def is_legal(data: bytes) -> bool:
    """Whether the text whose UTF-8 this is surely is what `xml_safe` would make of it: that is known in a fifth of the
    time, of every text that comes in."""
    if data.translate(None, _SURE):  # more is left than what is sure
        return False
    # A single byte is found many times as fast as several.
    return data.isascii() or not (
        (b"\xc2" in data and _CONTROLS.search(data))
        or ((b"\xef" in data or b"\xf4" in data) and _NO_CHARACTERS.search(data))
    )


def _visible(text: str) -> str:
    return xml_safe(text) if text.isascii() else _without_overrides(_INVISIBLE.sub("", xml_safe(text)))


def _without_overrides(text: str) -> str:
    """`text` without signs of direction, if it has an override, or if they are not closed within it (UAX 9 section 2):
    those would turn its own letters round, or what somebody writes after it."""
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


def printable(text: str) -> str:
    """`text` for a terminal or a log: what would move the cursor, change colours or turn the direction is shown as JSON
    escapes it, `\\u202e`. Line breaks and tabs stay."""
    return text if text.isascii() and text.isprintable() else _UNPRINTABLE.sub(_escaped, text)


def _escaped(sign: re.Match[str]) -> str:
    units = sign[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def is_clean_line(text: str) -> bool:
    """Whether it surely is what `one_line` would make of it, as most texts are: that is known in half the time.

    Nothing that can be printed is illegal, invisible, or a space but the plain one.
    """
    return text.isprintable() and ("  " not in f" {text} " or not text)


def one_line(text: str) -> str:
    """One legal line: every run of white space, NBSP and its kin included, is one plain space."""
    return text if is_clean_line(text) else " ".join(_visible(text).split())


def clean_lines(text: str) -> str:
    """Legal text whose lines stay lines, with even spaces within each of them."""
    return "\n".join(_SPACES.sub(" ", _visible(line)).strip() for line in xml_safe(text).split("\n"))


def unspaced(text: str) -> str:
    """`text` without any white space."""
    if text.isascii():  # six times as fast, for whole articles
        return text.encode().translate(None, _BLANKS).decode()
    return "".join(text.split())


def as_html(text: str) -> str:
    """Plain `text` as HTML that says the same, in place of an element's content. Every format whose readers take a text
    for HTML gets it by this function."""
    return escape(text, quote=False)


def as_html_or_text(text: str) -> str:
    """Plain `text` for readers of whom some take it for HTML and some do not: as it is where both read the same."""
    return text if "<" not in text and unescape(text) == text else as_html(text)


def without_tags(html: str) -> str:
    """`html` without its tags. A tag that is not closed reaches to the end, so that each sign is looked at once."""
    return _TAG.sub("", html)


def slugify(text: str, *, longest: int = 80) -> str:
    """A path segment: lower case, letters, marks and digits of any script, words joined by `-`.

    Libraries drop combining marks, without which Hindi or Thai words fall apart; hence this one.
    Empty if `text` has no letter or digit.
    """
    # No further than a slug can reach: Unicode takes quadratic time to bring a run of marks into order.
    folded = unicodedata.normalize("NFKC", text[: 10 * longest]).lower()
    if folded.isascii():
        slug = b"-".join(folded.encode().translate(_WORDS).split()).decode()
    else:
        slug = "-".join("".join(map(_of_word, folded)).split())
    if len(slug) <= longest:
        return slug
    return slug[:longest].rpartition("-")[0] or slug[:longest]


@lru_cache(4096)  # the signs of a newsroom's languages
def _of_word(sign: str) -> str:
    """A letter, mark or digit as it is, anything else as a space."""
    return sign if unicodedata.category(sign)[0] in "LMN" else " "


def shorten(text: str, *, longest: int = 300) -> str:
    """`text` on one line, cut after a sentence or a word so that it has at most `longest` characters."""
    line = one_line(text)
    if len(line) <= longest:
        return line
    sentence = re.match(rf".{{{longest // 2},{longest}}}[.!?。؟।]['\"”’»]?(?=\s)", line[: longest + 2])
    if sentence and len(sentence[0]) <= longest:
        return _without_overrides(sentence[0])
    cut = line[: longest - 1]
    return _without_overrides(cut.rpartition(" ")[0] or cut).rstrip(" ,;:–—-") + "…"
