"""A publisher session: publishes as long as the lease is held and the store is neither replaced nor damaged."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread

from feedsvc.config import Config
from feedsvc.library.settling import CompleteFiles
from feedsvc.service.clock_watcher import ClockWatcher
from feedsvc.service.foreign_format import TimeShare
from feedsvc.service.guarded_regeneration import GuardedRegeneration
from feedsvc.service.lease_keeper import LeaseKeeper
from feedsvc.service.publishing_loop import PublishingLoop
from feedsvc.service.request_inbox import RequestInbox
from feedsvc.service.saves import FirstSave
from feedsvc.service.scan_request import Scan, ScanRequests
from feedsvc.service.scheduler import Scheduler
from feedsvc.service.session_end import End, SessionEnd
from feedsvc.service.store_watch import StoreWatch, watch_store
from feedsvc.service.timetable import timetable_of
from feedsvc.service.watchdog import exit_if_hung
from feedsvc.service.watcher import FolderWatcher, note_complete
from feedsvc.service.wiring import make_regeneration
from feedsvc.store.errors import StoreDamaged, StoreError
from feedsvc.store.lease import Lease, LeaseLost
from feedsvc.store.port import Store

log = logging.getLogger(__name__)

POLL = 0.25
"""Seconds between two checks of the store, the lease, the requests of operators, and the watchdog."""


@dataclass(frozen=True)
class PublisherSession:
    """The parts of a session. Each runs in its own thread, or is called by one of these threads."""

    loop: PublishingLoop
    requests: ScanRequests
    scheduler: Scheduler
    clock: ClockWatcher
    folder: FolderWatcher | None
    """None if the articles folder is not watched."""
    inbox: RequestInbox
    lease_keeper: LeaseKeeper
    store_watch: StoreWatch
    end: SessionEnd

    def run(self, stop: Event) -> End:
        """Publishes until `stop` is set or the session cannot continue. Returns the reason for its end.

        Before it returns, the current publication is finished and the lease is released.
        """
        threads = self._threads()
        self.requests.put(Scan.FULL)
        self.scheduler.start()
        for thread in threads:
            thread.start()
        while not (stop.is_set() or self.end.event.wait(POLL)):
            self._exit_if_hung()
            self._end_if_a_thread_has_ended(threads)
        self.end.end(End.STOPPED)
        self.requests.close()
        for thread in threads:
            self._join(thread)
        self.scheduler.stop()
        self.lease_keeper.release()
        return self.end.reason

    def _threads(self) -> list[Thread]:
        """The threads of the session. Each ends once the session is over and the requests are closed."""
        over = self.end.event
        threads = [
            Thread(target=self.loop.run, name="publishing"),
            Thread(target=self._poll, name="polling"),
            Thread(target=self.clock.run, args=(over,), name="clock"),
        ]
        if self.folder is not None:
            threads.append(Thread(target=self.folder.run, args=(over,), name="watcher"))
        return threads

    def _end_if_a_thread_has_ended(self, threads: Sequence[Thread]) -> None:
        """Ends the session if one of its threads has ended prematurely, which nothing else would notice."""
        gone = [thread.name for thread in threads if not thread.is_alive()]
        if gone and not self.end.event.is_set():
            log.error("the %s thread has ended by an error; a new session begins", " and the ".join(gone))
            self.end.end(End.FAILED)

    def _poll(self) -> None:
        """Checks the store, the requests of operators, and the lease, until the session ends."""
        while not self.end.event.wait(POLL):
            try:
                self._poll_once()
            except LeaseLost as loss:
                log.warning("the lease is lost: %s", loss)
                self.end.end(End.LEASE_LOST)
            except StoreDamaged as error:
                log.warning("the session ends: %s", error)
                self.end.end(End.DAMAGED)
            except StoreError as error:
                # During a publication no other process can write, so the lease needs no renewal.
                log.debug("the store could not be checked: %s", error)

    def _poll_once(self) -> None:
        if self.store_watch.is_replaced():
            log.warning("%s was deleted or replaced; a new session begins", self.store_watch.name)
            self.end.end(End.LEASE_LOST)
            return
        if self.store_watch.is_suspect():
            log.warning("%s may be damaged, and is checked", self.store_watch.name)
            self.end.end(End.DAMAGED)
            return
        if self.inbox.has_new():
            self.requests.put(Scan.KNOWN)  # the requests themselves define what is scanned
        self.lease_keeper.renew_if_due(time.monotonic())

    def _join(self, thread: Thread) -> None:
        while thread.is_alive():
            thread.join(POLL)
            self._exit_if_hung()

    def _exit_if_hung(self) -> None:
        exit_if_hung(self.loop.watchdog, time.monotonic(), self.store_watch.name)


def make_session(settings: Config, store: Store, lease: Lease) -> PublisherSession:
    """A session on `store` under `lease`."""
    requests, inbox, end = ScanRequests(), RequestInbox(store, lease), SessionEnd()
    timetable = timetable_of(settings)
    scheduler = Scheduler(timetable, requests.put)
    complete, first_save = CompleteFiles(), FirstSave()
    regeneration = make_regeneration(settings, store, TimeShare(), complete)
    noting = partial(note_complete, settings.articles_folder, complete)
    publications = GuardedRegeneration(
        store, lease, regeneration, inbox, end, scheduler.next_regular, first_save.take, noting
    )

    def on_clock_jump() -> None:
        scheduler.restart_timetable()
        requests.put(Scan.FULL)

    return PublisherSession(
        loop=PublishingLoop(requests, publications, scheduler.schedule, timetable.longest),
        requests=requests,
        scheduler=scheduler,
        clock=ClockWatcher(on_clock_jump),
        folder=_watcher(settings, requests, complete, first_save),
        inbox=inbox,
        lease_keeper=LeaseKeeper(store, lease),
        store_watch=watch_store(store),
        end=end,
    )


def _watcher(
    settings: Config, requests: ScanRequests, complete: CompleteFiles, first_save: FirstSave
) -> FolderWatcher | None:
    """The watcher of the articles folder; None if the folder is not watched."""
    if not settings.schedule.watch or settings.articles.bucket:
        return None
    return FolderWatcher(settings.articles_folder, requests.put, complete, first_save)
