"""Splits lists in one line at commas or semicolons, except within quotation marks."""

import re

_QUOTED = re.compile(r'"[^"]*+"')
_BY_SEMICOLON, _BY_COMMA = (re.compile(rf'(?:"[^"]*+"|[^{sign}])++') for sign in ";,")


def split(line: str) -> list[str]:
    """The entries of `line`, between semicolons if it has any, else between commas.

    `"Last, First" <q@t.example>` is one entry. Quotation marks around a whole entry are removed.
    """
    if '"' not in line:
        return line.split(";" if ";" in line else ",")
    parts = _BY_SEMICOLON.findall(line) if ";" in _QUOTED.sub("", line) else _BY_COMMA.findall(line)
    return [part.strip(' "') if _QUOTED.fullmatch(part.strip()) else part for part in parts]
