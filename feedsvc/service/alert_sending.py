"""Sends alarm messages, to each destination independently: one that hangs or fails does not delay the others.

The rules of push apply: the address of a webhook is checked, redirects are not followed, and a failed message is tried
again with growing pauses, for a day. The outbox of push is not used, since alarms must be sent even if the store cannot
be written or the push process is dead.
"""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from feedsvc.alerts import messages
from feedsvc.alerts.messages import MAILTO
from feedsvc.config import Config
from feedsvc.model.alerts import AlertMessage, AlertRecord
from feedsvc.model.text import one_line
from feedsvc.push.outcome import Outcome, Request, Result, outcome_of
from feedsvc.push.retry import DAY, HOUR, RetryPolicy, is_given_up, next_attempt
from feedsvc.service.alert_wiring import Secrets, destinations_of

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds to wait for each answer of a mail server."""
ATTEMPTS = RetryPolicy(waits=(5_000, 15_000, 60_000, 300_000, 900_000), longest_rest=HOUR, give_up=DAY)


class Client(Protocol):
    """Sends requests."""

    async def send(self, request: Request, /) -> Result:
        """The result; never raises."""
        ...


class Sent(NamedTuple):
    """An attempt to send a message: the key of its rule, the message, and the result."""

    key: str
    message: AlertMessage
    result: Result


class Sender:
    """Sends messages to the destinations of `settings`: to webhooks with `client`, and mail in a thread. `clock`
    returns seconds since 1970."""

    def __init__(self, settings: Config, client: Client, secrets: Secrets, clock: Callable[[], int]) -> None:
        self._settings = settings
        self._client = client
        self._secrets = secrets
        self._clock = clock
        self._places = destinations_of(settings)
        self._under_way: dict[str, asyncio.Task[Sent]] = {}
        """The running attempts, by destination; at most one each."""
        self.has_ended = asyncio.Event()
        """Set when an attempt has ended whose result was not taken yet."""

    def start(self, record: AlertRecord, now: int) -> None:
        """Starts to send the oldest message of each destination, if it is due and no other attempt is under way there.

        Newer messages wait while the oldest one waits for its next attempt.
        """
        oldest: dict[str, tuple[str, AlertMessage]] = {}
        for key, message in sorted(record.messages.items(), key=lambda item: item[1].at):
            oldest.setdefault(message.to, (key, message))
        for to, (key, message) in oldest.items():
            if message.due <= now and to not in self._under_way:
                task = self._under_way[to] = asyncio.create_task(self._send(key, message))
                task.add_done_callback(lambda _task: self.has_ended.set())

    def take_ended(self) -> list[Sent]:
        """The attempts that have ended since the last call."""
        self.has_ended.clear()
        ended = [to for to, task in self._under_way.items() if task.done()]
        return [self._under_way.pop(to).result() for to in ended]

    async def wait(self, seconds: float) -> None:
        """Waits until all attempts have ended, for at most `seconds`."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=seconds)

    def cancel(self) -> None:
        """Cancels the running attempts; their messages are sent again after a restart."""
        for task in self._under_way.values():
            task.cancel()

    async def _send(self, key: str, message: AlertMessage) -> Sent:
        to = self._places.get(message.to, "")
        return Sent(key, message, await self.send(message, to))

    async def send(self, message: AlertMessage, to: str) -> Result:
        """The result of one attempt to send `message` to `to`. Raises nothing except when it is cancelled."""
        if to.startswith(MAILTO):
            return await asyncio.to_thread(self._mail, message, to.removeprefix(MAILTO))
        site = self._settings.site
        body = messages.body_of(message, site.title, site.url, self._settings.articles.timezone)
        headers = messages.headers_of(message, body, self._secrets.signing, self._clock())
        return await self._client.send(Request("POST", to, headers, body))

    def _mail(self, message: AlertMessage, receiver: str) -> Result:
        smtp, zone = self._settings.smtp, self._settings.articles.timezone
        mail = messages.mail_of(message, self._settings.site.title, zone, smtp.sender, receiver)
        connect: Callable[[], smtplib.SMTP] = partial(smtplib.SMTP, smtp.host, smtp.port, timeout=PATIENCE)
        if smtp.security == "tls":
            context = ssl.create_default_context()
            connect = partial(smtplib.SMTP_SSL, smtp.host, smtp.port, timeout=PATIENCE, context=context)
        try:
            with connect() as server:
                if smtp.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if smtp.user:
                    server.login(smtp.user, self._secrets.password)
                server.send_message(mail)
        except smtplib.SMTPResponseException as error:
            said = (
                error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
            )
            return Result(0, error=one_line(f"the mail server answers {error.smtp_code}: {said}"))
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return Result(0, error=one_line(f"no mail by {smtp.host}:{smtp.port}: {error}"))
        return Result(200)


def settle(record: AlertRecord, sent: list[Sent], now: int, chance: float) -> AlertRecord:
    """The record after attempts that ended at `now`: messages that were sent are removed, and failed ones are tried
    again, for a day. `chance`, from 0 to 1, spreads the attempts."""
    waiting = dict(record.messages)
    for key, message, result in sent:
        current = waiting.get(key)
        if current is None or current.id != message.id:  # a newer message has taken its place
            continue
        attempts = message.attempts + 1
        over = is_given_up(ATTEMPTS, 1_000 * message.at, 1_000 * now)
        if outcome_of(result) is Outcome.DONE or over:
            del waiting[key]
        else:
            due = next_attempt(ATTEMPTS, attempts, 1_000 * now, chance) // 1_000
            waiting[key] = replace(message, attempts=attempts, due=max(due, now + 1))
    return replace(record, messages=waiting)
