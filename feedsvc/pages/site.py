"""What every page says of the whole site."""

from feedsvc.model.base import Value
from feedsvc.model.feed import Link
from feedsvc.model.urls import SITE


class Site(Value, frozen=True, kw_only=True):
    """The newsroom as its pages name it: `links` are the feeds of everything, `opml` is the list of all feeds."""

    title: str
    description: str = ""
    language: str = "en"
    home: str = SITE + "/"
    author: str = ""
    copyright: str = ""
    links: tuple[Link, ...] = ()
    opml: str = ""

    def __post_init__(self) -> None:
        self._clean(lines=("title", "language", "author", "copyright"), texts=("description",))
