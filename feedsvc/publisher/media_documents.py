"""The files that lie beside the articles, as far as open articles show them; and the site's own logo and icon."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, Row

from feedsvc.model import local_files
from feedsvc.model.document import Document
from feedsvc.model.media_types import guess
from feedsvc.model.problem import Problem
from feedsvc.model.reader import MediaReference
from feedsvc.model.urls import SITE
from feedsvc.publisher.writer import EditionWriter
from feedsvc.store import attachments, documents, pending, scanned_files
from feedsvc.store.problems import replace_problems


class MediaDocuments:
    """Prints files below `root` into the Edition of `press`; `max_age` in seconds is theirs."""

    def __init__(self, connection: Connection, press: EditionWriter, root: Path, max_age: int) -> None:
        self._connection = connection
        self._press = press
        self._root = root
        self._max_age = max_age

    def print(self, now: int) -> None:
        """Those of all articles that are marked as changed, as they are open or not at `now` (seconds)."""
        attached = attachments.attached(self._connection)
        for row in pending.dirty_with_files(self._connection):
            is_open = row.opens <= now < row.closes
            named = scanned_files.files_of(self._connection, row.number) if is_open else []
            self._print_all(row, named, attached.get(row.number, {}))

    def publish_site_images(self, *urls: str) -> None:
        """The pictures that config names, where these are files below the articles folder."""
        prefix = f"{SITE}/media/"
        own = (unquote(url.removeprefix(prefix)) for url in urls if url.startswith(prefix))
        files = [MediaReference(file, guess(file), "") for file in own]
        missing = [each.file for each in files if not (each.type.startswith("image/") and self._print(each, {}))]
        replace_problems(self._connection, "the emblems", map(_no_emblem, missing))

    def _print_all(self, row: Row[Any], named: Iterable[MediaReference], former: dict[str, str]) -> None:
        """Publish what the article shows, and take back what no open article shows any more."""
        shown = {each.file: each.stamp for each in named if each.type and self._print(each, former)}
        if shown == former:
            return
        attachments.attach(self._connection, row.number, shown)
        lost = [file for file in former.keys() - shown.keys() if not attachments.is_attached(self._connection, file)]
        self._press.drop({f"/media/{file}" for file in lost}, documents.GONE)

    def _print(self, named: MediaReference, former: dict[str, str]) -> bool:
        """False if it went since the article was read: the next look finds that out."""
        if not local_files.is_there(self._root, named.file):
            return False
        path = f"/media/{named.file}"
        head = Document(path=path, type=named.type, body=b"", max_age=self._max_age, shelved=True)
        return self._press.write_file(self._root, named.file, head, same=former.get(named.file) == named.stamp)


def _no_emblem(file: str) -> Problem:
    remedy = "put a picture there, below the articles folder, or correct its address in config.toml"
    return Problem(place=f"/media/{file}", reason="a picture that config.toml names is not there", remedy=remedy)
