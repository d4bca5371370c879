"""Turns: from the probability of speech in each frame to facts about who speaks. Pure: no model, no clock.

The ears tell when speech begins, goes on and pauses. When a turn is over is for the conversation to decide
(``server.conversation``): it ends with ``TurnDetector.finish``.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.protocol import TurnDetection

Audio = NDArray[np.float32]  # mono at EAR_RATE, in -1..1

EAR_RATE = 16_000  # Hz
FRAME_SAMPLES = 512  # 32 ms: what the voice activity model takes at a time
FRAME_SECONDS = FRAME_SAMPLES / EAR_RATE

MAX_TURN_SECONDS = 30.0
FIRST_FRAMES = 2  # 64 ms of speech make the host duck
ONSET_FRAMES = 3  # 96 ms of speech begin a turn: a click or a key stroke does not
HYSTERESIS = 0.15  # speech that began goes on down to threshold - HYSTERESIS
PAUSE_FRAMES = 2  # 64 ms of silence are a pause: the text is worth having, for the turn may be over
TAIL_SECONDS = 0.2  # of the silence after a turn that are kept with it
FIRST_PARTIAL_SECONDS = 0.35  # of speech: enough for a word, to tell an interruption from a cough
PARTIAL_SECONDS = 0.5  # between partial texts, growing with the turn: each costs as much as all before it
PARTIAL_SHARE = 0.25  # of the turn's length, at least, between two partial texts


@dataclass(frozen=True, slots=True)
class Onset:
    """Something sounds like speech; it is too short to be called a turn."""


@dataclass(frozen=True, slots=True)
class OnsetOver:
    """Nothing came of an onset."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody speaks; ``start`` is the turn's first sample, pre-roll included."""

    turn: int
    start: int


@dataclass(frozen=True, slots=True)
class SpeechGoesOn:
    """The next frame of a turn.

    Attributes:
        turn: which.
        voiced: seconds of speech in the turn so far.
        silent: seconds of silence at its end; 0 while somebody speaks.
    """

    turn: int
    voiced: float
    silent: float


@dataclass(frozen=True, slots=True)
class PartialDue:
    """The turn goes on; ``audio`` is what there is of it."""

    turn: int
    audio: Audio = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Paused:
    """The speaker paused for the ``pause``-th time; if nothing more is said, ``audio`` is the whole turn."""

    turn: int
    pause: int
    audio: Audio = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TurnFull:
    """The turn is as long as one may be; it is to be finished."""

    turn: int


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """A turn that is over.

    Attributes:
        turn: which.
        start: its first sample, pre-roll included.
        end: the sample after the last one that was listened to.
        audio: the turn, with at most ``TAIL_SECONDS`` of the silence after it.
        settled: nothing was said after the turn's last ``Paused``: its text holds.
    """

    turn: int
    start: int
    end: int
    audio: Audio = field(compare=False, repr=False)
    settled: bool


EarEvent = Onset | OnsetOver | SpeechStarted | SpeechGoesOn | PartialDue | Paused | TurnFull


class TurnDetector:
    """The state between two frames: waiting, or in a turn.

    Attributes:
        settings: threshold and pre-roll; None gathers sound until ``finish``. May be changed between frames.
    """

    def __init__(self, settings: TurnDetection | None) -> None:
        self.settings = settings
        self._turn = 0
        self._frames: deque[Audio] = deque()  # of the turn, or the pre-roll that waits for one
        self._start = 0  # sample of the first frame
        self._end = 0  # sample after the last frame
        self._in_turn = False
        self._onset = 0  # frames of speech that have not made a turn yet
        self._told = False  # of the onset
        self._voiced = 0  # frames of speech in the turn
        self._silent = 0  # frames of silence at the end of the turn
        self._pauses = 0
        self._since_partial = 0  # frames since the last partial text
        self._settled = False

    def push(self, first: int, frame: Audio, probability: float) -> Iterator[EarEvent]:
        """Take the next frame; to be iterated to its end before the next one comes.

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
            self._keep_last(_frames(MAX_TURN_SECONDS))
        elif self._in_turn:
            yield from self._go_on(probability >= _release(self.settings))
        else:
            yield from self._wait(self.settings, probability)

    def finish(self, tail: Audio | None = None) -> SpeechStopped | None:
        """End the turn; ``tail`` is sound after the last whole frame.

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
        for _ in range(max(0, self._silent - _frames(TAIL_SECONDS)) if self._settled else 0):
            self._frames.pop()
        stopped = SpeechStopped(self._turn, self._start, self._end, self._audio(), self._settled)
        self.clear()
        return stopped

    def clear(self) -> None:
        """Forget the sound that was not finished; a turn that is under way ends without an event."""
        self._frames.clear()
        self._in_turn = self._settled = self._told = False
        self._onset = self._silent = self._voiced = self._pauses = self._since_partial = 0

    def _wait(self, settings: TurnDetection, probability: float) -> Iterator[EarEvent]:
        if probability >= settings.threshold:
            self._onset += 1
        elif probability < _release(settings):
            self._onset = max(0, self._onset - 1)
        self._keep_last(_frames(settings.prefix_padding_ms / 1_000) + ONSET_FRAMES)
        if self._onset >= ONSET_FRAMES:
            self._turn += 1
            self._in_turn, self._told = True, False
            self._voiced, self._onset = self._onset, 0
            yield SpeechStarted(self._turn, self._start)
        elif self._onset >= FIRST_FRAMES and not self._told:
            self._told = True
            yield Onset()
        elif self._told and not self._onset:
            self._told = False
            yield OnsetOver()

    def _go_on(self, speech: bool) -> Iterator[EarEvent]:
        turn = self._turn
        self._since_partial += 1
        self._voiced += speech
        self._silent = 0 if speech else self._silent + 1
        self._settled = self._settled and not speech
        if self._silent == PAUSE_FRAMES:
            self._settled = True
            self._pauses += 1
            self._since_partial = 0
            yield Paused(turn, self._pauses, self._audio())
        elif speech and self._partial_is_due():
            self._since_partial = 0
            yield PartialDue(turn, self._audio())
        if len(self._frames) >= _frames(MAX_TURN_SECONDS):
            self._keep_last(_frames(MAX_TURN_SECONDS))
            yield TurnFull(turn)
        yield SpeechGoesOn(turn, self._voiced * FRAME_SECONDS, self._silent * FRAME_SECONDS)

    def _partial_is_due(self) -> bool:
        if self._voiced == _frames(FIRST_PARTIAL_SECONDS):
            return True
        return self._since_partial >= max(_frames(PARTIAL_SECONDS), PARTIAL_SHARE * len(self._frames))

    def _audio(self) -> Audio:
        return np.concatenate(self._frames)

    def _keep_last(self, frames: int) -> None:
        while len(self._frames) > frames:
            self._start += len(self._frames.popleft())


def _frames(seconds: float) -> int:
    return math.ceil(seconds / FRAME_SECONDS - 1e-9)


def _release(settings: TurnDetection) -> float:
    return max(settings.threshold - HYSTERESIS, 0.01)
