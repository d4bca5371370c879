"""Subdivision keeps what Catmull-Clark surfaces keep."""

from __future__ import annotations

import numpy as np

from avatar.figure.subdivision import compact, subdivide, vertex_normals

CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float64)
CUBE_QUADS = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
SHEET = np.array([[x, y, 0] for y in range(4) for x in range(4)], dtype=np.float64)
SHEET_QUADS = np.array([[4 * y + x, 4 * y + x + 1, 4 * y + x + 5, 4 * y + x + 4] for y in range(3) for x in range(3)])


def test_a_cube_tends_to_its_known_points() -> None:
    matrix, quads = subdivide(CUBE_QUADS, 8)
    points = matrix @ CUBE
    assert points.shape == (8 + 12 + 6, 3)
    assert quads.shape == (24, 4)
    np.testing.assert_allclose(np.abs(points[:8]), 5 / 9)  # corners
    np.testing.assert_allclose(np.sort(np.abs(points[8:20]), axis=1), [[0, 0.75, 0.75]] * 12, atol=1e-12)  # edges


def test_every_row_of_the_matrix_is_a_mean() -> None:
    for smooth in (True, False):
        matrix, _ = subdivide(SHEET_QUADS, 16, smooth=smooth)
        np.testing.assert_allclose(np.asarray(matrix.sum(1)).ravel(), 1)


def test_a_flat_sheet_stays_flat_and_its_sides_straight() -> None:
    matrix, quads = subdivide(SHEET_QUADS, 16)
    points = matrix @ SHEET
    np.testing.assert_allclose(points[:, 2], 0)
    np.testing.assert_allclose(vertex_normals(points, quads), [[0, 0, 1]] * len(points), atol=1e-12)
    assert points.min() >= 0


def test_linear_subdivision_leaves_the_corners_alone() -> None:
    matrix, _ = subdivide(CUBE_QUADS, 8, smooth=False)
    np.testing.assert_array_equal((matrix @ CUBE)[:8], CUBE)


def test_compacting_renumbers_only_what_is_used() -> None:
    used, quads = compact(np.array([[7, 3, 9, 5]]))
    np.testing.assert_array_equal(used[quads], [[7, 3, 9, 5]])
    np.testing.assert_array_equal(used, [3, 5, 7, 9])
