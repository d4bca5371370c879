"""From likelihoods in time to sounds in time: one sound at a time, and none shorter than a mouth could show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.listening.sounds import CLASSES, SILENCE

_QUIET = CLASSES.index(SILENCE)
_EVIDENCE = 0.5  # nepers by which a sound has to be likelier than the one that goes on
_SHORTEST, _SHORTEST_QUIET = 2, 4  # frames of a sound, and of silence: 20 and 40 ms


class Decoder:
    """Likelihoods in, changes of the sound out. It begins in silence. Bounded state."""

    def __init__(self) -> None:
        self._now = _QUIET
        self._since = -_SHORTEST_QUIET
        self._frame = 0

    def push(self, likelihoods: NDArray[np.float32]) -> int | None:
        """Return the sound, as an index into ``CLASSES``, if another one begins with this frame.

        Arguments:
            likelihoods: logarithms, shape (len(CLASSES),).
        """
        frame = self._frame
        self._frame += 1
        best = int(likelihoods.argmax())
        held = frame - self._since
        if best == self._now or held < (_SHORTEST_QUIET if self._now == _QUIET else _SHORTEST):
            return None
        if likelihoods[best] - likelihoods[self._now] < _EVIDENCE:
            return None
        self._now, self._since = best, frame
        return best
