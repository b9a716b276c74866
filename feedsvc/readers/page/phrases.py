"""Recognises lines that lead to other articles or ask for something; the phrases are in a TOML file beside it."""

import re
import tomllib
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_suffix(".toml")
_DECORATION = " \t:.…»›>→|•*+-–—!?¿¡«‹<←(["
_SERVICES = re.compile(
    r"\b(?:newsletter|whatsapp|telegram|facebook|instagram|twitter|youtube|tiktok|google news|app store|google play"
    r"|abonnement|suscripci\w+|e-?paper)\b",
    re.IGNORECASE,
)
_YOU = re.compile(
    r"\b(?:you|yours?|sie|ihnen|ihre?|dich|dir|du|euch|eure?|vous|votre|te|tu|usted|tus|sus|voc[êe]|sua|seu|ti|tuo|je|jouw"
    r"|ci|cię|вас|вы)\b",
    re.IGNORECASE,
)


def leads_on(line: str) -> bool:
    """True if `line` begins with words that lead to other articles."""
    return bool(_pattern("leads_on").match(line.lstrip(_DECORATION)))


def is_label(line: str) -> bool:
    """True if all of `line` is a button, a label or the like."""
    return bool(_pattern("labels").fullmatch(line.strip(_DECORATION)))


def calls(line: str) -> bool:
    """True for a line that, at the end of a text, asks readers for something or names the source of the text."""
    bare = line.lstrip(_DECORATION)
    if bare.startswith("©") or _pattern("calls").match(bare) or _pattern("rights").search(line):
        return True
    return bool(_SERVICES.search(line)) and bool(_YOU.search(line))


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    phrases = [phrase for phrases in _tables()[kind].values() for phrase in phrases]
    return re.compile(rf"(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))
