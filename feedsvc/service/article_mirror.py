"""Copies the articles of a bucket into a folder. Everything else reads that folder, and knows nothing of the bucket.

All objects are listed, and those that have changed are copied; files without an object are removed once the listing is
complete. The folder is only scanned while it equals a complete listing, so an outage never looks like a removal.
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
"""The largest number of keys that are requested one by one; for more, all objects are listed."""
PATIENCE, PAUSE = 60.0, 0.1
"""Seconds to wait for another process that copies, and between two checks whether it has ended."""
_LOOK = 60.0
"""Seconds between two signs of life while objects are copied, for the watchdog."""
_PART = 200
"""Objects that are announced together."""
_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Errors in this program or in the library. They become a problem, and articles that are due by their dates are still
published."""
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
        """Copies what `scan` asks for: everything that differs, some keys, or nothing. After a failure, everything that
        differs is copied, except for Scan.KNOWN."""
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
        """Copies the objects of `keys`, and returns a problem for each that cannot be copied. The rest of the folder is
        not compared. Raises StaticError and OSError."""
        bucket = self._opened()
        with ExitStack() as stack:
            return tuple(_Copy(bucket, self._folder, self._journal(stack, append_journal)).take_each(sorted(keys)))

    def _failed(self, scan: ScanRequest, place: str, reason: str, remedy: str) -> Refreshed:
        self._fault = Problem(place=place, reason=reason, remedy=remedy)
        return Refreshed(scan, self._fault, None)

    def _copy_some(self, keys: Collection[str]) -> bool:
        """Copies the objects of `keys`. False if that is not enough, because an object is missing or a key is no
        possible file: then all objects must be listed."""
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
        """The journal of the copied objects and their marks, once no other process copies; closed by `stack`. Raises
        BeingWritten if another process still copies after PATIENCE seconds, and OSError."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return stack.enter_context(open_it(self._folder / RESERVED / _JOURNAL, self._name))
            except BeingWritten:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE)


class _Copy:
    """One run. Its methods raise StaticError and OSError; after an error, each file is either the old or the new
    version."""

    def __init__(self, bucket: Bucket, folder: Path, known: SentObjects) -> None:
        self._bucket = bucket
        self._folder = folder
        self._known = known

    def take(self, keys: Collection[str]) -> None:
        """Copies the objects of `keys`. Raises NotThere if one of them does not exist."""
        self._known.announce(sorted(keys))
        _at_once(self._copy, keys)

    def take_each(self, keys: Sequence[str]) -> list[Problem]:
        """Copies the objects of `keys`. Returns a problem for each that cannot be copied."""
        self._known.announce(keys)
        return [*filter(None, _at_once(self._copy_listed, keys))]

    def take_all(self, tick: ProgressCallback) -> tuple[Problem, ...]:
        """Makes the folder equal to the bucket. Returns a problem for each object that cannot be copied."""
        listed = (ListedObject(each.key, each.size, _mark(each)) for each in self._bucket.heads())
        for left in (self._folder / RESERVED).glob(f"{_ASIDE}*"):  # temporary files of a run that was killed
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
        """Copies an object. Returns a problem if it cannot be copied for a reason that concerns this object alone; None
        otherwise."""
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
        """Writes an object to a temporary file, and renames that to its place."""
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
    """The results of `work` for all `keys`, AT_ONCE at a time. After the first error no further one is started."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="copying")
    try:
        begun = [pool.submit(work, key) for key in sorted(keys)]
        waiting = {*begun}
        while waiting:  # wakes up even during a long download; each request for a part of an object has a time limit
            done, waiting = wait(waiting, _LOOK, FIRST_EXCEPTION)
            for each in done:
                each.result()
        return [each.result() for each in begun]
    finally:
        pool.shutdown(cancel_futures=True)


def _mark(head: Head) -> str:
    return f"{head.size} {head.stamp or head.modified}"


def _contents(folder: Path) -> tuple[dict[str, int], set[str]]:
    """All files below `folder` with their sizes (-1 for entries that are not regular files), and all folders."""
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
