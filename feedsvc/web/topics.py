"""The Link header that names the hubs of a topic (WebSub section 4)."""

from typing import NamedTuple

from feedsvc.model.urls import SITE


class TopicLinks(NamedTuple):
    """The Link headers of one address of the service."""

    canonical: str
    """The canonical address: topics are those of it, so that a hub knows each under one name."""
    hubs: tuple[str, ...]

    def header(self, path: str) -> str:
        """The value of the Link header of the topic at `path`, which is percent-encoded."""
        hubs = [f'<{hub}>; rel="hub"' for hub in self.hubs]
        return ", ".join((*hubs, f'<{self.canonical}{path}>; rel="self"'))


def topic_links(addresses: tuple[str, ...], hubs: tuple[str, ...]) -> tuple[TopicLinks, ...]:
    """The links of each address; empty without hubs. A hub that starts with SITE is at the address that was asked."""
    if not hubs:
        return ()
    return tuple(
        TopicLinks(addresses[0], tuple(hub.replace(SITE, address, 1) for hub in hubs)) for address in addresses
    )
