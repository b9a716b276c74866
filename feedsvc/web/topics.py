"""The Link header that names the hubs of a topic (WebSub section 4), and the endpoint of the service's own hub."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from feedsvc.model.urls import SITE

if TYPE_CHECKING:
    from flask import Response

LONGEST = 16_384
"""Maximum bytes of a form that are read; the hub accepts fewer."""


class Answer(Protocol):
    """The answer of the hub: see `push.hub.HubAnswer`."""

    @property
    def status(self) -> int: ...

    @property
    def text(self) -> str: ...

    @property
    def retry_after(self) -> int:
        """Seconds for Retry-After; 0 for none."""
        ...


Hub = Callable[[str, bytes], Answer]
"""Answers a form, given its content type and its bytes."""


class TopicLinks(NamedTuple):
    """The Link headers of one address of the service."""

    canonical: str
    """The canonical address: topic URLs always start with it, so that a hub knows each topic under one name."""
    hubs: tuple[str, ...]

    def header(self, path: str) -> str:
        """The value of the Link header of the topic at `path`, which is percent-encoded."""
        hubs = [f'<{hub}>; rel="hub"' for hub in self.hubs]
        return ", ".join((*hubs, f'<{self.canonical}{path}>; rel="self"'))


def topic_links(addresses: tuple[str, ...], hubs: tuple[str, ...]) -> tuple[TopicLinks, ...]:
    """The links of each address; empty if there are no hubs. `SITE` at the start of a hub's URL is replaced by the
    address."""
    if not hubs:
        return ()
    return tuple(
        TopicLinks(addresses[0], tuple(hub.replace(SITE, address, 1) for hub in hubs)) for address in addresses
    )


def answer_at(hub: Hub) -> "Callable[[], Response]":
    """The view function of the endpoint, which takes only POST."""
    from flask import Response, request

    def answer() -> Response:
        body = request.stream.read(LONGEST)
        found = hub(request.environ.get("CONTENT_TYPE", ""), body)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if found.retry_after:
            headers["Retry-After"] = str(found.retry_after)
        text = f"{found.text}\n" if found.text else ""
        return Response(text, found.status, headers, content_type="text/plain; charset=utf-8")

    return answer
