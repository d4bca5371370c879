"""The host's own voice from the loudspeaker does not count as the user; whoever talks over it is heard."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.echo import BLOCK, RATE, EchoCanceller

Sound = NDArray[np.float64]  # -1..1, at RATE

SILENCE = 30.0  # RMS of 16-bit sound that nobody takes for speech


def babble(seconds: float, seed: int, level: float = 0.1) -> Sound:
    """Sound with the rhythm and the spectrum of speech: syllables of noise and tone, with pauses."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    noise = np.convolve(rng.normal(size=count), np.hanning(9), "same")
    pitch = np.sin(np.cumsum(2 * np.pi * (140.0 + 30.0 * np.sin(np.arange(count) / RATE * 5.0)) / RATE) * 3.0)
    syllables = np.clip(np.repeat(rng.uniform(-0.6, 1.0, count // 3_200 + 1), 3_200)[:count], 0.0, 1.0)
    voice = (noise + pitch) * np.convolve(syllables, np.ones(400) / 400, "same")
    scaled: Sound = voice * (level / loudness(voice))
    return scaled


def room(sound: Sound, seed: int = 1, delay: float = 0.02, gain: float = 0.5) -> Sound:
    """The sound as it comes back from the walls."""
    rng = np.random.default_rng(seed)
    taps = rng.normal(size=RATE // 5) * np.exp(-np.arange(RATE // 5) / RATE / 0.04)
    taps = np.concatenate([np.zeros(round(delay * RATE)), taps / np.sqrt(np.sum(np.square(taps)))])
    return gain * np.convolve(sound, taps)[: len(sound)]


def cleaned(microphone: Sound, loudspeaker: Sound) -> NDArray[np.float64]:
    """The microphone's sound without the echo, in 16-bit units, in time with what came in."""
    canceller = EchoCanceller()
    blocks = [
        canceller.cleaned(*(pcm(sound[first : first + BLOCK]) for sound in (microphone, loudspeaker)))
        for first in range(0, len(microphone) - BLOCK + 1, BLOCK)
    ]
    return np.concatenate(blocks).astype(np.float64)[BLOCK:]


def pcm(sound: Sound) -> NDArray[np.int16]:
    return np.rint(np.clip(sound, -1.0, 1.0) * 32_767.0).astype(np.int16)


def loudness(sound: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(sound))))


def test_with_a_silent_loudspeaker_everything_passes_one_block_later() -> None:
    speech = babble(2.0, 3)
    out = cleaned(speech, np.zeros(len(speech)))
    assert np.allclose(out, pcm(speech)[: len(out)], atol=1.0)


@pytest.mark.parametrize("gain", [0.05, 0.3, 1.0])
def test_echo_alone_is_silenced_however_loud(gain: float) -> None:
    host = babble(8.0, 1)
    hiss = np.random.default_rng(2).normal(0.0, 3e-4, len(host))
    assert loudness(cleaned(room(host, gain=gain) + hiss, host)) < SILENCE


def test_the_echo_that_arrives_after_the_loudspeaker_stopped_is_silenced_too() -> None:
    host = np.concatenate([babble(6.0, 1), np.zeros(RATE)])
    assert loudness(cleaned(room(host), host)[6 * RATE :]) < SILENCE


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_somebody_as_loud_as_the_echo_is_heard_within_half_a_second(seed: int) -> None:
    host, person = babble(8.0, 1), babble(2.0, seed)
    echo = room(host)
    person *= loudness(echo) / loudness(person)
    microphone = echo.copy()
    microphone[6 * RATE :] += person
    out = cleaned(microphone, host)
    assert loudness(out[5 * RATE : 6 * RATE]) < SILENCE
    first = np.flatnonzero(np.abs(person) > 0.3 * np.abs(person).max())[0] + 6 * RATE
    assert loudness(out[first : first + RATE // 2]) > 0.3 * 32_767.0 * loudness(person[first - 6 * RATE :][: RATE // 2])


def test_an_echo_from_far_away_is_learned_as_well() -> None:
    host = babble(10.0, 1)
    assert loudness(cleaned(room(host, delay=0.15), host)[RATE:]) < SILENCE


def test_a_moved_loudspeaker_is_learned_anew() -> None:
    host = babble(12.0, 1)
    microphone = room(host)
    microphone[6 * RATE :] = room(host, seed=9, delay=0.04)[6 * RATE :]
    assert loudness(cleaned(microphone, host)[10 * RATE :]) < SILENCE


def test_blocks_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="256 samples"):
        EchoCanceller().cleaned(np.zeros(160, np.int16), np.zeros(160, np.int16))
