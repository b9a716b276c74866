"""Recognises places in bylines: `By Ann Aal, Port Arden`, `Von Ann Aal, Berlin`."""

from feedsvc.readers._data import fold, words

_MOST_WORDS = 4


def is_place(name: str, author: str) -> bool:
    """True if `name`, which follows `author` after a comma, is the author's place rather than another author.

    If the author has a first name and a surname, a single word is a place, unless it is an agency.
    """
    tokens = fold(name).split()
    if not 1 <= len(tokens) <= _MOST_WORDS or fold(name) in words("captions", "agencies"):
        return False
    if len(tokens) == 1:
        return " " in author
    return (
        fold(name) in words("places", "names")
        or tokens[0] in words("places", "first")
        or tokens[-1] in words("places", "last")
    )
