"""Publishes the files below the articles folder that open articles show, and the images named in the plan."""

from collections.abc import Iterable

from feedsvc.model.document import Document
from feedsvc.model.media_types import guess
from feedsvc.model.problem import Problem
from feedsvc.model.reader import MediaReference
from feedsvc.model.urls import media_file, media_path
from feedsvc.publisher.context import Publication
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store import attachments, documents, pending, scanned_files
from feedsvc.store.entries import LedgerHead
from feedsvc.store.problems import replace_problems

_SITE_IMAGES = "the emblems"
"""The origin of problems with the images named in the plan."""


class MediaDocuments:
    """Publishes the media files of one publication."""

    def __init__(self, publication: Publication, writer: EditionWriter) -> None:
        self._transaction = publication.transaction
        self._seconds = publication.seconds
        self._root = publication.root
        self._max_age = publication.plan.defaults.interval
        self._writer = writer

    def write_changed(self) -> None:
        """Publishes the files of changed articles, and removes those that are no longer shown."""
        attached = attachments.attached(self._transaction)
        for article in pending.marked_with_files(self._transaction):
            is_open = article.is_open(self._seconds)
            named = scanned_files.files_of(self._transaction, article.number) if is_open else []
            self._write_article(article, named, attached.get(article.number, {}))

    def write_site_images(self, urls: Iterable[str]) -> None:
        """Publishes the images at `urls` that are files below the articles folder."""
        files = [MediaReference(file, guess(file), "") for file in filter(None, map(media_file, urls))]
        missing = [each.file for each in files if not (each.type.startswith("image/") and self._write(each, {}))]
        replace_problems(self._transaction, _SITE_IMAGES, map(_missing_image, missing))

    def _write_article(self, article: LedgerHead, named: Iterable[MediaReference], former: dict[str, str]) -> None:
        """Publishes the files `named` by an article. `former` maps the files that it showed before to their
        signatures."""
        shown = {each.file: each.signature for each in named if each.type and self._write(each, former)}
        if shown == former:
            return
        attachments.attach(self._transaction, article.number, shown)
        lost = [file for file in former.keys() - shown.keys() if not attachments.is_attached(self._transaction, file)]
        self._writer.drop(set(map(media_path, lost)), documents.GONE)

    def _write(self, named: MediaReference, former: dict[str, str]) -> bool:
        """Publishes one file. Returns False if it is gone since the article was read; the next scan will find that
        out."""
        head = Document(path=media_path(named.file), type=named.type, body=b"", max_age=self._max_age, on_demand=True)
        unchanged = former.get(named.file) == named.signature
        return self._writer.write_file(self._root, named.file, head, unchanged=unchanged)


def _missing_image(file: str) -> Problem:
    remedy = "put a picture there, below the articles folder, or correct its address in config.toml"
    return Problem(place=media_path(file), reason="a picture that config.toml names is not there", remedy=remedy)
