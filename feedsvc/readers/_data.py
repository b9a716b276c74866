"""The words of many languages that readers look for, from the TOML files in `data`; loaded on first use."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("data")
_FOLDED = str.maketrans({"’": "'", "\u0307": None, "ı": "i", "ς": "σ"})


@cache
def table(name: str) -> dict[str, Any]:
    """The tables of `data/NAME.toml`."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def fold(text: str) -> str:
    """`text` in the form in which words are compared: regardless of case, dots of an i, and shapes of apostrophes."""
    folded = text.casefold()
    return folded if folded.isascii() else folded.translate(_FOLDED)


@cache
def words(name: str, key: str) -> frozenset[str]:
    """The entries of the list `key` in `data/NAME.toml`, folded."""
    return frozenset(map(fold, table(name)[key]))
