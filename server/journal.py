"""What was sent to one client: numbered, and the newest of it kept to be sent again after a lost connection. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from server import protocol
from server.budget import Budget

KEPT_BYTES = 6 << 20  # what a dead connection can swallow: 40 s until a ping tells, and 25 s of sound sent ahead
KEPT_FRAMES = 4_096  # so that many small events cost little, too


class Journal:
    """Frames in the order in which they were sent, numbered from 1; the oldest are forgotten.

    A text frame carries its number as ``event_id``; a binary frame has the number after that of the frame before it.

    Args:
        budget: what may be kept for all clients; when it is spent the longest journal forgets half of what it has.

    Attributes:
        last: the number of the newest frame; 0 before the first.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        self.last = 0
        self._frames: deque[str | bytes] = deque()  # without their numbers: sessions share the text of a broadcast
        self._bytes = 0

    def add(self, frame: str | bytes) -> str | bytes:
        """Take the next frame; return it with its number."""
        self.last += 1
        self._frames.append(frame)
        self._count(len(frame))
        while len(self._frames) > 1 and (self._bytes > KEPT_BYTES or len(self._frames) > KEPT_FRAMES):
            self._forget_oldest()
        return _numbered(frame, self.last)

    def give_way(self) -> None:
        """Forget the older half of the bytes."""
        enough = self._bytes // 2
        while self._bytes > enough:
            self._forget_oldest()

    def clear(self) -> None:
        """Forget everything."""
        self._frames.clear()
        self._count(-self._bytes)

    def reaches(self, number: int) -> bool:
        """Tell whether ``number`` was sent (or is 0) and all that came after it is still here."""
        return self.last - len(self._frames) <= number <= self.last

    def after(self, number: int) -> Iterator[str | bytes]:
        """Yield again what was sent after ``number``, which ``reaches`` must allow.

        What is added or forgotten meanwhile changes nothing.
        """
        skipped = number - (self.last - len(self._frames))
        for index, frame in enumerate(list(self._frames)[skipped:], number + 1):
            yield _numbered(frame, index)

    def _forget_oldest(self) -> None:
        self._count(-len(self._frames.popleft()))

    def _count(self, amount: int) -> None:
        self._bytes += amount
        self._budget.add(self, amount)


def _numbered(frame: str | bytes, number: int) -> str | bytes:
    return frame if isinstance(frame, bytes) else protocol.numbered(frame, number)
