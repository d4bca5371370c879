"""The body's surface: shapes the base mesh by a recipe, cuts out what is seen, refines it and splits texture seams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from avatar.figure.arm_coordinates import on_arm
from avatar.figure.geometry import Geometry
from avatar.figure.recipe import FigureRecipe
from avatar.figure.shape import shape_targets
from avatar.figure.source import BaseMesh, HumanSource
from avatar.figure.subdivision import compact, subdivide, vertex_normals
from avatar.pose import ARKIT_NAMES

_EVENING = 8  # passes over the offsets of the face
_LOWEST = 0.30  # metres on the base mesh: what lies below the chest does not morph


@dataclass(frozen=True)
class Piece:
    """Quads of the base mesh that become one material."""

    material: str
    quads: NDArray[np.int64]
    uv_quads: NDArray[np.int64]


@dataclass
class Surface:
    """A refined surface whose vertices are split along texture seams.

    Attributes:
        reference: shape (v, 3), where the vertex is on the unshaped base mesh: masks are evaluated there.
        positions, normals: shape (v, 3), metres.
        uvs: shape (v, 2).
        weights: shape (v, bones).
        offsets: float32, shape (morphs, v, 6): position and normal offsets; (0, v, 6) if nothing morphs.
        quads: by material, shape (q, 4).
    """

    reference: NDArray[np.float64]
    positions: NDArray[np.float64]
    normals: NDArray[np.float64]
    uvs: NDArray[np.float64]
    weights: NDArray[np.float64]
    offsets: NDArray[np.float32]
    quads: dict[str, NDArray[np.int64]]

    def geometry(self) -> Geometry:
        """Return it as part of a figure."""
        return Geometry(
            self.positions,
            self.normals,
            self.uvs,
            self.weights,
            {material: self.triangles(material) for material in self.quads},
            offsets=self.offsets if len(self.offsets) else None,
        )

    def triangles(self, material: str) -> NDArray[np.int32]:
        """Return the triangles of one material, shape (2 q, 3)."""
        return triangulated(self.quads[material])


def joined(surfaces: Sequence[Surface]) -> Surface:
    """Return several surfaces as one that does not morph, for what paints them all."""
    starts = np.cumsum([0, *(len(surface.positions) for surface in surfaces)])
    quads: dict[str, list[NDArray[np.int64]]] = {}
    for surface, start in zip(surfaces, starts[:-1], strict=True):
        for material, faces in surface.quads.items():
            quads.setdefault(material, []).append(faces + start)
    return Surface(
        np.concatenate([surface.reference for surface in surfaces]),
        np.concatenate([surface.positions for surface in surfaces]),
        np.concatenate([surface.normals for surface in surfaces]),
        np.concatenate([surface.uvs for surface in surfaces]),
        np.concatenate([surface.weights for surface in surfaces]),
        np.zeros((0, int(starts[-1]), 6), dtype=np.float32),
        {material: np.concatenate(faces) for material, faces in quads.items()},
    )


def triangulated(quads: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return two triangles for each quad."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def shaped_body(source: HumanSource, mesh: BaseMesh, recipe: FigureRecipe) -> NDArray[np.float64]:
    """Return the positions of the base mesh's vertices in the recipe's proportions, shape (v, 3), metres."""
    count = len(mesh.positions)
    body = mesh.positions.copy()
    for target, weight in shape_targets(recipe, source.targets()).items():
        body += weight * source.target(target, count)
    for name, weight in recipe.rest.items():
        body += weight * source.face_unit(name, count)
    return body


def face_offsets(source: HumanSource, mesh: BaseMesh) -> NDArray[np.float64]:
    """Return the 52 ARKit shapes as offsets, shape (52, v, 3), metres.

    Over the cheeks they are evened out: the source pinches single vertices there, which lights show as marks.
    """
    count = len(mesh.positions)
    offsets = np.empty((count, 3 * len(ARKIT_NAMES)))
    for unit, name in enumerate(ARKIT_NAMES):
        offsets[:, 3 * unit : 3 * unit + 3] = source.face_unit(name, count)
    quads = mesh.quads["body"]
    sides = np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2)
    links = sp.csr_matrix((np.ones(2 * len(sides)), (sides.ravel(), sides[:, ::-1].ravel())), (count, count))
    mean = sp.diags(1 / np.maximum(np.asarray(links.sum(1)).ravel(), 1)) @ links
    loose = _loose(mesh.positions) * (np.bincount(quads.ravel(), minlength=count) > 0)
    moving = np.flatnonzero(loose)
    mean, loose = mean[moving], loose[moving, None]
    for _ in range(_EVENING):
        offsets[moving] += loose * (mean @ offsets - offsets[moving])
    return np.moveaxis(offsets.reshape(count, -1, 3), 0, 1)


def head_and_chest(mesh: BaseMesh) -> NDArray[np.bool_]:
    """Return which quads of the body lie above the lower end of the chest and inside the armholes."""
    corners = mesh.positions[mesh.quads["body"]]
    seen: NDArray[np.bool_] = (corners[..., 1].min(1) > _LOWEST) & ~on_arm(corners.mean(1))
    return seen


def refined(
    mesh: BaseMesh,
    body: NDArray[np.float64],
    weights: NDArray[np.float64],
    offsets: NDArray[np.float64],
    pieces: Sequence[Piece],
    *,
    levels: int = 1,
) -> Surface:
    """Subdivide pieces of the base mesh together and split the result along texture seams.

    Args:
        mesh: the base mesh. body: its shaped positions. weights: its bone weights, shape (v, bones).
        offsets: shape (morphs, v, 3). pieces: what to take. levels: of subdivision.
    """
    used, quads = compact(np.concatenate([piece.quads for piece in pieces]))
    used_uvs, uv_quads = compact(np.concatenate([piece.uv_quads for piece in pieces]))
    owner = np.repeat(np.arange(len(pieces)), [len(piece.quads) for piece in pieces])
    columns = np.concatenate(
        [mesh.positions[used], body[used], weights[used], np.moveaxis(offsets[:, used], 0, 1).reshape(len(used), -1)], 1
    )
    uvs = mesh.uvs[used_uvs]
    for _ in range(levels):
        matrix, finer = subdivide(quads, len(columns))
        uv_matrix, uv_quads = subdivide(uv_quads, len(uvs), smooth=False)
        columns, uvs, quads, owner = matrix @ columns, uv_matrix @ uvs, finer, np.tile(owner, 4)
    reference, positions = columns[:, :3], columns[:, 3:6]
    bones = weights.shape[1]
    moves = columns[:, 6 + bones :].reshape(len(columns), -1, 3)
    normals = vertex_normals(positions, quads)
    turned = [vertex_normals(positions + moves[:, k], quads) - normals for k in range(moves.shape[1])]
    corners, inverse = np.unique(np.stack([quads.ravel(), uv_quads.ravel()], 1), axis=0, return_inverse=True)
    at, split = corners[:, 0], inverse.reshape(quads.shape)
    both = [np.concatenate([moves[at, k], turned[k][at]], 1) for k in range(moves.shape[1])]
    return Surface(
        reference[at],
        positions[at],
        normals[at],
        uvs[corners[:, 1]],
        columns[at, 6 : 6 + bones],
        np.array(both, dtype=np.float32).reshape(-1, len(at), 6),
        {
            material: split[np.isin(owner, [k for k, piece in enumerate(pieces) if piece.material == material])]
            for material in dict.fromkeys(piece.material for piece in pieces)  # in an order that does not vary
        },
    )


def _loose(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far points of the reference head may be evened out: not at all at lips and lids, shape (v,)."""
    x, y, z = np.abs(positions[:, 0]), positions[:, 1], positions[:, 2]
    from_mouth = np.hypot(x / 0.027, (y - 0.660) / 0.016)
    from_eye = np.hypot((x - 0.031) / 0.023, (y - 0.7285) / 0.014)
    clear = np.clip((np.minimum(from_mouth, from_eye) - 1.0) / 0.25, 0, 1)
    return np.asarray(clear * (z > 0.05) * (y > 0.60) * (y < 0.73))
