"""The front desk: answers what stands in the Edition, before Flask sees it. No request renders."""

from collections.abc import Callable, Iterable
from typing import Any

from feedsvc.web.negotiate import codings, matches, unmodified
from feedsvc.web.view import Held, Table, View

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


class Front:
    """A WSGI application (PEP 3333) for the documents of `view`; everything else goes to `behind`.

    `hosts` are the names of each address, in the addresses' order; any other Host gets the canonical documents.
    """

    def __init__(self, view: View, hosts: tuple[str, ...], behind: Wsgi) -> None:
        self._view = view
        self._behind = behind
        self._numbers = {host: number for number, host in reversed(list(enumerate(hosts)))}

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            held = self.table(environ.get("HTTP_HOST", "")).get(environ["PATH_INFO"])
            if held is not None and not held.file:
                answer = self._answer(held, environ, start)
                if answer is not None:
                    return answer
        return self._behind(environ, start)

    def table(self, host: str) -> Table:
        number = self._numbers.get(host)
        if number is None:
            number = self._numbers.get(bare_host(host), 0)
        return self._view.tables[number]

    def _answer(self, held: Held, environ: Environ, start: StartResponse) -> list[bytes] | None:
        """The answer, or None if the document has moved on while we looked: then it is found again, by the slow way."""
        coding = next(
            (each for each in codings(environ.get("HTTP_ACCEPT_ENCODING", "")) if each in held.variants), "identity"
        )
        variant = held.variants[coding]
        if is_same(held, environ):
            start("304 Not Modified", variant.same)
            return []
        if environ["REQUEST_METHOD"] == "HEAD":
            start("200 OK", variant.fresh)
            return []
        body = self._view.body(held, variant.etag)
        if body is None:
            return None
        start("200 OK", variant.fresh)
        return [body]


def is_same(held: Held, environ: Environ) -> bool:
    """Whether the client has it already: by If-None-Match, only without it by date (RFC 9110 section 13.2.2)."""
    tag = environ.get("HTTP_IF_NONE_MATCH")
    if tag is not None:
        return tag in held.tags or matches(tag, held.tags)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    return since is not None and unmodified(since, held.modified, shared_second=held.shared_second)


def bare_host(host: str) -> str:
    """`host` without port and trailing dot, in lower case."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name.removesuffix(".").lower()
