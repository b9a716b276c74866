"""Writes changed documents into the Edition in progress, for every address."""

import os
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from feedsvc.model import local_files
from feedsvc.model.document import Document, Representation
from feedsvc.model.feed import Feed
from feedsvc.model.threads import submit
from feedsvc.pages import FOR_GOOD
from feedsvc.publisher.page_jobs import NOT_CODED, Coded
from feedsvc.publisher.render_cache import RenderCache
from feedsvc.store import documents
from feedsvc.store.coding import encodings, etag, etag_of_file
from feedsvc.store.documents import LIVE, DocumentHead, DocumentHeads, DocumentWrite
from feedsvc.store.transaction import Transaction

BATCH = 200
"""Documents that are written to the store together."""
PART = 2_000
"""Documents of the very first Edition that are committed together."""

Representations = tuple[Representation, ...]


class EditionWriter:
    """Writes the documents of one Edition; `addresses` are scheme and host, the canonical one first.

    A context manager: on leaving without an error, all documents have been written. Bodies are compressed on all
    processors meanwhile. `commit` is called with the number of documents, and makes everything so far permanent where
    that is allowed before the Edition is closed.
    """

    def __init__(
        self,
        transaction: Transaction,
        addresses: tuple[str, ...],
        edition: int,
        cache: RenderCache,
        commit: Callable[[int], None] | None = None,
    ) -> None:
        self._transaction = transaction
        self._addresses = addresses
        self._edition = edition
        self._cache = cache
        self._commit = commit
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: list[tuple[DocumentWrite, Future[Representations] | None]] = []
        """Documents, and their representations if these are being made."""
        self._waiting_paths: set[str] = set()
        self._preloaded: dict[str, DocumentHeads] = {}
        self._changed = 0
        self._committed = 0

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), "compress")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            if self._pool:
                self._pool.shutdown(cancel_futures=True)

    @property
    def address(self) -> str:
        """The canonical address."""
        return self._addresses[0]

    @property
    def changed(self) -> int:
        """The number of documents that have changed, counted for each address."""
        return self._changed

    def preload(self, heads: dict[str, DocumentHeads]) -> None:
        """Takes over the heads of the current documents at these paths, so that they need not be looked up."""
        self._preloaded = heads

    def is_current(self, path: str, type: str, max_age: int, feed: Feed) -> bool:
        """True if the document at `path`, with this head and at every address, was rendered from the same `feed`."""
        tags = self._cache.tags(path, self._cache.content_hash(feed))
        heads = self._heads(path) if tags else {}
        now = [heads[address].etag for address in sorted(heads) if _is_like(heads[address], type, max_age)]
        return tags != () and tuple(now) == tags

    def write(self, document: Document, coded: Coded = NOT_CODED) -> tuple[str, ...]:
        """Writes `document` for every address at which it has changed. Returns its ETags, by address."""
        heads, tags = self._heads(document.path), []
        for address, host in enumerate(self._addresses):
            body = b"" if coded.tags else document.at(host)
            tag = coded.tags[address] if coded.tags else etag(body)
            tags.append(tag)
            if not _differs(heads.get(address), document, tag):
                continue
            plain = Representation(coding="identity", etag=tag, body=body or document.at(host))
            new, others = _new_document(address, document, heads), coded.codings.get(tag)
            if others is None:
                self._put(new, self._compress(plain, document))
            else:
                self._put(new._replace(representations=(plain, *others)))
        return tuple(tags)

    def write_rendered(self, document: Document, feed: Feed) -> None:
        """Writes `document`, which was rendered from `feed` and nothing else."""
        self._cache.put(document.path, self._cache.content_hash(feed), self.write(document))

    def write_file(self, root: Path, file: str, document: Document, *, unchanged: bool) -> bool:
        """Publishes `file` below `root` with the head of `document`. Returns False, and writes nothing, if there is no
        such file that may be published.

        `unchanged` means that the file is as it was when it was published: then it is not read again.
        """
        if not local_files.is_there(root, file):
            return False
        heads = self._heads(document.path)
        addresses = range(len(self._addresses))
        if unchanged and all(_is_like(heads.get(each), document.type, document.max_age) for each in addresses):
            return True
        try:
            with (root / file).open("rb") as source:
                tag, length = etag_of_file(source), source.tell()
        except OSError:
            return False
        for address in addresses:
            if _differs(heads.get(address), document, tag):
                there = (Representation(coding="identity", etag=tag, body=b""),)  # the bytes of a file stay there
                write = _new_document(address, document, heads)
                self._put(write._replace(file=file, length=length, representations=there))
        return True

    def drop(self, paths: Collection[str], status: int) -> None:
        """Removes the documents at `paths` from every address; their status becomes `documents.GONE` or `NOT_FOUND`."""
        if paths:
            self.flush()
            self._changed += documents.drop(self._transaction, self._edition, sorted(paths), status)

    def flush(self) -> None:
        """Writes the waiting documents to the store."""
        waiting, self._waiting = self._waiting, []
        self._waiting_paths.clear()
        if waiting:
            writes = [write._replace(representations=made.result()) if made else write for write, made in waiting]
            documents.save(self._transaction, self._edition, writes)

    def checkpoint(self) -> None:
        """Commits everything written so far, if that is allowed and there is enough. Call it only while no query is
        open."""
        if self._commit and self._changed - self._committed >= PART:
            self.flush()
            self._commit(self._changed)
            self._committed = self._changed

    def _compress(self, plain: Representation, document: Document) -> "Future[Representations]":
        if self._pool is None:
            raise RuntimeError("an EditionWriter writes within its context only")
        return submit(self._pool, partial(encodings, plain, lasting=document.max_age >= FOR_GOOD))

    def _heads(self, path: str) -> DocumentHeads:
        if path in self._waiting_paths:
            self.flush()
        elif path in self._preloaded:
            return self._preloaded.pop(path)
        return documents.heads(self._transaction, path)

    def _put(self, write: DocumentWrite, made: "Future[Representations] | None" = None) -> None:
        self._changed += 1
        self._waiting.append((write, made))
        self._waiting_paths.add(write.path)
        if len(self._waiting) >= BATCH:
            self.flush()


def _new_document(address: int, document: Document, heads: DocumentHeads) -> DocumentWrite:
    """`document` for one address, replacing the current one; its representations are added later."""
    number = heads[address].number if address in heads else 0
    return DocumentWrite(
        address,
        document.path,
        document.type,
        document.max_age,
        (),
        number=number,
        on_demand=document.on_demand,
        topic=document.topic,
    )


def _is_like(head: DocumentHead | None, type: str, max_age: int) -> bool:
    return head is not None and (head.status, head.type, head.max_age) == (LIVE, type, max_age)


def _differs(head: DocumentHead | None, document: Document, tag: str) -> bool:
    return head is None or not _is_like(head, document.type, document.max_age) or head.etag != tag
