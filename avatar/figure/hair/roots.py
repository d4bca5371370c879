"""Where locks begin: spread evenly over the scalp, denser along the hairline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.hair.locks import Coat
from avatar.figure.hair.mould import Mould
from avatar.figure.hair.style import HairStyle
from avatar.figure.painting import smoothstep
from avatar.figure.scalp import PARTING_BACK, parting_place, scalp_depth
from avatar.figure.subdivision import vertex_normals
from avatar.figure.surface import Surface

_CANDIDATES = 6  # per root that is kept
_HAIRLINE = 0.010  # metres inside which roots lie denser


@dataclass(frozen=True)
class Roots:
    """Where locks begin on the reference head.

    Attributes:
        points, normals: shape (n, 3).
        depth: metres inside the hairline, shape (n,).
        side: +1 for the figure's left of the parting, else -1, shape (n,).
        top, front: how far up on the head and at its front, 0..1, shape (n,).
    """

    points: NDArray[np.float64]
    normals: NDArray[np.float64]
    depth: NDArray[np.float64]
    side: NDArray[np.float64]
    top: NDArray[np.float64]
    front: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.points)

    def chosen(self, which: NDArray[np.bool_]) -> Roots:
        """Return those of the roots."""
        return Roots(
            self.points[which],
            self.normals[which],
            self.depth[which],
            self.side[which],
            self.top[which],
            self.front[which],
        )


@dataclass(frozen=True)
class Head:
    """What hair is grown on, how it is to be worn, and the chance in it."""

    face: Surface
    mould: Mould
    style: HairStyle
    rng: np.random.Generator

    def roots(self, coat: Coat) -> Roots:
        """Return where the locks of a coat begin."""
        return _scalp_roots(self, max(round(coat.count * self.style.density), 2), coat.inside)


def _scalp_roots(head: Head, count: int, inside: tuple[float, float]) -> Roots:
    face, style, rng = head.face, head.style, head.rng
    triangles = face.triangles("skin")
    normals = vertex_normals(face.reference, face.quads["skin"])
    depth = scalp_depth(face.reference, style)
    triangles = triangles[((depth[triangles] > inside[0]) & (depth[triangles] < inside[1])).any(1)]
    a, b, c = (face.reference[triangles[:, k]] for k in range(3))
    chance = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    chosen = triangles[rng.choice(len(triangles), _CANDIDATES * count, p=chance / chance.sum())]
    share = rng.dirichlet((1.0, 1.0, 1.0), len(chosen))
    points = np.einsum("nk,nkc->nc", share, face.reference[chosen])
    at = scalp_depth(points, style)
    kept = (at > inside[0]) & (at < inside[1])
    points, at = points[kept], at[kept]
    parted = np.abs(points[:, 0] - parting_place(style)) + 0.03 * (points[:, 2] < PARTING_BACK)
    crowded = 0.9 * np.exp(-np.maximum(at, 0) / _HAIRLINE) + 0.9 * np.exp(-parted / _HAIRLINE)
    spread = evenly_spread(points, 1 + crowded, min(count, len(points)))
    points, at = points[spread], at[spread]
    turned = np.einsum("nk,nkc->nc", share[kept][spread], normals[chosen[kept][spread]])
    return _placed(points, turned / np.linalg.norm(turned, axis=1, keepdims=True), at, style)


def _placed(
    points: NDArray[np.float64], normals: NDArray[np.float64], depth: NDArray[np.float64], style: HairStyle
) -> Roots:
    x, y, z = points.T
    line = parting_place(style) * smoothstep(0.0, 0.05, z)
    side = np.where(x > line, 1.0, -1.0)
    top = smoothstep(0.775, 0.815, y + 0.10 * np.clip(z - 0.02, 0, 0.1)).astype(np.float64)
    return Roots(points, normals, depth, side, top, smoothstep(0.07, 0.125, z) * top)


def evenly_spread(points: NDArray[np.float64], density: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return indices of points that are far from each other, farthest first, by a distance that density stretches."""
    chosen = np.zeros(count, dtype=np.int64)
    nearest = np.full(len(points), np.inf)
    for k in range(1, count):
        gap = ((points - points[chosen[k - 1]]) ** 2).sum(1) * density
        nearest = np.minimum(nearest, gap)
        chosen[k] = int(nearest.argmax())
    return chosen
