"""Rules that several partners share, each built from its limits."""

from collections.abc import Callable

from feedsvc.formats._content import full_text, language
from feedsvc.formats._media import whole
from feedsvc.formats._pictures import Wanted, measured
from feedsvc.model.article import Article
from feedsvc.model.counting import counted
from feedsvc.model.feed import Feed
from feedsvc.model.format import Rule
from feedsvc.model.text import text_of

CLOSE = 0.05
"""The remaining share of a limit below which an article counts as near it."""


def length(
    what: str, value: Callable[[Article, Feed], str], least: int, most: int, remedy: str, *, hard: bool = True
) -> Rule:
    """The rule for the length of a text in characters, both limits included."""

    def broken(article: Article, feed: Feed) -> str:
        count = len(value(article, feed))
        if count < least:
            return f"{what} of {counted(count, 'character')}, fewer than {least}"
        return f"{what} of {counted(count, 'character')}, more than {most}" if most and count > most else ""

    def near(article: Article, feed: Feed) -> str:
        count = len(value(article, feed))
        close = count < least * (1 + CLOSE) or (most and count > most * (1 - CLOSE))
        return f"{what} of {counted(count, 'character')}" if close else ""

    asks = f"{what} of {least} to {most} characters" if most else f"{what} of {counted(least, 'character')} at least"
    return Rule(requirement=asks, violation=broken, near=near, remedy=remedy, hard=hard)


def title(least: int, most: int, *, hard: bool = True) -> Rule:
    remedy = "write a shorter or longer headline" if least > 1 else "write a headline"
    return length("a title", lambda article, _: article.title, least, most, remedy, hard=hard)


def own_title() -> Rule:
    return length("a title", lambda article, _: article.title, 1, 0, "write a headline")


def words(least: int) -> Rule:
    """The rule for the number of words of the whole text."""

    def count(article: Article, feed: Feed) -> int:
        return len(text_of(full_text(article, feed)).split())

    def broken(article: Article, feed: Feed) -> str:
        found = count(article, feed)
        return f"a text of {found} words, fewer than {least}" if found < least else ""

    def near(article: Article, feed: Feed) -> str:
        found = count(article, feed)
        return f"a text of {found} words" if found < least * (1 + CLOSE) else ""

    remedy = 'write more, or leave it out; the feed needs content = "full"'
    return Rule(requirement=f"a text of {least} words at least", violation=broken, near=near, remedy=remedy)


def whole_text() -> Rule:
    def broken(article: Article, feed: Feed) -> str:
        return "" if text_of(full_text(article, feed)) else "no whole text"

    return Rule(requirement="the whole text", violation=broken, remedy='write one; the feed needs content = "full"')


def one_language() -> Rule:
    """The rule that an article has the feed's language; `en-GB` is accepted in a feed of `en`."""

    def broken(article: Article, feed: Feed) -> str:
        own, wanted = (language(tag).lower().partition("-")[0] for tag in (article.language, feed.language))
        return f"in the language {own}, in a feed of {wanted}" if own and wanted and own != wanted else ""

    remedy = 'make one feed for each language: [[feeds]] language = "en"'
    return Rule(requirement="one language in a feed", violation=broken, remedy=remedy)


def picture(wanted: Wanted, *, hard: bool = True) -> Rule:
    def broken(article: Article, _feed: Feed) -> str:
        if wanted.choose(article):
            return ""
        return f"without {wanted}: {refused}" if (refused := wanted.refused(article)) else f"without {wanted}"

    return Rule(requirement=f"{wanted}", violation=broken, remedy=f"give it {wanted}", hard=hard)


def picture_size(wanted: Wanted) -> Rule:
    """The rule that the chosen picture has a known size. Files below the articles folder are measured; others cannot
    be."""

    def broken(article: Article, _feed: Feed) -> str:
        chosen = wanted.choose(article)
        return f"a picture of unknown size, {chosen.url}" if chosen and not measured(chosen) else ""

    remedy = "name a file of your own as its image, which is measured, or say its width and height"
    return Rule(requirement="a picture whose size is known", violation=broken, remedy=remedy, hard=False)


def picture_weight(wanted: Wanted, most: int) -> Rule:
    """The rule for the size of the picture in bytes, if known."""

    def broken(article: Article, _feed: Feed) -> str:
        size = whole(chosen.length) if (chosen := wanted.choose(article)) else None
        return f"a picture of {size:,} bytes, more than {most:,}" if size and size > most else ""

    return Rule(
        requirement=f"a picture of {most:,} bytes at most", violation=broken, remedy="make it smaller", hard=False
    )
