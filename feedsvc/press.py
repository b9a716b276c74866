"""The press: prints documents into the Edition that is being made, for every address, where they changed."""

from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection

from feedsvc.compress import etag, represent
from feedsvc.model import Document, Feed, Format, Problem, Representation
from feedsvc.store import editions
from feedsvc.store.editions import Issue


class Press:
    """One Edition, number `edition`; `addresses` are scheme and host, the canonical one first."""

    def __init__(self, connection: Connection, addresses: tuple[str, ...], edition: int) -> None:
        self._connection = connection
        self._addresses = addresses
        self._edition = edition
        self.changed = 0
        """Documents that are not as they were, each address counted."""

    def print(self, document: Document) -> None:
        for number, address in enumerate(self._addresses):
            body = document.at(address)
            if self._differs(number, document, etag(body)):
                self._put(Issue(number, document.path, document.type, document.max_age, represent(body)))

    def print_file(self, root: Path, file: str, document: Document) -> bool:
        """Publish `file` below `root` under the head of `document`; False if it is not there."""
        try:
            tag, length = _hash(root / file)
        except OSError:
            return False
        only = (Representation(coding="identity", etag=tag, body=b""),)
        for number in range(len(self._addresses)):
            if self._differs(number, document, tag):
                self._put(Issue(number, document.path, document.type, document.max_age, only, file, length))
        return True

    def drop(self, paths: set[str], status: int) -> None:
        """Take what is live at `paths` out of every address; it is then `editions.GONE` or `editions.FORGOTTEN`."""
        self.changed += editions.drop(self._connection, self._edition, sorted(paths), status)

    def _differs(self, address: int, document: Document, tag: str) -> bool:
        before = editions.head(self._connection, address, document.path)
        return before != (tag, document.type, document.max_age)

    def _put(self, issue: Issue) -> None:
        editions.put(self._connection, self._edition, issue)
        self.changed += 1


def _hash(path: Path) -> tuple[str, int]:
    digest, length = blake2b(digest_size=12), 0
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
            length += len(chunk)
    return f'"{digest.hexdigest()}"', length


def render(form: Format, feed: Feed) -> tuple[bytes | None, tuple[Problem, ...]]:
    """`feed` as bytes; articles that `form` cannot render are left out and named. None if it cannot render any feed."""
    body, problem = _attempt(form, feed)
    if problem is None:
        return body, ()
    alone = [(article, _attempt(form, feed.with_only(article))[1]) for article in feed.articles]
    body, again = _attempt(form, feed.with_only(*(article for article, trouble in alone if trouble is None)))
    return body, tuple(trouble for trouble in (*(trouble for _, trouble in alone), again) if trouble is not None)


def _attempt(form: Format, feed: Feed) -> tuple[bytes | None, Problem | None]:
    try:
        return form.render(feed), None
    except Exception as error:  # noqa: BLE001 - whatever a format stumbles over must not cost the other feeds
        what = f"the article {feed.articles[0].url}" if len(feed.articles) == 1 else "the feed"
        reason = f"{form.name} cannot render {what}: {error!r}"
        return None, Problem(place=feed.path, reason=reason, remedy="look for odd values in the article; report this")
