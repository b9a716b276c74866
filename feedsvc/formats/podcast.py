"""A podcast for Apple, Spotify, YouTube, Amazon and Roku's podcast template, with the Podcasting 2.0 namespace."""

from functools import partial
from uuid import UUID, uuid5

from msgspec.structs import replace

from feedsvc.formats._content import authors, full_text, headline, language, summary
from feedsvc.formats._feedgen import Item
from feedsvc.formats._media import on_the_web, whole
from feedsvc.formats._options import Email, Link, Options, Switch, Text, Uuid, Words, options
from feedsvc.formats._partner import ChannelElements, link, rss_format
from feedsvc.formats._pictures import JPEG_PNG, Wanted, at_least_a_second, named
from feedsvc.formats._rules import own_title
from feedsvc.formats._tv import captions
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import uri, web
from feedsvc.model.article import Article, ArticleCopy, Media
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile, Rule
from feedsvc.model.text import as_html
from feedsvc.model.urls import own_url

TYPES = (
    *("audio/mpeg", "audio/x-m4a", "audio/mp4", "audio/aac", "video/mp4", "video/quicktime", "video/x-m4v"),
    "application/pdf",
)
COVER = Wanted(1400, 1400, 1, most=(3000, 3000), types=JPEG_PNG)
MOST_BYTES = 4000
"""Maximum bytes of a description for Apple."""
MOST_NOTES = 10_000
"""Maximum bytes of show notes; a longer text is an article, which the episode links to."""
_EPISODE_KEYS = ("episode", "itunes_episode", "podcast_episode", "episode_number")
NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of podcast:guid (UUIDv5)."""


class PodcastOptions(Options, frozen=True, kw_only=True):
    image: Link
    """Square, 1400 to 3000 pixels, JPEG or PNG."""
    email: Email
    """Spotify, Amazon and YouTube send their codes there."""
    category: Words = "News"
    """One of Apple's categories."""
    subcategory: Text = "Daily News"
    """A part of it, or empty."""
    author: Text = ""
    """The publisher, if that is not the author of the site."""
    explicit: Switch = False
    """The episodes are not for children."""
    serial: Switch = False
    """Episodes are to be heard in their order; each needs `episode` in its front matter."""
    locked: Switch = True
    """Other services may not take the podcast over."""
    video: Switch = False
    """Films are episodes too."""
    guid: Uuid = ""
    """The permanent id of the podcast, if it was published elsewhere before."""
    new_feed_url: Link = ""
    """The address to which the podcast has moved."""


def episode(article: Article, *, video: bool) -> Media | None:
    """The medium of the episode: audio before video, of a type that Apple accepts, with a known length; None if there
    is none."""
    kinds = ("audio", "video") if video else ("audio",)
    fit = [media for media in on_the_web(article) if media.type in TYPES and whole(media.length)]
    return next((media for kind in kinds for media in fit if media.medium == kind), None)


def _extend_channel(channel: Element, feed: Feed, chosen: PodcastOptions) -> None:
    author = chosen.author or feed.author or feed.title
    add(channel, "itunes:author", author)
    owner = add(channel, "itunes:owner")
    add(owner, "itunes:name", author)
    add(owner, "itunes:email", chosen.email)
    add(channel, "itunes:image", href=web(own_url(chosen.image)))
    category = add(channel, "itunes:category", text_=chosen.category)
    if chosen.subcategory:
        add(category, "itunes:category", text_=chosen.subcategory)
    add(channel, "itunes:explicit", _word(chosen.explicit))
    add(channel, "itunes:type", "serial" if chosen.serial else "episodic")
    add(channel, "podcast:guid", chosen.guid or _podcast_guid(feed))
    if chosen.new_feed_url:
        add(channel, "itunes:new-feed-url", web(own_url(chosen.new_feed_url)))
    add(channel, "podcast:locked", "yes" if chosen.locked else "no", owner=chosen.email)
    add(channel, "podcast:medium", "podcast")


def _podcast_guid(feed: Feed) -> str:
    """The UUID of the feed's first address without scheme and trailing slash (Podcasting 2.0, guid)."""
    address = uri(feed.at_canonical(feed.links[0].href))
    return str(uuid5(NAMESPACE, address.partition("://")[2].rstrip("/")))


def _word(value: bool) -> str:
    return "true" if value else "false"


def _item(article: Article, feed: Feed, chosen: PodcastOptions) -> Item:
    medium = episode(article, video=chosen.video)
    return Item(
        title=headline(article),
        link=link(article),
        guid=article.id,
        published=article.published,
        description=_cut_html(summary(article)),
        html=_notes(article, feed),
        enclosure=medium and replace(medium, type=_apple_type(medium)),
        extend=partial(_extend, article=article, medium=medium, chosen=chosen),
    )


def _apple_type(medium: Media) -> str:
    """The media type, with Apple's name for MPEG-4 audio."""
    return "audio/x-m4a" if medium.type == "audio/mp4" else medium.type


def _notes(article: Article, feed: Feed) -> str:
    """The text as show notes; empty in a feed of summaries, and for a text that is too long."""
    html = full_text(article, feed)
    return html if len(html.encode()) <= MOST_NOTES else ""


def number(article: Article, *names: str) -> int:
    """The first of the front matter fields `names` that is a number of up to six digits; 0 if there is none."""
    said = (str(article.extra.get(name, "")) for name in names)
    return next((int(text) for text in said if text.isascii() and text.isdecimal() and len(text) < 7), 0)


def _add_numbers(item: Element, article: Article) -> None:
    if season := number(article, "season", "itunes_season", "podcast_season"):
        add(item, "itunes:season", str(season))
    if count := number(article, *_EPISODE_KEYS):
        add(item, "itunes:episode", str(count))
    kind = str(article.extra.get("episode_type", "")).lower()
    add(item, "itunes:episodeType", kind if kind in ("trailer", "bonus") else "full")


def _cut(text: str) -> str:
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def _cut_html(text: str) -> str:
    """The longest beginning of `text` that fits after escaping as HTML."""
    cut = _cut(text)
    while (over := len(as_html(cut).encode()) - MOST_BYTES) > 0:
        cut = cut[: -max(1, over // 5)]  # an escaped character has at most five bytes
    return cut


def _extend(item: Element, article: Article, medium: Media | None, chosen: PodcastOptions) -> None:
    if medium is not None and (seconds := at_least_a_second(medium)):
        add(item, "itunes:duration", str(seconds))  # Roku's template misreads hours in any other form
    add(item, "itunes:explicit", _word(chosen.explicit))
    add(item, "itunes:summary", _cut(summary(article)))
    _add_numbers(item, article)
    if shown := COVER.choose(article):
        add(item, "itunes:image", href=web(shown.url))
    for url, kind in captions(article):
        add(item, "podcast:transcript", url=url, type=kind, language=language(article.language))
    for person in authors(article):
        add(item, "podcast:person", person.name[:128], role="host", href=web(person.url))


def _suits(copy: ArticleCopy, given: dict[str, object]) -> str:
    kinds = ("audio", "video") if given.get("video") is True else ("audio",)
    return "" if any(media.medium in kinds for media in copy.media) else "it has no sound"


def _doubts(feed: Feed) -> tuple[tuple[str, str], ...]:
    image = named(feed, own_url(options(feed, PodcastOptions).image))
    if image is None or not COVER.wrong(image):
        return ()
    return ((f"the podcast's picture is {image.width}x{image.height}", f"give it {COVER}, in options.image"),)


def _no_episode(article: Article, feed: Feed) -> str:
    if episode(article, video=options(feed, PodcastOptions).video):
        return ""
    return "no sound of a type that podcasts have, with a known length in bytes"


def _no_duration(article: Article, feed: Feed) -> str:
    medium = episode(article, video=options(feed, PodcastOptions).video)
    return "an episode of unknown duration" if medium and not at_least_a_second(medium) else ""


_EPISODE = Rule(
    requirement=f"a sound of one of the types {', '.join(TYPES)} with a known length",
    violation=_no_episode,
    remedy="use MP3 or M4A, and say its length in bytes or put the file beside the article",
)


def _no_number(article: Article, feed: Feed) -> str:
    is_numbered = not options(feed, PodcastOptions).serial or number(article, *_EPISODE_KEYS)
    return "" if is_numbered else "no number of the episode, which a serial podcast has to have"


_NUMBER = Rule(
    requirement="in a serial podcast, a number of the episode",
    violation=_no_number,
    remedy="write episode = 1 (or 2, 3 …) in its front matter",
)
_DURATION = Rule(
    requirement="an episode of known duration",
    violation=_no_duration,
    remedy="say its duration in seconds",
    hard=False,
)

FORMAT = rss_format(
    "podcast",
    _item,
    prefixes=("itunes", "podcast"),
    options=PodcastOptions,
    channel=ChannelElements(
        _extend_channel, lambda made, feed, _: made.language(language(feed.language).lower() or "en")
    ),
    profile=Profile(
        irrelevant=_suits,
        feed_warnings=_doubts,
        rules=(own_title(), _EPISODE, _NUMBER, _DURATION),
        limit=300,
    ),
)
