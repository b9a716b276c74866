"""The gate of a preview: answers only this machine, and forbids keeping or embedding the answers."""

from collections.abc import Iterable
from typing import Any

from feedsvc.web import hosts
from feedsvc.web.front import REFUSAL, Environ, StartResponse, Wsgi
from feedsvc.web.trust import LOOPBACK_HOST, is_local

_LEFT_OUT = ("cache-control", "access-control-allow-origin")
_PRIVATE = [
    ("Cache-Control", "no-store"),
    ("X-Robots-Tag", "noindex"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]


class PreviewGate:
    """A WSGI application (PEP 3333) that passes requests of this machine on to `behind`, and refuses all others.

    The Host has to be this machine too: a page from elsewhere may make a browser ask here under a name of its own (DNS
    rebinding).
    """

    def __init__(self, behind: Wsgi) -> None:
        self._behind = behind

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        here = hosts.is_loopback(environ.get("HTTP_HOST", ""))
        if not is_local(environ | {LOOPBACK_HOST: here}):
            start("403 Forbidden", REFUSAL.copy())
            return [b"A preview is shown on the machine where it runs, and nowhere else.\n"]
        return self._behind(environ, _private(start))


def _private(start: StartResponse) -> StartResponse:
    """A `start` function for answers that no cache keeps and no other site can read."""

    def start_privately(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        kept = [header for header in headers if header[0].lower() not in _LEFT_OUT]
        return start(status, [*kept, *_PRIVATE], *rest)

    return start_privately
