"""Makes many pages on all processors, in worker processes that also compress them.

Of a first publication of 10,000 articles, this leaves half of the work to the publishing process itself
(`tests/bench/same_work.py`). Up to a thousand pages take no longer without workers, which have to be started.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import TypeVar

import msgspec

from feedsvc.model.plan import Plan
from feedsvc.model.worker_pool import WorkerPool, processors
from feedsvc.model.worker_process import WorkerProcess, answer_parent
from feedsvc.publisher.articles import KeptArticles
from feedsvc.publisher.page_jobs import MadePage, PageBatch
from feedsvc.publisher.page_maker import PageMaker
from feedsvc.store.coding import encodings, identity_coding

_Tag = TypeVar("_Tag")
FEW = 1_000
"""Pages that are made in this process before workers are started."""


class PageWorkers:
    """Makes pages, the first FEW of them by `maker` and all others in workers."""

    def __init__(self, maker: PageMaker) -> None:
        self._maker = maker
        self._pool = WorkerPool("feedsvc.publisher.page_workers", maker.plan)
        self._made = 0

    def make(self, batches: Iterable[tuple[_Tag, PageBatch]]) -> Iterator[tuple[_Tag, list[MadePage]]]:
        """The pages of each batch, with the batch's tag, in the order of `batches`. Raises NotAsWritten."""
        rest = iter(batches)
        for tag, batch in rest:
            if self._made >= FEW and processors() > 1:
                yield from self._pool.map(self._ask, chain(((tag, batch),), rest), processors() + 1)
            else:
                self._made += len(batch.jobs)
                yield tag, self._maker.make_batch(batch)

    def end(self) -> None:
        """Ends the workers, until there are many pages again."""
        self._pool.end()
        self._made = 0

    def _ask(self, worker: WorkerProcess, tagged: tuple[_Tag, PageBatch]) -> tuple[_Tag, list[MadePage]]:
        """The pages of a batch; this process makes them if the worker is lost or cannot."""
        tag, batch = tagged
        try:
            return tag, _PAGES.decode(worker.ask(_encode(batch)))
        except (OSError, EOFError, ValueError, OverflowError, msgspec.MsgspecError):
            return tag, _make_alone(self._maker.plan, batch)


def _make_alone(plan: Plan, batch: PageBatch) -> list[MadePage]:
    """The pages of `batch`, made without the cache of articles: this may be one of several threads, or a worker, which
    makes each page once."""
    return PageMaker(plan, KeptArticles()).make_batch(batch)


_encode = msgspec.msgpack.Encoder().encode
_BATCH = msgspec.msgpack.Decoder(PageBatch)
_PAGES = msgspec.msgpack.Decoder(list[MadePage])


def _answer(plan: Plan) -> Callable[[bytes], bytes]:
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
    return page._replace(codings={each.etag: encodings(each)[1:] for each in plain if each.etag not in standing})


if __name__ == "__main__":
    answer_parent(_answer)
