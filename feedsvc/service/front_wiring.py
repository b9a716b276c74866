"""The wiring of the front, which answers requests for documents. It needs only the store, so that a process can serve
documents soon after its start."""

from feedsvc.config import Config
from feedsvc.service.edition_notice import EditionNotices
from feedsvc.service.settings import addresses_of, hubs_of
from feedsvc.service.stores import edition_folder, migrate_copy
from feedsvc.store.sqlite.store import Store, store_path
from feedsvc.web.documents_first import FrontOptions
from feedsvc.web.follower import Follower
from feedsvc.web.topics import topic_links
from feedsvc.web.view import View


def make_view(settings: Config) -> tuple[Store, View]:
    """The store, and the view of it that is served; the view follows the store from now on."""
    migrate_copy(settings)
    store = Store(store_path(edition_folder(settings)))
    addresses = addresses_of(settings)
    view = View(store, len(addresses), settings.server.cache, topic_links(addresses, hubs_of(settings)))
    Follower(view, store, EditionNotices(edition_folder(settings)).wait).start()
    return store, view


def front_options(settings: Config) -> FrontOptions:
    """The options for answering requests for documents."""
    return FrontOptions(settings.pages.feeds_for_people, settings.server.downloads or 0)
