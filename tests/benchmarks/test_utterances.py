"""The bounds of speech are found by level alone, in any room, and a recording without speech is refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.utterances import GRAIN, room, speech_bounds
from viewer.audio import MICROPHONE_RATE


def recording(quiet: float, loud: float, seconds: float = 1.0) -> NDArray[np.int16]:
    """Speech of ``seconds`` after half a second of a room and before a quarter of one."""
    before = room(quiet, MICROPHONE_RATE // 2, seed=1)
    after = room(quiet, MICROPHONE_RATE // 4, seed=2)
    return np.concatenate([before, room(loud, round(seconds * MICROPHONE_RATE), seed=3), after])


@pytest.mark.parametrize("quiet", [0.0, 10.0, 200.0])
def test_speech_begins_and_ends_where_it_gets_loud_and_quiet_again(quiet: float) -> None:
    start, end = speech_bounds(recording(quiet, 6_000.0))
    assert start == MICROPHONE_RATE // 2
    assert end == 3 * MICROPHONE_RATE // 2


def test_the_soft_end_of_a_word_is_speech_still() -> None:
    spoken = recording(5.0, 6_000.0)
    first = 3 * MICROPHONE_RATE // 2
    spoken[first : first + 10 * GRAIN] = room(400.0, 10 * GRAIN, seed=4)
    assert speech_bounds(spoken)[1] == first + 10 * GRAIN


def test_noise_alone_is_no_speech() -> None:
    with pytest.raises(ValueError, match="no speech"):
        speech_bounds(room(50.0, MICROPHONE_RATE))
