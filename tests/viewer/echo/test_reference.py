"""The reference is what the loudspeaker gave at the microphone's time: gapless, and set right when the clock is off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE
from viewer.echo import BLOCK, RATE
from viewer.echo.reference import EARLY, JITTER, STEP, Reference


class StreamDouble:
    """A test double of a loudspeaker's stream: a tone that never stops, and a note of what was read."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def given(self, start: int, count: int) -> NDArray[np.int16]:
        self.read.append(start)
        return tone(start, count, SAMPLE_RATE)


def tone(start: int, count: int, rate: int) -> NDArray[np.int16]:
    return (10_000.0 * np.sin(2 * np.pi * 440.0 * (start + np.arange(count)) / rate)).astype(np.int16)


def test_a_jittering_clock_leaves_no_gap() -> None:
    stream = StreamDouble()
    reference = Reference(stream)
    jitter = np.random.default_rng(1).integers(-JITTER + 1, JITTER, 50)
    jitter[0] = 0
    for number, off in enumerate(jitter):
        reference.block(5_000 + number * STEP + int(off))
    assert stream.read == [5_000 + EARLY + number * STEP for number in range(50)]


def test_a_clock_that_moved_is_followed() -> None:
    stream = StreamDouble()
    reference = Reference(stream)
    reference.block(0)
    reference.block(STEP + JITTER + 1)
    reference.block(2 * STEP + JITTER + 1)
    assert stream.read == [EARLY, EARLY + STEP + JITTER + 1, EARLY + 2 * STEP + JITTER + 1]


def test_the_reference_has_the_microphones_rate_and_no_seams() -> None:
    reference = Reference(StreamDouble())
    blocks = [reference.block(number * STEP) for number in range(20)]
    assert all(block.shape == (BLOCK,) and block.dtype == np.int16 for block in blocks)
    sound = np.concatenate(blocks)[BLOCK:].astype(np.float64)
    expected = max(
        (tone(start, len(sound), RATE).astype(np.float64) for start in range(-60, 600)),
        key=lambda candidate: float(sound @ candidate),
    )
    assert np.abs(sound - expected).max() < 600.0
