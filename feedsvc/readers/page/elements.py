"""Parses a web page into a tree: decodes its charset and checks its limits; fetches and expands nothing."""

import codecs
import re
from collections.abc import Callable

from lxml.etree import HTMLParser, ParserError, XMLSyntaxError, fromstring
from lxml.etree import _Element as Element

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import xml_safe
from feedsvc.readers._decoding import decode
from feedsvc.readers.html.tags import check_tags

__all__ = ["Element", "text", "tree", "words"]

_START = 4_096
"""Bytes in which a page declares its charset; the HTML standard says 1,024, but saved pages begin with comments."""
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_CHARSET = re.compile(
    rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})|^\s*<\?xml[^>]{0,100}?\bencoding=[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
# The codecs that browsers use for a label (Encoding Standard, section 4.2): supersets, which pages rely on.
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874"}
_MEANT |= {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
_CODECS = {*_MEANT.values(), "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "big5", "big5hkscs", "euc_jp"}
_CODECS |= {"iso2022_jp", *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16))}
_CODECS |= {f"cp125{page}" for page in range(9)}

_MOST_TAGS = 100_000
_FEW = 8
"""Fewest UTF-8 bytes, beyond the first of each character, that prove a page to be UTF-8; fewest characters beyond ASCII
for each stray byte."""
_STRAY, _BEYOND_ASCII = re.compile("[\udc80-\udcff]"), re.compile(r"[^\x00-\x7f]")
_AS_CP1252 = {0xDC00 + byte: bytes((byte,)).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def _ignore(_reason: str) -> None:
    """Ignores a warning."""


def text(data: bytes, warn: Callable[[str], None] = _ignore) -> str:
    """The text of a page, decoded by its byte order mark, else by the charset that it declares, else as UTF-8.

    Browsers and other programs save pages as UTF-8, and may leave another charset declared. A few bytes of Windows-1252
    in a page of UTF-8 come from older templates; `warn` is called for them. Raises Unreadable for other bytes that are
    not valid in the charset.
    """
    codec = _declared(data)
    if codec is None or _is_utf8(data):
        mended, strays = _without_strays(data)
        if strays:
            warn(f"bytes that are not UTF-8 ({strays}) were taken for Windows-1252")
        return decode(mended)
    try:
        return xml_safe(data.decode(codec))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"is not {codec}, as it declares: byte 0x{data[error.start]:02X} at line {line}"
        raise Unreadable(reason, "save it as UTF-8, or correct its charset") from error


def _without_strays(data: bytes) -> tuple[bytes, int]:
    """The bytes of a page, with the few that are not UTF-8 taken for Windows-1252, and the number of these. If too many
    are not UTF-8, the bytes are unchanged, and the number is 0."""
    if data.isascii():
        return data, 0
    found = data.decode(errors="surrogateescape")
    strays = len(_STRAY.findall(found))
    if not 0 < strays * _FEW <= len(_BEYOND_ASCII.findall(found)):
        return data, 0
    return found.translate(_AS_CP1252).encode(errors="replace"), strays


def _is_utf8(data: bytes) -> bool:
    """True for valid UTF-8 with several characters beyond ASCII, which bytes in another charset hardly ever are."""
    try:
        return len(data.decode()) + _FEW <= len(data)
    except UnicodeDecodeError:
        return False


def _declared(data: bytes) -> str | None:
    """The codec of the charset that a page declares; None if it declares none, or UTF-8, or UTF-16."""
    found = _CHARSET.search(_COMMENT.sub(b"", data[:_START]))
    if found is None or data.startswith(codecs.BOM_UTF8):
        return None
    label = (found[1] or found[2]).decode("ascii", "replace").lower()
    try:
        name = codecs.lookup(label).name
    except LookupError:
        name = label
    name = _MEANT.get(name, name)
    if name.startswith("utf"):  # a declaration of UTF-16 in ASCII is a mistake
        return None
    if name not in _CODECS:
        raise Unreadable(f"declares the charset {label}, which is not known", "save it as UTF-8")
    return name


def tree(page: str) -> Element:
    """The root of a page. Raises Unreadable for a page without any element, or with too many tags, attributes or
    levels."""
    if page.count("<") > _MOST_TAGS:
        raise Unreadable(f"has more than {_MOST_TAGS:,} tags", "save it again, with less markup")
    check_tags(page)
    # This parser never loads a DTD, and HTML cannot define entities.
    parser = HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = fromstring(page.encode(), parser)
    except (ParserError, XMLSyntaxError):
        root = None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Unreadable("is nested deeper than any page is", "save it again, with less markup")
    if root is None:
        raise Unreadable("has no HTML in it", "save the page again")
    return root


def words(element: Element) -> str:
    """All text within an element, unchanged."""
    return "".join(map(str, element.itertext()))
