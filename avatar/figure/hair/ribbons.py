"""Ribbons: turns locks into strips of triangles on a figure's head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.hair.locks import Locks
from avatar.figure.hair.mould import Mould
from avatar.figure.hair.strands import KINDS

_AXIS = np.array([0.0, 0.0, 0.045])  # metres: hair hangs round this upright line; its height does not matter
_ROUNDED = 0.40  # how far the normals of a lock's edges lean outwards
_FREE = (0.006, 0.035)  # metres off the head over which a lock's own roundness takes over from the head's


@dataclass(frozen=True)
class Ribbons:
    """Strips of all locks.

    Attributes:
        positions, normals: shape (v, 3); normals are those of the hair's volume, not of its strips.
        tangents: shape (v, 3), towards the tips, as long as the hair is open to light (0..1).
        uvs: shape (v, 2): the lock's number plus how far across it; how far along it, 0 at the root. The number modulo
            ``strands.KINDS`` is the kind of the lock.
        reference: shape (v, 3), on the reference head. roots: shape (v, 3), of each vertex's lock, there.
        still: bool, shape (v,): what never swings.
        triangles: int32, shape (t, 3).
    """

    positions: NDArray[np.float64]
    normals: NDArray[np.float64]
    tangents: NDArray[np.float64]
    uvs: NDArray[np.float64]
    reference: NDArray[np.float64]
    roots: NDArray[np.float64]
    still: NDArray[np.bool_]
    triangles: NDArray[np.int32]


def ribbons(coats: Sequence[Locks], mould: Mould, rng: np.random.Generator) -> Ribbons:
    """Return the strips of several coats, outermost coat first."""
    made: list[Ribbons] = []
    vertices = locks = 0
    for coat in reversed(coats):
        strip = _strips(coat, mould, rng, first_lock=locks, first_vertex=vertices)
        made.append(strip)
        vertices += len(strip.positions)
        locks += len(coat)
    return Ribbons(
        *(
            np.concatenate([getattr(strip, name) for strip in made])
            for name in ("positions", "normals", "tangents", "uvs", "reference", "roots", "still", "triangles")
        )
    )


def _strips(coat: Locks, mould: Mould, rng: np.random.Generator, *, first_lock: int, first_vertex: int) -> Ribbons:
    count, points, _ = coat.lines.shape
    along = np.linspace(0, 1, points)
    clear = np.outer(coat.clear, np.minimum(1.0, 0.35 + 3.0 * along))
    lines = mould.worn(coat.lines.reshape(-1, 3), clear.ravel()).reshape(coat.lines.shape)
    normals = _volume(coat, mould)
    tangents = np.gradient(lines, axis=1)
    tangents /= np.maximum(np.linalg.norm(tangents, axis=2, keepdims=True), 1e-9)
    across = np.cross(tangents, normals)
    across /= np.maximum(np.linalg.norm(across, axis=2, keepdims=True), 1e-9)
    turned = across * np.cos(coat.twist)[:, None, None] + normals * np.sin(coat.twist)[:, None, None]
    narrow = np.minimum(1.0, 0.55 + along * 3) * (1 - 0.35 * np.maximum(along - 0.65, 0) / 0.35)
    offset = turned * np.outer(coat.width / 2, narrow)[..., None]
    volume = np.stack([normals - _ROUNDED * across, normals + _ROUNDED * across], 2)
    volume /= np.linalg.norm(volume, axis=-1, keepdims=True)
    number = (first_lock + rng.permutation(count)) * KINDS + coat.kind
    mirrored: NDArray[np.bool_] = rng.random((count, 1)) < 0.5
    sides = np.where(mirrored, np.array([[0.99, 0.01]]), np.array([[0.01, 0.99]]))
    uvs = np.empty((count, points, 2, 2))
    uvs[..., 0] = number[:, None, None] + sides[:, None, :]
    uvs[..., 1] = along[None, :, None]
    reference = np.repeat(coat.lines[:, :, None], 2, 2).reshape(-1, 3)
    return Ribbons(
        np.stack([lines - offset, lines + offset], 2).reshape(-1, 3),
        volume.reshape(-1, 3),
        np.repeat((tangents * coat.open[:, None, None])[:, :, None], 2, 2).reshape(-1, 3),
        uvs.reshape(-1, 2),
        reference,
        np.repeat(coat.lines[:, 0], points * 2, axis=0),
        np.full(len(reference), coat.still),
        strip_triangles(count, points) + np.int32(first_vertex),
    )


def _volume(coat: Locks, mould: Mould) -> NDArray[np.float64]:
    """Return the normals of the hair's volume along each lock, shape (n, p, 3): the head's, further off a column's."""
    flat = coat.lines.reshape(-1, 3)
    height, normals = mould.above(flat)
    round_ = flat - _AXIS
    round_[:, 1] = 0.0
    round_ /= np.maximum(np.linalg.norm(round_, axis=1, keepdims=True), 1e-6)
    free = np.clip((height - _FREE[0]) / (_FREE[1] - _FREE[0]), 0, 1)[:, None] * (flat[:, 1:2] < 0.80)
    mixed = normals * (1 - free) + round_ * free
    return np.asarray(mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)).reshape(coat.lines.shape)


def strip_triangles(count: int, points: int) -> NDArray[np.int32]:
    """Return the triangles of ``count`` strips of ``points`` pairs of vertices, shape (t, 3)."""
    index = np.arange(count * points * 2).reshape(count, points, 2)
    left, right = index[..., 0], index[..., 1]
    faces = [
        np.stack([left[:, :-1], right[:, :-1], right[:, 1:]], -1),
        np.stack([left[:, :-1], right[:, 1:], left[:, 1:]], -1),
    ]
    return np.stack(faces, 2).reshape(-1, 3).astype(np.int32)
