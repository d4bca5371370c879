"""Log-mel pictures: where a tone lies, how long a picture is, and that loudness has a floor."""

from __future__ import annotations

import numpy as np
import pytest

from server.ears.mel import BANDS, HOP, log_mel
from server.ears.turns import EAR_RATE, Audio


def tone(hertz: float, seconds: float = 0.5) -> Audio:
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * EAR_RATE)) / EAR_RATE)
    return wave.astype(np.float32)


@pytest.mark.parametrize(("hertz", "band"), [(500.0, 13), (1_000.0, 26), (2_000.0, 43), (4_000.0, 61)])
def test_a_tone_is_brightest_in_the_band_of_its_frequency(hertz: float, band: int) -> None:
    picture = log_mel(tone(hertz))
    assert abs(int(picture[:, 20].argmax()) - band) <= 1


def test_a_picture_has_a_column_every_ten_milliseconds() -> None:
    assert log_mel(tone(440.0, 1.0)).shape == (BANDS, EAR_RATE // HOP)


def test_ten_times_the_amplitude_is_two_decades_and_the_floor_eight_below_the_loudest() -> None:
    soft, loud = log_mel(tone(1_000.0)), log_mel(10.0 * tone(1_000.0))
    assert loud.max() - soft.max() == pytest.approx(2.0 / 4.0, abs=1e-3)
    half = tone(1_000.0, 1.0)
    half[: EAR_RATE // 2] = 0.0
    assert log_mel(half).max() - log_mel(half).min() == pytest.approx(8.0 / 4.0, abs=1e-4)
