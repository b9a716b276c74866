"""The press: prints documents into the Edition that is being made, for every address, where they changed."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection

from feedsvc.model.document import Document, Representation
from feedsvc.model.feed import Feed
from feedsvc.pages import FOR_GOOD
from feedsvc.publisher.render_cache import RenderCache
from feedsvc.store import documents
from feedsvc.store.coding import encodings, etag_of_file, identity_coding
from feedsvc.store.documents import LIVE, DocumentHead, DocumentHeads, DocumentWrite

BATCH = 200
"""Documents that wait to be written together."""


TURN = 0.0001
"""Seconds for which a thread may keep others from Python. Those that compress need it for no more than to go from one
document to the next, and would wait 5 ms each time: as long as they compress."""


PART = 2_000
"""Documents of the very first Edition that are made to last together."""


class EditionWriter:
    """One Edition, number `edition`; `addresses` are scheme and host, the canonical one first.

    A context: what was printed is written at the latest when it ends. Bodies are compressed on all processors.
    `keep` makes what was written last, where that may be before the Edition is closed; it is told how much there is.
    """

    def __init__(
        self,
        connection: Connection,
        addresses: tuple[str, ...],
        edition: int,
        proofs: RenderCache,
        keep: Callable[[int], None] | None = None,
    ) -> None:
        self._connection = connection
        self._addresses = addresses
        self._edition = edition
        self._proofs = proofs
        self._pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), "press")
        self._waiting: list[tuple[DocumentWrite, Future[tuple[Representation, ...]]]] = []
        self._paths: set[str] = set()
        self._known: dict[str, DocumentHeads] = {}
        self._keep = keep
        self._kept = 0
        self.changed = 0
        """Documents that are not as they were, each address counted."""

    def __enter__(self) -> "EditionWriter":
        self._turn = sys.getswitchinterval()
        sys.setswitchinterval(TURN)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            self._pool.shutdown(cancel_futures=True)
            sys.setswitchinterval(self._turn)

    def preload(self, heads: dict[str, DocumentHeads]) -> None:
        """Spare the look-up of what stands at these paths."""
        self._known = heads

    def is_current(self, path: str, type: str, max_age: int, feed: Feed) -> bool:
        """Whether what is at `path`, under this head and at every address, was made of the same `feed`."""
        tags = self._proofs.tags(path, self._proofs.content_hash(feed))
        heads = self._heads(path) if tags else {}
        now = [heads[address].etag for address in sorted(heads) if _is_like(heads[address], type, max_age)]
        return tags != () and tuple(now) == tags

    def write(self, document: Document, feed: Feed | None = None) -> None:
        """`feed` is what `document` was made of, and of nothing else."""
        heads, tags = self._heads(document.path), []
        for address, host in enumerate(self._addresses):
            plain = identity_coding(document.at(host))
            tags.append(plain.etag)
            if _differs(heads.get(address), document, plain.etag):
                made = self._pool.submit(encodings, plain, lasting=document.max_age >= FOR_GOOD)
                self._put(_issue(address, document, heads), made)
        if feed is not None:
            self._proofs.keep(document.path, self._proofs.content_hash(feed), tuple(tags))

    def write_file(self, root: Path, file: str, document: Document, *, same: bool) -> bool:
        """Publish `file` below `root` under the head of `document`; False if it is not there.

        `same`: it is as it was when it was published, and need not be read again.
        """
        heads = self._heads(document.path)
        if same and all(
            _is_like(heads.get(address), document.type, document.max_age) for address in range(len(self._addresses))
        ):
            return True
        try:
            with (root / file).open("rb") as source:
                tag, length = etag_of_file(source), source.tell()
        except OSError:
            return False
        only: Future[tuple[Representation, ...]] = Future()
        only.set_result((Representation(coding="identity", etag=tag, body=b""),))
        for address in range(len(self._addresses)):
            if _differs(heads.get(address), document, tag):
                self._put(_issue(address, document, heads)._replace(file=file, length=length), only)
        return True

    def drop(self, paths: set[str], status: int) -> None:
        """Take what is live at `paths` out of every address; it is then `editions.GONE` or `editions.FORGOTTEN`."""
        if paths:
            self.flush()
            self.changed += documents.drop(self._connection, self._edition, sorted(paths), status)

    def flush(self) -> None:
        """Write what was printed."""
        waiting, self._waiting = self._waiting, []
        self._paths.clear()
        if waiting:
            issues = [issue._replace(representations=made.result()) for issue, made in waiting]
            documents.save(self._connection, self._edition, issues)

    def checkpoint(self) -> None:
        """Between two sections, or slices of pages, while nothing is being read."""
        if self._keep and self.changed - self._kept >= PART:
            self.flush()
            self._keep(self.changed)
            self._kept = self.changed

    def _heads(self, path: str) -> DocumentHeads:
        if path in self._paths:
            self.flush()
        elif path in self._known:
            return self._known.pop(path)
        return documents.heads(self._connection, path)

    def _put(self, issue: DocumentWrite, made: "Future[tuple[Representation, ...]]") -> None:
        self.changed += 1
        self._waiting.append((issue, made))
        self._paths.add(issue.path)
        if len(self._waiting) >= BATCH:
            self.flush()


def _issue(address: int, document: Document, heads: DocumentHeads) -> DocumentWrite:
    number = heads[address].number if address in heads else 0
    return DocumentWrite(
        address, document.path, document.type, document.max_age, (), number=number, shelved=document.shelved
    )


def _is_like(head: DocumentHead | None, type: str, max_age: int) -> bool:
    return head is not None and head[1:4] == (LIVE, type, max_age)


def _differs(head: DocumentHead | None, document: Document, tag: str) -> bool:
    return head is None or not _is_like(head, document.type, document.max_age) or head.etag != tag
