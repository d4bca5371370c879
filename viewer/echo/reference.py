"""What the loudspeaker gave while a block of the microphone was recorded: the same time, the same rate. Pure.

Devices tell when a block was recorded only to some milliseconds. A canceller needs better: the stream of the
loudspeaker is read gapless, block after block, and set right only when it is found to be off by more than jitter.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from avatar.listening.resampling import Resampler
from avatar.marks import SAMPLE_RATE
from viewer.echo.linear_filter import BLOCK
from viewer.echo.residual import RATE

EARLY = SAMPLE_RATE // 100  # samples by which the reference is read early: an echo must not come before its sound
JITTER = SAMPLE_RATE // 25  # samples that a device's clock may be off before it is believed: 40 ms
STEP = BLOCK * SAMPLE_RATE // RATE  # samples of the loudspeaker to one block of the microphone


class Given(Protocol):
    """What a loudspeaker was given (``viewer.playback.Playback``)."""

    def given(self, start: int, count: int) -> NDArray[np.int16]:
        """Return ``count`` samples of the stream from ``start`` on; silence where they are not known."""


class Reference:
    """Reads a loudspeaker's stream in step with a microphone."""

    def __init__(self, stream: Given) -> None:
        self._stream = stream
        self._resampler = Resampler(SAMPLE_RATE)
        self._ready = np.zeros(math.ceil(self._resampler.delay * RATE), np.float32)  # until the first output comes
        self._next: int | None = None  # stream sample at which the next block is expected

    def block(self, heard: int) -> NDArray[np.int16]:
        """Return the loudspeaker's sound for the microphone's next block, int16, shape (``BLOCK``,), at ``RATE``.

        Args:
            heard: stream sample that was heard when the block began.
        """
        if self._next is None or abs(self._next - heard) > JITTER:
            self._next = heard
        sound = self._stream.given(self._next + EARLY, STEP)
        self._next += STEP
        resampled = self._resampler.push(sound.astype(np.float32))
        ready = np.concatenate([self._ready, resampled])
        self._ready = ready[BLOCK:]
        block: NDArray[np.int16] = np.rint(np.clip(ready[:BLOCK], -(2.0**15), 2.0**15 - 1.0)).astype(np.int16)
        return block
