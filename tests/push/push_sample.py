"""A newsroom whose Editions are told: its outbox, and a loop on it with a clock that is set by hand."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from msgspec.structs import replace
from newsroom import PLAN, Newsroom, story

from feedsvc.model.plan import Plan
from feedsvc.model.urls import HUB, SITE
from feedsvc.push.adapter import Adapter
from feedsvc.push.announcement import Announcer, milliseconds
from feedsvc.push.client import HttpClient, Limits
from feedsvc.push.deliveries import DELIVER, Deliveries
from feedsvc.push.denials import DENY, Denials
from feedsvc.push.guard import Guard
from feedsvc.push.hub import Hub, HubAnswer, HubLimits
from feedsvc.push.loop import Client, DeliveryLoop
from feedsvc.push.pings import PING, Pings
from feedsvc.push.subscribing import FORM
from feedsvc.push.verifications import VERIFY, Verifications
from feedsvc.service.regeneration import Regeneration
from feedsvc.store import push_log, push_subscriptions, push_tasks
from feedsvc.store.push_log import LogEntry

SITE_URL = PLAN.addresses[0]
RSS = f"{SITE_URL}/rss.xml"
LOOPBACK = ("127.0.0.0/8",)


class PushedNewsroom(Newsroom):
    """Its Editions are announced to `hubs` and to its own hub. The clock of push is that of the newsroom."""

    def __init__(self, folder: Path, *, hubs: tuple[str, ...] = (), plan: Plan = PLAN, wait: int = 0) -> None:
        self.hubs = hubs
        self.wait = wait
        super().__init__(folder, replace(plan, hubs=(SITE + HUB, *hubs)))
        self.write("news/one.md", story("Eel market opens", section="News"))

    def configure(self, plan: Plan, *more: object, **changes: object) -> None:
        super().configure(plan, None, **changes)
        announcer = Announcer(self.plan.addresses, self.hubs, has_hub=True, wait=self.wait)
        self.regeneration = Regeneration(self.store, self.library, self.regeneration._publisher, announcer.announce)

    def clock(self) -> int:
        return milliseconds(self.now)

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    # --- the hub ------------------------------------------------------------------------------------------------------

    def hub(self, *, allow: tuple[str, ...] = LOOPBACK, limits: HubLimits | None = None) -> Hub:
        return Hub(self.store, self.plan.addresses, Guard(allow), self.clock, lambda: self.now.timestamp(), limits)

    def ask(self, callback: str, topic: str = RSS, mode: str = "subscribe", **more: str) -> HubAnswer:
        form = {"hub.mode": mode, "hub.callback": callback, "hub.topic": topic}
        form |= {f"hub.{name}": value for name, value in more.items()}
        return self.hub().answer(FORM, urlencode(form).encode())

    # --- the loop -----------------------------------------------------------------------------------------------------

    def adapters(self) -> Mapping[str, Adapter]:
        addresses = self.plan.addresses
        return {
            PING: Pings(self.hubs, self.wait),
            DELIVER: Deliveries(addresses, tuple(address + HUB for address in addresses)),
            VERIFY: Verifications(addresses, lambda: "a-challenge-of-one-time"),
            DENY: Denials(),
        }

    def loop(self, client: Client | None = None, limits: Limits | None = None) -> DeliveryLoop:
        limits = limits or Limits(connect=1.0, total=2.0, interval=0.0)
        client = client or HttpClient(Guard(LOOPBACK), time.monotonic, limits)
        return DeliveryLoop(self.store, self.adapters(), client, self.clock, lambda: 1.0)

    def deliver(self, *, client: Client | None = None, limits: Limits | None = None) -> None:
        """Runs a loop until nothing is due and nothing is under way."""
        asyncio.run(run_until_quiet(self.loop(client, limits), self.is_quiet))

    def is_quiet(self) -> bool:
        with self.store.read() as transaction:
            return not push_tasks.due(transaction, self.clock(), 1, (), ())

    # --- what is known ------------------------------------------------------------------------------------------------

    def log(self) -> list[LogEntry]:
        """The oldest first."""
        with self.store.read() as transaction:
            return push_log.newest(transaction, 1_000)[::-1]

    def subscriptions(self) -> dict[str, int]:
        with self.store.read() as transaction:
            return push_subscriptions.by_topic(transaction)

    def waiting(self, kind: str) -> int:
        with self.store.read() as transaction:
            return push_tasks.count_pending(transaction, kind)


async def run_until_quiet(loop: DeliveryLoop, is_quiet: Callable[[], bool]) -> None:
    stop = asyncio.Event()

    async def watch() -> None:
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0.03)
            quiet = quiet + 1 if is_quiet() and loop.is_idle else 0
        stop.set()

    await asyncio.wait_for(_together(loop.run(stop), watch()), 30)


async def _together(*works: Awaitable[None]) -> None:
    await asyncio.gather(*works)
