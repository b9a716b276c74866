"""Amazon Alexa's Flash Briefing: up to five items of the last week, to be read aloud or played."""

from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct, json

from feedsvc.formats._content import changed, headline, summary
from feedsvc.formats._media import on_the_web
from feedsvc.formats._options import Options, Switch, options
from feedsvc.formats._rules import own_title
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Article, ArticleCopy, Media
from feedsvc.model.feed import Feed
from feedsvc.model.format import Format, Profile, Rule
from feedsvc.model.text import shorten, text_of

LONGEST = 4499
"""Maximum characters that are read aloud; the rest is cut."""
SHORTEST_SOUND, LONGEST_SOUND = 10, 600
"""Minimum and maximum seconds of a sound."""
FEWEST_WORDS = 25
"""Minimum words: as many as Alexa speaks in ten seconds, at 150 words a minute."""
WEEK = 7 * 86_400


class AlexaOptions(Options, frozen=True, kw_only=True):
    audio: Switch = False
    """Sounds are played; else texts are read aloud. A briefing is one or the other."""


class Item(Struct, omit_defaults=True):
    uid: str
    updateDate: str
    titleText: str
    mainText: str
    streamUrl: str = ""
    redirectionUrl: str = ""


def render(feed: Feed) -> bytes:
    """The feed as a Flash Briefing."""
    chosen = options(feed, AlexaOptions)
    newest_first = sorted(feed.articles, key=changed, reverse=True)  # by the date in `updateDate`
    return json.encode([_item(article, audio=chosen.audio) for article in newest_first])


def _item(article: Article, *, audio: bool) -> Item:
    sound = _sound(article) if audio else None
    return Item(
        uid=f"urn:uuid:{uuid5(NAMESPACE_URL, article.iri)}",
        updateDate=changed(article).strftime("%Y-%m-%dT%H:%M:%S.0Z"),
        titleText=headline(article),
        mainText="" if audio else spoken(article),
        streamUrl=web(sound.url) if sound else "",
        redirectionUrl=uri(article.url),
    )


def spoken(article: Article) -> str:
    """The text without markup; the summary if there is no text."""
    return shorten(text_of(article.content) or summary(article), longest=LONGEST)


def _sound(article: Article) -> Media | None:
    sounds = (media for media in on_the_web(article) if media.type == "audio/mpeg" and _is_of_length(media))
    return next(filter(_is_secure, sounds), None)


def _is_secure(media: Media) -> bool:
    """True for an HTTPS address, and for a file of the service's own, which has the scheme of the site."""
    return media.url.lower().startswith("https:")


def _is_of_length(media: Media) -> bool:
    return media.duration is None or SHORTEST_SOUND <= media.duration <= LONGEST_SOUND


def _suits(copy: ArticleCopy, given: dict[str, object]) -> str:
    if given.get("audio") is not True:
        return ""
    return "" if any(media.medium == "audio" for media in copy.media) else "it has no sound"


def _no_sound(article: Article, feed: Feed) -> str:
    if not options(feed, AlexaOptions).audio or _sound(article):
        return ""
    return f"no MP3 of {SHORTEST_SOUND} to {LONGEST_SOUND} seconds at an https address"


_SOUND = Rule(
    requirement=f"in a briefing of sounds, an MP3 of {SHORTEST_SOUND} to {LONGEST_SOUND} seconds at an https address",
    violation=_no_sound,
    remedy="cut it to length, as MP3, and give it an https address",
)


def _too_short(article: Article, feed: Feed) -> str:
    count = len(spoken(article).split())
    is_read = not options(feed, AlexaOptions).audio
    return f"a text of {count} words, less than ten seconds of speech" if is_read and count < FEWEST_WORDS else ""


_SPEECH = Rule(
    requirement=f"in a briefing that is read aloud, ten seconds of speech: {FEWEST_WORDS} words",
    violation=_too_short,
    remedy="write a longer text or summary",
    hard=False,
)

FORMAT = Format(
    name="alexa",
    type="application/json",
    render=render,
    profile=Profile(
        for_readers=False,
        options=AlexaOptions,
        irrelevant=_suits,
        rules=(own_title(), _SOUND, _SPEECH),
        limit=5,
        max_items=5,
        max_age=WEEK,
    ),
)
