"""Shadows move with the head: openness to the light is right for simple things, and is blended between head turns."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.figure import Figure
from avatar.figure.head_shade import PITCHES, YAWS, key_shade
from avatar.figure.occlusion import KEY_DIRECTION, Occluders, open_key, open_sky, surface_samples
from avatar.figure.skeleton import rotation
from avatar.quaternions import from_angles
from tests.avatar.figures import figures, wheel

__all__ = ["figures", "wheel"]

UP = np.array([0.0, 1.0, 0.0])


def turned(yaw: float, pitch: float) -> np.ndarray:
    """Return the matrix of a head turned by so many degrees."""
    return rotation(from_angles(pitch, yaw, 0.0))


def plate(height: float, half: float) -> Occluders:
    """Return a square that lies level over the origin, so many metres above it."""
    corners = np.array([[x, 0.0, z] for x, z in ((-half, -half), (half, -half), (half, half), (-half, half))])
    corners += UP * height
    samples = surface_samples(corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32), 0.003)
    return Occluders(samples.points(corners))


def test_what_lies_under_a_plate_sees_no_light_from_above_and_what_lies_beside_it_does() -> None:
    points = np.array([[0.0, 0.0, 0.0], [0.04, 0.0, 0.02], [0.2, 0.0, 0.0]], np.float32)
    normals = np.tile(UP, (3, 1)).astype(np.float32)
    assert plate(0.1, 0.1).open_to(UP, points, normals).tolist() == [False, False, True]


def test_a_plate_shades_where_the_key_light_throws_its_shadow() -> None:
    direction = np.array(KEY_DIRECTION) / np.linalg.norm(KEY_DIRECTION)
    shadow = -direction * 0.3 / direction[1] + UP * 0.3
    points = np.stack([shadow, -shadow, np.zeros(3)])
    key = open_key(points, np.tile(UP, (3, 1)), plate(0.3, 0.25), 12)
    assert key[0] < 0.2
    assert key[1] == 1.0


def test_the_sky_is_half_hidden_by_a_wide_plate_close_above_only_what_is_near_it() -> None:
    sky = open_sky(np.array([[0.0, 0, 0], [2.0, 0, 0]]), np.tile(UP, (2, 1)), plate(0.05, 0.3))
    assert sky[0] < 0.15
    assert sky[1] > 0.9


def test_samples_move_with_their_corners() -> None:
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    samples = surface_samples(corners, np.array([[0, 1, 2]], np.int32), 0.1)
    np.testing.assert_allclose(samples.points(corners + 5.0), samples.points(corners) + 5.0, atol=1e-6)


@pytest.fixture
def grid() -> np.ndarray:
    """Shades of three vertices at each head turn, all different."""
    rng = np.random.default_rng(1)
    return rng.integers(0, 256, (len(YAWS), len(PITCHES), 3), dtype=np.uint8)


def test_at_the_turns_of_the_grid_shades_are_those_that_were_baked(grid: np.ndarray) -> None:
    for column, yaw in enumerate(YAWS):
        for row, pitch in enumerate(PITCHES):
            gap = key_shade(grid, turned(yaw, pitch)).astype(int) - grid[column, row]
            assert np.abs(gap).max() <= 1, (yaw, pitch)


def test_between_turns_shades_are_blended(grid: np.ndarray) -> None:
    middle = grid[3:5, 1:3].astype(float).mean((0, 1))
    blended = key_shade(grid, turned((YAWS[3] + YAWS[4]) / 2, (PITCHES[1] + PITCHES[2]) / 2))
    assert np.abs(blended - middle).max() <= 2


@pytest.mark.parametrize(("yaw", "pitch", "cell"), [(170, 0, (-1, 1)), (-100, 0, (0, 1)), (0, 80, (3, 2))])
def test_beyond_the_grid_shades_stay_those_of_its_edge(
    grid: np.ndarray, yaw: float, pitch: float, cell: tuple[int, int]
) -> None:
    gap = key_shade(grid, turned(yaw, pitch)).astype(int) - grid[cell]
    assert np.abs(gap).max() <= 1


def test_a_turning_head_moves_its_shadow_over_neck_and_clothes(figures: dict[str, Figure]) -> None:
    for figure in figures.values():
        still = key_shade(figure.key_shades, np.eye(3)).astype(int)
        np.testing.assert_allclose(still / 255, figure.shades[:, 1], atol=0.005)
        away, towards = (key_shade(figure.key_shades, turned(yaw, 0)).astype(int) for yaw in (-40, 40))
        below = np.unique(np.concatenate([part.triangles for part in figure.parts if part.bone is None]))
        assert (np.abs(away - towards)[below] > 40).mean() > 0.02
