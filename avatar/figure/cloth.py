"""Clothes: shells offset from the smoothed body, cut by a neckline, with ribs and collars swept along the cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from avatar.figure.anatomy import Anatomy
from avatar.figure.geometry import Geometry
from avatar.figure.skeleton import BONE_INDEX
from avatar.figure.subdivision import vertex_normals
from avatar.figure.surface import Piece, Surface, refined, seen_faces, triangulated

Garment = Literal["sweater", "pullover"]
Neckline = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # reference points to metres inside the garment
_STATIONS = 144  # along a neckline
_JAW = 0.66  # metres on the reference body: no garment reaches it
_TUCKED = 0.03  # metres inside another garment
_SMOOTHING = 14  # passes, on a mesh subdivided once, enough to lose collar bones but not shoulders
_COLLAR_GAP = np.radians(4.5)  # from the middle to either point of a collar
_AXIS = np.array([0.0, 0.0, 0.02])  # the middle of the neck on the reference body, metres


@dataclass(frozen=True)
class Cut:
    """A garment's edge round the neck.

    Attributes:
        points: shape (n, 3), from the middle of the back round by the figure's left; closed.
        outward: shape (n, 3), away from the body. upward: shape (n, 3), from the garment towards the neck.
        turn: shape (n,), angle about the neck, radians, 0 in front and growing to the figure's left.
        weights: shape (n, bones).
    """

    points: NDArray[np.float64]
    outward: NDArray[np.float64]
    upward: NDArray[np.float64]
    turn: NDArray[np.float64]
    weights: NDArray[np.float64]


def crew_neckline(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far inside a round neckline points of the reference body are, metres."""
    x, y, z = np.moveaxis(reference, -1, 0)
    drop = 0.012 + 0.063 * np.clip((z + 0.02) / 0.09, 0, 1)
    below = np.maximum(0.607 - y, 0) / drop
    return np.asarray((np.hypot(x / 0.070, below) - 1) * drop)


def open_neckline(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far inside a shirt with its top button open points of the reference body are, metres."""
    x, y, z = np.moveaxis(reference, -1, 0)
    round_neck = 0.592 - 0.36 * z + 0.8 * np.maximum(np.abs(x) - 0.055, 0) - y
    opening = np.where(z > 0.03, (np.abs(x) - 0.42 * (y - 0.497)) * 0.92, 1.0)
    return np.asarray(np.minimum(round_neck, opening))


def v_neckline(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far inside a pullover with a V neck points of the reference body are, metres."""
    x, y, z = np.moveaxis(reference, -1, 0)
    round_neck = 0.576 - 0.36 * z + 0.8 * np.maximum(np.abs(x) - 0.06, 0) - y
    opening = np.where(z > 0.0, (np.abs(x) - 0.60 * (y - 0.428)) * 0.86, 1.0)
    return np.asarray(np.minimum(round_neck, opening))


def shell(
    anatomy: Anatomy,
    neckline: Neckline,
    *,
    lift: float,
    material: str,
    levels: int = 0,
    under: Neckline | None = None,
) -> tuple[Geometry, Surface]:
    """Return a garment that stands ``lift`` metres off the smoothed body, and the body under it.

    ``levels`` of subdivision are made; what is well hidden ``under`` another garment's neckline is left out.
    """
    mesh = anatomy.mesh
    corners = mesh.positions[mesh.quads["body"]]
    faces = seen_faces(mesh, "body") & (neckline(corners) > -0.03).any(1) & (corners[..., 1].max(1) < _JAW)
    if under is not None:
        faces &= (under(corners) < _TUCKED).any(1)
    piece = Piece(material, mesh.quads["body"][faces], mesh.uv_quads["body"][faces])
    surface = refined(mesh, anatomy.body, anatomy.weights, np.zeros((0, len(anatomy.body), 3)), [piece], levels=levels)
    quads = surface.quads[material]
    smooth = _smoothed(surface.positions, quads, _SMOOTHING if levels else _SMOOTHING // 3)
    normals = _welded_normals(smooth, quads)
    outside = smooth + normals * lift
    below = np.einsum("nk,nk->n", surface.positions + normals * (lift * 0.6) - outside, normals)
    outside += normals * np.maximum(below, 0.0)[:, None]
    edges = neckline(surface.reference)
    triangles = triangulated(quads)
    cloth = Geometry(
        outside,
        _welded_normals(outside, quads),
        surface.uvs,
        _settled(surface.weights),
        {material: triangles[edges[triangles].max(1) > 0.0]},
        edges=edges,
    )
    return cloth, surface


def necklines(garment: Garment) -> tuple[Neckline, ...]:
    """Return the cuts of what a person wears, from the outermost garment in."""
    return (crew_neckline,) if garment == "sweater" else (v_neckline, open_neckline)


def clothes(anatomy: Anatomy, garment: Garment) -> list[Geometry]:
    """Return what a person wears, the outermost garment first."""
    if garment == "sweater":
        sweater, under = shell(anatomy, crew_neckline, lift=0.009, material="knit")
        return [sweater, rib(neck_cut(sweater, under, crew_neckline), 0.020, 0.0035)]
    pullover, under = shell(anatomy, v_neckline, lift=0.012, material="knit")
    shirt, under_shirt = shell(anatomy, open_neckline, lift=0.006, material="weave", levels=1, under=v_neckline)
    return [
        pullover,
        rib(neck_cut(pullover, under, v_neckline), 0.018, 0.0030),
        shirt,
        collar(neck_cut(shirt, under_shirt, open_neckline)),
    ]


def neck_cut(cloth: Geometry, surface: Surface, neckline: Neckline) -> Cut:
    """Return the edge of a shell."""
    (quads,) = surface.quads.values()
    sides = np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2)
    inside = neckline(surface.reference)
    first, second = inside[sides[:, 0]], inside[sides[:, 1]]
    crossing = (first > 0) != (second > 0)
    sides, share = sides[crossing], (first / (first - second + 1e-12))[crossing][:, None]

    def between(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(values[sides[:, 0]] * (1 - share) + values[sides[:, 1]] * share)

    reference = between(surface.reference) - _AXIS
    turn = np.arctan2(reference[:, 0], reference[:, 2])
    stations = np.linspace(-np.pi, np.pi, _STATIONS, endpoint=False)

    def along(values: NDArray[np.float64], softness: float) -> NDArray[np.float64]:
        order = np.argsort(turn)
        columns = [np.interp(stations, turn[order], column[order], period=2 * np.pi) for column in values.T]
        return np.asarray(gaussian_filter1d(np.stack(columns, 1), softness, axis=0, mode="wrap"))

    points = along(between(cloth.positions), 1.2)
    outward = _unit(along(between(cloth.normals), 3.0))
    tangent = _unit(np.roll(points, -1, 0) - np.roll(points, 1, 0))
    upward = _unit(np.cross(tangent, outward))
    upward *= np.where(upward[:, 1] < 0, -1.0, 1.0)[:, None]
    return Cut(points, outward, _unit(upward), stations, along(between(cloth.weights), 3.0))


def rib(cut: Cut, height: float, thickness: float, material: str = "rib") -> Geometry:
    """Return a ribbed band along a cut, ``height`` metres of it towards the neck."""
    profile = np.array(
        [(-0.35, -0.2), (-0.32, 0.85), (-0.1, 1.25), (0.35, 1.3), (0.75, 1.05), (1.0, 0.4), (0.92, -0.5)]
    )
    rise = 0.55 * cut.upward + 0.45 * np.array([0.0, 1.0, 0.0])
    grid = (
        cut.points[:, None]
        + profile[None, :, :1] * height * _unit(rise)[:, None]
        + profile[None, :, 1:] * thickness * cut.outward[:, None]
    )
    return _swept(grid, cut.weights, material, closed=True)


def collar(cut: Cut, lean: float = 0.004) -> Geometry:
    """Return a folded shirt collar that stands along a cut and falls open in front."""
    open_front = np.abs(cut.turn) > _COLLAR_GAP
    order = np.argsort(np.mod(cut.turn[open_front], 2 * np.pi))  # from the left point round the back to the right
    points, turn = cut.points[open_front][order], np.mod(cut.turn[open_front][order], 2 * np.pi)
    weights = cut.weights[open_front][order]
    from_point = np.minimum(turn, 2 * np.pi - turn)
    front = np.clip(1 - (from_point - _COLLAR_GAP) / np.radians(60), 0, 1) ** 1.5
    away = points - points.mean(0)
    away[:, 1] = 0
    away = _unit(gaussian_filter1d(away, 4.0, axis=0, mode="nearest"))
    up = np.array([0.0, 1.0, 0.0])
    closed = np.clip((from_point - _COLLAR_GAP) / np.radians(14), 0, 1) ** 0.5  # the leaves taper towards their points
    stand = ((0.030 - 0.012 * front) * closed)[:, None]
    fall = (0.036 + 0.022 * front)[:, None]
    spread = (0.010 + 0.012 * front)[:, None]
    side = np.sign(np.pi - turn)[:, None] * np.array([1.0, 0.0, 0.0]) * (0.016 * front)[:, None]
    base = gaussian_filter1d(points, 3.0, axis=0, mode="nearest")
    top = base + up * stand - away * (lean + 0.004)
    rows = [
        base - away * 0.002,
        base + up * stand * 0.6 - away * lean,
        top,
        top + away * 0.003 + up * 0.0022,
        top + away * 0.0065 - up * 0.001,
        top + away * (0.006 + spread * 0.45) - up * fall * 0.45 + side * 0.4,
        top + away * (0.006 + spread) - up * fall + side,
        top + away * (0.004 + spread) - up * (fall + 0.001) + side,
        top + away * (0.003 + spread * 0.4) - up * fall * 0.5 + side * 0.4,
    ]
    return _swept(np.stack(rows, 1)[::-1], weights[::-1], "weave", closed=False)


def _swept(grid: NDArray[np.float64], weights: NDArray[np.float64], material: str, *, closed: bool) -> Geometry:
    """Return a surface through a grid of points, shape (stations, rows, 3)."""
    if closed:
        grid, weights = np.concatenate([grid, grid[:1]]), np.concatenate([weights, weights[:1]])
    stations, rows, _ = grid.shape
    index = np.arange(stations * rows).reshape(stations, rows)
    quads = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], -1).reshape(-1, 4)
    positions = grid.reshape(-1, 3)
    along = np.cumsum(np.linalg.norm(np.diff(grid[:, rows // 2], axis=0, prepend=grid[:1, rows // 2]), axis=1))
    across = np.cumsum(np.linalg.norm(np.diff(grid.mean(0), axis=0, prepend=grid.mean(0)[:1]), axis=1))
    uvs = np.stack(np.meshgrid(along, across, indexing="ij"), -1).reshape(-1, 2)
    normals = _welded_normals(positions, quads)
    return Geometry(positions, normals, uvs, np.repeat(weights, rows, 0), {material: triangulated(quads)})


def _settled(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights in which clothes follow the chest instead of the neck and head, shape (v, bones)."""
    moved = weights.copy()
    for bone, share in (("neck", 0.8), ("head", 1.0)):
        moved[:, BONE_INDEX["upperChest"]] += share * moved[:, BONE_INDEX[bone]]
        moved[:, BONE_INDEX[bone]] *= 1 - share
    return moved


def _welded(positions: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each vertex the number of its place: vertices split along a seam share one."""
    _, place = np.unique(np.round(positions, 6), axis=0, return_inverse=True)
    return np.asarray(place.reshape(-1))


def _welded_normals(positions: NDArray[np.float64], quads: NDArray[np.int64]) -> NDArray[np.float64]:
    place = _welded(positions)
    points = np.zeros((place.max() + 1, 3))
    points[place] = positions
    return vertex_normals(points, place[quads])[place]


def _smoothed(positions: NDArray[np.float64], quads: NDArray[np.int64], passes: int) -> NDArray[np.float64]:
    """Return the surface without its small forms (Laplacian smoothing); open edges stay."""
    place = _welded(positions)
    count = int(place.max()) + 1
    points = np.zeros((count, 3))
    points[place] = positions
    sides = np.sort(np.stack([place[quads], np.roll(place[quads], -1, 1)], -1).reshape(-1, 2), 1)
    edges, faces = np.unique(sides, axis=0, return_counts=True)
    pairs = np.concatenate([edges, edges[:, ::-1]])
    links = sp.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    mean = sp.diags(1 / np.maximum(np.asarray(links.sum(1)).ravel(), 1)) @ links
    loose = np.ones((count, 1))
    loose[np.unique(edges[faces == 1])] = 0.0
    for _ in range(passes):
        points += 0.6 * loose * (mean @ points - points)
    return points[place]


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))
