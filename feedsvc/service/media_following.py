"""Copies the media of the Edition from the bucket with the articles to a node that does not publish.

The publishing node has copies of all objects. The other nodes read no articles; they only need media to send to
readers.
"""

import logging
from collections.abc import Sequence
from contextlib import closing

from feedsvc.config import Config
from feedsvc.model import local_files
from feedsvc.service.article_mirror import ArticleMirror
from feedsvc.service.follow_ups import retry_delay
from feedsvc.service.publishing_here import publishes_here
from feedsvc.service.stores import open_edition
from feedsvc.store import state
from feedsvc.store.coding import etag_of_file
from feedsvc.store.documents import PublishedFile, files_since
from feedsvc.store.errors import StoreError
from feedsvc.store.notes import Note
from feedsvc.web.export.disk import StaticError

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two checks of the Edition."""
_PART = 100
"""The number of objects that are copied before another process of this node may copy."""
_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Errors in this program or in the library for buckets, which must not end the thread: nobody would notice."""
_DONE: Note[int] = Note("media", int, 0)
"""In the copy of the Edition: the number of the last Edition of which this node has all media."""


class MediaFollowing:
    """Follows the copy of the Edition of `settings` from one check to the next. Only one thread of one process may use
    it."""

    def __init__(self, settings: Config) -> None:
        self._settings = settings
        self._folder = settings.articles_folder
        self._mirror = ArticleMirror(settings.articles.bucket, self._folder)
        self._failures = 0
        self._present: set[PublishedFile] = set()
        """Files that were found to be here since an Edition was last complete: none of them is hashed twice."""

    def look(self) -> float:
        """Copies media that this node lacks. Returns the seconds until the next check."""
        try:
            self._bring()
        except (StaticError, OSError, StoreError, *_UNFORESEEN) as error:
            self._failures += 1
            if self._failures == 1:
                bucket = self._settings.articles.bucket
                told = repr(error) if isinstance(error, _UNFORESEEN) else error
                log.warning("media cannot be copied from %s: %s; readers get 503 for them until they can", bucket, told)
            return retry_delay(self._failures)
        if self._failures:
            log.info("media are copied again")
        self._failures = 0
        return POLL

    def _bring(self) -> None:
        with closing(open_edition(self._settings)) as copy:
            with copy.read() as transaction:
                if publishes_here(self._settings, transaction):
                    return
                edition, done = state.current_edition(transaction), _DONE.get(transaction)
                changed = files_since(transaction, done) if edition != done else []
            self._copy([each.file for each in changed if not self._has(each)])
            self._present.clear()
            if edition != done:
                with copy.write() as transaction:
                    _DONE.put(transaction, edition)

    def _has(self, published: PublishedFile) -> bool:
        """True if the file is here as it was published. One that cannot be read is not: it is copied again."""
        if not local_files.is_there(self._folder, published.file):
            return False
        if published not in self._present:
            try:
                with (self._folder / published.file).open("rb") as file:
                    if etag_of_file(file) != published.etag:
                        return False
            except OSError:
                return False
            self._present.add(published)
        return True

    def _copy(self, files: Sequence[str]) -> None:
        """Copies `files`. A file that is no longer in the bucket is logged; any other problem is raised as StaticError,
        once all other files are copied."""
        parts = (files[start : start + _PART] for start in range(0, len(files), _PART))
        problems = [problem for part in parts for problem in self._mirror.copy(part)]
        for problem in problems:
            if problem.warning:
                log.warning("%s", problem)
        for problem in problems:
            if not problem.warning:
                raise StaticError(problem.place, problem.reason, problem.remedy)
