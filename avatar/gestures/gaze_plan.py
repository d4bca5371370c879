"""Where the eyes of a speaker go: to the viewer, to the item, away. The eyes lead, the head follows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avatar.curves import PulseTrack, StepTrack, between, saccade_seconds, sign, uniform
from avatar.motion import BLINK, GAZE, HEAD, VERGENCE, Motion, vergence

ITEM = (5.0, 24.0)  # pitch and yaw of an item whose place is not known, degrees: beside the host, to their left

_ITEM_METRES, _NOWHERE_METRES = 1.5, 4.0  # how far off the eyes meet
_ITEM_STAY = 1.0  # seconds
_HEAD_LATENCY, _HEAD_TURN = 0.06, 0.42  # seconds by which the head follows, and in which it turns
_HEAD_SHARE = (0.25, 0.42)  # of pitch and yaw that the head takes over
_BLINK_FROM = 5.0  # degrees of a shift that may bring a blink
_BLINKING = 0.55  # share of those that do

_KEY_LOOK = 41


class GazePlan:
    """The gaze of one utterance. Times are seconds on the utterance's own axis.

    Args:
        seed: whose.
        item: pitch and yaw of the item, degrees in the world.
    """

    def __init__(self, seed: int, item: tuple[float, float]) -> None:
        self._seed = seed
        self._item = item
        self._eyes = StepTrack(np.zeros(3))  # pitch, yaw, vergence
        self._head = StepTrack(np.zeros(2))
        self._blinks = PulseTrack(1)
        self._looks = 0

    def add_to(self, vector: Motion, seconds: float) -> None:
        """Add the gaze at that time, and the head that follows it, to a motion."""
        eyes = self._eyes.at(seconds)
        vector[GAZE] += eyes[:2]
        vector[VERGENCE] += eyes[2]
        vector[HEAD.start : HEAD.start + 2] += self._head.at(seconds)
        vector[BLINK] += self._blinks.at(seconds)[0]

    def look(self, target: str, start: float) -> None:
        """Look at one of ``avatar.marks.GAZES`` from ``start`` seconds on, and then at the viewer again."""
        self._looks += 1
        keys = (self._seed, _KEY_LOOK, self._looks)
        side = sign(*keys, 0)
        match target:
            case "item":
                self._shift(start, self._item, _ITEM_METRES, _ITEM_STAY, keys)
            case "away":
                there = (between(-4.0, 6.0, *keys, 1), side * between(11.0, 16.0, *keys, 2))
                self._shift(start, there, _NOWHERE_METRES, between(0.9, 1.4, *keys, 3), keys)
            case "up" | "down":
                pitch = between(9.0, 12.0, *keys, 1) * (-1.0 if target == "up" else 1.0)
                there = (pitch, side * between(2.0, 7.0, *keys, 2))
                self._shift(start, there, _NOWHERE_METRES, between(0.9, 1.4, *keys, 3), keys)
            case _:
                self._return(start)

    def avert(self, start: float, stay: float, keys: Sequence[int]) -> None:
        """Look aside for a moment, as speakers do while they put a phrase together."""
        side = sign(*keys, 9)
        there = (between(-5.0, 5.0, *keys, 10), side * between(6.0, 11.0, *keys, 11))
        self._shift(start, there, _NOWHERE_METRES, stay, (*keys, 12))

    def _shift(self, start: float, there: tuple[float, float], metres: float, stay: float, keys: Sequence[int]) -> None:
        size = float(np.hypot(*there))
        self._eyes.drop_from(start)
        self._head.drop_from(start)
        self._eyes.jump(start, np.array([*there, vergence(metres)]))
        self._head.step(start + _HEAD_LATENCY, _HEAD_TURN, np.multiply(there, _HEAD_SHARE))
        self._return(start + saccade_seconds(size) + stay)
        if size > _BLINK_FROM and uniform(*keys, 20) < _BLINKING:
            self._blinks.add(start - 0.02, start + 0.046, start + 0.066, start + 0.2, np.full(1, 0.85))

    def _return(self, start: float) -> None:
        self._eyes.drop_from(start)
        self._head.drop_from(start)
        self._eyes.jump(start, np.zeros(3))
        self._head.step(start + _HEAD_LATENCY, _HEAD_TURN, np.zeros(2))
