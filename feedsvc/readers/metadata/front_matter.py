"""Reads front matter of any form into plain tables in which every scalar is a string.

The forms are YAML between `---` or after `---yaml`, TOML between `+++`, JSON between `---json` and `---`, between `;;;`
or alone, as in Hugo and Eleventy; header lines, as in Pelican; and any of these below or within an HTML comment.
"""

import re
import string
import tomllib
from datetime import date, time

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import xml_safe
from feedsvc.readers.json import parsing
from feedsvc.readers.metadata import header_lines, stray
from feedsvc.readers.metadata.bounds import DEEPEST, check_size, too_deep
from feedsvc.readers.metadata.keys import FIELDS, normalised
from feedsvc.readers.metadata.plain_yaml import plain_yaml

_FENCE = re.compile(
    r"\s*^(---|\+\+\+|;;;)[ \t]*(?:(ya?ml|toml|json|js|javascript|coffee|cson|lua)[ \t]*|\#[^\n]*)?(?:\n|\Z)",
    re.MULTILINE | re.IGNORECASE,
)
_CLOSING = {
    "---": re.compile(r"\n(?:---|\.\.\.)[ \t]*(?=\n|\Z)"),
    "+++": re.compile(r"\n\+\+\+[ \t]*(?=\n|\Z)"),
    ";;;": re.compile(r"\n;;;[ \t]*(?=\n|\Z)"),
}
"""The closing fences, each with the preceding line end, which makes the search many times as fast."""
_DOTTED = re.compile(
    r"""(?:^|[{,])[ \t]*+\[{0,2}+[ \t]*+(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""", re.MULTILINE
)
"""Dotted keys of 50 levels or more."""
_FIRSTS = ("-", "+", ";")
_LANGUAGES = {"---": "yaml", "+++": "toml", ";;;": "json"}
_INVISIBLE = f"{string.whitespace}\u00a0\ufeff\u200b"
_COMMENT = re.compile(r"[\s\ufeff\u200b]*<!--(.*?)-->", re.DOTALL)
_JSON = re.compile(r"\{(?=\s*[\"}]|[ \t]*\n)")
_TAG = re.compile(r"[\s\ufeff\u200b]*<(?!!--)")
_MAY_BE_FRONT = re.compile(
    r"""[\s\ufeff\u200b]*
    (?: (?:---|\+\+\+|;;;) [^\n]* \n \s* (?: [\w"'-]+ \s*[:=] | \{ )
      | <!-- | \{\s*["}]
      | [A-Za-z][\w\ -]{0,60}: [^\n]* \n [A-Za-z][\w\ -]{0,60}:
      | (?i: draft|status|embargo|expires ) \s*[:=] )""",
    re.VERBOSE,
)
_WITHHOLDING = frozenset(("draft", "status", "embargo", "expires", "headless"))
_MOST_COMMENTS = 20


def split(text: str) -> tuple[dict[str, object], str]:
    """The table of the front matter with which `text` begins, empty if there is none, and the text after it.

    Raises Unreadable, with the line, for front matter that is broken or not closed, and for text that begins with
    something that looks like metadata but has no known form.
    """
    if text.startswith("---\n"):  # the usual case
        table, rest = _fenced(text, "---", "yaml", 4)
    elif opening := _FENCE.match(text):
        table, rest = _opened(text, opening)
    else:
        return _unfenced(text)
    if rest[:4].strip()[:1] in _FIRSTS:
        stray.check(rest)
    return table, rest


def split_page(text: str) -> tuple[dict[str, object], str]:
    """The front matter of a web page, and the text after it. Nearly all pages begin with a tag, and have none.

    Servers and templates write comments at the top of pages; header lines in them count only if they give a title.
    """
    if _TAG.match(text):
        return {}, text
    inside, start = _comments(text)
    if _TAG.match(text, start):
        return (inside if "title" in map(str.lower, inside) else {}), text
    return split(text)


def split_prose(text: str) -> tuple[dict[str, object], str]:
    """The front matter of captured page text, and the text after it. Hardly any has front matter, but any line may have
    dashes or a colon.

    Only certain front matter, which gives a title or withholds the article, is taken; all else is text.
    """
    if not _MAY_BE_FRONT.match(text):
        return {}, text
    table, rest = split(text)
    fields = {FIELDS[normalised(key)][0] for key in table if normalised(key) in FIELDS}
    return (table, rest) if "title" in fields or fields & _WITHHOLDING else ({}, text)


def _unfenced(text: str) -> tuple[dict[str, object], str]:
    """The front matter of a text that does not begin with a fence, and the text after it."""
    inside, start = _comments(text)
    below = _below(text, start)
    if below is None:
        stray.check("\n" * text.count("\n", 0, start) + text[start:] if inside else text)
        return inside, text
    table, rest = below
    if twice := next((key for key in inside if key in table and inside[key] != table[key]), ""):
        raise Unreadable(f"{twice}: is there twice, and differs", "take one of the two out")
    return inside | table, rest


def _comments(text: str) -> tuple[dict[str, object], int]:
    """The header lines in the HTML comments with which `text` begins, and where these end."""
    table: dict[str, object] = {}
    start = 0
    for _ in range(_MOST_COMMENTS):
        comment = _COMMENT.match(text, start)
        if comment is None:
            break
        table |= (header_lines.split(comment[1]) or ({}, ""))[0]
        start = comment.end()
    return table, start


def _below(text: str, start: int) -> tuple[dict[str, object], str] | None:
    """The front matter with which `text` begins from `start` on, and the text after it; None if there is none."""
    start += len(text[start:]) - len(text[start:].lstrip(_INVISIBLE))
    # Empty lines replace the text before it, so that errors have the line numbers of the file.
    rest = "\n" * text.count("\n", 0, start) + text[start:] if start else text
    if opening := _FENCE.match(rest):
        return _opened(rest, opening)
    if _JSON.match(text, start):
        table, end = parsing.leading_table(rest)
        check_size(rest[:end])
        return table, rest[end:]
    return header_lines.split(rest)


def _opened(text: str, opening: re.Match[str]) -> tuple[dict[str, object], str]:
    """The front matter below the fence `opening`, and the text after it."""
    fence = opening[1]
    return _fenced(text, fence, (opening[2] or _LANGUAGES[fence]).lower(), opening.end())


def _fenced(text: str, fence: str, language: str, start: int) -> tuple[dict[str, object], str]:
    """The front matter from `start` to the next `fence`, and the text after it."""
    closing = _CLOSING[fence].search(text, start - 1)
    if closing is None:
        raise Unreadable(f"the front matter that {fence} opens has no end", f"close it with a line {fence}")
    # Empty lines replace the text before it, so that errors have the line numbers of the file.
    block = "\n" * text.count("\n", 0, start) + text[start : closing.start() + 1]
    return _parse(block, language), text[closing.end() :]


def _parse(block: str, language: str) -> dict[str, object]:
    if language in ("yaml", "yml"):
        return parse_yaml(block)
    if language == "toml":
        return parse_toml(block)
    if language != "json":
        raise Unreadable(f"its front matter is a program in {language}", "write it in YAML, TOML or JSON")
    return parse_json(block)


def parse_toml(text: str) -> dict[str, object]:
    """A TOML document with numbers, booleans and dates as strings. Raises Unreadable, with the line."""
    check_size(text)
    if _DOTTED.search(text):  # tomllib takes quadratic time over these
        raise too_deep()
    try:
        return _table(tomllib.loads(text, parse_float=str), 0)
    except ValueError as error:  # also raised for a number of 5,000 digits
        raise Unreadable(f"is not TOML: {error}", "correct it there; text belongs in quotes") from error
    except RecursionError as error:  # tomllib recurses without a limit of its own
        raise too_deep() from error


def parse_json(text: str) -> dict[str, object]:
    """A JSON table with numbers and booleans as strings. Raises Unreadable, with the line."""
    check_size(text)
    table, end = parsing.leading_table(text)
    if text[end:].strip():
        raise Unreadable("has more below the JSON of its front matter", "close it there")
    return table


def parse_yaml(text: str) -> dict[str, object]:
    """A YAML document whose scalars stay as they are written. Raises Unreadable, with the line."""
    check_size(text)
    plain = plain_yaml(text)
    if plain is not None:
        return plain
    from feedsvc.readers.metadata.whole_yaml import whole_yaml  # most newsrooms never need the parser of all YAML

    return whole_yaml(text)


def _table(values: dict[str, object], depth: int) -> dict[str, object]:
    return {xml_safe(key): _plain(value, depth + 1) for key, value in values.items()}


def _plain(value: object, depth: int) -> object:
    if depth > DEEPEST:
        raise too_deep()
    if isinstance(value, dict):
        return _table(value, depth)
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | time) else xml_safe(str(value))
