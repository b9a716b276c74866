"""The public status, rendered once for each Edition: strangers may ask for it as often as they like."""

from threading import Lock

from cachetools import LRUCache

from feedsvc.web.view import Edition


class PublicStatus:
    """The cached public status of one Edition, by media type and trouble; cleared with the next Edition."""

    def __init__(self) -> None:
        self._edition: Edition | None = None
        self._bodies: LRUCache[tuple[str, str], bytes] = LRUCache(8)
        self._lock = Lock()

    def get(self, edition: Edition, kind: str, trouble: str) -> bytes | None:
        with self._lock:
            return self._bodies.get((kind, trouble)) if self._edition is edition else None

    def put(self, edition: Edition, kind: str, trouble: str, body: bytes) -> None:
        with self._lock:
            if self._edition is not edition:
                self._edition = edition
                self._bodies.clear()
            self._bodies[kind, trouble] = body
