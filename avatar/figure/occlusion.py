"""How open each point of a figure is to the sky and to the key light, found by splatting samples into depth maps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

KEY_DIRECTION = (0.52, 0.52, 0.68)  # towards the key light, of no particular length; the renderer lights from here too
FRONT_YAW, FRONT_PITCH = 0.95, 0.45  # radians: how far to the side, up or down a viewer is still in front
_CELL = 0.005  # metres, of a depth map's pixel
_BIAS = 0.006  # metres, so that a surface does not shade itself
_SKY_DIRECTIONS = 100
_KEY_DIRECTIONS = 36
_KEY_SPREAD = 0.28  # radius of the key light as seen from the figure, as a tangent: a large soft box


def surface_samples(
    positions: NDArray[np.float64], triangles: NDArray[np.int32], spacing: float
) -> NDArray[np.float64]:
    """Return points spread over triangles, about ``spacing`` metres apart, shape (n, 3)."""
    a, b, c = (positions[triangles[:, corner]] for corner in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    rng = np.random.default_rng(7)
    count = np.maximum(1, rng.poisson(area / spacing**2))
    which = np.repeat(np.arange(len(triangles)), count)
    u, v = rng.random((2, len(which), 1))
    fold = u + v > 1
    u, v = np.where(fold, 1 - u, u), np.where(fold, 1 - v, v)
    return np.asarray(a[which] + u * (b - a)[which] + v * (c - a)[which])


def shades(
    positions: NDArray[np.float64], normals: NDArray[np.float64], occluders: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return openness to the sky (cosine weighted) and to the key light, each 0..1, shape (v, 2).

    Args:
        positions, normals: of the points to shade, shape (v, 3).
        occluders: sample points of everything that casts shade, shape (n, 3).
    """
    positions, normals = positions.astype(np.float32), normals.astype(np.float32)
    occluders = occluders.astype(np.float32)
    sky, weight = np.zeros(len(positions)), np.full(len(positions), 1e-6)
    for direction in _fibonacci_sphere(_SKY_DIRECTIONS):
        cosine = np.maximum(normals @ direction, 0.0)
        facing = cosine > 0
        open_here = _visible(positions[facing], normals[facing], occluders, direction)
        sky[facing] += cosine[facing] * open_here
        weight += cosine
    key = np.zeros(len(positions))
    for direction in _cone(np.array(KEY_DIRECTION), _KEY_DIRECTIONS):
        key += _visible(positions, normals, occluders, direction)
    return np.stack([sky / weight, key / _KEY_DIRECTIONS], 1).astype(np.float32)


def seen_from_front(
    positions: NDArray[np.float64], normals: NDArray[np.float64], occluders: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which points some viewer sees who stands in front, within ``FRONT_YAW`` and ``FRONT_PITCH``, shape (v,).

    Args:
        positions, normals: of the points, shape (v, 3).
        occluders: sample points of everything that may hide them, shape (n, 3).
    """
    positions, normals = positions.astype(np.float32), normals.astype(np.float32)
    occluders = occluders.astype(np.float32)
    seen = np.zeros(len(positions), dtype=bool)
    for yaw in np.linspace(-FRONT_YAW, FRONT_YAW, 5):
        for pitch in (-FRONT_PITCH, 0.0, FRONT_PITCH):
            direction = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
            seen |= _visible(positions, normals, occluders, direction) > 0
    return seen


def _visible(
    positions: NDArray[np.float64],
    normals: NDArray[np.float64],
    occluders: NDArray[np.float64],
    direction: NDArray[np.float64],
) -> NDArray[np.float64]:
    across, up = (axis.astype(np.float32) for axis in _frame(direction))
    direction = direction.astype(np.float32)
    origin = occluders.min(0) - 0.05
    extent = float(np.linalg.norm(occluders.max(0) - origin)) + 0.1
    size = int(2 * extent / _CELL) + 4

    def cell(points: NDArray[np.float64]) -> NDArray[np.int32]:
        column = ((points - origin) @ (across / _CELL)).astype(np.int32) + size // 2
        row = ((points - origin) @ (up / _CELL)).astype(np.int32) + size // 2
        return np.asarray(np.clip(row, 0, size - 1) * size + np.clip(column, 0, size - 1))

    depth = np.full(size * size, -np.inf, dtype=np.float32)
    np.maximum.at(depth, cell(occluders), occluders @ direction)
    lifted = positions + normals * _BIAS
    return np.asarray(lifted @ direction + _BIAS >= depth[cell(lifted)], dtype=np.float64)


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
