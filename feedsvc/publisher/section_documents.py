"""Writes the documents of a section: its feed in each format, and its page."""

from collections.abc import Iterator

from feedsvc.model.article import Status
from feedsvc.model.feed import Feed
from feedsvc.model.plan import Plan
from feedsvc.model.urls import FOLLOW, document_path
from feedsvc.publisher.archives import Archives
from feedsvc.publisher.context import Publication
from feedsvc.publisher.feeds import FeedBuilder
from feedsvc.publisher.listings import Listings
from feedsvc.publisher.older_stories import OlderStories
from feedsvc.publisher.output import Output
from feedsvc.publisher.records import FeedRecord, make_record


class SectionDocuments:
    """Writes the documents of sections in one publication."""

    def __init__(
        self,
        publication: Publication,
        feeds: FeedBuilder,
        archives: Archives,
        listings: Listings,
        older: OlderStories,
        output: Output,
    ) -> None:
        self._plan = publication.plan
        self._formats = publication.formats
        self._custom = custom_paths(publication.plan)
        self._feeds = feeds
        self._archives = archives
        self._listings = listings
        self._older = older
        self._output = output

    def write(self, section: str) -> FeedRecord:
        """Writes the feed and the page of a section, except at the path of a custom feed."""
        built = self._archives.link(section, self._feeds.section_feed(section))
        feed = built.feed
        forms = [self._formats[name] for name in self._plan.policy(section).formats]
        places = {document_path(section, form.filename): form for form in forms}
        own = sorted(places.keys() - self._custom)
        for path in own:
            self._output.write_feed(feed, places[path], path)
        self._output.write_page(
            document_path(section, ""),
            lambda: self._listings.section_page(section, feed, self._older.link(section, _shown(feed))),
            feed.interval,
        )
        return make_record(section, built.window, feed, own, built.articles)

    def write_follow_page(self, section: str) -> None:
        """Writes the page that explains how to follow a section. It depends on titles and the plan, and on no
        article."""
        self._output.write_page(
            document_path(section, FOLLOW),
            lambda: self._listings.follow_page(section),
            self._plan.policy(section).interval,
        )

    def paths(self, section: str) -> Iterator[str]:
        """The paths of all documents of a section under the current plan."""
        for name in ("", FOLLOW, *(self._formats[name].filename for name in self._plan.policy(section).formats)):
            yield document_path(section, name)


def _shown(feed: Feed) -> int:
    """The number of articles of `feed`, not counting notices."""
    return sum(article.status is not Status.WITHDRAWN for article in feed.articles)


def custom_paths(plan: Plan) -> frozenset[str]:
    """The paths of the custom feeds."""
    return frozenset(feed.path for feed in plan.feeds)
