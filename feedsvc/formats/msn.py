"""MSN and Microsoft Start (Partner Hub): whole articles in RSS, with their pictures inside media:content.

The W3C validator warns of elements in MSN's own namespace, which MSN requires. pubDate never changes, dcterms:modified
does: MSN rejects a feed whose dates change at every poll.
"""

import re
from functools import partial

from feedsvc.formats._content import full_text, headline
from feedsvc.formats._feedgen import Item
from feedsvc.formats._options import Options, Switch
from feedsvc.formats._partner import add_creators, add_modified, add_picture, article_item, rss_format, with_only_tags
from feedsvc.formats._pictures import Wanted, sized
from feedsvc.formats._rules import length, one_language, picture, picture_size, picture_weight, whole_text
from feedsvc.formats._xml import Element, add
from feedsvc.model.addresses import web
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile
from feedsvc.model.text import one_line

PICTURE = Wanted(640, 360, types=("image/jpeg", "image/png", "image/webp"), ratio=(0.5, 1.89))
_TAGS = (
    "b i em strong sub sup small h1 h2 h3 h4 h5 a img table thead tbody tfoot tr td th col caption "
    "colgroup ul ol li p div span br blockquote figure figcaption"
)
TAGS = frozenset(_TAGS.split())
YEAR = 365 * 86_400
SHORT, LONG = 54, 150
"""Maximum characters of a card title, and of a title without a separate card title."""
_BREAKS = re.compile(r"<br>(?:\s*+<br>)++")


class MsnOptions(Options, frozen=True, kw_only=True):
    rights: Switch = True
    """The newsroom may syndicate its pictures (mi:hasSyndicationRights)."""


def _item(article: Article, feed: Feed, chosen: MsnOptions) -> Item:
    whole = _BREAKS.sub("<br>", with_only_tags(full_text(article, feed), TAGS))
    return article_item(article, partial(_extend, article=article, feed=feed, chosen=chosen))._replace(html=whole)


def _extend(item: Element, article: Article, feed: Feed, chosen: MsnOptions) -> None:
    add_creators(item, article, feed)
    add_modified(item, article)
    if short := short_title(article):
        add(item, "mi:shortTitle", short)
    shown = PICTURE.choose(article)
    if shown is None:
        return
    content = add_picture(item, sized(shown))
    add(content, "media:thumbnail", url=web(shown.url))
    add(content, "media:title", shown.title or headline(article), type="plain")
    if shown.description:
        add(content, "media:description", shown.description, type="plain")
    if shown.credit:
        add(content, "media:credit", shown.credit)
    add(content, "mi:hasSyndicationRights", "1" if chosen.rights else "0")


def short_title(article: Article) -> str:
    """The card title, `shortTitle` in the file's front matter; empty if it is missing or too long."""
    said = (value for key, value in article.extra.items() if key.lower().replace("_", "") == "shorttitle")
    short = next((one_line(value) for value in said if isinstance(value, str)), "")
    return short if len(short) <= SHORT else ""


def _judged_title(article: Article, _feed: Feed) -> str:
    """The title whose length is checked: the card title if there is one, since then a long title is allowed."""
    return article.title[:LONG] if short_title(article) else article.title


FORMAT = rss_format(
    "msn",
    _item,
    prefixes=("dc", "dcterms", "media", "mi"),
    options=MsnOptions,
    profile=Profile(
        for_readers=False,
        rules=(
            length("a title", _judged_title, 21, LONG, f"shorten it, or give it a `shortTitle` of {SHORT} at most"),
            whole_text(),
            one_language(),
            picture(PICTURE),
            picture_size(PICTURE),
            picture_weight(PICTURE, 2 * 2**20),
        ),
        limit=30,
        max_items=30,
        max_age=YEAR,
    ),
)
