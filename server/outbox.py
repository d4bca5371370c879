"""What waits to be sent to one client: bounded, in order, and emptied of an utterance the moment it is stopped."""

from __future__ import annotations

import asyncio
from collections import deque

from server.budget import Budget
from server.errors import SlowClientError

PAUSE_BYTES = 1 << 20  # sound that waits beyond this pauses the making of more (about 20 s)
FULL_BYTES = 1 << 23  # no client that reads at all comes here


class Outbox:
    """A queue of frames with one reader; belongs to one event loop.

    ``budget`` is what may wait for all clients; when it is spent the one for whom most waits is too slow.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        self._frames: deque[tuple[str | bytes, int | None]] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self._overflowed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: str | bytes, generation: int | None = None) -> None:
        """Append a frame; one with a ``generation`` is thrown away when that is discarded.

        When there is no more room nothing is taken any more, and whoever watches ``overflow`` ends the session.
        """
        if self._bytes + len(frame) > FULL_BYTES:
            self._overflowed.set()
        if self._overflowed.is_set():
            return
        self._frames.append((frame, generation))
        self._changed.set()
        self._count(len(frame))

    def discard(self, generation: int) -> None:
        """Throw away what waits of an utterance."""
        self._frames = deque(entry for entry in self._frames if entry[1] != generation)
        self._count(sum(len(frame) for frame, _ in self._frames) - self._bytes)
        self._changed.set()

    def give_way(self) -> None:
        """Throw everything away and take nothing any more; see ``overflow``."""
        self._overflowed.set()
        self.clear()

    def clear(self) -> None:
        """Throw everything away."""
        self._frames.clear()
        self._count(-self._bytes)
        self._changed.set()

    async def get(self) -> str | bytes:
        """Return the oldest frame; waits for one."""
        while not self._frames:
            await self._change()
        frame, _ = self._frames.popleft()
        self._count(-len(frame))
        self._changed.set()
        return frame

    async def room(self, limit: int = PAUSE_BYTES) -> None:
        """Wait until at most ``limit`` bytes wait."""
        while self._bytes > limit:
            await self._change()

    async def overflow(self) -> None:
        """Wait until something did not fit, which may be never.

        Raises:
            SlowClientError: it did not.
        """
        await self._overflowed.wait()
        raise SlowClientError(FULL_BYTES)

    def _count(self, amount: int) -> None:
        self._bytes += amount
        self._budget.add(self, amount)

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
