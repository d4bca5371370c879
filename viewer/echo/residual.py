"""What is left of the echo after the linear filter: is there somebody who speaks, and what of it is theirs? Pure.

In each band, how much of the echo leaks through is learned as an upper quantile while nobody else speaks; what stands
out above that over several bands is a person. As long as there is nobody, nothing passes. When there is somebody, the
bands pass by as much as they exceed the leak (spectral subtraction).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from viewer.echo.linear_filter import BLOCK, Block

Bands = NDArray[np.float64]

RATE = 16_000  # Hz
BLOCK_SECONDS = BLOCK / RATE
EDGES = np.geomspace(200.0, 6_000.0, 15)  # Hz; below is rumble, above little speech
LIMIT = 12.0  # dB by which one band can speak for a person
SHORTEST = 2  # blocks in a row that say so before anything passes: 32 ms
HANGOVER = 20  # blocks that pass after the last that said so: 320 ms, so that the soft ends of words do
LEAST_STANDING_OUT = 2.5  # dB, mean over bands: beyond what echo alone does
HEADROOM_SHARE = 0.25  # of the dB that the filter takes away: the better it is, the more a person stands out
MOST_STANDING_OUT = 7.0  # dB
OVER_SUBTRACTION = 2.0  # times the expected leak
TAIL_DECAY = 40.0  # dB/s by which an echo dies away at the slowest
SPREAD = 0.3  # of the mean echo is expected in every band: loudspeakers distort
LEAK_QUANTILE = 0.9
LEAK_STEP = 0.15  # dB a block, by which the leak is learned
FIRST_LEAK = 0.0  # dB: everything, before anything is learned
FIRST_BLOCKS = 60  # blocks of echo (1 s) that only teach
QUICK_BLOCKS, QUICK_UP, QUICK_DOWN = 100, 4.0, 3.0  # while the leak is learned faster, and how many times
NOISE_FALL, NOISE_RISE, NOISE_MARGIN = 0.1, 1.002, 2.0  # of the noise floor, per block
SILENT = 1e-3  # band power of an echo below which there is none
_LEAST = 1e-9

_WINDOW = np.sin(np.pi * (np.arange(2 * BLOCK) + 0.5) / (2 * BLOCK))
_BAND = np.clip(np.searchsorted(EDGES[1:-1], np.fft.rfftfreq(2 * BLOCK, 1.0 / RATE), side="right"), 0, len(EDGES) - 2)
_MASKS = (np.arange(len(EDGES) - 1)[:, None] == _BAND).astype(np.float64)  # (bands, bins)


class ResidualEcho:
    """Decides block by block what of the filter's rest is a person; its output comes one block later."""

    def __init__(self) -> None:
        bands = len(_MASKS)
        self._before: tuple[Block, Block] = (np.zeros(BLOCK), np.zeros(BLOCK))  # rest and echo of the block before
        self._tail: Bands = np.zeros(bands)  # the echo that may still be in the room
        self._level: Bands = np.zeros(bands)  # of the rest, smoothed
        self._noise: Bands = np.full(bands, SILENT)
        self._leak: Bands = np.full(bands, FIRST_LEAK)  # dB of the echo
        self._gains: Bands = np.zeros(bands)
        self._headroom = 0.0  # dB from echo to what is expected of the rest
        self._standing = 0.0  # dB by which the rest stands out, smoothed
        self._loud_blocks = 0
        self._learned = 0
        self._passes_for = 0
        self._overlap: Block = np.zeros(BLOCK)

    @property
    def passes(self) -> bool:
        """Whether there is somebody."""
        return self._passes_for > 0

    def passed(self, rest: Block, echo: Block) -> Block:
        """Take the next block of the rest and of the echo, (``BLOCK``,); return the block before, with what passes."""
        spectrum = np.fft.rfft(np.concatenate([self._before[0], rest]) * _WINDOW)
        played = np.fft.rfft(np.concatenate([self._before[1], echo]) * _WINDOW)
        self._before = (rest, echo)
        gains = self._weigh(_power(spectrum), _power(played))
        frame = np.fft.irfft(spectrum * (gains @ _MASKS)) * _WINDOW
        out: Block = self._overlap + frame[:BLOCK]
        self._overlap = frame[BLOCK:]
        return out

    def _weigh(self, rest: Bands, echo: Bands) -> Bands:
        """Return the gain of each band, 0..1."""
        self._tail = np.maximum(echo, self._tail * 10.0 ** (-TAIL_DECAY * BLOCK_SECONDS / 10.0))
        self._level = 0.5 * (self._level + rest)
        self._noise = np.where(
            self._level < self._noise,
            self._noise + NOISE_FALL * (self._level - self._noise),
            self._noise * NOISE_RISE,
        )
        if self._tail.max() < SILENT:
            self._gains = np.ones(len(_MASKS))
            return self._gains
        heard = self._tail + SPREAD * self._tail.mean()
        leak = heard * 10.0 ** (self._leak / 10.0)
        self._look_for_somebody(heard, leak + NOISE_MARGIN * self._noise)
        if not self.passes or self._learned < FIRST_BLOCKS:
            self._learn(heard, leak > self._noise)
        if self.passes:
            self._passes_for -= 1
            wanted = np.clip(1.0 - OVER_SUBTRACTION * leak / self._level, 0.0, 1.0)
            self._gains = 0.3 * self._gains + 0.7 * wanted
        else:
            self._gains = np.zeros(len(_MASKS))
        return self._gains

    def _look_for_somebody(self, heard: Bands, expected: Bands) -> None:
        out = np.clip(_decibels(self._level / expected), 0.0, LIMIT).mean()
        self._standing += 0.4 * (out - self._standing)
        active = heard > 10.0 * self._noise
        if active.mean() > 0.5:
            room = np.clip(_decibels(heard / expected), 0.0, 30.0)[active].mean()
            self._headroom += 0.02 * (room - self._headroom)
        threshold = min(MOST_STANDING_OUT, max(LEAST_STANDING_OUT, HEADROOM_SHARE * self._headroom))
        self._loud_blocks = self._loud_blocks + 1 if self._standing > threshold else 0
        if self._loud_blocks >= SHORTEST:
            self._passes_for = HANGOVER

    def _learn(self, heard: Bands, audible: NDArray[np.bool_]) -> None:
        if audible.mean() > 0.3:
            self._learned += 1
        quick = self._learned < QUICK_BLOCKS
        up = LEAK_STEP * LEAK_QUANTILE * (QUICK_UP if quick else 1.0)
        down = LEAK_STEP * (1.0 - LEAK_QUANTILE) * (QUICK_UP * QUICK_DOWN if quick else 1.0)
        higher = _decibels(self._level / heard) > self._leak
        learned = np.clip(self._leak + np.where(higher, up, -down), -30.0, 0.0)
        self._leak = np.where(audible, learned, self._leak)


def _power(spectrum: NDArray[np.complex128]) -> Bands:
    power: Bands = _MASKS @ np.square(np.abs(spectrum)) + _LEAST
    return power


def _decibels(ratio: Bands) -> Bands:
    decibels: Bands = 10.0 / math.log(10.0) * np.log(np.maximum(ratio, _LEAST))
    return decibels
