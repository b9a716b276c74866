"""Yahoo (article ingestion): whole articles whose picture is the first figure of the text, and nowhere else.

By Yahoo's requirements it is not valid RSS: `updated`, a date in the format of RSS, marks an item as edited.
"""

from email.utils import format_datetime
from functools import partial

from feedsvc.formats._content import changed, full_text, summary
from feedsvc.formats._feedgen import Item
from feedsvc.formats._partner import (
    NoOptions,
    add_creators,
    article_item,
    categories,
    rss_format,
    with_lead_picture,
    with_only_tags,
    without_pictures,
)
from feedsvc.formats._pictures import Wanted
from feedsvc.formats._rules import own_title, picture, picture_size, picture_weight, words
from feedsvc.formats._xml import Element, add
from feedsvc.model.article import Article
from feedsvc.model.feed import Feed
from feedsvc.model.format import Profile, Rule

PICTURE = Wanted(1280, 720)
_TAGS = (
    "a b blockquote br em h1 h2 h3 h4 h5 h6 i img li ol ul p strong sub sup pre figure figcaption section "
    "span table tr th td"
)
TAGS = frozenset(_TAGS.split())
WORDS = 150


def _item(article: Article, feed: Feed, _options: NoOptions) -> Item:
    lead = PICTURE.choose(article)
    # Without a picture for the first figure, the text must have none at all.
    html = with_lead_picture(article, feed, lead) if lead else without_pictures(full_text(article, feed))
    whole = with_only_tags(html, TAGS)
    item = article_item(article, partial(_extend, article=article, feed=feed))
    return item._replace(html=whole, labels=item.labels[:1])


def _extend(item: Element, article: Article, feed: Feed) -> None:
    add_creators(item, article, feed)
    if changed(article) > article.published:
        add(item, "updated", format_datetime(changed(article)))


def _short_summary(article: Article, _feed: Feed) -> str:
    count = len(summary(article).split())
    return f"a summary of {count} words, fewer than 3" if count < 3 else ""


def _no_category(article: Article, _feed: Feed) -> str:
    return "" if categories(article) else "no category"


_SUMMARY = Rule(requirement="a summary of three words at least", violation=_short_summary, remedy="write a longer one")
_CATEGORY = Rule(requirement="a category", violation=_no_category, remedy="name a section or a tag")

FORMAT = rss_format(
    "yahoo",
    _item,
    prefixes=("dc",),
    options=NoOptions,
    profile=Profile(
        for_readers=False,
        rules=(
            own_title(),
            words(WORDS),
            _SUMMARY,
            _CATEGORY,
            picture(PICTURE, hard=False),
            picture_size(PICTURE),
            picture_weight(PICTURE, 5 * 2**20),
        ),
        limit=30,
        max_items=50,
    ),
)
