"""Takes the host's own voice, come back from the loudspeaker, out of the microphone's sound. Pure: no device, no clock.

First a linear filter learns the way through the room, then what is left is weighed: while only the host speaks nothing
passes, and whoever talks over the host is heard. What is played while nothing sounds passes as it came.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.echo.linear_filter import BLOCK, LinearFilter
from viewer.echo.residual import RATE, ResidualEcho

__all__ = ["BLOCK", "RATE", "EchoCanceller"]

_FULL_SCALE = 32_768.0


class EchoCanceller:
    """One microphone beside one loudspeaker."""

    def __init__(self) -> None:
        self._filter = LinearFilter()
        self._residual = ResidualEcho()

    @property
    def hears_somebody(self) -> bool:
        """Whether somebody talks over the host."""
        return self._residual.passes

    def cleaned(self, microphone: NDArray[np.int16], loudspeaker: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return the microphone's sound without the echo, one block (16 ms) late.

        Args:
            microphone: int16 mono at ``RATE``, shape (``BLOCK``,).
            loudspeaker: what the loudspeaker gave at that time, the same shape and rate. It may be up to 300 ms early,
                and should not be late.

        Raises:
            ValueError: blocks of another size.
        """
        if microphone.shape != (BLOCK,) or loudspeaker.shape != (BLOCK,):
            raise ValueError(f"blocks have {BLOCK} samples, not {microphone.shape} and {loudspeaker.shape}")
        rest, echo = self._filter.split(microphone / _FULL_SCALE, loudspeaker / _FULL_SCALE)
        clean = self._residual.passed(rest, echo)
        return np.rint(np.clip(clean, -1.0, 1.0 - 1.0 / _FULL_SCALE) * _FULL_SCALE).astype(np.int16)
