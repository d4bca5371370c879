"""Connections that are bounded before there is a session: handshakes, frames, and what waits to be read."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter as Tally
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import DATA_OPCODES, CloseCode, Frame
from websockets.protocol import OPEN, Event

from server import protocol
from server.access import TOKEN_PARAMETER, Visitor, is_loopback
from server.budget import Budget
from server.errors import FloodError
from server.limits import Bucket, Limits, Meter

READ_BYTES = 1 << 11  # taken from a socket in one go, 290 of the smallest frames, before others have their turn
MOST_ADDRESSES = 1_024  # whose arrivals are remembered

C = TypeVar("C")


class Arrivals(Generic[C]):
    """Handshakes in progress, the oldest first. Honest ones last milliseconds, so that the oldest is the slowest."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pending: dict[C, str] = {}
        self._addresses: Tally[str] = Tally()
        self._paces: dict[str, Bucket] = {}  # by address, those that came last at the end

    def __len__(self) -> int:
        return len(self._pending)

    def begin(self, arrival: C, address: str) -> C | None:
        """Note a handshake; return the one that has to end for it, if any. The caller ends it."""
        self._pending[arrival] = address
        self._addresses[address] += 1
        if self._addresses[address] > self._limits.handshakes_per_address and not is_loopback(address):
            return next(other for other, where in self._pending.items() if where == address)
        return next(iter(self._pending)) if len(self._pending) > self._limits.handshakes else None

    def wait(self, address: str, now: float) -> float | None:
        """Count one more of an address; return the seconds until its handshake may begin, or None if it may not."""
        limits = self._limits
        pace = self._paces.pop(address, None) or Bucket(limits.arrivals_per_second, limits.arrivals_burst, now)
        self._paces[address] = pace
        if len(self._paces) > MOST_ADDRESSES:
            del self._paces[next(iter(self._paces))]
        return None if pace.owes(now) > limits.arrival_seconds else pace.take(1, now)

    def end(self, arrival: C) -> None:
        """Forget a handshake that is over, however it ended; one that is not known is none."""
        address = self._pending.pop(arrival, None)
        if address is None:
            return
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]


class BoundedConnection(ServerConnection):
    """A connection of the gateway.

    Args:
        args: as ``ServerConnection`` takes them.
        limits: the table.
        arrivals: where its handshake is noted.
        waiting: what may wait for all clients, what it sent and nobody looked at yet among it.
        refused: called with a word for the reason when it is ended here.
        kwargs: as ``ServerConnection`` takes them.

    Attributes:
        visitor: who it is, once they were let in.
    """

    def __init__(
        self,
        *args: Any,
        limits: Limits,
        arrivals: Arrivals[BoundedConnection],
        waiting: Budget,
        refused: Callable[[str], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.visitor: Visitor | None = None
        self._meter: Meter | None = None
        self._held_until = 0.0
        self._dismissed = False
        self._limits = limits
        self._arrivals = arrivals
        self._waiting = waiting
        self._unfinished = 0  # bytes of a frame that is not complete
        self._whole = 0  # bytes of frames that nobody looked at yet
        self._refused = refused
        self._frames = Bucket(limits.frames_per_second, limits.frames_burst, self.loop.time())

    @property
    def address(self) -> str:
        """Where it comes from."""
        peer = self.transport.get_extra_info("peername")
        return str(peer[0]) if peer else ""

    @property
    def waiting_bytes(self) -> int:
        """How much was sent and is not with the client yet, as far as this process knows."""
        return self.transport.get_write_buffer_size()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the handshake that begins."""
        super().connection_made(transport)
        cast(Any, transport).max_size = READ_BYTES  # transports of asyncio read as much at once; others pass over it
        held = self._arrivals.wait(self.address, self.loop.time())
        if held is None:
            self._refused("too_many_arrivals")
            self.transport.abort()
            return
        if held > 0:
            self.transport.pause_reading()
            self.loop.call_later(held, self._let_begin)
        slowest = self._arrivals.begin(self, self.address)
        if slowest is not None:
            self._refused("too_many_handshakes")
            self._arrivals.end(slowest)
            slowest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._arrivals.end(self)
        super().connection_lost(exc)
        self._count(-self._unfinished, -self._whole)

    def begin(self, meter: Meter) -> None:
        """Say that the client is in, and measure from now on what it sends."""
        self._arrivals.end(self)
        self._meter = meter
        if self.request is not None:  # while it lasts it keeps neither headers nor a token
            self.request.path = _without_token(self.request.path)
            self.request.headers.clear()
        self.response = None

    async def recv(self, decode: bool | None = None) -> str | bytes:  # type: ignore[override]  # is not overloaded
        """Return the next message, no sooner than the limits allow: until then the socket holds the client back.

        Raises:
            ConnectionClosed: it is over, perhaps because the client floods regardless.
        """
        assert self._meter is not None
        while self._dismissed:
            await super().recv(decode)  # raises when it comes to the end
        held = self._held_until - self.loop.time()
        if held > 0:
            await asyncio.sleep(held)
        message = await super().recv(decode)
        try:
            size = len(message) if isinstance(message, bytes) or message.isascii() else len(message.encode())
            self._count(0, -min(size, self._whole))
            self._held_until = self.loop.time() + self._meter.take(size, self.loop.time())
        except FloodError as error:
            await self._dismiss(error)
            return await self.recv(decode)
        return message

    def pour(self, frame: bytes) -> bool:
        """Write a whole frame that is the same for many, without waiting; return whether anybody is there."""
        if self.protocol.state is not OPEN:
            return False
        self.transport.write(frame)
        return True

    async def close(self, code: CloseCode | int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Close, within the time for that even where the client reads nothing any more."""
        try:
            async with asyncio.timeout(self._limits.goodbye_seconds):
                await super().close(code, reason)
        except TimeoutError:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        super().data_received(data)
        self._count(len(self.protocol.reader.buffer) - self._unfinished, 0)
        if self.waiting_bytes > self._limits.unread_bytes:  # it floods with pings and reads no answer
            self._refused("reads_nothing")
            self.transport.abort()

    def process_event(self, event: Event) -> None:
        """Count a frame."""
        if self._dismissed and isinstance(event, Frame):
            return
        super().process_event(event)
        if isinstance(event, Frame) and event.opcode in DATA_OPCODES:
            self._count(0, len(event.data))
        if isinstance(event, Frame) and self._frames.take(1, self.loop.time()) > 0 and self.protocol.state is OPEN:
            self._refused("too_many_frames")
            self._fail(CloseCode.POLICY_VIOLATION, "too many frames; send whole messages, and pings only now and then")

    def give_way(self) -> None:
        """Close: of all clients it sent most that nobody could look at yet."""
        self._count(-self._unfinished, -self._whole)
        if self.protocol.state is OPEN:
            self._refused("too_much_waits")
            self._fail(CloseCode.TRY_AGAIN_LATER, "the server has too much to look at; come back later")
        else:
            self.transport.abort()

    def _count(self, unfinished: int, whole: int) -> None:
        """Take note of more or fewer bytes that came."""
        self._unfinished += unfinished
        self._whole += whole
        self._waiting.add(self, unfinished + whole)

    def _fail(self, code: CloseCode, reason: str) -> None:
        """Say what is wrong, and close without waiting for anything."""
        self.protocol.send_text(_rate_limited(reason).encode())
        self.protocol.fail(code, reason)
        self.send_data()

    def _let_begin(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    async def _dismiss(self, error: FloodError) -> None:
        """Tell the client what it did wrong, unless it reads nothing, and close."""
        self._refused(error.code)
        self._dismissed = True
        self.transport.resume_reading()  # what is not read when a socket closes takes the goodbye with it
        with contextlib.suppress(TimeoutError, ConnectionClosed):
            async with asyncio.timeout(self._limits.goodbye_seconds):
                await self.send(_rate_limited(str(error)))
        await self.close(CloseCode.POLICY_VIOLATION, str(error))


def _without_token(path: str) -> str:
    target = urlsplit(path)
    query = [(name, value) for name, value in parse_qsl(target.query) if name != TOKEN_PARAMETER]
    return target._replace(query=urlencode(query)).geturl()


def _rate_limited(message: str) -> str:
    """Return the error event that comes before a connection is closed for flooding."""
    detail = protocol.ErrorDetail(type="invalid_request_error", code="rate_limited", message=message)
    return protocol.encode(protocol.ErrorEvent(error=detail))
