"""A session's own view of its place: it asks for it, tells the client where it stands, and begins when it may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from server import protocol
from server.places import FreePlace, Place, Told
from server.wire import Wire

Work = Callable[[], Awaitable[None]]
FindPlace = Callable[[str, Told], Place]


def anywhere(_who: str, _told: Told) -> Place:
    """Return a place for a session of a server that has room for everybody."""
    return FreePlace()


class Waiting:
    """The place of one session.

    Args:
        who: the session's id.
        find: gives it a place.
        wire: to its client. A client that knows our events gets ``session.queued`` with each new position; a stock
            client one ``error`` event, "one_moment", since there is nothing else it knows.
        do: does what was put off, and answers for its errors.
    """

    def __init__(self, who: str, find: FindPlace, wire: Wire, do: Callable[[Awaitable[None]], Awaitable[None]]) -> None:
        self._place = find(who, self._told)
        self._wire = wire
        self._do = do
        self._put_off: Work | None = None
        self._asked_for_patience = False
        self._beginning: asyncio.Task[None] | None = None
        wire.on_turn = self._place.active

    def may_talk(self, then: Work | None = None) -> bool:
        """Tell whether the conversation may go on now; else ``then`` is done when it may, unless more is put off later.

        Raises:
            QueueFullError: it may not even wait.
        """
        if self._place.take():
            return True
        self._put_off = then or self._put_off
        return False

    def away(self) -> None:
        """Take note that the client is gone, perhaps for a moment."""
        self._place.away()

    def back(self) -> None:
        """Take note that it is there again."""
        self._place.back()

    def leave(self) -> None:
        """Give the place back, or leave the queue; what was put off is not done."""
        self._put_off = None
        self._place.leave()

    async def close(self) -> None:
        """Leave, and end what is being begun."""
        self.leave()
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)

    def _told(self, position: int) -> None:
        if self._wire.extended:
            self._wire.send(protocol.SessionQueued(position=position))
        elif position > 0 and not self._asked_for_patience:
            self._wire.send(_one_moment(position))
        self._asked_for_patience = position > 0
        work, self._put_off = (None, self._put_off) if position > 0 else (self._put_off, None)
        if work is not None:
            self._beginning = asyncio.create_task(self._begin(work))

    async def _begin(self, work: Work) -> None:
        await self._do(work())


def _one_moment(position: int) -> protocol.ErrorEvent:
    message = f"one moment: all hosts are talking, and you are number {position} in the queue; it begins by itself"
    return protocol.ErrorEvent(error=protocol.ErrorDetail(type="server_error", code="one_moment", message=message))
