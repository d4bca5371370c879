"""The reference head that hair is grown on, and the way from there to the head of a figure.

Hair is designed once, in metres on the reference head, and then carried to each figure by the smooth field of
displacements between the two, so that a style sits alike on every shape of head.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from avatar.figure.anatomy import Anatomy
from avatar.figure.geometry import Geometry
from avatar.figure.scalp import ear
from avatar.figure.subdivision import vertex_normals
from avatar.figure.surface import Surface

Points = NDArray[np.float64]

SHOULDERS = 0.620  # metres on the reference head: below, hair lies on clothes
_CLOTHES = 0.016  # metres that clothes may add to the shoulders
_OFF_CLOTHES = 0.003  # metres
_FACING = 0.25  # cosine
_WIDEST = 0.24  # metres
_LOWEST = 0.30  # metres: nothing below is touched by hair
_NEAREST = 10
_SMOOTH = 0.030  # metres, of the field of displacements
_ANCHORS = 24


class Mould:
    """Distances from the reference head and shoulders, and the warp to a figure's.

    Args:
        face: the refined skin of the figure.
        anatomy: the unrefined body under it.
        clothes: what is worn, which hair lies on.
    """

    def __init__(self, face: Surface, anatomy: Anatomy, clothes: Sequence[Geometry] = ()) -> None:
        reference, body, quads = anatomy.mesh.positions, anatomy.body, anatomy.mesh.quads["body"]
        skin = face.quads["skin"]
        used = np.unique(skin)
        used = used[(face.reference[used, 1] > SHOULDERS) & ~ear(face.reference[used])]  # hair may cover the ears
        below = np.unique(quads)
        below = below[(reference[below, 1] < SHOULDERS) & (reference[below, 1] > _LOWEST)]
        lift = np.concatenate([np.zeros(len(used)), np.full(len(below), _CLOTHES)])
        self._reference = _Field(
            np.concatenate([face.reference[used], reference[below]]),
            np.concatenate([vertex_normals(face.reference, skin)[used], vertex_normals(reference, quads)[below]]),
            lift,
        )
        covers, leaning = _outside(clothes)
        self._figure = _Field(
            np.concatenate([face.positions[used], body[below], covers]),
            np.concatenate([face.normals[used], vertex_normals(body, quads)[below], leaning]),
            np.concatenate([lift, np.full(len(covers), _OFF_CLOTHES)]),
        )
        self._anchors = cKDTree(np.concatenate([face.reference[used][::4], reference[below]]))
        self._moves = np.concatenate([(face.positions - face.reference)[used][::4], (body - reference)[below]])

    def above(self, points: Points) -> tuple[Points, Points]:
        """Return (height over the reference head, shape (n,), and the nearest skin's normal, shape (n, 3))."""
        return self._reference.above(points)

    def worn(self, points: Points, clear: Points) -> Points:
        """Return points beside the reference head carried to the figure's, at least ``clear`` metres off its skin.

        Args:
            points: shape (n, 3). clear: shape (n,).
        """
        distance, nearest = self._anchors.query(points, k=_ANCHORS)
        share = (distance**2 + _SMOOTH**2) ** -2.0
        share /= share.sum(1, keepdims=True)
        moved = points + np.einsum("nk,nkc->nc", share, self._moves[nearest])
        height, normal = self._figure.above(moved)
        return np.asarray(moved + normal * np.maximum(clear - height, 0)[:, None])


def _outside(clothes: Sequence[Geometry]) -> tuple[Points, Points]:
    """Return points of clothes near the neck, and their normals, where they face away from it."""
    points = np.concatenate([np.zeros((0, 3)), *(part.positions for part in clothes)])
    normals = np.concatenate([np.zeros((0, 3)), *(part.normals for part in clothes)])
    away = points[:, [0, 2]] / np.maximum(np.linalg.norm(points[:, [0, 2]], axis=1, keepdims=True), 1e-9)
    facing = (normals[:, [0, 2]] * away).sum(1) + np.maximum(normals[:, 1], 0)
    chosen = (facing > _FACING) & (points[:, 1] > _LOWEST) & (np.abs(points[:, 0]) < _WIDEST)
    return points[chosen], normals[chosen]


class _Field:
    """A nearest-vertex approximation of a distance field."""

    def __init__(self, points: Points, normals: Points, lift: NDArray[np.float64]) -> None:
        self._points = points + normals * lift[:, None]
        self._normals = normals
        self._tree = cKDTree(self._points)

    def above(self, points: Points) -> tuple[Points, Points]:
        distance, nearest = self._tree.query(points, k=_NEAREST)
        share = 1.0 / (distance + 0.002)
        share /= share.sum(1, keepdims=True)
        normal = np.einsum("nk,nkc->nc", share, self._normals[nearest])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        base = np.einsum("nk,nkc->nc", share, self._points[nearest])
        return np.einsum("nc,nc->n", points - base, normal), normal
