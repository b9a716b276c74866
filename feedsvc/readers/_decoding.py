"""Decodes bytes to text, in one place: by the Unicode byte order mark, else as UTF-8; anything else is refused."""

import codecs

from feedsvc.model.reader import Unreadable
from feedsvc.model.text import is_xml_safe, xml_safe

# The mark of UTF-32 begins with that of UTF-16, so the longer ones come first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ANY_MARK = tuple(mark for mark, _ in _MARKS)
_CONTROLS = tuple(bytes((byte,)) for byte in range(32) if byte not in b"\t\n\r")
_MOST = 1_000_000
_REMEDY = "save it as UTF-8 text"


def decode(data: bytes) -> str:
    """The text of a file without its byte order mark, its characters legal in XML, its line ends LF.

    Raises Unreadable, with the line of the first byte that is no text.
    """
    mark, encoding = _mark(data) if data.startswith(_ANY_MARK) else (b"", "utf-8")
    if encoding == "utf-8" and _is_binary(data):
        raise Unreadable(f"is not text: NUL byte at line {_line(data, data.index(0))}", _REMEDY)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + len(mark)
        reason = f"is not {encoding.upper()}: byte 0x{data[at]:02X} at line {_line(data, at)}"
        raise Unreadable(reason, _REMEDY) from error
    return text if encoding == "utf-8" and is_xml_safe(data) else xml_safe(text)


def _mark(data: bytes) -> tuple[bytes, str]:
    return next(known for known in _MARKS if data.startswith(known[0]))


def decode_prose(data: bytes) -> str:
    """The text of a file that is hardly more than its body, as from `decode`. Unreadable also if it is too long."""
    text = decode(data)
    check_length(text)
    return text


def check_length(body: str) -> None:
    """Raises Unreadable for a body longer than any article: fifty of them would be in a feed, in every format."""
    if len(body) > _MOST:
        raise Unreadable(f"has more than {_MOST:,} characters of text", "publish it in parts")


def _is_binary(data: bytes) -> bool:
    """True if there are NULs and, as in UTF-16 without its mark, more control characters than typing errors explain."""
    return b"\0" in data and 4 * sum(map(data.count, _CONTROLS)) > len(data)


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
