"""A web page as a tree: its charset, its limits, and nothing fetched or expanded."""

import codecs
import re

from lxml.etree import HTMLParser, ParserError, XMLSyntaxError, fromstring
from lxml.etree import _Element as Element

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import xml_safe
from feedsvc.readers._decoding import decode
from feedsvc.readers.html.tags import check_tags

__all__ = ["Element", "text", "tree", "words"]

_START = 4_096
"""Bytes in which a page declares its charset; the HTML standard asks for 1,024, saved pages begin with remarks."""
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_CHARSET = re.compile(
    rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})|^\s*<\?xml[^>]{0,100}?\bencoding=[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
# What browsers take a label for (Encoding Standard, section 4.2): supersets, which pages rely on.
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874"}
_MEANT |= {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
_CODECS = {*_MEANT.values(), "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "big5", "big5hkscs", "euc_jp"}
_CODECS |= {"iso2022_jp", *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16))}
_CODECS |= {f"cp125{page}" for page in range(9)}

_MOST_TAGS = 100_000


def text(data: bytes) -> str:
    """The text of a page by its byte order mark, else as the page declares it, else as UTF-8.

    Raises Unreadable for bytes that are not what they are declared to be.
    """
    codec = _declared(data)
    if codec is None:
        return decode(data)
    try:
        return xml_safe(data.decode(codec))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"is not {codec}, as it declares: byte 0x{data[error.start]:02X} at line {line}"
        raise Unreadable(reason, "save it as UTF-8, or correct its charset") from error


def _declared(data: bytes) -> str | None:
    """The codec of the charset that a page declares; None if there is none but UTF-8. UTF-16 declares nothing so."""
    found = _CHARSET.search(_COMMENT.sub(b"", data[:_START]))
    if found is None or data.startswith(codecs.BOM_UTF8):
        return None
    label = (found[1] or found[2]).decode("ascii", "replace").lower()
    try:
        name = codecs.lookup(label).name
    except LookupError:
        name = label
    name = _MEANT.get(name, name)
    if name.startswith("utf"):  # whoever declares UTF-16 in ASCII does not mean it
        return None
    if name not in _CODECS:
        raise Unreadable(f"declares the charset {label}, which is not known", "save it as UTF-8")
    return name


def tree(page: str) -> Element:
    """The root of a page. Raises Unreadable for a page without any element, and for one that is a trap."""
    if page.count("<") > _MOST_TAGS:
        raise Unreadable(f"has more than {_MOST_TAGS:,} tags", "save it again, with less markup")
    check_tags(page)
    # Nothing of a DTD is ever loaded by this parser, and HTML has no entities of its own making.
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
    """All text within an element, as it stands."""
    return "".join(map(str, element.itertext()))
