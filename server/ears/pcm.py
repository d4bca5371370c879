"""PCM bytes of any length to float samples at the ears' rate, keeping what does not fill a frame for the next call."""

from __future__ import annotations

import numpy as np

from server.ears.turns import EAR_RATE, Audio
from server.protocol import INPUT_RATES

# 24 kHz to 16 kHz: up by 2, low-pass at 48 kHz, down by 3. Passes 6.4 kHz, stops 60 dB from 8 kHz on; delay 1.25 ms.
UP, DOWN = 2, 3
TAPS = 121
CUTOFF = 7_200  # Hz
KAISER_BETA = 6.0  # 60 dB
_HISTORY = DOWN * (TAPS // (UP * DOWN) + 1)  # input samples that an output can depend on; whole output periods


def _low_pass() -> Audio:
    """Return the windowed-sinc kernel, with the gain that makes up for the zeros between the samples."""
    cutoff = 2 * CUTOFF / (UP * 24_000)  # of the Nyquist frequency
    ideal = cutoff * np.sinc(cutoff * (np.arange(TAPS) - (TAPS - 1) / 2))
    kernel: Audio = (ideal * np.kaiser(TAPS, KAISER_BETA)).astype(np.float32)
    return kernel * np.float32(UP / kernel.sum())


_KERNEL = _low_pass()


class AudioFormatError(ValueError):
    """Sound that is not 16-bit mono PCM at a rate that the ears take."""


class PcmReader:
    """A stream of 16-bit little-endian mono PCM as float32 at ``EAR_RATE``."""

    def __init__(self, rate: int) -> None:
        """Start a stream at ``rate`` Hz.

        Raises:
            AudioFormatError: ``rate`` is not one of ``protocol.INPUT_RATES``.
        """
        if rate not in INPUT_RATES:
            raise AudioFormatError(f"sound must have {' or '.join(map(str, INPUT_RATES))} samples a second, not {rate}")
        self.rate = rate
        self._history: Audio = np.zeros(_HISTORY, np.float32)
        self._waiting: Audio = np.zeros(0, np.float32)  # fewer than DOWN samples at 24 kHz

    def read(self, pcm: bytes) -> Audio:
        """Return the next samples in -1..1; over many calls none is lost and none is made up.

        Raises:
            AudioFormatError: half a sample at the end.
        """
        if len(pcm) % 2:
            raise AudioFormatError(f"{len(pcm)} bytes are not whole 16-bit samples")
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)
        return samples if self.rate == EAR_RATE else self._resample(samples)

    def _resample(self, samples: Audio) -> Audio:
        samples = np.concatenate([self._waiting, samples])
        whole = len(samples) - len(samples) % DOWN
        self._waiting = samples[whole:]
        if not whole:
            return samples[:0]
        block = np.concatenate([self._history, samples[:whole]])
        self._history = block[-_HISTORY:]
        stuffed = np.zeros(UP * len(block), np.float32)
        stuffed[::UP] = block
        filtered = np.convolve(stuffed, _KERNEL)
        return filtered[UP * _HISTORY : UP * len(block) : DOWN]
