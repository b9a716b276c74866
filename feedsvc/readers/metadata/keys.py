"""Maps the keys of front matter, header lines and sidecars to the fields of an article that they fill.

The keys are those of Hugo, Jekyll, Pelican and Eleventy, in any mixture of capitals, `_`, `-` and spaces:
`publishDate`, `publish_date` and `Publish Date` are one key.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from feedsvc.model.reader import Unreadable

KEYS = {
    "title": ("title",),
    # Hugo has both: `date` is the date of writing, and `publishDate` the one from which the page may be seen.
    "published": (
        *("publishdate", "pubdate", "publisheddate", "publishedat", "publishedon", "publishat", "publishon"),
        *("datepublished", "published", "date"),
    ),
    "updated": (
        *("updated", "lastmod", "lastmodifiedat", "modified", "lastmodified", "lastupdated", "updatedat"),
        *("updateddate", "updatedate", "dateupdated", "modifiedat", "modifieddate", "modifydate", "datemodified"),
    ),
    "summary": ("summary", "description", "excerpt"),
    "sections": ("section", "sections", "category", "categories"),
    "tags": ("tags", "keywords"),
    "authors": ("author", "authors"),
    "slug": ("slug",),
    "url": ("url", "permalink", "link"),
    "id": ("id", "guid"),
    "language": ("lang", "language"),
    "image": ("image",),
    "images": ("images",),
    # Keys of themes for the lead picture, used only if the file names no image.
    "cover": (
        *("featuredimage", "featureimage", "coverimage", "heroimage", "bannerimage", "cover", "hero", "banner"),
        *("header", "thumbnail", "thumb", "ogimage", "socialimage"),
    ),
    "caption": ("caption",),
    "credit": ("credit",),
    "media": ("media",),
    "status": ("status",),
    "draft": ("draft",),
    # Each of these alone keeps an article out of its generator's lists.
    "build": ("build",),
    "headless": ("headless",),
    "hidden": ("hidden",),
    "private": ("private",),
    "unlisted": ("unlisted",),
    "unpublished": ("unpublished",),
    "visibility": ("visibility",),
    "excluded": ("eleventyexcludefromcollections",),
    "embargo": ("embargo",),
    "expires": (
        *("expires", "expirydate", "unpublishdate", "expiredate", "expirationdate", "expiration", "expiry"),
        *("expiresat", "expireson", "unpublishat", "unpublishon", "unpublishedat"),
    ),
    "alternates": ("alternates",),
    # Hugo's aliases are relative to the page's folder, those of Jekyll and Pelican to the root.
    "aliases": ("aliases", "alias"),
    "redirects": ("redirectfrom",),
    "correction": ("correction",),
}
"""Every field with its keys, normalised; if a file fills several of them, the first counts."""

FIELDS = {key: (name, rank) for name, keys in KEYS.items() for rank, key in enumerate(keys)}
EMPTY = max(map(len, KEYS.values()))
"""Added to the rank of a key with an empty value: it counts only if no other key has a value."""

_SWITCHES = ("published", "permalink")
"""Keys that Jekyll and Eleventy also use as switches: `published: false`, `permalink: false`."""
_IGNORED = str.maketrans("", "", "_- ")
_RELEASES = {"embargo": "embargo", "expir": "expires", "unpublish": "expires"}
"""The beginnings of keys that may decide when an article is seen, with the known key to use instead."""


def normalised(key: str) -> str:
    """`key` in lower case, without the characters that join its words."""
    return key.lower().translate(_IGNORED)


class Known(NamedTuple):
    """A key that fills a field; of several, the one with the lowest `rank` counts."""

    key: str
    field: str
    rank: int
    may_switch: bool
    """True if its value may be a yes or no that decides on publication; it then fills no field."""


@lru_cache(64)  # most articles of a newsroom have the same keys
def understood(keys: tuple[str, ...]) -> tuple[tuple[Known, ...], tuple[str, ...]]:
    """The keys that fill fields, and the keys that fill none.

    Raises Unreadable for one key in two spellings, and for an unknown key that may decide when the article is seen.
    """
    _refuse_twins(keys)
    known, others = [], []
    for key in keys:
        plain = normalised(key)
        if plain in FIELDS:
            known.append(Known(key, *FIELDS[plain], key.lower() in _SWITCHES))
        elif plain != "extra":
            _refuse_release(key, plain)
            others.append(key)
    return tuple(known), tuple(others)


def _refuse_twins(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        plain = normalised(key)
        twin = plain if plain in FIELDS else key.lower()
        if twin in seen:
            raise Unreadable(f"has one key twice, in two spellings: {key}", "keep one of them")
        seen.add(twin)


def _refuse_release(key: str, plain: str) -> None:
    for beginning, right in _RELEASES.items():
        if plain.startswith(beginning):
            raise Unreadable(f"{key}: is no known key, and may hold the article back", f"call it {right}")
