"""The URLs of topics: the public address of a feed, exactly as in its documents and headers."""

from urllib.parse import quote, unquote

from feedsvc.store.topics import TopicPlace


def topic_url(addresses: tuple[str, ...], place: TopicPlace) -> str:
    """The URL of the topic at `place`; `addresses` are scheme and host, the canonical one first."""
    return addresses[place.address] + quote(place.path)


def place_of(addresses: tuple[str, ...], url: str) -> TopicPlace | None:
    """The place that `url` names; None if it is not a URL of the service, or is spelled in any other way."""
    for number, address in enumerate(addresses):
        if url.startswith(f"{address}/"):
            place = TopicPlace(number, unquote(url[len(address) :]))
            return place if topic_url(addresses, place) == url else None
    return None
