"""The attributes that say in which language a text is, and which way it is written."""

from functools import lru_cache

from markupsafe import Markup

from feedsvc.model.language import direction


@lru_cache(256)
def voice(language: str, around: str) -> Markup:
    """The attributes of text in `language` amid text in `around`; none where the one is said by the other."""
    said = f"{around}-".lower().startswith(f"{language}-".lower()) and direction(language) == direction(around)
    if said or not language:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language, direction(language))
