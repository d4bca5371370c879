"""The path from loudspeaker to microphone, learned while it is heard: an adaptive filter. Pure.

The partitioned-block frequency-domain Kalman filter (F. Kuech, E. Mabande and G. Enzner, "State-space architecture of
the partitioned-block-based acoustic echo controller", ICASSP 2014). It weighs each frequency by how unsure it still is
of the path against how much else the microphone hears, and so needs no detector of double talk: somebody who talks at
the same time slows it down and does not lead it astray.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float64]  # mono of -1..1

BLOCK = 256  # samples at the microphone's rate: 16 ms at 16 kHz
PARTITIONS = 20  # blocks of echo: 320 ms
FORGETTING = 0.9995  # of the path, per block: it is another one half a minute later
NOISE_MEMORY = 0.8  # of the spectrum of what is no echo, per block: 70 ms
FIRST_UNCERTAINTY = 0.1  # variance of the path's spectrum before anything was heard
UNCERTAINTY_DECAY = 6  # partitions in which it falls to 1/e: a room's echo dies away
MOVED_BLOCKS = 12  # blocks in a row (190 ms) in which the filter makes it worse: the path is another one now
LEVEL_MEMORY = 0.9  # of the levels by which that is told, per block
_LEAST = 1e-10


class LinearFilter:
    """Learns the echo of one loudspeaker in one microphone and takes it out."""

    def __init__(self) -> None:
        shape = (PARTITIONS, BLOCK + 1)
        self._far = np.zeros(shape, np.complex128)  # spectra of what was played, newest first
        self._path = np.zeros(shape, np.complex128)
        decay = np.exp(-np.arange(PARTITIONS) / UNCERTAINTY_DECAY)
        self._unsure = np.ones(shape) * FIRST_UNCERTAINTY * decay[:, None]
        self._variance = self._unsure
        self._noise = np.full(BLOCK + 1, 1e-4)
        self._before: Block = np.zeros(BLOCK)
        self._powers = np.zeros(2)  # of the microphone and of the rest, smoothed
        self._worse = 0  # blocks in a row in which the rest was louder than the microphone

    def split(self, microphone: Block, loudspeaker: Block) -> tuple[Block, Block]:
        """Take the next block of both, shape (``BLOCK``,), -1..1; return what is no echo, and the echo, (``BLOCK``,).

        The loudspeaker's block was heard with the microphone's, or up to ``PARTITIONS`` blocks before it.
        """
        self._far = np.roll(self._far, 1, axis=0)
        self._far[0] = np.fft.rfft(np.concatenate([self._before, loudspeaker]))
        self._before = loudspeaker
        echo: Block = np.fft.irfft((self._far * self._path).sum(axis=0))[BLOCK:]
        rest: Block = microphone - echo
        self._doubt_if_worse(microphone, rest)
        self._learn(np.fft.rfft(np.concatenate([np.zeros(BLOCK), rest])))
        return rest, echo

    def _doubt_if_worse(self, microphone: Block, rest: Block) -> None:
        """Be as unsure as at first when the filter adds sound: somebody who talks cannot be the cause of that."""
        powers = np.array([np.mean(np.square(microphone)), np.mean(np.square(rest))])
        self._powers = LEVEL_MEMORY * self._powers + (1.0 - LEVEL_MEMORY) * powers
        self._worse = self._worse + 1 if self._powers[1] > self._powers[0] + _LEAST else 0
        if self._worse >= MOVED_BLOCKS:
            self._worse = 0
            self._variance = np.maximum(self._variance, self._unsure)

    def _learn(self, error: NDArray[np.complex128]) -> None:
        power = np.square(np.abs(self._far))
        unsure = 0.5 * (power * self._variance).sum(axis=0)
        self._noise = NOISE_MEMORY * self._noise + (1.0 - NOISE_MEMORY) * np.square(np.abs(error))
        step = self._variance / (unsure + self._noise + _LEAST)
        change = np.fft.irfft(step * np.conj(self._far) * error, axis=1)
        change[:, BLOCK:] = 0.0  # a partition is one block long
        self._path += np.fft.rfft(change, axis=1)
        kept = FORGETTING**2 * (1.0 - 0.5 * step * power) * self._variance
        renewed = (1.0 - FORGETTING**2) * np.square(np.abs(self._path))
        self._variance = np.maximum(kept + renewed, _LEAST)
