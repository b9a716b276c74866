"""Sends one request to one checked address, and reads no more of the answer than needed.

The name is resolved once, all its addresses must be accepted, and the connection goes to the very address that was
checked: it does not matter if the name resolves differently a moment later. Redirects are not followed; there are no
cookies, no proxies, and no authorization. h11 reads the answer.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from ipaddress import ip_address
from typing import NamedTuple

import h11

from feedsvc.push.guard import Address, Guard
from feedsvc.push.outcome import Request, Result
from feedsvc.push.targets import BadTarget, Target, parse_target
from feedsvc.push.turns import INTERVAL, Turns

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The IP addresses of a name (and a port). Raises OSError if it has none."""
USER_AGENT = "feedsvc (WebSub)"
_CHUNK = 16_384
_AT_ONCE = 131_072
"""Bytes of a body that are handed to the system without waiting: this much memory is used even if the peer reads
nothing."""


class Limits(NamedTuple):
    """The limits of one request, in seconds and bytes."""

    connect: float = 3.0
    """Seconds for resolving the name, and again for the connection and TLS."""
    total: float = 10.0
    head: int = 16_384
    """Maximum bytes of the answer's status line and headers."""
    interval: float = INTERVAL
    """Seconds between two requests to one address, for requests that take turns."""


class _Forbidden(Exception):
    """The name resolves to an address that is not accepted."""


class _Postponed(Exception):
    """Too many requests are waiting for the address."""


class _Unsendable(Exception):
    """A header has characters that no header may have."""


class _TooSlow(Exception):
    """A step took longer than its limit."""


@asynccontextmanager
async def _limited(seconds: float, missing: str) -> AsyncIterator[None]:
    """Ends its body after `seconds`. Raises _TooSlow then, which says that there is nothing of what is `missing`."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():  # the system has given up
            raise
        raise _TooSlow(f"no {missing} within {seconds:g} s") from None


class HttpClient:
    """Sends requests to the addresses that `guard` accepts, all in one event loop. `timer` returns seconds from any
    origin."""

    def __init__(
        self,
        guard: Guard,
        timer: Callable[[], float],
        limits: Limits | None = None,
        resolve: Resolve | None = None,
        agent: str = USER_AGENT,
    ) -> None:
        self._guard = guard
        self._limits = limits or Limits()
        self._resolve = resolve or resolve_by_system
        self._agent = agent
        self._turns = Turns(timer, self._limits.interval)
        self._tls: ssl.SSLContext | None = None

    async def send(self, request: Request) -> Result:
        """The result of `request`. Raises nothing (except when cancelled), and returns within the time limit."""
        try:
            target = parse_target(request.url)
            async with _limited(self._limits.connect, "address for the name"):
                address = await self._checked_address(target)
            if request.takes_turns:
                await self._wait_for_turn(address)
            async with _limited(self._limits.total, "answer"):
                return await self._send(target, address, request)
        except _Postponed:
            return Result(0, error="not sent yet: too much waits for the address", is_postponed=True)
        except _Unsendable:
            return Result(0, error="not sent: a header has odd characters; look for a line end in the token or key")
        except (BadTarget, _Forbidden) as error:
            return Result(0, error=f"not sent: the target {error}", is_forbidden=True)
        except _TooSlow as error:
            return Result(0, error=str(error))
        except ssl.SSLError as error:
            return Result(0, error=f"TLS failed: {error.reason or error}")
        except (OSError, UnicodeError) as error:
            return Result(0, error=f"no connection: {getattr(error, 'strerror', None) or error}")
        except h11.ProtocolError:
            return Result(0, error="the answer is not HTTP, or too long")

    async def _wait_for_turn(self, address: str) -> None:
        """Waits for a turn at the address. Raises _Postponed if the wait would be too long."""
        wait = self._turns.take(address)
        if wait is None:
            raise _Postponed
        await asyncio.sleep(wait)

    async def _send(self, target: Target, address: str, request: Request) -> Result:
        async with _limited(self._limits.connect, "connection"):
            reader, writer = await self._connect(target, address)
        try:
            protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=self._limits.head)
            writer.write(_head(protocol, target, request, self._agent) + request.body[:_AT_ONCE])
            rest = asyncio.create_task(_write(writer, request.body)) if len(request.body) > _AT_ONCE else None
            try:
                return await _read(reader, protocol, request.wanted)
            finally:
                if rest is not None:
                    rest.cancel()
        finally:
            # Abort: an orderly close would wait for a peer that does not read.
            writer.transport.abort()

    async def _checked_address(self, target: Target) -> str:
        """The address to connect to. Raises _Forbidden if any address of the target is not accepted."""
        literal = target.literal
        found = [str(literal)] if literal else await self._resolve(target.name, target.port)
        addresses: list[Address] = [ip_address(each) for each in found]
        if not addresses:
            raise OSError("the name has no address")
        if not all(self._guard.accepts(each, target) for each in addresses):
            raise _Forbidden("is at an address or a port to which nothing is sent")
        return str(addresses[0])

    async def _connect(self, target: Target, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if target.scheme == "http":
            return await asyncio.open_connection(address, target.port)
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return await asyncio.open_connection(address, target.port, ssl=self._tls, server_hostname=target.name)


async def _read(reader: asyncio.StreamReader, protocol: h11.Connection, wanted: int) -> Result:
    """The answer, with at most `wanted` + 1 bytes of its body."""
    status, again, body = 0, "", b""
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            protocol.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Response):
            status, again = event.status_code, _header(event, b"retry-after")
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif not isinstance(event, h11.InformationalResponse):
            break
        if status and (not wanted or len(body) > wanted):
            break
    return Result(status, body[: wanted + 1], again)


async def _write(writer: asyncio.StreamWriter, body: bytes) -> None:
    """Writes the rest of `body` after the first chunk, as fast as the peer reads: a peer that does not read costs no
    memory."""
    with suppress(OSError):
        for start in range(_AT_ONCE, len(body), _CHUNK):
            writer.write(body[start : start + _CHUNK])
            await writer.drain()


def _head(protocol: h11.Connection, target: Target, request: Request, agent: str) -> bytes:
    """The request line and headers in bytes; afterwards `protocol` expects the answer. Raises _Unsendable."""
    sized = [("content-length", str(len(request.body)))] if request.body or request.method == "POST" else []
    headers = [
        ("host", request.host or target.host),
        ("user-agent", agent),
        *request.headers,
        *sized,
        ("connection", "close"),
    ]
    try:
        head = protocol.send(h11.Request(method=request.method, target=target.path, headers=headers))
    except (h11.LocalProtocolError, UnicodeError):
        raise _Unsendable from None
    if request.body:
        protocol.send_with_data_passthrough(h11.Data(data=request.body))
    protocol.send(h11.EndOfMessage())
    return head or b""


def _header(response: h11.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for given, value in response.headers if given == name), "")


async def resolve_by_system(name: str, port: int) -> list[str]:
    """The addresses of `name` from the system's resolver, IPv4 first: some machines have no IPv6 route."""
    lookup = partial(socket.getaddrinfo, name, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(None, lookup)
    addresses = dict.fromkeys(str(each[4][0]) for each in found)
    return sorted(addresses, key=lambda address: ":" in address)
