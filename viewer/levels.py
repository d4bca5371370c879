"""How loud the stream is, sample by sample: levels that glide into one another without a click. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RAMP = 240  # samples (10 ms) in which one level becomes the next


class Levels:
    """A gain that holds a level until it glides to the next one; levels are set in the order of time."""

    def __init__(self, level: float = 1.0) -> None:
        self._settled = level
        self._steps: list[tuple[int, float]] = []  # (first sample of the glide, level it leads to)

    @property
    def target(self) -> float:
        """The level that the last glide leads to."""
        return self._steps[-1][1] if self._steps else self._settled

    def glide(self, start: int, level: float) -> None:
        """Go to ``level`` in ``RAMP`` samples from sample ``start`` on, or from the last glide's start, if later."""
        if level == self.target:
            return
        self._steps.append((max([start, *(begin for begin, _ in self._steps)]), level))

    def jump(self, level: float) -> None:
        """Be at ``level`` from now on; where nothing sounds, nothing clicks."""
        self._settled, self._steps = level, []

    def gains(self, start: int, count: int) -> NDArray[np.float64]:
        """Return the gain of samples ``start`` to before ``start + count``, shape (count,); forgets what is over.

        A glide is half a cosine; one that begins while another still runs takes over from where that one is.
        """
        while self._steps and self._steps[0][0] + RAMP <= start:
            self._settled = self._steps.pop(0)[1]
        gains = np.full(count, self._settled)
        samples = np.arange(start, start + count)
        for begin, level in self._steps:
            part = 0.5 - 0.5 * np.cos(np.pi * np.clip((samples - begin + 1) / RAMP, 0.0, 1.0))
            gains += (level - gains) * part
        return gains
