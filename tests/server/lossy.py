"""Test doubles of connections that break, and of a client that comes back and goes on where it was."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from websockets.frames import Close

from server import protocol
from server.sessions import Sessions

LEFT = Close(1000, "")


@dataclass(frozen=True, slots=True)
class Break:
    """How a connection breaks.

    Attributes:
        delivered: frames that reach the client over it.
        swallowed: frames after them that the server believes to have sent, before it notices.
        lost: the client's last frames that do not reach the server.
    """

    delivered: int
    swallowed: int = 0
    lost: int = 0


NEVER = Break(1 << 30)


class DoubleConnection:
    """The server's end of a connection that breaks as it is told."""

    def __init__(self, path: str, how: Break = NEVER, subprotocol: str | None = protocol.SUBPROTOCOL) -> None:
        self.request = self
        self.path = path
        self.subprotocol = subprotocol
        self.remote_address = ("test", 0)
        self.transport = self
        self.closed: tuple[int, str] | None = None
        self.downwards: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._upwards: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._how = how
        self._sent = 0
        self._left = False
        self.broken = False
        self.reads = asyncio.Event()
        self.reads.set()

    # -- what the server uses

    async def send(self, frame: str | bytes) -> None:
        await asyncio.sleep(0)
        await self.reads.wait()
        self._sent += 1
        if self.closed is not None or self._left:
            raise ConnectionClosedOK(LEFT, LEFT, rcvd_then_sent=True)
        if self._sent > self._how.delivered:
            self.fail()
            if self._sent > self._how.delivered + self._how.swallowed:
                self._upwards.put_nowait(None)
                raise ConnectionClosedError(None, None)
            return
        self.downwards.put_nowait(frame)

    async def recv(self) -> str | bytes:
        frame = await self._upwards.get()
        if frame is None:
            self._upwards.put_nowait(None)
            raise self._reason()
        return frame

    async def close(self, code: int = 1000, reason: str = "") -> None:
        if self.closed is None:
            self.closed = (code, reason)
            self.downwards.put_nowait(None)
            self._upwards.put_nowait(None)

    def abort(self) -> None:
        self.fail()
        self._upwards.put_nowait(None)

    # -- what the client and the test use

    def fail(self) -> None:
        """Break now; the server notices when it sends."""
        if not self.broken:
            self.broken = True
            self.downwards.put_nowait(None)
            waiting = [self._upwards.get_nowait() for _ in range(self._upwards.qsize())]
            for frame in waiting[: max(0, len(waiting) - self._how.lost)]:
                self._upwards.put_nowait(frame)
            if not self._how.swallowed:
                self._upwards.put_nowait(None)

    def take(self, frame: str | bytes) -> None:
        if not self.broken:
            self._upwards.put_nowait(frame)

    def leave(self) -> None:
        self._left = True
        self._upwards.put_nowait(None)

    def _reason(self) -> ConnectionClosed:
        return (
            ConnectionClosedOK(LEFT, LEFT, rcvd_then_sent=True)
            if self._left or self.closed
            else ConnectionClosedError(None, None)
        )


class PersistentClient:
    """Holds one session over connections that break one after the other.

    Attributes:
        frames: what came of the session, in order, without ``session.resumed``.
        connections: all that there were.
        session_id: of the session, once it is known.
    """

    def __init__(
        self, sessions: Sessions, breaks: Iterator[Break], subprotocol: str | None = protocol.SUBPROTOCOL
    ) -> None:
        self.frames: list[str | bytes] = []
        self.connections: list[DoubleConnection] = []
        self._sessions = sessions
        self._breaks = breaks
        self._sent: list[str | bytes] = []
        self._serving: list[asyncio.Task[None]] = []
        self.session_id = ""
        self._path = ""

    @property
    def connection(self) -> DoubleConnection:
        return self.connections[-1]

    def connect(self, path: str) -> None:
        self._path = self._path or path
        connection = DoubleConnection(path, next(self._breaks, NEVER))
        self.connections.append(connection)
        serving = self._sessions.serve(cast("ServerConnection", connection))
        self._serving.append(asyncio.create_task(serving))

    def send(self, event: protocol.Event | bytes) -> None:
        frame = protocol.encode(event) if isinstance(event, protocol.Event) else event
        self._sent.append(frame)
        self.connection.take(frame)

    async def receive(self) -> dict[str, Any] | bytes:
        """Return what comes next, over as many connections as it takes."""
        while (frame := await self.connection.downwards.get()) is None:
            assert self.connection.closed is None, self.connection.closed
            await self._come_back()
        self.frames.append(frame)
        if isinstance(frame, bytes):
            return frame
        event: dict[str, Any] = json.loads(frame)
        assert event["event_id"] == f"event_{len(self.frames)}"
        self.session_id = event["session"]["id"] if "session" in event else self.session_id
        return event

    async def until(self, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Receive until an event that ``reached`` accepts."""
        async with asyncio.timeout(20):
            while True:
                event = await self.receive()
                if isinstance(event, dict) and reached(event):
                    return event

    async def until_kind(self, kind: str) -> dict[str, Any]:
        return await self.until(lambda event: bool(event["type"] == kind))

    async def leave(self) -> None:
        self.connection.leave()
        await asyncio.gather(*self._serving)

    async def _come_back(self) -> None:
        if not self.session_id:  # not even the first event came: there is nothing to go on with
            self.connect(self._path)
            for frame in self._sent:
                self.connection.take(frame)
            return
        self.connect(f"/v1/realtime?session={self.session_id}&after={len(self.frames)}")
        greeting = await self.connection.downwards.get()
        if greeting is None:
            self.connections[-1].broken = True
            self.connection.downwards.put_nowait(None)
            return
        event = json.loads(greeting)
        assert event["type"] == "session.resumed", event
        for frame in self._sent[event["received"] :]:
            self.connection.take(frame)
