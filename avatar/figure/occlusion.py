"""How open each point of a figure is to the sky and to lights, found by splatting samples into depth maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEY_DIRECTION = (0.52, 0.52, 0.68)  # towards the key light, of no particular length; the renderer lights from here too
FRONT_YAW, FRONT_PITCH = 0.95, 0.45  # radians: how far to the side, up or down a viewer is still in front
_CELL = 0.005  # metres, of a depth map's pixel
_BIAS = 0.006  # metres, so that a surface does not shade itself
_SKY_DIRECTIONS = 100
_KEY_SPREAD = 0.28  # radius of the key light as seen from the figure, as a tangent: a large soft box


@dataclass(frozen=True)
class SurfaceSamples:
    """Points spread over triangles, which move with the corners.

    Attributes:
        corners: shape (n, 3), vertices. shares: shape (n, 3), how near each point is to them, rows adding up to 1.
        on: shape (n,), the triangle that each point lies on.
    """

    corners: NDArray[np.int32]
    shares: NDArray[np.float32]
    on: NDArray[np.int64]

    def points(self, positions: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the points between vertices at ``positions``, shape (n, 3)."""
        a, b, c = (positions[self.corners[:, corner]] for corner in range(3))
        u, v, w = (self.shares[:, corner, None] for corner in range(3))
        return np.asarray(a * u + b * v + c * w, dtype=np.float32)


def surface_samples(positions: NDArray[np.floating], triangles: NDArray[np.int32], spacing: float) -> SurfaceSamples:
    """Return points spread over triangles, about ``spacing`` metres apart."""
    a, b, c = (positions[triangles[:, corner]] for corner in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    rng = np.random.default_rng(7)
    count = np.maximum(1, rng.poisson(area / spacing**2))
    which = np.repeat(np.arange(len(triangles)), count)
    u, v = rng.random((2, len(which)), dtype=np.float32)
    fold = u + v > 1
    u, v = np.where(fold, 1 - u, u), np.where(fold, 1 - v, v)
    return SurfaceSamples(triangles[which], np.stack([1 - u - v, u, v], 1), which)


class Occluders:
    """Points that stand in the way of light.

    Args:
        points: shape (n, 3), metres.
        cell: of a depth map's pixel, metres.
        bias: so that a surface does not shade itself, metres.
    """

    def __init__(self, points: NDArray[np.floating], *, cell: float = _CELL, bias: float = _BIAS) -> None:
        self._bias, self._pixel = np.float32(bias), cell
        self._points = np.ascontiguousarray(points.T, dtype=np.float32)
        self._origin = self._points.min(1) - np.float32(0.05)
        reach = self._points.max(1) - self._origin
        self._size = int(2 * (float(np.linalg.norm(reach)) + 0.1) / cell) + 4

    def open_to(
        self, direction: NDArray[np.floating], positions: NDArray[np.float32], normals: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        """Return from which points nothing stands in the way of light from a ``direction`` of length 1, shape (v,)."""
        axes = np.stack(_frame(np.asarray(direction, dtype=np.float64))) / self._pixel
        towards = np.asarray(direction, dtype=np.float32)
        depth = np.full(self._size**2, -np.inf, dtype=np.float32)
        np.maximum.at(depth, self._cell(self._points, axes), towards @ self._points)
        lifted = np.ascontiguousarray((positions + normals * self._bias).T)
        return np.asarray(towards @ lifted + self._bias >= depth[self._cell(lifted, axes)])

    def _cell(self, points: NDArray[np.float32], axes: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the pixel of points, shape (3, n), in a depth map whose ``axes``, shape (2, 3), are pixels a metre."""
        shift = (self._size // 2 - axes @ self._origin).astype(np.float32)
        place = axes.astype(np.float32) @ points
        place += shift[:, None]
        column, row = np.clip(place, 0, self._size - 1, out=place).astype(np.int32)
        return np.asarray(row * np.int32(self._size) + column)


def open_sky(
    positions: NDArray[np.floating],
    normals: NDArray[np.floating],
    occluders: Occluders,
    directions: int = _SKY_DIRECTIONS,
) -> NDArray[np.float32]:
    """Return openness to the sky, cosine weighted, 0..1, shape (v,), of points and normals, each shape (v, 3).

    It is tried in so many directions.
    """
    positions, normals = positions.astype(np.float32), normals.astype(np.float32)
    sky, weight = np.zeros(len(positions)), np.full(len(positions), 1e-6)
    for direction in _fibonacci_sphere(directions):
        cosine = np.maximum(normals @ direction.astype(np.float32), 0.0)
        facing = np.flatnonzero(cosine)
        sky[facing] += cosine[facing] * occluders.open_to(direction, positions[facing], normals[facing])
        weight += cosine
    return np.asarray(sky / weight, dtype=np.float32)


def open_key(
    positions: NDArray[np.floating], normals: NDArray[np.floating], occluders: Occluders, directions: int
) -> NDArray[np.float32]:
    """Return how much of the key light is seen, 0..1, shape (v,), tried along so many directions to it."""
    positions, normals = positions.astype(np.float32), normals.astype(np.float32)
    seen = np.zeros(len(positions), dtype=np.float32)
    for direction in _cone(np.array(KEY_DIRECTION), directions):
        seen += occluders.open_to(direction, positions, normals)
    return seen / np.float32(directions)


def seen_from_front(
    positions: NDArray[np.floating], normals: NDArray[np.floating], occluders: Occluders
) -> NDArray[np.bool_]:
    """Return which points some viewer sees who stands in front, within ``FRONT_YAW`` and ``FRONT_PITCH``, shape (v,).

    Args:
        positions, normals: of the points, shape (v, 3).
        occluders: everything that may hide them.
    """
    positions, normals = positions.astype(np.float32), normals.astype(np.float32)
    seen = np.zeros(len(positions), dtype=bool)
    for yaw in np.linspace(-FRONT_YAW, FRONT_YAW, 9):
        for pitch in (-FRONT_PITCH, 0.0, FRONT_PITCH):
            direction = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
            seen |= occluders.open_to(direction, positions, normals)
    return seen


def _frame(direction: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    helper = np.array([0.0, 1.0, 0.0]) if abs(direction[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    across = np.cross(helper, direction)
    across /= np.linalg.norm(across)
    return across, np.cross(direction, across)


def _fibonacci_sphere(count: int) -> NDArray[np.float64]:
    index = np.arange(count) + 0.5
    height = 1 - 2 * index / count
    turn = np.pi * (1 + 5**0.5) * index
    ring = np.sqrt(1 - height**2)
    return np.stack([ring * np.cos(turn), height, ring * np.sin(turn)], 1)


def _cone(axis: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    axis = axis / np.linalg.norm(axis)
    across, up = _frame(axis)
    index = np.arange(count) + 0.5
    radius, turn = _KEY_SPREAD * np.sqrt(index / count), np.pi * (1 + 5**0.5) * index
    rays = axis + radius[:, None] * (np.cos(turn)[:, None] * across + np.sin(turn)[:, None] * up)
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))
