"""The endpoint of the service's own hub (WebSub section 5)."""

from collections.abc import Callable
from typing import Protocol

from flask import Response, request

LONGEST = 16_384
"""Bytes of a form that are read; the hub takes fewer."""


class Answer(Protocol):
    """The answer of the hub: see `push.hub.HubAnswer`."""

    @property
    def status(self) -> int: ...

    @property
    def text(self) -> str: ...

    @property
    def retry_after(self) -> int:
        """Seconds; 0 for none."""
        ...


Hub = Callable[[str, bytes], Answer]
"""The answer to a form, by its content type and its bytes."""


def answer_at(hub: Hub) -> Callable[[], Response]:
    """The view function of the endpoint, which takes POST alone."""

    def answer() -> Response:
        body = request.stream.read(LONGEST)
        found = hub(request.environ.get("CONTENT_TYPE", ""), body)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if found.retry_after:
            headers["Retry-After"] = str(found.retry_after)
        text = f"{found.text}\n" if found.text else ""
        return Response(text, found.status, headers, content_type="text/plain; charset=utf-8")

    return answer
