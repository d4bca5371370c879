"""Levels glide without a click, whatever comes when."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from viewer.levels import RAMP, Levels

STEEPEST = 1.2 * np.pi / (2 * RAMP)  # of half a cosine from 0 to 1, a sample


def test_a_level_is_reached_within_its_ramp_and_stays() -> None:
    levels = Levels()
    levels.glide(100, 0.25)
    gains = levels.gains(0, 1_000)
    assert gains[:100].tolist() == [1.0] * 100
    assert 0.25 < gains[100 + RAMP // 2] < 1.0
    assert np.allclose(gains[100 + RAMP :], 0.25)


def test_a_jump_is_at_once() -> None:
    levels = Levels()
    levels.glide(0, 0.0)
    levels.jump(1.0)
    assert levels.gains(0, 10).tolist() == [1.0] * 10


@given(
    st.lists(st.tuples(st.integers(0, 700), st.sampled_from([0.0, 0.25, 1.0])), max_size=10),
    st.integers(1, 500),
)
def test_the_gain_never_jumps_and_does_not_depend_on_the_blocks(glides: list[tuple[int, float]], block: int) -> None:
    whole, blocks, at = Levels(), Levels(), 0
    for pause, level in glides:
        at += pause
        whole.glide(at, level)
        blocks.glide(at, level)
    count = at + 2 * RAMP
    curve = whole.gains(0, count)
    assert np.abs(np.diff(curve)).max() <= 2 * STEEPEST
    assert ((curve >= -1e-9) & (curve <= 1.0 + 1e-9)).all()
    pieces = [blocks.gains(start, min(block, count - start)) for start in range(0, count, block)]
    assert np.allclose(curve, np.concatenate(pieces), atol=1e-12)
    assert curve[-1] == (glides[-1][1] if glides else 1.0)
