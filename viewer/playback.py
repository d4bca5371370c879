"""The output stream: the sound of every utterance on one sample axis that never stops. Pure; the device is elsewhere.

The sound card (or a clock, or a video file) reads the stream block by block; silence is samples too. Utterances are
laid on it as their sound arrives, and the stage is told where, so that sound, face and captions share one address.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE, Mark

LEAD = SAMPLE_RATE // 10  # an utterance begins this much after its first sound arrived, so that lips can anticipate
FADE = SAMPLE_RATE // 100  # a cut fades out over 10 ms, or it clicks
REMEMBERED_SEGMENTS = 64


class Body(Protocol):
    """What playback tells about the sound (``avatar.stage.Stage``)."""

    def place(self, generation: int, start: int) -> None:
        """Lay an utterance on the stream at sample ``start``."""

    def extend(self, generation: int, marks: Sequence[Mark]) -> None:
        """Give it its next marks."""

    def finish(self, generation: int) -> None:
        """Say that no more marks come."""

    def cut(self, generation: int, at: int) -> None:
        """End it at stream sample ``at``."""


@dataclass(slots=True)
class Segment:
    """A gapless run of one utterance's sound.

    Attributes:
        key: name of the run on the stage; runs are numbered since the stream began.
        generation: the utterance.
        first: sample of the utterance at which the run begins.
        start: sample of the stream at which the run begins.
        length: samples so far.
    """

    key: int
    generation: int
    first: int
    start: int
    length: int = 0

    @property
    def end(self) -> int:
        """Sample of the stream after the last."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Heard:
    """Where in which utterance the stream is. ``sample`` counts from the utterance's first sample."""

    generation: int
    sample: int


class Playback:
    """Lays utterances on the stream and gives it out block by block.

    ``read`` may run in a sound card's thread; everything else belongs to one thread, the one that draws.
    """

    def __init__(self, body: Body) -> None:
        self._body = body
        self._lock = threading.Lock()
        self._blocks: deque[tuple[int, NDArray[np.int16]]] = deque()  # (first stream sample, pcm), in order
        self._segments: deque[Segment] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._pending: list[Mark] = []  # marks whose sound has not come yet
        self._position = 0
        self._next_key = 1
        self._live: int | None = None  # the generation that may still sound
        self._complete = True  # all sound of the live generation has come
        self._level = 0.0

    @property
    def position(self) -> int:
        """Samples given out so far; what is heard now is a device latency earlier."""
        return self._position

    @property
    def end(self) -> int:
        """The stream sample after the last sound that is laid down."""
        return self._segments[-1].end if self._segments else 0

    @property
    def level(self) -> float:
        """RMS of the block that was last given out, in 16-bit units."""
        return self._level

    @property
    def starved(self) -> bool:
        """Whether an utterance is under way and its next sound has not come."""
        return not self._complete and self._position >= self.end

    @property
    def sounding(self) -> bool:
        """Whether an utterance is under way: sound is left, or more is to come."""
        return self._live is not None and (not self._complete or self._position < self.end)

    def begin(self, generation: int) -> None:
        """Make ``generation`` the only one that may sound; an older one that still does is cut."""
        if self._live is not None and self._live != generation and self.sounding:
            self.cut(self._position)
        self._live = generation
        self._complete = False
        self._pending.clear()

    def mark(self, generation: int, marks: Sequence[Mark]) -> None:
        """Take marks of an utterance, ahead of the sound that they belong to."""
        if generation == self._live and not self._complete:
            self._pending.extend(marks)

    def feed(self, generation: int, first: int, pcm: NDArray[np.int16]) -> None:
        """Take sound of an utterance: int16 mono at ``SAMPLE_RATE``, beginning at its sample ``first``.

        Sound of any generation but the live one is dropped: nothing of an older one is ever played.
        """
        if generation != self._live or self._complete or not len(pcm):
            return
        with self._lock:
            segment = self._run_for(generation, first)
            self._blocks.append((segment.end, pcm))
            segment.length += len(pcm)
        shift = -segment.first
        self._body.extend(segment.key, [mark.shifted(shift) for mark in self._pending])
        self._pending.clear()

    def finish(self, generation: int) -> None:
        """Say that all sound of an utterance has come."""
        if generation == self._live and not self._complete:
            self._complete = True
            if self._segments and self._segments[-1].generation == generation:
                self._body.finish(self._segments[-1].key)

    def cut(self, at: int) -> Heard | None:
        """Silence the live utterance; return where it was at stream sample ``at``: what was heard, None if nothing."""
        heard = self.heard(at)
        with self._lock:
            tail = self._take(self._position, FADE)
            faded = (tail * np.linspace(1.0, 0.0, FADE)).astype(np.int16)
            self._blocks.clear()
            if tail.any():
                self._blocks.append((self._position, faded))
            for segment in self._segments:
                segment.length = max(0, min(segment.length, self._position + FADE - segment.start))
        if self._segments:
            self._body.cut(self._segments[-1].key, at)
        self._live = None
        self._complete = True
        self._pending.clear()
        return heard

    def heard(self, at: int) -> Heard | None:
        """Return which utterance was sounding at, or last before, stream sample ``at``."""
        for segment in reversed(self._segments):
            if at >= segment.start:
                return Heard(segment.generation, segment.first + min(at - segment.start, segment.length))
        return None

    def read(self, count: int) -> NDArray[np.int16]:
        """Give out the next ``count`` samples, shape (count,); silence where nothing is laid down."""
        with self._lock:
            pcm = self._take(self._position, count)
            self._position += count
            while self._blocks and self._blocks[0][0] + len(self._blocks[0][1]) <= self._position:
                self._blocks.popleft()
        self._level = float(np.sqrt(np.mean(np.square(pcm, dtype=np.float64)))) if count else 0.0
        return pcm

    def _take(self, start: int, count: int) -> NDArray[np.int16]:
        pcm = np.zeros(count, dtype=np.int16)
        for first, block in self._blocks:
            if first >= start + count:
                break
            begin, end = max(first, start), min(first + len(block), start + count)
            if begin < end:
                pcm[begin - start : end - start] = block[begin - first : end - first]
        return pcm

    def _run_for(self, generation: int, first: int) -> Segment:
        last = self._segments[-1] if self._segments else None
        if last is not None and last.generation == generation and first == last.first + last.length:
            if self._position < last.end:
                return last
            self._body.finish(last.key)
        start = max(self._position + LEAD, self.end)
        segment = Segment(self._next_key, generation, first, start)
        self._next_key += 1
        self._segments.append(segment)
        self._body.place(segment.key, start)
        return segment
