"""The output stream: the sound of every utterance on one sample axis that never stops. Pure; the device is elsewhere.

The sound card (or a clock, or a video file) reads the stream block by block; silence is samples too. Utterances are
laid on it as their sound arrives, and the stage is told where, so that sound, face and captions share one address.
Speech that is held waits: it is addressed by samples of speech, the stream less its pauses (``avatar.pauses``).
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
from avatar.pauses import Pauses
from avatar.stage import HOLD_LEAD, HOLD_SETTLES
from viewer.levels import RAMP, Levels

LEAD = SAMPLE_RATE // 100  # samples from the first sound's arrival to its beginning, in which lips can anticipate it
FADE = RAMP  # a cut fades out over 10 ms, or it clicks
DUCKED = 10.0 ** (-12.0 / 20.0)  # level of a host who makes room
RESUME_LEAD = round(HOLD_LEAD * SAMPLE_RATE)  # samples before speech goes on, so that lips can anticipate
SHORTEST_HOLD = round(HOLD_SETTLES * SAMPLE_RATE)  # samples; the body needs them to come to a stop
REMEMBERED_SEGMENTS = 64
REMEMBERED_SAMPLES = 2 * SAMPLE_RATE  # of what was given out: more than any device's latency


class Body(Protocol):
    """What playback tells about the sound (``avatar.stage.Stage``)."""

    def place(self, generation: int, start: int) -> None:
        """Lay an utterance at sample ``start`` of speech."""

    def extend(self, generation: int, marks: Sequence[Mark]) -> None:
        """Give it its next marks."""

    def finish(self, generation: int) -> None:
        """Say that no more marks come."""

    def cut(self, generation: int, at: int) -> None:
        """End it at stream sample ``at``."""

    def hold(self, at: int) -> None:
        """Let speech wait from stream sample ``at`` on."""

    def resume(self, at: int) -> None:
        """Let it go on at stream sample ``at``."""


@dataclass(slots=True)
class Segment:
    """A gapless run of one utterance's sound.

    Attributes:
        key: name of the run on the stage; runs are numbered since the stream began.
        generation: the utterance.
        first: sample of the utterance at which the run begins.
        start: sample of speech at which the run begins.
        length: samples so far.
    """

    key: int
    generation: int
    first: int
    start: int
    length: int = 0

    @property
    def end(self) -> int:
        """Sample of speech after the last."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Heard:
    """Where in which utterance the stream is. ``sample`` counts from the utterance's first sample."""

    generation: int
    sample: int


class Playback:
    """Lays utterances on the stream and gives it out block by block.

    ``read`` may run in a sound card's thread and ``heard`` in any; everything else belongs to one thread at a time.
    """

    def __init__(self, body: Body) -> None:
        self._body = body
        self._lock = threading.RLock()
        self._blocks: deque[tuple[int, NDArray[np.int16]]] = deque()  # (first sample of speech, pcm), in order
        self._segments: deque[Segment] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._pending: list[Mark] = []  # marks whose sound has not come yet
        self._pauses = Pauses()
        self._room = Levels()  # made for the user: ducked, held
        self._volume = Levels()
        self._position = 0
        self._next_key = 1
        self._live: int | None = None  # the generation that may still sound
        self._over = -1  # the newest generation that may never sound again
        self._complete = True  # all sound of the live generation has come
        self._given = np.zeros(REMEMBERED_SAMPLES, np.int16)  # a ring: stream sample n is at n % its length

    @property
    def position(self) -> int:
        """Samples given out so far; what is heard now is a device latency earlier."""
        return self._position

    @property
    def end(self) -> int:
        """The sample of speech after the last sound that is laid down."""
        return self._segments[-1].end if self._segments else 0

    @property
    def held(self) -> bool:
        """Whether speech is held."""
        return self._pauses.open is not None

    @property
    def ducked(self) -> bool:
        """Whether speech is making room without being held."""
        return not self.held and self._room.target == DUCKED

    @property
    def starved(self) -> bool:
        """Whether an utterance is under way and its next sound has not come."""
        return not self._complete and not self.held and self._spoken >= self.end

    @property
    def sounding(self) -> bool:
        """Whether an utterance is under way: sound is left, or more is to come."""
        return self._live is not None and (not self._complete or self._spoken < self.end)

    @property
    def live(self) -> int | None:
        """The generation that may sound now."""
        return self._live

    @property
    def _spoken(self) -> int:
        return self._pauses.spoken(self._position)

    def begin(self, generation: int) -> None:
        """Make ``generation`` the only one that may sound; an older one that still does is cut.

        One that is over, or older than one that is, never begins.
        """
        if generation <= self._over or generation == self._live:
            return
        if self._live is not None and self.sounding:
            self.cut(self._position)
        with self._lock:
            self._go_on(self._position)
            self._room.glide(self._position, 1.0)
            self._over = generation - 1
            self._live = generation
        self._complete = False
        self._pending.clear()

    def renew(self) -> None:
        """Count generations anew: another session begins. What sounds is cut."""
        if self.sounding:
            self.cut(self._position)
        self._live, self._over, self._complete = None, -1, True

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

    def duck(self, generation: int) -> None:
        """Go on at ``DUCKED``, if this is the utterance that sounds."""
        if generation == self._live and self.sounding:
            with self._lock:
                if not self.held:
                    self._room.glide(self._position, DUCKED)

    def hold(self, generation: int) -> Heard | None:
        """Fall silent within ``FADE`` and keep what is left; return where it stops, None if it is not sounding.

        The samples of the fade are played: none is lost, and none will be repeated.
        """
        if generation != self._live or not self.sounding:
            return None
        with self._lock:
            begins = self._position + FADE
            if self._pauses.begin(begins):
                self._room.glide(self._position, 0.0)
                self._body.hold(begins)
        return self.heard(self._position + FADE)

    def resume(self, generation: int) -> None:
        """Go on at full level, with the sample after the last that was played."""
        if generation != self._live:
            return
        with self._lock:
            self._room.glide(self._go_on(self._position + RESUME_LEAD, SHORTEST_HOLD), 1.0)

    def cut(self, at: int) -> Heard | None:
        """Silence the live utterance; return where it was at stream sample ``at``: what was heard, None if nothing."""
        heard = self.heard(at)
        with self._lock:
            tail = self._sound(self._position, FADE) * np.linspace(1.0, 0.0, FADE)
            audible = bool(tail.any())
            self._blocks.clear()
            for segment in self._segments:
                if segment.end > self._pauses.spoken(at):
                    self._body.cut(segment.key, at)
            self._go_on(self._position)
            spoken = self._spoken
            if audible:
                self._blocks.append((spoken, tail.astype(np.int16)))
            for segment in self._segments:
                segment.length = max(0, min(segment.length, spoken + audible * FADE - segment.start))
            self._room.jump(1.0)
            if self._live is not None:
                self._over = max(self._over, self._live)
            self._live = None
        self._complete = True
        self._pending.clear()
        return heard

    def cancel(self, generation: int, at: int) -> Heard | None:
        """Drop an utterance and all older ones, whatever of them still comes; see ``cut``."""
        self._over = max(self._over, generation)
        if self._live is None or self._live > generation:
            return None
        if self.sounding:
            return self.cut(at)
        self._live, self._complete = None, True
        self._pending.clear()
        return None

    def set_volume(self, volume: float) -> None:
        """Play everything at ``volume``, 0 silent .. 1 as it came."""
        with self._lock:
            self._volume.glide(self._position, min(max(volume, 0.0), 1.0))

    def heard(self, at: int) -> Heard | None:
        """Return which utterance was sounding at, or last before, stream sample ``at``."""
        with self._lock:
            spoken = self._pauses.spoken(at)
            for segment in reversed(self._segments):
                if spoken >= segment.start:
                    return Heard(segment.generation, segment.first + min(spoken - segment.start, segment.length))
        return None

    def read(self, count: int) -> NDArray[np.int16]:
        """Give out the next ``count`` samples, shape (count,); silence where nothing is laid down."""
        with self._lock:
            sound = self._sound(self._position, count) * self._volume.gains(self._position, count)
            pcm: NDArray[np.int16] = np.rint(sound).astype(np.int16)
            self._given.put(np.arange(self._position, self._position + count), pcm, mode="wrap")
            self._position += count
            spoken = self._spoken
            while self._blocks and self._blocks[0][0] + len(self._blocks[0][1]) <= spoken:
                self._blocks.popleft()
        return pcm

    def given(self, start: int, count: int) -> NDArray[np.int16]:
        """Return what was given out from stream sample ``start`` on, shape (count,).

        Silence stands for what was not given out yet and for what was longer ago than ``REMEMBERED_SAMPLES``.
        """
        with self._lock:
            wanted = np.arange(start, start + count)
            known = (wanted >= max(0, self._position - REMEMBERED_SAMPLES)) & (wanted < self._position)
            return np.where(known, self._given.take(wanted, mode="wrap"), np.int16(0))

    def _sound(self, start: int, count: int) -> NDArray[np.float64]:
        """Return what the stream holds from ``start`` on, with the room that is made for the user; nothing moves."""
        sound = np.zeros(count)
        for begin, end in self._pauses.playing(start, start + count):
            sound[begin - start : end - start] = self._take(self._pauses.spoken(begin), end - begin)
        return sound * self._room.gains(start, count)

    def _take(self, start: int, count: int) -> NDArray[np.int16]:
        pcm = np.zeros(count, dtype=np.int16)
        for first, block in self._blocks:
            if first >= start + count:
                break
            begin, end = max(first, start), min(first + len(block), start + count)
            if begin < end:
                pcm[begin - start : end - start] = block[begin - first : end - first]
        return pcm

    def _go_on(self, at: int, shortest: int = 0) -> int:
        """Let speech that is held go on at stream sample ``at``, ``shortest`` after it was held at the earliest.

        Return where it goes on; the position, when it was not held.
        """
        pause = self._pauses.open
        if pause is None:
            return self._position
        at = max(at, pause.begin + shortest)
        self._pauses.end(at)
        self._body.resume(at)
        return at

    def _run_for(self, generation: int, first: int) -> Segment:
        last = self._segments[-1] if self._segments else None
        if last is not None and last.generation == generation and first == last.first + last.length:
            if self._spoken < last.end:
                return last
            self._body.finish(last.key)
        start = max(self._spoken + LEAD, self.end)
        segment = Segment(self._next_key, generation, first, start)
        self._next_key += 1
        self._segments.append(segment)
        self._body.place(segment.key, start)
        return segment
