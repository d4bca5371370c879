"""Turns: from the probability of speech in each frame to the turns of who speaks. Pure: no model, no clock."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.protocol import TurnDetection

Audio = NDArray[np.float32]  # mono at EAR_RATE, in -1..1

EAR_RATE = 16_000  # Hz
FRAME_SAMPLES = 512  # 32 ms: what the voice activity model takes at a time
FRAME_MS = 1_000 * FRAME_SAMPLES / EAR_RATE

MAX_TURN_SECONDS = 30.0
ONSET_FRAMES = 3  # 96 ms of speech begin a turn: a click or a key stroke does not
HYSTERESIS = 0.15  # speech that began goes on down to threshold - HYSTERESIS
SPECULATION_MS = 200  # of silence, after which the text is worth having: most turns are over then
PARTIAL_MS = 500  # between partial texts, growing with the turn: each costs as much as all before it
PARTIAL_SHARE = 0.25  # of the turn's length, at least, between two partial texts


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak; ``start`` is the turn's first sample, pre-roll included."""

    turn: int
    start: int


@dataclass(frozen=True, slots=True)
class PartialDue:
    """The turn goes on; ``audio`` is what there is of it."""

    turn: int
    audio: Audio = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SpeculativeDue:
    """The speaker paused; if nothing more is said, ``audio`` is the whole turn."""

    turn: int
    audio: Audio = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The turn is over.

    Attributes:
        turn: which.
        start: its first sample, pre-roll included.
        end: the sample after the last one that was listened to.
        audio: the turn, with at most ``SPECULATION_MS`` of the silence after it.
        settled: nothing was said after the turn's last ``SpeculativeDue``: its text holds.
    """

    turn: int
    start: int
    end: int
    audio: Audio = field(compare=False, repr=False)
    settled: bool


EarEvent = SpeechStarted | PartialDue | SpeculativeDue | SpeechStopped


class TurnDetector:
    """The state between two frames: waiting, or in a turn.

    Attributes:
        settings: threshold, pre-roll and silence; None gathers sound until ``commit``. May be changed between frames.
    """

    def __init__(self, settings: TurnDetection | None) -> None:
        self.settings = settings
        self._turn = 0
        self._frames: deque[Audio] = deque()  # of the turn, or the pre-roll that waits for one
        self._start = 0  # sample of the first frame
        self._end = 0  # sample after the last frame
        self._in_turn = False
        self._onset = 0  # frames of speech that have not made a turn yet
        self._silent = 0  # frames of silence at the end of the turn
        self._since_partial = 0  # frames since the last partial text
        self._settled = False

    def push(self, first: int, frame: Audio, probability: float) -> tuple[EarEvent, ...]:
        """Take the next frame.

        Args:
            first: sample of the stream at which the frame begins.
            frame: ``FRAME_SAMPLES`` of sound.
            probability: that there is speech in it, 0..1; ignored without settings.
        """
        if not self._frames:
            self._start = first
        self._frames.append(frame)
        self._end = first + len(frame)
        if self.settings is None:
            self._keep_last(int(MAX_TURN_SECONDS * EAR_RATE / FRAME_SAMPLES))
            return ()
        if self._in_turn:
            return tuple(self._go_on(self.settings, probability))
        return self._wait(self.settings, probability)

    def commit(self, tail: Audio | None = None) -> SpeechStopped | None:
        """End the turn by hand; ``tail`` is sound after the last whole frame.

        Returns:
            The turn, or None when nobody spoke (without settings: when there was no sound at all).
        """
        gathered = self.settings is None and self._frames
        if not (self._in_turn or gathered):
            return None
        if tail is not None and len(tail):
            self._frames.append(tail)
            self._end += len(tail)
            self._settled = False
        if not self._in_turn:
            self._turn += 1
        return self._stop(keep_silence=True)

    def clear(self) -> None:
        """Forget the sound that was not committed; a turn that is under way ends without an event."""
        self._frames.clear()
        self._in_turn = self._settled = False
        self._onset = self._silent = self._since_partial = 0

    def _wait(self, settings: TurnDetection, probability: float) -> tuple[EarEvent, ...]:
        if probability >= settings.threshold:
            self._onset += 1
        elif probability < _release(settings):
            self._onset = max(0, self._onset - 1)
        self._keep_last(_frames(settings.prefix_padding_ms) + ONSET_FRAMES)
        if self._onset < ONSET_FRAMES:
            return ()
        self._turn += 1
        self._in_turn = True
        self._onset = self._silent = self._since_partial = 0
        return (SpeechStarted(self._turn, self._start),)

    def _go_on(self, settings: TurnDetection, probability: float) -> Iterable[EarEvent]:
        self._since_partial += 1
        if probability >= _release(settings):
            self._silent = 0
            self._settled = False
        else:
            self._silent += 1
        if self._silent >= _frames(settings.silence_duration_ms):
            yield self._stop()
        elif len(self._frames) * FRAME_MS >= MAX_TURN_SECONDS * 1_000:
            yield self._stop(keep_silence=True)
        elif self._silent == _frames(SPECULATION_MS):
            self._settled = True
            self._since_partial = 0
            yield SpeculativeDue(self._turn, self._audio())
        elif not self._silent and self._since_partial >= max(_frames(PARTIAL_MS), PARTIAL_SHARE * len(self._frames)):
            self._since_partial = 0
            yield PartialDue(self._turn, self._audio())

    def _stop(self, *, keep_silence: bool = False) -> SpeechStopped:
        extra = 0 if keep_silence else max(0, self._silent - _frames(SPECULATION_MS))
        for _ in range(extra):
            self._frames.pop()
        stopped = SpeechStopped(self._turn, self._start, self._end, self._audio(), self._settled)
        self.clear()
        return stopped

    def _audio(self) -> Audio:
        return np.concatenate(self._frames)

    def _keep_last(self, frames: int) -> None:
        while len(self._frames) > frames:
            self._start += len(self._frames.popleft())


def _frames(milliseconds: float) -> int:
    return math.ceil(milliseconds / FRAME_MS)


def _release(settings: TurnDetection) -> float:
    return max(settings.threshold - HYSTERESIS, 0.01)
