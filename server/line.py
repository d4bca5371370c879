"""The line to one client, which outlives its connections: what a session writes to and reads from."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from server import protocol
from server.budget import Budget
from server.errors import ReplacedError, ResumeError
from server.journal import Journal

_UNANSWERED_PING = 1011  # what our end says when the other one is silent


class Connection(Protocol):
    """One WebSocket (``websockets.asyncio.connection.Connection``)."""

    transport: asyncio.Transport

    async def send(self, message: str | bytes, /) -> None:
        """Send a frame; waits while the client takes none, and raises ``ConnectionClosed``."""

    async def recv(self) -> str | bytes:
        """Return the next frame; raises ``ConnectionClosed``."""


class Pausable:
    """A clock that stands still while nobody listens: what is sent then is not heard before the client is back.

    ``clock`` gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lost = 0.0
        self._paused_at: float | None = None

    def __call__(self) -> float:
        """Return the seconds that passed while it ran."""
        return (self._clock() if self._paused_at is None else self._paused_at) - self._lost

    def pause(self) -> None:
        """Stand still."""
        if self._paused_at is None:
            self._paused_at = self._clock()

    def go_on(self) -> None:
        """Run on from where it stands."""
        if self._paused_at is not None:
            self._lost += self._clock() - self._paused_at
            self._paused_at = None


class Line:
    """Frames to and from one client, over one connection after the other.

    What is sent is numbered and kept for a while; who comes back and says what they have gets what follows it, once.

    Args:
        session_id: told to a client that comes back.
        clock: stands still while nobody is there.
        greets: a client that comes back is told so by an event that the Realtime API does not know.
        kept: what may be kept for all clients.

    Attributes:
        over: the client left for good; what is sent now reaches nobody.
    """

    def __init__(self, session_id: str, clock: Pausable, *, greets: bool, kept: Budget | None = None) -> None:
        self.over = False
        self._session_id = session_id
        self._greets = greets
        self._clock = clock
        self._journal = Journal(kept)
        self._inbound: asyncio.Queue[str | bytes | None] = asyncio.Queue(1)
        self._received = 0
        self._connection: Connection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._open = asyncio.Event()  # the connection has all that was sent before it, and takes what comes

    @property
    def connection(self) -> Connection | None:
        """The connection that somebody is at."""
        return self._connection

    @property
    def connected(self) -> bool:
        """Somebody is there."""
        return self._connection is not None

    def check(self, after: int) -> None:
        """Make sure that a client that has the frames up to number ``after`` can get the rest.

        Raises:
            ResumeError: so many were never sent, or what follows them is no longer kept.
        """
        if not self._journal.reaches(after):
            raise ResumeError(
                "session_gap", f"frames after {after} cannot be sent again; the newest is {self._journal.last}"
            )

    def forget(self) -> None:
        """Forget what was sent: nobody comes back."""
        self._journal.clear()

    async def carry(self, connection: Connection, after: int | None = None) -> None:
        """Go on over ``connection`` until it ends; ``after`` is the last frame that a client that comes back has.

        Raises:
            ResumeError: see ``check``.
            ReplacedError: another connection came.
        """
        replaced, self._connection = self._connection, connection
        self._open.clear()
        if self._reading is not None:
            self._reading.cancel()  # what it has not handed over yet was not received
            self._reading = None
        if replaced is not None and self._writing.locked():
            replaced.transport.abort()  # nobody reads there
        reading: asyncio.Task[None] | None = None
        try:
            async with self._writing:
                if after is not None:
                    await self._replay(connection, after)
                if self._connection is not connection:
                    raise ReplacedError
                self._clock.go_on()
                self._open.set()
                reading = self._reading = asyncio.create_task(self._read(connection))
            await asyncio.wait((reading,))
            if reading.cancelled():
                raise ReplacedError
            reading.result()
        except ConnectionClosed:
            return
        finally:
            if reading is not None:
                reading.cancel()
            self._detach(connection)

    async def send(self, frame: str | bytes) -> None:
        """Send a frame as soon as somebody is there."""
        while not self.over:
            await self._open.wait()
            async with self._writing:
                connection = self._connection
                if connection is None or not self._open.is_set():
                    continue
                numbered = self._journal.add(frame)
                try:
                    await connection.send(numbered)
                except ConnectionClosed:
                    self._detach(connection)  # the frame is kept, and sent again when the client is back
                return

    async def frames(self) -> AsyncIterator[str | bytes]:
        """Yield what the client sends, over all connections, until it leaves for good."""
        while (frame := await self._inbound.get()) is not None:
            yield frame

    async def _replay(self, connection: Connection, after: int) -> None:
        self.check(after)  # again: more may have been sent while the earlier connection was given up
        if self._greets:
            resumed = protocol.SessionResumed(session_id=self._session_id, received=self._received)
            await connection.send(protocol.encode(resumed))
        for frame in self._journal.after(after):
            await connection.send(frame)

    async def _read(self, connection: Connection) -> None:
        try:
            while True:
                await self._inbound.put(await connection.recv())
                self._received += 1
        except ConnectionClosed as closed:
            if _left(closed):
                self._detach(connection)
                self.over = True
                self._open.set()
                await self._inbound.put(None)

    def _detach(self, connection: Connection) -> None:
        """Take note that a connection is gone; another may have replaced it already."""
        if self._connection is connection:
            self._connection = None
            self._open.clear()
            self._clock.pause()


def _left(closed: ConnectionClosed) -> bool:
    """Tell whether the client ended the session, rather than lost its connection."""
    if not isinstance(closed, ConnectionClosedError):
        return True
    return closed.rcvd is not None or (closed.sent is not None and closed.sent.code != _UNANSWERED_PING)
