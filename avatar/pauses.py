"""Where on the output stream speech was held: maps the stream's samples to those of speech, which stands still there.

Two axes: the stream, which never stops, and speech, which waits while it is held. Pure: playback and stage keep one
each and are told the same samples, so that sound and face agree on what is spoken when.
"""

from __future__ import annotations

from dataclasses import dataclass

REMEMBERED_PAUSES = 64


@dataclass(frozen=True, slots=True)
class Pause:
    """Speech was held from stream sample ``begin`` on; ``end`` is the first at which it goes on, None until known."""

    begin: int
    end: int | None = None

    def covers(self, at: int) -> bool:
        """Return whether speech is held at a sample of the stream."""
        return self.begin <= at and (self.end is None or at < self.end)


class Pauses:
    """The pauses of one stream, in the order of time."""

    def __init__(self) -> None:
        self._pauses: list[Pause] = []
        self._forgotten = 0  # samples of pauses that are no longer remembered

    @property
    def open(self) -> Pause | None:
        """The pause whose end is not known yet, which may be about to begin."""
        return self._pauses[-1] if self._pauses and self._pauses[-1].end is None else None

    def begin(self, at: int) -> bool:
        """Hold speech from stream sample ``at`` on; False if it is held already."""
        if self.open is not None:
            return False
        if self._pauses:
            at = max(at, self._pauses[-1].end or 0)
        self._pauses.append(Pause(at))
        if len(self._pauses) > REMEMBERED_PAUSES:
            oldest = self._pauses.pop(0)
            self._forgotten += (oldest.end or oldest.begin) - oldest.begin
        return True

    def end(self, at: int) -> bool:
        """Let speech go on at stream sample ``at``, or where it was to stop, if that is later; False if not held."""
        pause = self.open
        if pause is None:
            return False
        self._pauses[-1] = Pause(pause.begin, max(at, pause.begin))
        return True

    def at(self, sample: int) -> Pause | None:
        """Return the last pause that has begun by a sample of the stream."""
        return next((pause for pause in reversed(self._pauses) if pause.begin <= sample), None)

    def spoken(self, sample: int) -> int:
        """Return the sample of speech that stands at a sample of the stream; within a pause, the next one."""
        held = self._forgotten
        for pause in self._pauses:
            if pause.begin >= sample:
                break
            held += min(sample, sample if pause.end is None else pause.end) - pause.begin
        return sample - held

    def playing(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the stretches of the stream from ``start`` to before ``end`` in which speech goes on."""
        stretches, begin = [], start
        for pause in self._pauses:
            if pause.end is not None and pause.end <= begin:
                continue
            if pause.begin > begin:
                stretches.append((begin, min(pause.begin, end)))
            begin = end if pause.end is None else max(begin, pause.end)
            if begin >= end:
                return [stretch for stretch in stretches if stretch[0] < stretch[1]]
        return [*stretches, (begin, end)]
