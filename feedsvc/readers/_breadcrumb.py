"""The breadcrumb of a saved page, `News   /   EU`: whether a first line is one, or is the headline.

A headline may have a slash too, and a mistake would cost the article its headline; so several signs have to agree.
"""

import re

from feedsvc.model.selection import DEEPEST
from feedsvc.model.text import one_line, slugify
from feedsvc.readers import _caption, _dateline
from feedsvc.readers._values import chain

_SLASH = re.compile(r"(?:^|\s)/(?:\s|$)")
# Pages put their slashes into wide or unbreakable spaces; people who type a headline do not.
_WIDE = re.compile(r"(?:\s\s|[^\S ])/|/(?:\s\s|[^\S ])")
_NO_NAME = re.compile(r"[?!:;…\"“”„«»()\[\]]|[^\W\d_A-Z]{2}[.]|, ")
# Not that of an abbreviation, as in "… in the U.S.".
_FULL_STOP = re.compile(r"[^\W_A-Z]\W?[.。।۔][\"”’»]?$")
_LONGEST_HEADLINE = 200
_SECTIONS = re.compile(
    "analysis|arts|business|culture|economy|education|entertainment|environment|features|health|lifestyle|local"
    "|national|news|opinion|politics|science|society|sports?|technology|travel|world"
)


def names(line: str, following: str, folder: str) -> tuple[str, ...]:
    """The sections that `line` (as it stands in the file) names, from the top; empty if it may well be the headline.

    `following` is the next line that has text, `folder` that of the file.
    """
    text = one_line(line)
    found = chain(text)
    if len(found) > DEEPEST or not all(map(_is_name, found)) or not _can_follow(following):
        return ()
    if _WIDE.search(line.strip()):
        return found
    signs = [_are_known(found, folder), not _FULL_STOP.search(following)]
    if _SLASH.search(text):
        signs[0] = signs[0] or all(map(_is_short, found))
        signs.append(_look_like_names(found, following))
    return found if sum(signs) > 1 else ()


def _is_name(name: str) -> bool:
    return len(name) <= 40 and name.count(" ") < 4 and not _NO_NAME.search(name)


def _is_short(name: str) -> bool:
    """`Politics`, `Middle East`: a headline of nothing but these would say nothing."""
    words = name.split()
    return len(words) < 3 and all(word[0].isupper() for word in words)


def _are_known(found: tuple[str, ...], folder: str) -> bool:
    """Are these the folder's names, or do they begin with what no headline ever is?"""
    slugs = [slugify(name) for name in found]
    if slugs and _SECTIONS.fullmatch(slugs[0]):
        return True
    return all(slugs) and set(slugs) <= set(folder.lower().split("/"))


def _look_like_names(found: tuple[str, ...], following: str) -> bool:
    """Do all begin like names? Above a text that is too short to tell, they have no words of a sentence either."""
    words = [word for name in found for word in name.split()]
    sentence = any(word[0].islower() and len(word) > 3 for word in words)
    return not any(name[0].islower() for name in found) and not (sentence and len(following.split()) < 3)


def _can_follow(following: str) -> bool:
    if not 0 < len(following) <= _LONGEST_HEADLINE:
        return False
    return not _caption.split(following) and not _dateline.dates(following, "UTC")
