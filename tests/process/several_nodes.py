"""Several nodes over one articles folder and one database, and those who read from them in turn."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

from service import Newsroom, Service, markdown, running, wait_for

FILES = 20
"""Articles that are edited in turn, so that a feed of any length has all of them."""


class Nodes:
    """Nodes over one articles folder and one database, each with a state folder of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.articles = folder / "articles"
        self.articles.mkdir()
        self.source = str(self.articles)
        self._stack = ExitStack()
        self.services: list[Service] = []
        self.edits = 0

    def room(self, name: str, url: str = "", *, publish: bool = True) -> Newsroom:
        room = Newsroom(self.folder / name, every="1h")
        first = self.services[0].newsroom.port if self.services else room.port
        text = room.config.read_text("utf-8").replace(f"127.0.0.1:{room.port}", f"127.0.0.1:{first}")
        publishes = f"publish = {str(publish).lower()}\n"
        text += f'{publishes}[articles]\npath = "{self.source}"\n[state]\nurl = "{url or self.url}"\n'
        room.config.write_text(text, encoding="utf-8")
        room.articles = self.articles
        return room

    def start(self, name: str, url: str = "", *, publish: bool = True, tables: str = "") -> Service:
        room = self.room(name, url, publish=publish)
        room.config.write_text(room.config.read_text("utf-8") + tables, encoding="utf-8")
        service = self._stack.enter_context(running(room, path="/-/health"))
        self.services.append(service)
        return service

    def edit(self) -> int:
        """The number of a new edit, which is the number in the title of one of the articles."""
        self.edits += 1
        self.services[0].newsroom.write(f"file-{self.edits % FILES}.md", markdown(f"edit-{self.edits}"))
        return self.edits

    def wait_for_edit(self, number: int, services: list[Service] | None = None, patience: float = 40.0) -> None:
        for each in services or self.services:
            wait_for(lambda at=each: newest(at) >= number, f"edit {number} at {each.port}", patience)  # type: ignore[misc]

    def missing(self) -> set[str]:
        """The titles that a node should show and does not, or the other way round."""
        first = max(1, self.edits - FILES + 1)
        expected = {f"edit-{number}" for number in range(first, self.edits + 1)}
        shown = [{title for title in each.titles() if title.startswith("edit-")} for each in self.services]
        return set().union(*(expected ^ each for each in shown))

    def end(self) -> None:
        self._stack.close()


def newest(service: Service) -> int:
    """The highest number of an edit that `service` shows; 0 for none."""
    answer = service.serves()
    return max(numbers_in(answer.text), default=0) if answer else 0


def numbers_in(feed: str) -> list[int]:
    return [int(number) for number in re.findall(r"<title>edit-(\d+)<", feed)]


def etags(service: Service) -> dict[str, str]:
    return {path: service.get(path).headers["etag"] for path in ("/rss.xml", "/atom.xml", "/feed.json", "/")}


class Reader:
    """Somebody who polls nodes in turn, and notes what no reader should see: errors, and a node that goes back."""

    def __init__(self, *services: Service, pause: float = 0.02) -> None:
        self._services = services
        self._pause = pause
        self._stop = Event()
        self._turn = Lock()
        self._away: set[Service] = set()
        self._shown: dict[Service, dict[int, int]] = {}
        self._reached: dict[int, float] = {}
        self.errors: list[str] = []
        self.polls = 0
        self.lag = 0.0
        """Seconds for which, at most, one node showed less than another one had shown."""
        self._thread = Thread(target=self._poll, daemon=True)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    @contextmanager
    def without(self, service: Service) -> Iterator[None]:
        """`service` is down as a whole: nobody is led to it."""
        with self._turn:
            self._away.add(service)
        try:
            yield
        finally:
            self._away.discard(service)

    def _poll(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(0.001, due - time.monotonic())):
            due = max(due, time.monotonic() - 1) + self._pause
            for service in self._services:
                with self._turn:
                    if service not in self._away:
                        self._ask(service)

    def _ask(self, service: Service) -> None:
        asked = time.monotonic()
        try:
            answer = service.get("/rss.xml")
        except OSError as error:
            self.errors.append(f"{service.port}: {error!r}")
            return
        self.polls += 1
        if answer.status != 200:
            self.errors.append(f"{service.port}: {answer.status}")
            return
        self._compare(service, numbers_in(answer.text), asked)

    def _compare(self, service: Service, numbers: list[int], asked: float) -> None:
        shown, before = {number % FILES: number for number in numbers}, self._shown.get(service, {})
        if any(shown.get(file, 0) < number for file, number in before.items()):
            self.errors.append(f"{service.port}: {sorted(numbers)} after {sorted(before.values())}")
        self._shown[service] = shown
        number = max(numbers, default=0)
        self._reached.setdefault(number, asked)
        later = [at for each, at in self._reached.items() if each > number]
        if later:
            self.lag = max(self.lag, asked - min(later))
        elif len(self._reached) > 1:
            self._reached = {number: self._reached[number]}
