"""The form of messages: a request to a webhook, signed if there is a secret, or mail. Pure functions of values."""

import base64
import binascii
import hmac
from email.message import EmailMessage
from email.utils import format_datetime

import msgspec

from feedsvc.alerts.rules import name_of
from feedsvc.model import codec
from feedsvc.model.alerts import AlertMessage
from feedsvc.model.local_time import local_time
from feedsvc.model.text import one_line, shorten

MAILTO = "mailto:"
_WORDS = {"raised": "", "repeated": "Still: ", "cleared": "Over: "}
_KINDS = {
    "silence": "the newsroom is silent",
    "partner": "a partner stays away",
    "problems": "something is held back",
    "publication": "publishing is late",
    "push": "hubs are not told",
    "disk": "the disk is nearly full",
}


def title_of(message: AlertMessage, site: str) -> str:
    """The message in one line."""
    subject = f" ({message.subject})" if message.subject else ""
    # A test message names no trouble: a receiver who reads only the subject would take it for a real alarm.
    said = "A test" if message.event == "test" else f"{_WORDS[message.event]}{_KINDS[message.kind]}{subject}"
    return shorten(one_line(f"{site}: {said}"), longest=150)


def text_of(message: AlertMessage, site: str, zone: str) -> str:
    """The message for people, with times by the clock of `zone`."""
    since, at = (local_time(codec.instant(each), zone) for each in (message.since, message.at))
    over = f"\n\nIt is over since about {at}." if message.event == "cleared" else ""
    return f"{title_of(message, site)}\n\n{message.text}{over}\n\nBegan: {since}"


def body_of(message: AlertMessage, site: str, url: str, zone: str) -> bytes:
    """The message as JSON. Chat services show the member `text`."""
    return msgspec.json.encode(
        {
            "type": f"alert.{message.event}",
            "timestamp": codec.instant(message.at).isoformat(),
            "text": text_of(message, site, zone),
            "data": {
                "id": message.id,
                "kind": message.kind,
                "subject": message.subject,
                "site": site,
                "url": url,
                "since": codec.instant(message.since).isoformat(),
                "reason": message.text,
            },
        }
    )


def headers_of(message: AlertMessage, body: bytes, secret: str, now: int) -> tuple[tuple[str, str], ...]:
    """The headers of the request with `body`, sent at `now` (seconds). If `secret` is not empty, the request is signed
    according to Standard Webhooks 1.0. The id stays the same when a message is sent again."""
    told = (("content-type", "application/json"), ("webhook-id", message.id), ("webhook-timestamp", str(now)))
    if not secret:
        return told
    signed = f"{message.id}.{now}.".encode() + body
    made = base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()
    return (*told, ("webhook-signature", f"v1,{made}"))


def _key(secret: str) -> bytes:
    """The signing key: what follows `whsec_`, decoded from base64, or otherwise the bytes of `secret`."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def mail_of(message: AlertMessage, site: str, zone: str, sender: str, receiver: str) -> EmailMessage:
    """The message as mail. `References` groups all messages on the same trouble into one thread; `Auto-Submitted`
    keeps mail programs from answering automatically."""
    domain = sender.rpartition("@")[2]
    mail = EmailMessage()
    mail["From"] = f"feedsvc <{sender}>"
    mail["To"] = receiver
    mail["Subject"] = title_of(message, site)
    mail["Date"] = format_datetime(codec.instant(message.at))
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    mail["References"] = f"<{name_of(f'{message.kind} {message.subject} {message.since}')}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text_of(message, site, zone) + "\n")
    return mail
