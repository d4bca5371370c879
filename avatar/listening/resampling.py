"""Any sample rate to the one that the network hears, as a stream: the same samples whatever the pieces."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

HEARD_RATE = 16_000  # Hz, of everything behind the resampler
RATES = (8_000, 192_000)  # Hz, slowest and fastest that are taken

_CROSSINGS = 10  # of the windowed sinc on either side, at the lower of the two rates
_PASS = 0.94  # of the lower Nyquist frequency is kept


class Resampler:
    """A windowed-sinc interpolator (Smith and Gossett, 1984) with a table of phases. Bounded state."""

    def __init__(self, rate: int) -> None:
        """Prepare for a rate in Hz, within ``RATES`` (the caller checks)."""
        ratio = Fraction(rate, HEARD_RATE)
        self._step, self._phases = ratio.numerator, ratio.denominator  # input samples per output, as a fraction
        scale = max(1.0, rate / HEARD_RATE)
        self._half = int(np.ceil(_CROSSINGS * scale))  # input samples on either side
        offsets = np.arange(1 - self._half, self._half + 1)[None, :] - (np.arange(self._phases) / self._phases)[:, None]
        cutoff = _PASS / scale
        window = np.cos(np.pi / 2 * np.clip(offsets / (self._half + 0.5), -1.0, 1.0)) ** 2
        table = cutoff * np.sinc(cutoff * offsets) * window
        self._table = np.asarray(table / table.sum(axis=1, keepdims=True), dtype=np.float32)
        self._held = np.zeros(self._half - 1, np.float32)  # input that outputs to come still need
        self._place = 0  # of the next output after the centre of the first held window, in 1/phases of an input sample
        self._identity = rate == HEARD_RATE

    @property
    def delay(self) -> float:
        """Seconds of input after a moment that its output needs."""
        return 0.0 if self._identity else self._half * self._phases / self._step / HEARD_RATE

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what of the output, float32 at ``HEARD_RATE``, the input so far decides."""
        if self._identity:
            return samples
        held = np.concatenate([self._held, samples])
        ready = len(held) - 2 * self._half  # the last window that is complete begins here
        count = max(0, (ready * self._phases + self._phases - 1 - self._place) // self._step + 1) if ready >= 0 else 0
        places = self._place + np.arange(count, dtype=np.int64) * self._step
        begins, phases = places // self._phases, places % self._phases
        windows = held[begins[:, None] + np.arange(2 * self._half)[None, :]]
        output = np.einsum("nt,nt->n", windows, self._table[phases]) if count else np.zeros(0, np.float32)
        following = self._place + count * self._step
        used = min(following // self._phases, len(held))
        self._held = held[used:].copy()
        self._place = following - used * self._phases
        return np.asarray(output, dtype=np.float32)
