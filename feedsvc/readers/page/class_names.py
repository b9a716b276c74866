"""Classifies elements by the classes, ids and roles that templates give to an article's text and to other parts."""

import re

from feedsvc.readers.page.elements import Element

_SLUG = re.compile(r"(?<![^\s_-])(?:[^\s_-]++[_-]){4}")
_LONGEST = 500
"""Characters of the classes, and of the id, that are read."""
_HYPHENS = re.compile("[-_:]+")
_VARIANTS = re.compile(r"--\S+|(?<!\S)(?:is|has|js|no|with|without|non)[-_]\S+|(?<=-)(?:hidden|visible)(?!\S)")
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_ROLES = frozenset(("alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "form", "menu"))
_ROLES |= {"menubar", "navigation", "search", "toolbar"}
_HOLDERS = frozenset(("article", "div", "main", "section", "span", "td"))
_TAGS = frozenset(("aside", "dialog", "footer", "form", "menu", "nav"))

# Words between white space, hyphens and underscores; `x-y` is also written `x_y`, `x__y`, `xY` and `xy`.
_TEXT = (
    "article-body|article-content|article-text|artikel-text|blog-content|blog-post-content|body-copy|body-text"
    "|content-body|entry-body|entry-content|field-name-body|full-text|mw-parser-output|news-content|news-text|post-body"
    "|post-body-copy|post-content|post-entry|post-text|rich-text|single-content|story-body|story-content|story-text"
    "|text-content"
)
_LEADS = (
    "abstract|dek|deck|excerpt|intro|introduction|kurztext|lead|lead-text|lede|preamble|short-text|stand-first"
    "|sub-head|sub-headline|sub-title|summary|teaser|vorspann"
)
_NEVER = (
    # navigation
    "bread-crumbs?|crumbs|nav|nav-bar|nav-links|nav-menu|navi|navigation|sub-nav|menu|sub-menu|pager|pagination|paging"
    "|page-links|page-navi|post-nav|post-navigation|prev-next|skip-link|site-map|toc-container"
    # comments of readers
    "|comments|comment-area|comment-form|comment-list|comment-respond|comment-section|comment-thread|comments-area"
    "|comments-section|comments-title|disqus|disqus-thread|dsq|kommentare?|no-comments|respond|reader-comments"
    # other articles
    "|also-read|latest-news|latest-posts|latest-stories|more-articles|more-from|more-links|more-news|more-on|more-posts"
    "|more-stories|most-commented|most-popular|most-read|most-shared|most-viewed|outbrain|popular-posts|post-teaser"
    "|posts-list|read-also|read-more|read-next|recirc|recirculation|recommended|recommendations?|related|related-\\w+"
    "|see-also|similar|similar-\\w+|taboola|teaser-list|trending|up-next|yarpp|crp|jp-related-posts|zerg-net|next-posts"
    "|news-list|next-article|next-story|article-list|link-list"
    # sharing
    "|a2a|add-this|add-to-any|essb|fb-like|heateor|jp-post-flair|like-box|shar(?:e|es|ing)|share-\\w+|share-daddy"
    "|sharing-\\w+|sd-sharing|shariff|sociable|social|social-(?:bar|box|buttons?|follow|icons?|links?|media|nav|networks?"
    "|share|sharing|tools|widget|wrapper)|socials|ssba|sticky-share|follow-us|wpl-likebox"
    # asking for something
    "|cookies?|cookie-\\w+|consent|donate|donation|gdpr|log-in|login-form|mailing-list|mc-embed-signup|news-letter"
    "|news-letter-\\w+|register|sign-up|subscribe|subscribe-\\w+|subscription|cta"
    # advertising
    "|ad|ads|ad-banner|ad-box|ad-break|ad-container|ad-label|ad-slot|ad-unit|ad-wrapper|ads-by-google|advert"
    "|advertisement|advertising|advertorial|anzeige|dfp|gpt-ad|publicidad|promo|promo-\\w+|promotion|sponsor|sponsored"
    "|sponsors|werbung"
    # around the article
    "|article-footer|entry-footer|post-footer|post-ratings?|rating|ratings|authors|autoren|autor-box|author-section|contact-box|contact-teaser|disclosure|disclosure-text|editorial-disclosure"
    "|affiliate-text|app-stores?|interesting-articles|user-profile|single-credits"
    "|author-area|author-bio|author-box|author-card|author-description|author-details|author-info|author-profile"
    "|about-author|about-the-author|bio|colophon|foot|footer|foot-notes-nav|imprint|impressum|modal|modal-content|off-canvas"
    "|overlay|pop-?up|side-bar|side-bars|site-footer|site-header|master-?head|mast-head|top-bar|tool-bar|tool-tip"
    "|article-tools|print-only|printonly|screen-reader-text|screen-reader-only|sr-only|visually-hidden|visuallyhidden|voting|rating"
    "|copyright|disclaimer|no-print|widget-area|tag-cloud|search-form|search-box|searchform"
)
_ABOUT = (
    "article-date|article-info|article-meta|author|author-meta|author-name|banner|banners|by-line|byline-\\w+|cat-links"
    "|categories|category|comment|comment-count|comments-link|credits?-line|date|date-line|date-time|dateline|entry-date"
    "|entry-info|entry-meta|entry-tags|entry-utility|eyebrow|hashtags|kicker|keywords|last-updated|meta"
    "|meta-data|meta-info|meta-line|post-categories|post-date|post-info|paywall|credits|license|lizenz|art-sources|autor|copyrights?|post-meta|post-tags|pub-date"
    "|publish-date|published|published-date|posted-on|posted-by|reading-time|read-time|rubrik|secondary|tags|tag-links|tag-list"
    "|time|time-stamp|timestamp|topics|views|widget|print|utility|utilities|toolbox|tools|buttons?|button-\\w+|btn"
    "|dropdown|hidden|hide|search|pagetools|ticker|promo-box|rss|feedback|related\\w*|breadcrumb\\w*|share\\w*|social\\w*|sponsor\\w*"
)


def _words(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s-])(?:{names.replace('-', '-?')})(?=$|[\s-])")


_IS_TEXT, _IS_LEAD, _IS_NEVER, _IS_ABOUT = map(_words, (_TEXT, _LEADS, _NEVER, _ABOUT))
_IS_OTHERS = re.compile(r"author|comment|related|review|sidebar|teaser|user|widget")
_IS_COMMENTS = _words(
    "comments|comment-list|comments-area|comments-section|comments-title|disqus|disqus-thread|reader-comments|kommentare|leserbriefe?|respond|related|related-posts|also-read|most-read|most-popular"
)
_WIDGET = re.compile(r"(?<!\S)widget-\S")
_PROPERTIES = frozenset(("author", "creator", "datePublished", "dateModified", "keywords", "publisher"))
_BYLINE = re.compile(r"\b(?:author|byline|date-?(?:line|published|modified)|pubdate|published|time-?stamp)\b")
_WHOLE_LEAD = re.compile(r"description|subtitle|alternativeheadline|abstract")


def names(element: Element) -> str:
    """The classes and the id of an element in lower case, the words within them separated by one hyphen."""
    return _spelled(_signs(element))


def _plain_names(element: Element) -> str:
    """The `names` of an element without those of states and variants: `is-hidden`, `js-menu`, `text--ads`."""
    signs = _signs(element)
    return _spelled(_VARIANTS.sub("", signs)) if signs else ""


def _spelled(signs: str) -> str:
    return _HYPHENS.sub("-", _CAMEL.sub("-", signs).lower()) if signs else ""


def _signs(element: Element) -> str:
    tag, classes, ident = str(element.tag), element.get("class", ""), element.get("id", "")
    own = tag if "-" in tag else ""
    if not classes and not ident:
        return own
    classes, ident = classes[:_LONGEST], ident[:_LONGEST]
    # An id of many words is a slug made from a headline.
    return " ".join(filter(None, (own, classes, "" if _SLUG.search(ident) else ident)))


def is_named_text(element: Element) -> bool:
    """True if the element has a name that templates give to the text of an article."""
    if element.tag not in _HOLDERS:
        return False
    said = names(element)
    return bool(said) and bool(_IS_TEXT.search(said)) and not _IS_OTHERS.search(said)


def is_named_lead(element: Element) -> bool:
    """True if the element is named as the lead of an article, the sentence between headline and text."""
    said = element.get("itemprop", "").lower()
    return bool(_WHOLE_LEAD.fullmatch(said)) or bool(_IS_LEAD.search(names(element)))


def is_never_text(element: Element) -> bool:
    """True for navigation, comments, sharing, advertising and the like, by tag, role or name."""
    if element.tag in _TAGS or not _ROLES.isdisjoint(element.get("role", "").lower().split()):
        return True
    said = _plain_names(element)
    return bool(said) and bool(_IS_NEVER.search(said) or _WIDGET.search(said)) and not _IS_TEXT.search(said)


def is_of_others(element: Element) -> bool:
    """True for comments, lists of other articles and the like, which may be longer than the article."""
    said = _plain_names(element)
    return bool(said) and bool(_IS_COMMENTS.search(said))


def is_about_text(element: Element) -> bool:
    """True for elements named as date, byline, tags and the like: they are not text unless they have sentences."""
    if element.tag in ("address", "header") or not _PROPERTIES.isdisjoint(element.get("itemprop", "").split()):
        return True
    said = _plain_names(element)
    return bool(said) and bool(_IS_ABOUT.search(said))


def is_hidden(element: Element) -> bool:
    """True for elements that browsers do not show."""
    style = element.get("style", "").replace(" ", "").lower()
    if "display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None:
        return True
    return element.get("aria-hidden") == "true" and "fallback-image" not in element.get("class", "")


def is_byline(element: Element) -> bool:
    """True for elements named as the author or the date of an article."""
    said = " ".join(element.get(key, "")[:_LONGEST] for key in ("class", "id", "itemprop", "rel"))
    return bool(_BYLINE.search(said.lower().replace("_", "-")))
