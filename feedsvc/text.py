"""Plain text as feeds can carry it: legal characters, even spaces, slugs. Pure functions of strings."""

import re
import unicodedata

# Everything that is not a Char of XML 1.0 section 2.2, and the noncharacters that its note asks us to avoid.
_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r") + b"\x7f"
_LEGAL = bytes(byte for byte in range(128) if byte not in _CONTROLS)
"""The characters of ASCII that XML has."""
_SPACES = re.compile(r"[^\S\n]+")
_WORDS = bytes(byte if chr(byte) in "0123456789abcdefghijklmnopqrstuvwxyz" else ord(" ") for byte in range(256))
"""The bytes of small letters and digits as they are, all others as spaces."""
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")


def legal(text: str) -> str:
    """`text` without the characters that XML 1.0 (section 2.2) forbids or discourages, line ends as LF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        return _NOT_XML.sub("", text)
    data = text.encode()
    # Nothing is left without what is legal: that is known soonest, seven times as soon, of every text that comes in.
    return data.translate(None, _CONTROLS).decode() if data.translate(None, _LEGAL) else text


def _visible(text: str) -> str:
    return legal(text) if text.isascii() else _INVISIBLE.sub("", legal(text))


def is_even(text: str) -> bool:
    """Whether it surely is what `even` would make of it, as most texts are: that is known in half the time.

    Several texts that say something are even if they are with a space between them.
    """
    return text.isascii() and text.isprintable() and ("  " not in f" {text} " or not text)


def even(text: str) -> str:
    """One legal line: every run of white space, NBSP and its kin included, is one plain space."""
    return text if is_even(text) else " ".join(_visible(text).split())


def even_lines(text: str) -> str:
    """Legal text whose lines stay lines, with even spaces within each of them."""
    return "\n".join(line.strip() for line in _SPACES.sub(" ", _visible(text)).split("\n"))


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
        slug = "-".join("".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in folded).split())
    if len(slug) <= longest:
        return slug
    return slug[:longest].rpartition("-")[0] or slug[:longest]


def shorten(text: str, *, longest: int = 300) -> str:
    """`text` on one line, cut after a sentence or a word so that it has at most `longest` characters."""
    line = even(text)
    if len(line) <= longest:
        return line
    sentence = re.match(rf".{{{longest // 2},{longest}}}[.!?。؟।]['\"”’»]?(?=\s)", line[: longest + 2])
    if sentence and len(sentence[0]) <= longest:
        return sentence[0]
    cut = line[: longest - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:–—-") + "…"
