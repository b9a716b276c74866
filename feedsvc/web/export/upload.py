"""Uploads the current Edition to a bucket: sends the differences in order, then removes obsolete objects."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from feedsvc.model import local_files
from feedsvc.model.problem import Problem
from feedsvc.store import documents, former_paths, state
from feedsvc.store.coding import etag_of_file
from feedsvc.store.sqlite.store import Store
from feedsvc.web.export.bucket import SMALL, Bucket
from feedsvc.web.export.disk import StaticError, Superseded
from feedsvc.web.export.errors import WITHDRAWN, messages
from feedsvc.web.export.objects import (
    PLAIN,
    ROUTES,
    PublishedObject,
    of_documents,
    of_text,
    of_withdrawn,
    routes,
)
from feedsvc.web.export.public_documents import read_public
from feedsvc.web.export.run import Written
from feedsvc.web.export.sent import SentObjects, open_journal

AT_ONCE = 8
"""Number of objects that are sent in parallel."""
_REMOVED_AT_ONCE = 1_000
"""Maximum objects that one request removes."""


def upload(
    store: Store,
    articles: Path,
    hosts: tuple[str, ...],
    bucket: Bucket,
    journal: Path,
    redirects: Mapping[str, str],
    site_title: str,
    language: str,
    codings: tuple[str, ...] = PLAIN,
    *,
    tagged: bool = False,
    on_withdrawal: Callable[[int], None] = lambda _edition: None,
) -> Written:
    """Updates `bucket` to the current Edition; objects that are in place according to `journal` are not sent again.

    The other arguments are those of `feedsvc.web.export.write`; `codings` are those in which documents are sent, with
    cache tags if `tagged`. `on_withdrawal` is called with the number of the Edition once no object has withdrawn
    content any more, if one had it, and before anything else is sent. Raises StaticError: each object is then the old
    one or the new one, and the next run continues from there. No transaction is open while objects are sent.
    """
    with store.read() as transaction:
        public = read_public(transaction, store.path)
        former = [*former_paths.with_keys(transaction)]
        edition = state.current_edition(transaction)
    errors = messages(site_title, language)
    texts = [of_text(name, text) for name, text in errors.items()]
    texts.append(of_text(ROUTES, routes(public.rows, redirects, former), "application/json"))
    with open_journal(journal, bucket.name) as sent:
        run = _Run(store, articles, bucket, sent)
        withdrawn = [*of_withdrawn(public.rows, hosts, errors[WITHDRAWN], sent.marks.keys())]
        if withdrawn:
            run.replace(withdrawn)
            on_withdrawal(edition)
        written = run.send([*of_documents(public.rows, hosts, codings, tagged=tagged), *texts])
    return written._replace(problems=(*written.problems, *public.problems))


class _Run:
    def __init__(self, store: Store, articles: Path, bucket: Bucket, sent: SentObjects) -> None:
        self._store = store
        self._articles = articles
        self._bucket = bucket
        self._sent = sent
        self._replaced: set[str] = set()
        """The keys of withdrawn documents; no wanted object can have one of them."""

    def replace(self, withdrawn: list[PublishedObject]) -> None:
        """Replaces withdrawn content by a notice, which stays until nothing links to it and it is removed; the object
        is removed at once if no notice can be sent. Raises StaticError."""
        jobs = [each for each in withdrawn if self._sent.marks.get(each.key) != each.mark]
        self._sent.announce(job.key for job in jobs)
        try:
            self._send(jobs)
        except StaticError:
            with suppress(StaticError):
                self._remove([job.key for job in jobs])
            raise
        self._replaced = {each.key for each in withdrawn}

    def send(self, wanted: list[PublishedObject]) -> Written:
        """Sends the differences rank by rank, each complete before the next begins, and then removes obsolete objects.
        Raises StaticError."""
        marks, refused = self._sent.marks, [*self._refused(wanted)]
        wanted = [each for each in wanted if not self._bucket.fault_of(each.key)]
        jobs = sorted(each for each in wanted if marks.get(each.key) != each.mark)
        gone = sorted(marks.keys() - {each.key for each in wanted})
        if jobs or gone:
            self._sent.announce([*(job.key for job in jobs), *(key for key in gone if key not in self._replaced)])
        problems = self._send(jobs)
        self._remove(gone)
        return Written(len(jobs) - len(problems), len(gone), len(wanted) - len(jobs), (*refused, *problems))

    def _refused(self, wanted: Iterable[PublishedObject]) -> Iterator[Problem]:
        """The problems of objects that no S3-compatible store can hold."""
        for each in wanted:
            if reason := self._bucket.fault_of(each.key):
                yield Problem(place=each.key, reason=reason, remedy="give it another address", warning=True)

    def _send(self, jobs: list[PublishedObject]) -> list[Problem]:
        """Sends `jobs`, which are sorted. Returns the problems of those that could not be sent."""
        problems: list[Problem] = []
        for _, group in groupby(jobs, key=lambda job: job.rank):
            problems += filter(None, _at_once(self._put, group))
        return problems

    def _remove(self, keys: list[str]) -> None:
        for start in range(0, len(keys), _REMOVED_AT_ONCE):
            part = keys[start : start + _REMOVED_AT_ONCE]
            self._bucket.delete(part)
            self._sent.removed(part)

    def _put(self, job: PublishedObject) -> Problem | None:
        """Sends one object. Returns a problem if only this object cannot be sent. Raises StaticError."""
        try:
            if job.file:
                self._put_file(job)
            else:
                self._bucket.put(job.key, self._body(job), job.type, job.cache, job.coding, job.tag)
        except (_Moved, OSError) as error:
            reason = f"{error}, so its last good version stays"
            return Problem(place=job.file, reason=reason, remedy="the next regeneration settles it", warning=True)
        self._sent.sent(job.key, job.mark)
        return None

    def _body(self, job: PublishedObject) -> bytes:
        if job.text is not None:
            return job.text
        with self._store.read() as transaction:
            body = documents.body(transaction, job.etag, job.number)
        if body is None:
            raise Superseded(self._bucket.name)
        return body

    def _put_file(self, job: PublishedObject) -> None:
        """Sends a media file. Raises _Moved if it differs from what was published, before or after sending."""
        if not local_files.is_there(self._articles, job.file):
            raise _Moved("the file is gone since it was published")
        with (self._articles / job.file).open("rb") as file:
            before = os.fstat(file.fileno())
            right = etag_of_file(file) == job.etag
            file.seek(0)
            if right:
                self._bucket.put(job.key, _content(file, before.st_size), job.type, job.cache, tag=job.tag)
            after = os.fstat(file.fileno())
        if not right or (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise _Moved("the file has changed since it was published")


class _Moved(Exception):
    """The bytes of a file are not those that were published."""


def _content(file: BinaryIO, length: int) -> bytes | BinaryIO:
    return file.read() if length <= SMALL else file


def _at_once(put: Callable[[PublishedObject], Problem | None], jobs: Iterable[PublishedObject]) -> list[Problem | None]:
    """The results of `put` for all `jobs`. After the first error no further job is started."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="upload")
    try:
        return list(pool.map(put, jobs))
    finally:
        pool.shutdown(cancel_futures=True)
