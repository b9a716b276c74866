"""Writes the current Edition of a newsroom as files into a folder, or sends it as objects to a bucket."""

from functools import partial
from hashlib import blake2b
from pathlib import Path

from feedsvc.config import Config, PublishTable
from feedsvc.service.available_caches import has_tags
from feedsvc.service.settings import addresses_of, hosts_of, hubs_of, redirects_of
from feedsvc.service.stores import open_edition
from feedsvc.web import export
from feedsvc.web.export import Written
from feedsvc.web.topics import topic_links

JOURNALS = "destinations"
"""The folder, below the state folder, with a journal of the objects that were sent to each bucket."""


def write_files(settings: Config, folder: Path) -> Written:
    """Writes the current Edition as files into `folder`. Raises StoreError and StaticError."""
    store = open_edition(settings)
    try:
        site = settings.site
        redirects, links = redirects_of(settings), topic_links(addresses_of(settings), hubs_of(settings))
        hosts, canonical = hosts_of(settings), links[0] if links else None
        return export.write(
            store, settings.articles_folder, hosts, folder, redirects, site.title, site.language, canonical
        )
    finally:
        store.close()


def send_objects(settings: Config, table: PublishTable) -> Written:
    """Sends the current Edition as objects to the bucket of `table`. Raises StoreError and StaticError."""
    from feedsvc.service.withdrawn_first import purge_withdrawn
    from feedsvc.web.export.bucket import Bucket
    from feedsvc.web.export.objects import COMPRESSED, PLAIN
    from feedsvc.web.export.upload import upload

    bucket, journal = Bucket(table.to), journal_path(settings.state.path, table.to)
    codings = COMPRESSED if table.compressed else PLAIN
    store = open_edition(settings)
    try:
        site = settings.site
        redirects = redirects_of(settings)
        hosts, tagged, articles = hosts_of(settings), has_tags(settings, table.to), settings.articles_folder
        return upload(
            store,
            articles,
            hosts,
            bucket,
            journal,
            redirects,
            site.title,
            site.language,
            codings,
            tagged=tagged,
            on_withdrawal=partial(purge_withdrawn, settings, table.to),
        )
    finally:
        store.close()


def journal_path(folder: Path, name: str) -> Path:
    """The path of the journal of objects that were sent to the bucket `name`, below the state folder `folder`."""
    return folder / JOURNALS / f"{blake2b(name.encode(), digest_size=8).hexdigest()}.jsonl"
