"""Finds the pauses of a user who is speaking, from loudness alone: where a listener nods. Pure.

The voice activity detector that decides turns is the server's; a nod needs no such care.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.curves import uniform

PAUSE_SECONDS = 0.20  # of quiet
SPEECH_SECONDS = 0.6  # of speech before a pause counts
NODS = 0.6  # share of the pauses that get a nod
_ABOVE_FLOOR = 3.0  # how many times louder than the room speech is (10 dB)
_QUIETEST = 60.0  # RMS of 16-bit sound that is never speech
_FLOOR_RISE = 0.01  # part of the way by which the floor rises towards each block, so that a louder room is learned
_KEY_PAUSE = 61


class Pausing:
    """Follows the loudness of a microphone block by block.

    Args:
        rate: samples a second.
        seed: chooses which pauses get a nod.
    """

    def __init__(self, rate: int, seed: int = 0) -> None:
        self._rate = rate
        self._seed = seed
        self._floor = _QUIETEST
        self._spoken = 0.0  # seconds since the last pause
        self._quiet = 0.0
        self._pauses = 0

    def nods(self, block: NDArray[np.int16]) -> bool:
        """Take the next block, shape (n,); return whether a listener nods now."""
        if not len(block):
            return False
        seconds = len(block) / self._rate
        level = float(np.sqrt(np.mean(np.square(block, dtype=np.float64))))
        loud = level > max(_QUIETEST, _ABOVE_FLOOR * self._floor)
        self._floor = level if level < self._floor else self._floor + _FLOOR_RISE * (level - self._floor)
        if loud:
            self._spoken += seconds
            self._quiet = 0.0
            return False
        self._quiet += seconds
        if self._spoken < SPEECH_SECONDS or self._quiet < PAUSE_SECONDS:
            return False
        self._spoken = 0.0
        self._pauses += 1
        return uniform(self._seed, _KEY_PAUSE, self._pauses) < NODS
