"""Makes many pages on all processors, in worker processes that also compress them.

Of a first publication of 10,000 articles, this leaves half of the work to the publishing process itself
(`tests/bench/same_work.py`). Up to a thousand pages take no longer without workers if these have to be started.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import TypeVar

import msgspec

from feedsvc.model.plan import Plan
from feedsvc.model.worker_pool import WorkerPool, processors
from feedsvc.model.worker_process import Job, WorkerProcess
from feedsvc.publisher.page_jobs import Coded, MadePage, PageBatch
from feedsvc.publisher.page_maker import PageMaker
from feedsvc.store.coding import encodings, identity_coding

_Tag = TypeVar("_Tag")
FEW = 1_000
"""Pages that are made in this process before workers are started."""
FASTEST = 4
"""Processes beyond which pages are not published faster, since one process writes them all."""


class PageWorkers:
    """Makes pages in `workers`; by `maker` the first FEW of them if the workers are not started."""

    def __init__(self, maker: PageMaker, workers: WorkerPool) -> None:
        self._maker = maker
        self._workers = workers
        self._job = Job(__name__, maker.plan)
        self._made = 0

    def make(self, batches: Iterable[tuple[_Tag, PageBatch]]) -> Iterator[tuple[_Tag, list[MadePage]]]:
        """The pages of each batch, with the batch's tag, in the order of `batches`. Raises NotAsWritten."""
        rest = iter(batches)
        for tag, batch in rest:
            if self.speed > 1:
                yield from self._workers.map(self._ask, chain(((tag, batch),), rest), processors() + 1)
            else:
                self._made += len(batch.jobs)
                yield tag, self._maker.make_batch(batch)

    def end(self) -> None:
        """Ends the workers, until there are many pages again."""
        self._workers.end()
        self._made = 0

    @property
    def speed(self) -> int:
        """The number of processes that make pages, from 1 to FASTEST."""
        return min(processors(), FASTEST) if self._workers.is_started or self._made >= FEW else 1

    def _ask(self, worker: WorkerProcess, tagged: tuple[_Tag, PageBatch]) -> tuple[_Tag, list[MadePage]]:
        """The pages of a batch; this process makes them if the worker is lost or cannot."""
        tag, batch = tagged
        try:
            return tag, _PAGES.decode(worker.ask(self._job, _encode(batch)))
        except (OSError, EOFError, ValueError, OverflowError, msgspec.MsgspecError):
            return tag, _make_alone(self._maker.plan, batch)


def _make_alone(plan: Plan, batch: PageBatch) -> list[MadePage]:
    """The pages of `batch`, made without the cache of articles: this may be one of several threads, or a worker, which
    makes each page once."""
    return PageMaker(plan, None).make_batch(batch)


_encode = msgspec.msgpack.Encoder().encode
_BATCH = msgspec.msgpack.Decoder(PageBatch)
_PAGES = msgspec.msgpack.Decoder(list[MadePage])


def answerer(plan: Plan) -> Callable[[bytes], bytes]:
    """The function by which a worker answers: with pages, or with nothing if it cannot."""

    def answer(message: bytes) -> bytes:
        with suppress(Exception):  # the same exception is raised where the parent makes the pages
            batch = _BATCH.decode(message)
            return _encode([_compressed(page, plan.addresses, batch.standing) for page in _make_alone(plan, batch)])
        return b""

    return answer


def _compressed(page: MadePage, addresses: tuple[str, ...], standing: frozenset[str]) -> MadePage:
    if page.document is None:
        return page
    plain = [identity_coding(page.document.at(address)) for address in addresses]
    codings = {each.etag: encodings(each)[1:] for each in plain if each.etag not in standing}
    return page._replace(coded=Coded(tuple(each.etag for each in plain), codings))
