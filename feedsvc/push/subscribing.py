"""Parses the form sent to the hub (WebSub section 5.1): a request, or the reason why it is invalid."""

from typing import NamedTuple
from urllib.parse import parse_qsl

from feedsvc.push.verifications import Intent

LONGEST_FORM = 8_192
"""Maximum bytes of a form."""
MOST_FIELDS = 64
LONGEST_SECRET = 199
"""Maximum bytes of a secret (section 5.1: less than 200)."""
LEASE, SHORTEST_LEASE, LONGEST_LEASE = 10 * 86_400, 60, 30 * 86_400
"""The duration of a subscription in seconds: default, minimum, maximum."""
FORM = "application/x-www-form-urlencoded"
_ONCE = ("hub.mode", "hub.callback", "hub.topic", "hub.secret", "hub.lease_seconds")


class Refusal(Exception):
    """The form is refused: the status of the answer, and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Asked(NamedTuple):
    """A request to subscribe or unsubscribe."""

    callback: str
    topic: str
    intent: Intent


class Published(NamedTuple):
    """A ping that topics have changed, as sent to hubs."""

    topics: tuple[str, ...]


def read_form(content_type: str, body: bytes) -> Asked | Published:
    """The request in a form. Unknown parameters are ignored. Raises Refusal."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise Refusal(415, f"the content type has to be {FORM}")
    fields = _fields(body)
    mode = _one(fields, "hub.mode")
    if mode == "publish":
        return Published(tuple(value for name, value in fields if name in ("hub.url", "hub.topic", "hub.url[]")))
    if mode not in ("subscribe", "unsubscribe"):
        raise Refusal(400, "hub.mode has to be subscribe, unsubscribe or publish")
    callback, topic = _one(fields, "hub.callback"), _one(fields, "hub.topic")
    if not callback or not topic:
        raise Refusal(400, "hub.callback and hub.topic are needed")
    if mode == "unsubscribe":
        return Asked(callback, topic, Intent(mode="unsubscribe"))
    lease, secret = granted_lease(_one(fields, "hub.lease_seconds")), _one(fields, "hub.secret").encode()
    if len(secret) > LONGEST_SECRET:
        raise Refusal(400, "hub.secret has to be shorter than 200 bytes")
    return Asked(callback, topic, Intent(mode="subscribe", lease=lease, secret=secret))


def granted_lease(wanted: str) -> int:
    """The seconds for which a subscription is granted; the default if none, or 0, is requested. Raises Refusal."""
    if not wanted:
        return LEASE
    if not (wanted.isascii() and wanted.isdigit()):
        raise Refusal(400, "hub.lease_seconds has to be a whole number")
    seconds = int(wanted[:12])
    return max(SHORTEST_LEASE, min(seconds, LONGEST_LEASE)) if seconds else LEASE


def _fields(body: bytes) -> list[tuple[str, str]]:
    if len(body) > LONGEST_FORM:
        raise Refusal(413, f"a form has at most {LONGEST_FORM} bytes")
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # not ASCII, not UTF-8, or too many fields
        raise Refusal(400, "the form cannot be read; it has to be percent-encoded UTF-8") from None


def _one(fields: list[tuple[str, str]], name: str) -> str:
    """The value of a field that may occur once; empty if it is missing."""
    values = [value for given, value in fields if given == name]
    if len(values) > 1 and name in _ONCE:
        raise Refusal(400, f"{name} is there more than once")
    return values[0] if values else ""
