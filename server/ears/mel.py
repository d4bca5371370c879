"""Log-mel pictures of sound as Whisper takes them (Radford et al. 2022, section 2.2): 80 bands every 10 ms.

The mel axis is Slaney's (Auditory Toolbox, 1998): linear up to 1 kHz, logarithmic above; triangles of equal area.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from server.ears.turns import EAR_RATE, Audio

BANDS = 80
HOP = EAR_RATE // 100  # samples between two frames
WINDOW = EAR_RATE // 40  # samples of a frame
DYNAMIC_RANGE = 8.0  # decades below the loudest value, where the picture ends

_LINEAR_HZ, _LINEAR_MELS = 1_000.0, 15.0  # where the axis turns logarithmic
_LOG_STEP = np.log(6.4) / 27.0  # natural logarithm of the ratio of two mels above that
_FLOOR = 1e-10


def log_mel(sound: Audio) -> NDArray[np.float32]:
    """Return the picture of ``sound``, float32, shape (``BANDS``, len(sound) // ``HOP``), about -1..1.

    Args:
        sound: mono at ``EAR_RATE``, at least ``WINDOW`` samples; mirrored at both ends.
    """
    mirrored = np.pad(sound, WINDOW // 2, mode="reflect")
    frames = sliding_window_view(mirrored, WINDOW)[: len(sound) // HOP * HOP : HOP]
    power = np.abs(np.fft.rfft(frames * _HANN)) ** 2
    decades = np.log10(np.maximum(power @ _FILTERS, _FLOOR)).T
    clipped = np.maximum(decades, decades.max() - DYNAMIC_RANGE)
    return np.asarray((clipped + 4.0) / 4.0, np.float32)


def _mels(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _LINEAR_MELS + np.log(np.maximum(hertz, _LINEAR_HZ) / _LINEAR_HZ) / _LOG_STEP
    return np.where(hertz < _LINEAR_HZ, hertz * _LINEAR_MELS / _LINEAR_HZ, above)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _LINEAR_HZ * np.exp(_LOG_STEP * (np.maximum(mels, _LINEAR_MELS) - _LINEAR_MELS))
    return np.where(mels < _LINEAR_MELS, mels * _LINEAR_HZ / _LINEAR_MELS, above)


def _filters() -> NDArray[np.float32]:
    """Return the triangles, shape (WINDOW // 2 + 1, BANDS), each of area 1 over hertz."""
    bins = np.fft.rfftfreq(WINDOW, 1 / EAR_RATE)[:, None]
    edges = _hertz(np.linspace(0.0, _mels(np.array([EAR_RATE / 2]))[0], BANDS + 2))
    low, peak, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - low) / (peak - low), (high - bins) / (high - peak)
    return np.asarray(2.0 / (high - low) * np.clip(np.minimum(rising, falling), 0.0, None), np.float32)


_FILTERS = _filters()
_HANN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)
