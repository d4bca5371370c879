"""Fewer triangles look the same: they keep to the surface, to its borders, and to what is painted on it."""

from __future__ import annotations

from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from avatar.figure import Figure
from avatar.figure.simplification import clustered, front_to_back, simplified
from avatar.pose import Pose
from avatar.renderer import Camera
from tests.avatar.expressions import drawn, face, turn
from tests.avatar.figures import ctx, figures, wheel

__all__ = ["ctx", "figures", "wheel"]


def grid(side: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the triangles and the places, shape (side * side, 3), of a flat square of side 1."""
    across = np.linspace(0, 1, side)
    places = np.stack([*np.meshgrid(across, across), np.zeros((side, side))], -1).reshape(-1, 3)
    corner = (np.arange(side - 1)[:, None] * side + np.arange(side - 1)).ravel()
    square = np.stack([corner, corner + 1, corner + side + 1, corner, corner + side + 1, corner + side], 1)
    return square.reshape(-1, 3).astype(np.int32), places.astype(np.float32)


def area(triangles: NDArray[np.int32], places: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the signed areas of triangles that lie flat, shape (t,)."""
    a, b, c = places[triangles].astype(np.float64).transpose(1, 0, 2)
    return np.asarray(np.cross(b - a, c - a)[:, 2] / 2)


def test_a_flat_square_keeps_its_outline_and_loses_nearly_all_that_is_inside() -> None:
    triangles, places = grid(21)
    fewer = simplified(triangles, places, np.zeros(len(places), bool), 1e-3)
    assert len(fewer) < len(triangles) / 4
    areas = area(fewer, places)
    assert (areas > 0).all()
    np.testing.assert_allclose(areas.sum(), 1.0, atol=1e-6)
    border = (places[:, :2] == 0).any(1) | (places[:, :2] == 1).any(1)
    assert np.isin(np.flatnonzero(border), fewer).all()


def test_no_point_of_a_dome_lies_further_off_than_the_tolerance() -> None:
    triangles, places = grid(41)
    places[:, 2] = 0.3 * np.sin(np.pi * places[:, 0]) * np.sin(np.pi * places[:, 1])
    tolerance = 2e-3
    fewer = simplified(triangles, places, np.zeros(len(places), bool), tolerance)
    assert len(fewer) < len(triangles) / 2
    for x, y, z in places.astype(np.float64):
        a, b, c = places[fewer].astype(np.float64).transpose(1, 0, 2)
        edges = np.stack([(b - a)[:, :2], (c - a)[:, :2]], -1)
        u, v = np.linalg.solve(edges, (np.array([x, y]) - a[:, :2])[..., None])[..., 0].T
        within = (u > -1e-6) & (v > -1e-6) & (u + v < 1 + 1e-6)
        heights = (a + u[:, None] * (b - a) + v[:, None] * (c - a))[within, 2]
        assert np.abs(heights - z).min() < 2 * tolerance


def test_what_is_locked_or_painted_stays() -> None:
    triangles, places = grid(21)
    locked = np.zeros(len(places), bool)
    locked[10 * 21 + 10] = True
    painted = np.concatenate([places, np.zeros((len(places), 1), np.float32)], 1)
    painted[5 * 21 + 5, 3] = 1.0
    fewer = simplified(triangles, painted, locked, 1e-3)
    assert {10 * 21 + 10, 5 * 21 + 5} <= set(fewer.ravel().tolist())


def test_clusters_keep_every_triangle_and_bring_neighbours_together() -> None:
    triangles, places = grid(41)
    mixed = np.random.default_rng(1).permutation(triangles)
    gathered = clustered(mixed, places)
    assert sorted(map(tuple, gathered.tolist())) == sorted(map(tuple, triangles.tolist()))
    used_at_once = [len(np.unique(gathered[start : start + 100])) for start in range(0, len(gathered), 100)]
    assert max(used_at_once) < 120
    assert clustered(triangles[:0], places).shape == (0, 3)


def test_the_foremost_locks_come_first_and_stay_whole() -> None:
    places = np.array([[0, 0, z] for z in (0.1, 0.1, 0.2, 0.5, 0.5, 0.5, 0.0, 0.0, 0.4)], np.float32)
    uvs = np.array([[lock + 0.5, 0.0] for lock in (7, 7, 7, 2, 2, 2, 7, 7, 7)], np.float32)
    ordered = front_to_back(np.arange(9, dtype=np.int32).reshape(3, 3), places, uvs)
    assert ordered.tolist() == [[3, 4, 5], [0, 1, 2], [6, 7, 8]]


def test_the_same_mesh_is_simplified_in_the_same_way() -> None:
    triangles, places = grid(31)
    places[:, 2] = 0.1 * places[:, 0] ** 2
    first, second = (simplified(triangles, places, np.zeros(len(places), bool), 1e-3) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_small_picture_of_light_triangles_looks_like_one_of_all(
    ctx: moderngl.Context, figures: dict[str, Figure]
) -> None:
    figure = figures["milo"]
    whole, light = (
        sum(len(part.triangles if all_of_it or part.light is None else part.light) for part in figure.parts)
        for all_of_it in (True, False)
    )
    assert light < 0.7 * whole
    heavy = replace(figure, parts=tuple(replace(part, light=None) for part in figure.parts))
    pose, camera = Pose(face(jawOpen=0.4, mouthSmile=0.6, eyeBlink=0.5), {"head": turn("y", 20)}), Camera("head")
    fewer, more = (drawn(ctx, shown, pose, size=320, camera=camera).astype(np.float64) for shown in (figure, heavy))
    assert 0 < np.abs(fewer - more).mean() < 0.5
