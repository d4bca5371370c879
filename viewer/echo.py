"""Keeps the host's own voice, come back from the loudspeaker, from counting as the user cutting in. Pure.

Geigel's double-talk detector (Duttweiler, "A twelve-channel digital echo canceler", IEEE Trans. Comm. 26, 1978):
while the loudspeaker sounds, the microphone counts only when it is clearly louder than the echo can be. How loud the
echo is here is learned from the blocks in which nobody but the host speaks. This gates; it does not cancel: somebody
who speaks more softly than the loudspeaker is not heard until the host pauses. With headphones nothing is held back.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

MEMORY_BLOCKS = 24  # of 16 ms: the longest way from the loudspeaker's buffer to the microphone's
MARGIN = 2.0  # how many times louder than the expected echo the user must be (6 dB)
FIRST_COUPLING = 0.3  # echo level / loudspeaker level before anything is learned: a laptop at normal volume
RISE, FALL = 0.1, 0.01  # how fast the coupling is learned upwards and downwards, per block
HANGOVER_BLOCKS = 16  # the user stays heard this long after the last loud block, so that soft ends of words pass
SILENCE = 30.0  # RMS of 16-bit sound below which the loudspeaker gives no echo


class EchoGate:
    """Decides block by block whether the microphone hears the user or only the host."""

    def __init__(self) -> None:
        self._loudspeaker: deque[float] = deque(maxlen=MEMORY_BLOCKS)
        self._coupling = FIRST_COUPLING
        self._open_for = 0

    def passed(self, block: NDArray[np.int16], loudspeaker_level: float) -> NDArray[np.int16]:
        """Return the block, or silence of the same length where it can only be echo.

        Args:
            block: int16 mono of the microphone, shape (n,).
            loudspeaker_level: RMS of what the loudspeaker was last given, in 16-bit units.
        """
        self._loudspeaker.append(loudspeaker_level)
        played = max(self._loudspeaker)
        if played < SILENCE:
            return block
        level = float(np.sqrt(np.mean(np.square(block, dtype=np.float64)))) if len(block) else 0.0
        if level > MARGIN * self._coupling * played:
            self._open_for = HANGOVER_BLOCKS
        elif self._open_for == 0:
            ratio = level / played
            self._coupling += (RISE if ratio > self._coupling else FALL) * (ratio - self._coupling)
        if self._open_for > 0:
            self._open_for -= 1
            return block
        return np.zeros_like(block)
