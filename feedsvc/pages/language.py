"""The attributes `lang` and `dir` of text."""

from functools import lru_cache

from markupsafe import Markup

from feedsvc.model.language import direction


@lru_cache(256)
def language_attributes(language: str, around: str) -> Markup:
    """The attributes for text in `language` within text in `around`, with a leading space.

    Empty if `language` is empty, or is implied by `around` (`en` within `en-GB`).
    """
    is_told = f"{around}-".lower().startswith(f"{language}-".lower()) and direction(language) == direction(around)
    if is_told or not language:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language, direction(language))


def og_locale(language: str) -> str:
    """The locale of a language tag in Open Graph's form, `en_GB`; only the language if it has no region."""
    primary, *rest = language.split("-")
    region = next((part.upper() for part in rest if len(part) == 2), "")
    return f"{primary.lower()}_{region}" if region else primary.lower()
