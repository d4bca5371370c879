from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ears.pcm import AudioFormatError, PcmReader
from server.ears.turns import EAR_RATE, Audio


def tone(hertz: float, rate: int, seconds: float = 1.0) -> bytes:
    time = np.arange(int(seconds * rate)) / rate
    return (16_384 * np.sin(2 * np.pi * hertz * time)).astype("<i2").tobytes()


def level(sound: Audio) -> float:
    """Root mean square of the middle, in dB of a full-scale sine."""
    middle = sound[len(sound) // 4 : -len(sound) // 4]
    return float(20 * np.log10(np.sqrt(np.mean(middle**2)) * np.sqrt(2) + 1e-12))


def test_sound_at_the_rate_of_the_ears_is_taken_as_it_is() -> None:
    read = PcmReader(16_000).read(np.array([0, 16_384, -32_768], "<i2").tobytes())
    np.testing.assert_array_equal(read, [0, 0.5, -1])


def test_a_second_stays_a_second() -> None:
    assert len(PcmReader(24_000).read(tone(440, 24_000))) == EAR_RATE


@pytest.mark.parametrize("hertz", [100, 1_000, 3_400, 6_000])
def test_the_voice_band_passes_unchanged(hertz: int) -> None:
    assert level(PcmReader(24_000).read(tone(hertz, 24_000))) == pytest.approx(-6.02, abs=0.1)


@pytest.mark.parametrize("hertz", [8_300, 9_500, 11_500])
def test_what_16_khz_cannot_hold_is_gone_instead_of_folded(hertz: int) -> None:
    assert level(PcmReader(24_000).read(tone(hertz, 24_000))) < -60


@given(st.lists(st.integers(0, 700), max_size=12))
def test_the_pieces_that_sound_comes_in_do_not_matter(sizes: list[int]) -> None:
    pcm = tone(440, 24_000, 0.2)
    at_once = PcmReader(24_000).read(pcm)
    reader = PcmReader(24_000)
    position, pieces = 0, []
    for size in [*sizes, len(pcm)]:
        pieces.append(reader.read(pcm[position : position + 2 * size]))
        position += 2 * size
    np.testing.assert_allclose(np.concatenate(pieces), at_once, atol=1e-6)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(AudioFormatError, match="3 bytes"):
        PcmReader(16_000).read(b"abc")


def test_another_rate_is_refused_with_those_that_are_taken() -> None:
    with pytest.raises(AudioFormatError, match=r"16000 or 24000.*44100"):
        PcmReader(44_100)
