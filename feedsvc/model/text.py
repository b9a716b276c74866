"""Plain text as feeds can carry it: legal characters, even spaces, slugs. Pure functions of strings."""

import re
import unicodedata
from functools import lru_cache

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
    return xml_safe(text) if text.isascii() else _INVISIBLE.sub("", xml_safe(text))


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
    return "\n".join(line.strip() for line in _SPACES.sub(" ", _visible(text)).split("\n"))


def unspaced(text: str) -> str:
    """`text` without any white space."""
    if text.isascii():  # six times as fast, for whole articles
        return text.encode().translate(None, _BLANKS).decode()
    return "".join(text.split())


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
        return sentence[0]
    cut = line[: longest - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:–—-") + "…"
