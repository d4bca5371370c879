"""What the network hears: log-mel spectra, 100 a second, each from the sound up to its end and no further."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.listening.resampling import HEARD_RATE

HOP = 160  # samples at HEARD_RATE, 10 ms
WINDOW = 400  # samples, 25 ms
BANDS = 40

_TRANSFORM = 512  # points
_LOWEST, _HIGHEST = 60.0, 7_600.0  # Hz
_PREEMPHASIS = 0.97
_FLOOR = 1e-12  # of a band's power: below the noise of 16-bit sound
_SCALE = 0.25  # of natural logarithms of power, so that speech spans about +-1
_OFFSET = 0.5  # of a band at that level
_ATTACK, _RELEASE = 0.25, 0.0035  # share of the way per frame to a louder, to a softer level
_SOFTEST = -19.0  # the lowest level that the gain follows: below it sound is noise
_EXPECTED = -13.0  # level before anything was heard: a close microphone


def _filters() -> NDArray[np.float32]:
    """Return triangles of equal width on the mel axis (O'Shaughnessy, 1987), shape (bins, BANDS)."""
    lowest, highest = (2595.0 * float(np.log10(1.0 + hertz / 700.0)) for hertz in (_LOWEST, _HIGHEST))
    mels = np.linspace(lowest, highest, BANDS + 2)
    edges = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    bins = np.arange(_TRANSFORM // 2 + 1)[:, None] * (HEARD_RATE / _TRANSFORM)
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    weights = np.clip(np.minimum(rising, falling), 0.0, None)
    return np.asarray(weights / weights.sum(axis=0), dtype=np.float32)


_FILTERS = _filters()
_HANN = np.asarray(np.hanning(WINDOW + 2)[1:-1] * (2.0 / WINDOW), dtype=np.float32)


class Spectrum:
    """Sound in, frames out. Frame k ends at sample ``(k + 1) * HOP``; sound before the first sample is silence.

    A slow automatic gain takes the loudness of the recording away. State: one window of sound and one level.
    """

    def __init__(self) -> None:
        self._held = np.zeros(WINDOW - HOP, np.float32)
        self._previous = np.float32(0.0)
        self._level = np.float32(_EXPECTED)

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the frames that are complete, float32, shape (k, BANDS).

        Arguments:
            samples: at ``HEARD_RATE``, within -1..1.
        """
        if not len(samples):
            return np.zeros((0, BANDS), np.float32)
        before = np.concatenate([[self._previous], samples[:-1]]).astype(np.float32)
        self._previous = samples[-1]
        self._held = np.concatenate([self._held, samples - np.float32(_PREEMPHASIS) * before])
        count = (len(self._held) - WINDOW) // HOP + 1 if len(self._held) >= WINDOW else 0
        frames = np.zeros((count, BANDS), np.float32)
        for index in range(count):  # one by one, so that the numbers do not depend on the pieces
            frames[index] = self._frame(self._held[index * HOP : index * HOP + WINDOW])
        self._held = self._held[count * HOP :].copy()
        return frames

    def _frame(self, window: NDArray[np.float32]) -> NDArray[np.float32]:
        transform = np.fft.rfft(window * _HANN, _TRANSFORM)
        power = (transform.real**2 + transform.imag**2).astype(np.float32) @ _FILTERS
        bands = np.log(power + np.float32(_FLOOR))
        loudness = max(np.float32(np.log(power.mean() + np.float32(_FLOOR))), np.float32(_SOFTEST))
        rate = _ATTACK if loudness > self._level else _RELEASE
        self._level = np.float32(self._level + np.float32(rate) * (loudness - self._level))
        return np.asarray(np.float32(_SCALE) * (bands - self._level) + np.float32(_OFFSET), dtype=np.float32)


def loudness(frame: NDArray[np.float32]) -> float:
    """Return the power of a frame in nepers, against the level of what was heard before it."""
    return float(np.log(np.exp((frame.astype(np.float64) - _OFFSET) / _SCALE).mean()))
