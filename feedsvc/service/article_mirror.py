"""The folder with a copy of the articles that are in a bucket. Everything else reads that folder, and knows no bucket.

All objects are listed, and those copied that are others now; what is gone is removed once the listing is complete. The
folder is only looked at while it equals a complete listing: an outage never looks like a removal.
"""

import logging
import os
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from threading import get_ident
from typing import TypeVar

from feedsvc.library.mirror_plan import RESERVED, ListedObject, fault_of, plan_mirror
from feedsvc.model.problem import Problem
from feedsvc.model.progress import ProgressCallback, no_progress
from feedsvc.service.refreshed import Refreshed
from feedsvc.service.scan_request import Scan, ScanRequest, paths_of
from feedsvc.web.export.bucket import Bucket, Denied, Head, NotThere
from feedsvc.web.export.disk import ONE_FILE, BeingWritten, StaticError
from feedsvc.web.export.sent import SentObjects, append_journal, open_journal

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Objects that are copied at the same time."""
MOST_PATHS = 100
"""Keys that are asked for one by one; instead of more, all are listed."""
PATIENCE, PAUSE = 60.0, 0.1
"""Seconds to wait for another process that copies, and between two looks whether it has ended."""
_LOOK = 60.0
"""Seconds between two signs of life while objects are copied, for the watchdog."""
_PART = 200
"""Objects that are announced together."""
_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Errors of the program itself, or of the library: what is due by its time is published all the same."""
_JOURNAL, _ASIDE = "marks.jsonl", "new-"
T = TypeVar("T")


class ArticleMirror:
    """Copies the bucket `name`, `s3://bucket/prefix`, into `folder`. One thread uses it."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder
        self._bucket: Bucket | None = None
        self._fault: Problem | None = None

    def refresh(self, scan: ScanRequest, tick: ProgressCallback = no_progress) -> Refreshed:
        """Copies what `scan` asks for: everything that differs, some keys, or nothing. After a failure, everything."""
        if scan is Scan.KNOWN:
            return Refreshed(scan, self._fault, None)
        keys = paths_of(scan) if self._fault is None else frozenset()
        try:
            if 0 < len(keys) <= MOST_PATHS and self._copy_some(keys):
                return Refreshed(scan, None, None)
            problems = self._copy_all(tick)
        except StaticError as error:
            return self._failed(scan, error.place, error.reason, error.remedy)
        except OSError as error:
            reason = f"the copy of {self._name} cannot be written: {error.strerror or type(error).__name__}"
            remedy = "make room, and give this user the right to write there; what was published stays"
            return self._failed(scan, str(self._folder), reason, remedy)
        except _UNFORESEEN as error:
            return self._failed(scan, self._name, repr(error), "it is tried again; if it lasts, report this")
        self._fault = None
        return Refreshed(Scan.FULL, None, problems)

    def copy(self, keys: Collection[str]) -> tuple[Problem, ...]:
        """Copies the objects of `keys`, whatever else the folder lacks; the problems of those that cannot be copied.
        Raises StaticError and OSError."""
        bucket = self._opened()
        with ExitStack() as stack:
            return tuple(_Copy(bucket, self._folder, self._journal(stack, append_journal)).take_each(sorted(keys)))

    def _failed(self, scan: ScanRequest, place: str, reason: str, remedy: str) -> Refreshed:
        self._fault = Problem(place=place, reason=reason, remedy=remedy)
        return Refreshed(scan, self._fault, None)

    def _copy_some(self, keys: Collection[str]) -> bool:
        """Copies the objects of `keys`; False if they do not tell what became of them, so all have to be listed."""
        if any(map(fault_of, keys)):
            return False
        bucket = self._opened()
        with ExitStack() as stack:
            try:
                _Copy(bucket, self._folder, self._journal(stack, append_journal)).take(keys)
            except (NotThere, NotADirectoryError, IsADirectoryError, FileExistsError):
                return False
        return True

    def _copy_all(self, tick: ProgressCallback) -> tuple[Problem, ...]:
        bucket = self._opened()
        with ExitStack() as stack:
            return _Copy(bucket, self._folder, self._journal(stack, open_journal)).take_all(tick)

    def _opened(self) -> Bucket:
        if self._bucket is None:
            self._bucket = Bucket(self._name)
        return self._bucket

    def _journal(
        self, stack: ExitStack, open_it: Callable[[Path, str], AbstractContextManager[SentObjects]]
    ) -> SentObjects:
        """The marks of what was copied, once no other process copies; closed by `stack`. Raises BeingWritten, and
        OSError."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return stack.enter_context(open_it(self._folder / RESERVED / _JOURNAL, self._name))
            except BeingWritten:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE)


class _Copy:
    """One run. Its methods raise StaticError and OSError: each file is then the old one or the new one."""

    def __init__(self, bucket: Bucket, folder: Path, known: SentObjects) -> None:
        self._bucket = bucket
        self._folder = folder
        self._known = known

    def take(self, keys: Collection[str]) -> None:
        """Copies the objects of `keys`. Raises NotThere if there is none for one of them."""
        self._known.announce(sorted(keys))
        _at_once(self._copy, keys)

    def take_each(self, keys: Sequence[str]) -> list[Problem]:
        """Copies the objects of `keys`; the problems of those that cannot be copied."""
        self._known.announce(keys)
        return [*filter(None, _at_once(self._copy_listed, keys))]

    def take_all(self, tick: ProgressCallback) -> tuple[Problem, ...]:
        """Makes the folder equal to the bucket; the problems of what cannot be."""
        listed = (ListedObject(each.key, each.size, _mark(each)) for each in self._bucket.heads())
        for left in (self._folder / RESERVED).glob(f"{_ASIDE}*"):  # by a run that was killed
            left.unlink()
        files, folders = _contents(self._folder)
        plan = plan_mirror(listed, self._known.marks, files)
        self._remove(plan.removed)
        for folder in sorted(folders, reverse=True):
            with suppress(OSError):  # not empty
                (self._folder / folder).rmdir()
        problems = list(plan.problems)
        for start in range(0, len(plan.copied), _PART):
            part = plan.copied[start : start + _PART]
            problems += self.take_each(part)
            tick("objects copied", start + len(part), len(plan.copied))
        if plan.copied or plan.removed:
            log.info("%s: %d objects copied, %d removed", self._bucket.name, len(plan.copied), len(plan.removed))
        return tuple(problems)

    def _remove(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            (self._folder / key).unlink(missing_ok=True)
        if keys:
            self._known.removed(keys)

    def _copy_listed(self, key: str) -> Problem | None:
        """Copies an object; a problem if it alone cannot be copied."""
        try:
            self._copy(key)
        except NotThere:
            reason = "it was listed, but is not there"
            remedy = "the next look settles it, or its key begins or ends with a slash: rename it"
            return Problem(place=key, reason=reason, remedy=remedy, warning=True)
        except Denied as error:
            return Problem(place=key, reason=f"{error.reason}; its last good version stays", remedy=error.remedy)
        except OSError as error:
            if error.errno not in ONE_FILE:
                raise
            reason = f"it cannot be a file here: {error.strerror}"
            return Problem(place=key, reason=reason, remedy="rename that object; until then it is not read")
        return None

    def _copy(self, key: str) -> None:
        """Writes an object aside, and puts it in its place."""
        head, chunks = self._bucket.get(key)
        aside, target = self._folder / RESERVED / f"{_ASIDE}{get_ident()}", self._folder / key
        with aside.open("wb") as file:
            length = sum(map(file.write, chunks))
        if length != head.size:
            reason = f"{key} ended after {length:,} of {head.size:,} bytes"
            raise StaticError(self._bucket.name, reason, "the next look copies it again")
        os.utime(aside, (head.modified, head.modified))
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.replace(target)
        self._known.sent(key, _mark(head))


def _at_once(work: Callable[[str], T], keys: Collection[str]) -> list[T]:
    """The results of `work` for all `keys`. After the first error no further one is begun."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="copying")
    try:
        begun = [pool.submit(work, key) for key in sorted(keys)]
        waiting = {*begun}
        while waiting:  # it wakes up also during a long film: each request for a part of it ends in time
            done, waiting = wait(waiting, _LOOK, FIRST_EXCEPTION)
            for each in done:
                each.result()
        return [each.result() for each in begun]
    finally:
        pool.shutdown(cancel_futures=True)


def _mark(head: Head) -> str:
    return f"{head.size} {head.stamp or head.modified}"


def _contents(folder: Path) -> tuple[dict[str, int], set[str]]:
    """All files below `folder` with their sizes, -1 for what is no file, and all folders."""
    files: dict[str, int] = {}
    folders: set[str] = set()
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{folder}/{prefix}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if path != RESERVED:
                        folders.add(path)
                        waiting.append(f"{path}/")
                elif entry.is_file(follow_symlinks=False):
                    files[path] = entry.stat(follow_symlinks=False).st_size
                else:
                    files[path] = -1
    return files, folders
