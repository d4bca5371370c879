"""Cloth that is ready to be drawn: panels with their threads' directions and colours, and strips swept along rims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from avatar.figure.arm_coordinates import ELBOW, along_arm, on_arm, round_arm
from avatar.figure.colour import Colour
from avatar.figure.cutting import Panel, Rim
from avatar.figure.drape import fold_height
from avatar.figure.geometry import Geometry
from avatar.figure.painting import smoothstep
from avatar.figure.skeleton import BONE_INDEX

Region = Literal["upper", "lower", "left", "right"]  # of the body; the last two are the forearms
_WAIST = 0.17  # metres on the reference body: what lies below is drawn by itself
_MIDDLE = 0.02  # metres: the plane between front and back
_ARM_RADIUS = 0.047  # metres, on which patterns are laid round an arm
_DEPTH = 0.10  # metres from there to the breastbone
_AROUND = 0.7  # how much of what goes round to the side counts as across
_DARKEST_FOLD = 0.30  # of the light that the bottom of a deep fold loses
_DEEP = 0.006  # metres
_NO_AREA = 1e-10  # square metres


@dataclass(frozen=True)
class Cloth:
    """Part of a garment, in one region of the body."""

    region: Region
    geometry: Geometry


def sewn(panel: Panel, material: str, colour: Colour, *, folds: float = 0.0) -> list[Cloth]:
    """Return a panel as cloth, cut into regions, front, back and sleeves; ``folds`` is their height in metres.

    Texture coordinates are metres across and along the cloth, the same on both sides of a seam only by chance.
    """
    reference = panel.reference
    centre = reference[panel.triangles].mean(1)
    arm, front = on_arm(centre), centre[:, 2] > _MIDDLE
    forearm = along_arm(centre) > ELBOW - 0.03
    depth = np.clip(0.5 - 0.5 * fold_height(reference), 0, 1) * min(folds / _DEEP, 1.0)
    tints = np.column_stack([np.tile(colour, (len(reference), 1)), 1.0 - _DARKEST_FOLD * depth])
    pieces: list[Cloth] = []
    regions: list[tuple[Region, NDArray[np.bool_]]] = [
        ("upper", ~forearm & (arm | (centre[:, 1] > _WAIST))),
        ("lower", ~arm & (centre[:, 1] <= _WAIST)),
        ("left", forearm & (centre[:, 0] > 0)),
        ("right", forearm & (centre[:, 0] < 0)),
    ]
    for region, inside in regions:
        for is_arm, faces in ((True, inside & arm), (False, inside & ~arm & front), (False, inside & ~arm & ~front)):
            if faces.any():
                pieces.append(Cloth(region, _piece(panel, panel.triangles[faces], material, tints, is_arm)))
    return pieces


def swept(
    grid: NDArray[np.float64],
    weights: NDArray[np.float64],
    material: str,
    colour: Colour,
    *,
    closed: bool = True,
    light: Sequence[float] | None = None,
) -> Geometry:
    """Return a surface through a grid of points, shape (stations, rows, 3); ``weights`` are those of the stations.

    ``light`` is how much of it reaches each row, 0..1; all of it when None.
    """
    if closed:
        grid, weights = np.concatenate([grid, grid[:1]]), np.concatenate([weights, weights[:1]])
    stations, rows, _ = grid.shape
    index = np.arange(stations * rows, dtype=np.int32).reshape(stations, rows)
    a, b, c, d = (corner.ravel() for corner in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    along = np.cumsum(np.linalg.norm(np.diff(grid[:, rows // 2], axis=0, prepend=grid[:1, rows // 2]), axis=1))
    across = np.cumsum(np.linalg.norm(np.diff(grid.mean(0), axis=0, prepend=grid.mean(0)[:1]), axis=1))
    down = np.gradient(grid, axis=1)
    onward = np.roll(grid, -1, 0) - np.roll(grid, 1, 0) if closed else np.gradient(grid, axis=0)
    if closed:  # the first and the last station are one
        onward[0] = onward[-1] = grid[1] - grid[-2]
    normals = np.cross(onward, down)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    uvs = np.stack(np.meshgrid(along, across, indexing="ij"), -1).reshape(-1, 2)
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    p, q, r = grid.reshape(-1, 3)[triangles.T]
    triangles = triangles[np.linalg.norm(np.cross(q - p, r - p), axis=1) > _NO_AREA]  # where rows meet
    tints = np.tile([*colour, 1.0], (stations, rows, 1))
    if light is not None:
        tints[..., 3] = light
    return Geometry(
        grid.reshape(-1, 3),
        normals.reshape(-1, 3),
        uvs,
        settled(np.repeat(weights, rows, 0)),
        {material: triangles},
        tints=tints.reshape(-1, 4),
    )


def banded(
    rim: Rim, profile: NDArray[np.float64], material: str, colour: Colour, *, rise: NDArray[np.float64] | None = None
) -> Geometry:
    """Return a strip along a rim; rows of ``profile``, shape (rows, 2), are metres away from the cloth and outward.

    ``rise``, shape (n, 3), are the directions in which the strip leaves the cloth, if not straight on.
    """
    onward = rim.onward if rise is None else rise
    grid = rim.points[:, None] + profile[:, :1] * onward[:, None] + profile[:, 1:] * rim.outward[:, None]
    return swept(grid[:, ::-1], rim.weights, material, colour)


class Laid:
    """Lays points onto cloth: a nearest-vertex approximation of its distance field."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._tree = cKDTree(panel.positions)

    def onto(self, points: NDArray[np.float64], height: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return points, shape (n, 3), moved to ``height`` metres over the cloth."""
        base, normal = self.below(points)
        lack = height - np.einsum("nk,nk->n", points - base, normal)
        return np.asarray(points + normal * lack[:, None])

    def below(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the nearest place of the cloth and its normal, each shape (n, 3)."""
        distance, nearest = self._tree.query(points, k=6)
        share = 1.0 / (distance + 0.003)
        share /= share.sum(1, keepdims=True)
        normal = np.einsum("nk,nkc->nc", share, self._panel.normals[nearest])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        return np.einsum("nk,nkc->nc", share, self._panel.positions[nearest]), normal

    def weights(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weights of the nearest vertices, shape (n, bones)."""
        return np.asarray(self._panel.weights[self._tree.query(points)[1]])


def settled(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights in which clothes follow the chest instead of the neck and head, shape (v, bones)."""
    moved = weights.copy()
    for bone, share in (("neck", 0.8), ("head", 1.0)):
        moved[:, BONE_INDEX["upperChest"]] += share * moved[:, BONE_INDEX[bone]]
        moved[:, BONE_INDEX[bone]] *= 1 - share
    return moved


def merged(geometries: Iterable[Geometry]) -> Geometry:
    """Return several pieces of cloth as one geometry."""
    parts = list(geometries)
    triangles: dict[str, list[NDArray[np.int32]]] = {}
    start = 0
    for part in parts:
        for material, faces in part.triangles.items():
            triangles.setdefault(material, []).append(faces + np.int32(start))
        start += len(part.positions)
    return Geometry(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.uvs for part in parts]),
        np.concatenate([part.weights for part in parts]),
        {material: np.concatenate(faces) for material, faces in triangles.items()},
        tints=np.concatenate([part.tints for part in parts if part.tints is not None]),
    )


def _piece(
    panel: Panel, triangles: NDArray[np.int64], material: str, tints: NDArray[np.float64], is_arm: bool
) -> Geometry:
    used, index = np.unique(triangles, return_inverse=True)
    faces, reference = index.reshape(-1, 3).astype(np.int32), panel.reference[used]
    uvs = _round_sleeve(reference) if is_arm else _over_trunk(reference)
    if is_arm:  # where the angle jumps, vertices are doubled
        turn = 2 * np.pi * _ARM_RADIUS
        wide = np.ptp(uvs[faces, 0], axis=1) > turn / 2
        behind = np.unique(faces[wide][uvs[faces[wide], 0] < 0])
        place = np.arange(len(used), dtype=np.int32)
        place[behind] = len(used) + np.arange(len(behind), dtype=np.int32)
        faces[wide] = place[faces[wide]]
        used = np.concatenate([used, used[behind]])
        uvs = np.concatenate([uvs, uvs[behind] + [turn, 0.0]])
    return Geometry(
        panel.positions[used],
        panel.normals[used],
        uvs,
        settled(panel.weights[used]),
        {material: faces},
        tints=tints[used],
    )


def _round_sleeve(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([round_arm(reference) * _ARM_RADIUS, -along_arm(reference)], 1)


def _over_trunk(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y, z = reference.T
    deep = np.abs(z - _MIDDLE)
    narrower = _AROUND * (_DEPTH - deep)
    u = x + np.sign(x) * narrower * smoothstep(0.04, 0.15, np.abs(x))
    return np.stack([u, y + narrower * smoothstep(0.42, 0.56, y)], 1)
