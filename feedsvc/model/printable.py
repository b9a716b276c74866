"""Text for a terminal or a log. Apart from `text`, since the supervisor needs nothing else of it."""

import re

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|[\U000e0000-\U000e0fff]"
)


def printable(text: str) -> str:
    """`text` for a terminal or a log: characters that would move the cursor, change colours or reverse the direction
    become JSON escapes such as `\\u202e`. Line breaks and tabs stay."""
    return text if text.isascii() and text.isprintable() else _UNPRINTABLE.sub(_escaped, text)


def _escaped(sign: re.Match[str]) -> str:
    units = sign[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
