"""Rotations turn the way that their names say and compose as rotations do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar.pose import IDENTITY, Quaternion
from avatar.quaternions import conjugate, from_angles, multiply, power, rotate, slerp

ANGLE = st.floats(-80.0, 80.0)
ROTATION = st.builds(from_angles, ANGLE, ANGLE, ANGLE)
AHEAD, LEFT = (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)


def test_positive_pitch_looks_down() -> None:
    assert rotate(from_angles(30.0, 0.0, 0.0), AHEAD) == pytest.approx((0.0, -0.5, np.sqrt(0.75)))


def test_positive_yaw_turns_to_the_bodys_own_left() -> None:
    assert rotate(from_angles(0.0, 30.0, 0.0), AHEAD) == pytest.approx((0.5, 0.0, np.sqrt(0.75)))


def test_positive_roll_lifts_the_left_and_tips_the_head_to_the_right() -> None:
    assert rotate(from_angles(0.0, 0.0, 30.0), LEFT) == pytest.approx((np.sqrt(0.75), 0.5, 0.0))


@given(ANGLE, ANGLE, ANGLE)
def test_angles_are_yaw_then_pitch_then_roll(pitch: float, yaw: float, roll: float) -> None:
    steps = multiply(multiply(from_angles(0.0, yaw, 0.0), from_angles(pitch, 0.0, 0.0)), from_angles(0.0, 0.0, roll))
    assert from_angles(pitch, yaw, roll) == pytest.approx(steps, abs=1e-12)


@given(ROTATION, ROTATION)
def test_products_rotate_one_after_the_other(first: Quaternion, second: Quaternion) -> None:
    assert rotate(multiply(first, second), AHEAD) == pytest.approx(rotate(first, rotate(second, AHEAD)), abs=1e-9)


@given(ROTATION)
def test_the_conjugate_undoes(rotation: Quaternion) -> None:
    assert multiply(rotation, conjugate(rotation)) == pytest.approx(IDENTITY, abs=1e-12)


@given(ROTATION, st.floats(0.0, 1.0))
def test_fractions_that_sum_to_one_compose_to_the_whole(rotation: Quaternion, share: float) -> None:
    whole = multiply(power(rotation, share), power(rotation, 1.0 - share))
    assert rotate(whole, AHEAD) == pytest.approx(rotate(rotation, AHEAD), abs=1e-7)


@given(ROTATION, ROTATION)
def test_slerp_starts_at_the_first_and_ends_at_the_second(first: Quaternion, second: Quaternion) -> None:
    assert rotate(slerp(first, second, 0.0), AHEAD) == pytest.approx(rotate(first, AHEAD), abs=1e-7)
    assert rotate(slerp(first, second, 1.0), AHEAD) == pytest.approx(rotate(second, AHEAD), abs=1e-7)
