"""What was sent to one client: numbered, and the newest of it kept to be sent again after a lost connection. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from server import protocol

KEPT_BYTES = 6 << 20  # what a dead connection can swallow: 40 s until a ping tells, and 25 s of sound sent ahead
KEPT_FRAMES = 4_096  # so that many small events cost little, too


class Journal:
    """Frames in the order in which they were sent, numbered from 1; the oldest are forgotten.

    A text frame carries its number as ``event_id``; a binary frame has the number after that of the frame before it.

    Attributes:
        last: the number of the newest frame; 0 before the first.
    """

    def __init__(self) -> None:
        self.last = 0
        self._frames: deque[str | bytes] = deque()  # without their numbers: sessions share the text of a broadcast
        self._bytes = 0

    def add(self, frame: str | bytes) -> str | bytes:
        """Take the next frame; return it with its number."""
        self.last += 1
        self._frames.append(frame)
        self._bytes += len(frame)
        while len(self._frames) > 1 and (self._bytes > KEPT_BYTES or len(self._frames) > KEPT_FRAMES):
            self._bytes -= len(self._frames.popleft())
        return _numbered(frame, self.last)

    def reaches(self, number: int) -> bool:
        """Tell whether ``number`` was sent (or is 0) and all that came after it is still here."""
        return self.last - len(self._frames) <= number <= self.last

    def after(self, number: int) -> Iterator[str | bytes]:
        """Yield again what was sent after ``number``, which ``reaches`` must allow; nothing may be added meanwhile."""
        skipped = number - (self.last - len(self._frames))
        for index, frame in enumerate(self._frames):
            if index >= skipped:
                yield _numbered(frame, self.last - len(self._frames) + index + 1)


def _numbered(frame: str | bytes, number: int) -> str | bytes:
    return frame if isinstance(frame, bytes) else protocol.numbered(frame, number)
