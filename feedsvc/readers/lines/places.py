"""Places in bylines: `By Ann Aal, Port Arden`, `Von Ann Aal, Berlin`."""

from feedsvc.readers._data import fold, words

_MOST_WORDS = 4


def is_place(name: str, author: str) -> bool:
    """True if `name`, which stands after a comma behind `author`, is where the author is rather than another author.

    Where a first author has first name and surname, a single word is no second one, but for agencies.
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
