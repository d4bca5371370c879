"""Fewer triangles for small pictures: half-edge collapses, whose triangles keep the vertices that are left.

A software driver spends most of its time on the borders of small triangles, so fewer of them is what makes it quick.
Error is the distance from a triangle's plane in the space of all that the vertices carry (M. Garland and P. Heckbert,
Simplifying Surfaces with Color and Texture using Quadric Error Metrics, 1998), added up along a chain of collapses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from avatar.figure.figure import Figure
from avatar.figure.skeleton import BONE_NAMES

_NEAREST = 4  # neighbours that a vertex may be drawn to
_ROUNDS = 40  # at most; each removes vertices that are not neighbours
_LEAST_TURN = 0.5  # cosine: how far a triangle may turn in a collapse
_LEAST_REMOVED = 0.01  # of the vertices: a round that removes fewer is the last
_SPACE = 3  # the first features are the place

_TOLERANCE = 0.0009  # metres; the pictures that are drawn with fewer triangles have larger pixels
_KEPT_WHOLE = {"hair", "lash"}  # materials whose outlines are cut out in their fragments
# Metres of error that are as bad as a change of what a vertex carries:
_OF_NORMAL, _OF_UV, _OF_SHADE, _OF_WEIGHT = 0.003, 0.05, 0.006, 0.02
_MORPH_FEATURES, _WEIGHT_FEATURES = 6, 3  # what these are projected on: distances last in the mean
_EVEN = 1e-6  # metres: vertices that are closer are one place
_CLUSTER = 128  # triangles, whose vertices a driver's cache holds all at once


def lightened(figure: Figure) -> Figure:
    """Return a figure whose parts also know fewer triangles that look the same from a little further away.

    Both sets lie in clusters; locks of hair lie from front to back.
    """
    features = _features(figure)
    _, place, uses = np.unique(
        np.round(figure.positions / _EVEN).astype(np.int64), axis=0, return_inverse=True, return_counts=True
    )
    seam = uses[place.ravel()] > 1
    parts = (
        replace(part, triangles=front_to_back(part.triangles, figure.positions, figure.uvs))
        if part.material in _KEPT_WHOLE
        else replace(
            part,
            triangles=clustered(part.triangles, figure.positions),
            light=clustered(simplified(part.triangles, features, seam, _TOLERANCE), figure.positions),
        )
        for part in figure.parts
    )
    return replace(figure, parts=tuple(parts))


def clustered(triangles: NDArray[np.int32], positions: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the same triangles with neighbours together, so that a driver turns few vertices more than once.

    Args:
        triangles: shape (t, 3). positions: of the vertices, shape (v, 3).
    """
    centres = positions[triangles].mean(1)
    clusters = []
    waiting = [np.arange(len(triangles))]
    while waiting:
        cluster = waiting.pop()
        if not len(cluster):
            continue
        places = centres[cluster]
        longest = int(np.argmax(np.ptp(places, axis=0)))
        cluster = cluster[np.argsort(places[:, longest], kind="stable")]
        if len(cluster) <= _CLUSTER:
            clusters.append(cluster)
        else:
            middle = len(cluster) // 2
            waiting += [cluster[middle:], cluster[:middle]]
    return triangles[np.concatenate(clusters)] if clusters else triangles


def front_to_back(
    triangles: NDArray[np.int32], positions: NDArray[np.float32], uvs: NDArray[np.float32]
) -> NDArray[np.int32]:
    """Return the triangles of locks with the foremost locks first, which then hide samples of those behind.

    Args:
        triangles: shape (t, 3). positions: of the vertices, shape (v, 3).
        uvs: shape (v, 2); what has the same whole part of the first is one lock.
    """
    _, lock = np.unique(np.floor(uvs[triangles[:, 0], 0]), return_inverse=True)
    foremost = np.full(len(triangles), -np.inf, dtype=np.float32)
    np.maximum.at(foremost, lock, positions[triangles].mean(1)[:, 2])
    return triangles[np.argsort(-foremost[lock], kind="stable")]


def _features(figure: Figure) -> NDArray[np.float32]:
    """Return all that vertices carry as equally visible features, shape (v, n); see ``simplified``."""
    rng = np.random.default_rng(3)
    dense: NDArray[np.float32] = figure.morphs.toarray()
    offsets = dense.reshape(figure.morphing, 6, -1)[:, :_SPACE].reshape(figure.morphing, -1)
    morphs = np.zeros((len(figure.positions), _MORPH_FEATURES), dtype=np.float32)
    morphs[: figure.morphing] = offsets @ _projection(rng, offsets.shape[1], _MORPH_FEATURES)
    weights = np.zeros((len(figure.positions), len(BONE_NAMES)), dtype=np.float32)
    for bone, share in zip(figure.joints.T, figure.weights.T, strict=True):
        weights[np.arange(len(weights)), bone] += share
    features: NDArray[np.float32] = np.concatenate(
        [
            figure.positions,
            figure.normals * _OF_NORMAL,
            figure.uvs * _OF_UV,
            figure.shades * _OF_SHADE,
            morphs,
            weights @ _projection(rng, len(BONE_NAMES), _WEIGHT_FEATURES) * _OF_WEIGHT,
        ],
        axis=1,
        dtype=np.float32,
    )
    return features


def _projection(rng: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    return np.asarray(rng.standard_normal((rows, columns)) / np.sqrt(columns), dtype=np.float32)


def simplified(
    triangles: NDArray[np.int32], features: NDArray[np.float32], locked: NDArray[np.bool_], tolerance: float
) -> NDArray[np.int32]:
    """Return fewer triangles over some of the same vertices, shape (fewer, 3).

    Args:
        triangles: shape (t, 3); where they end, and where more than two meet at an edge, nothing changes.
        features: shape (v, n), what a vertex carries, scaled so that the same error shows equally; the first three are
            its place in metres.
        locked: shape (v,), vertices that must stay.
        tolerance: the largest error, metres.
    """
    used, faces = np.unique(triangles, return_inverse=True)
    faces = faces.reshape(-1, 3).astype(np.int64)
    points = features[used].astype(np.float32)
    fixed = locked[used] | _on_border(faces, len(used))
    spent = np.zeros(len(used), dtype=np.float32)
    open_to = ~fixed
    for _ in range(_ROUNDS):
        collapses = _collapses(faces, points, open_to, spent, tolerance)
        open_to[:] = False
        if len(collapses.removed) < max(_LEAST_REMOVED * len(used), 1):
            break
        np.maximum.at(spent, collapses.kept, collapses.errors)
        place = np.arange(len(used))
        place[collapses.removed] = collapses.kept
        touched = np.isin(faces, collapses.removed).any(1)
        faces = place[faces]
        open_to[faces[touched]] = True
        open_to &= ~fixed
        open_to[collapses.removed] = False
        distinct = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
        faces = faces[distinct]
    return np.asarray(used[faces], dtype=np.int32)


@dataclass(frozen=True)
class _Collapses:
    """What one round does: each removed vertex is drawn to a kept one, at the cost of an error (metres)."""

    removed: NDArray[np.int64]
    kept: NDArray[np.int64]
    errors: NDArray[np.float32]


def _collapses(
    faces: NDArray[np.int64],
    points: NDArray[np.float32],
    open_to: NDArray[np.bool_],
    spent: NDArray[np.float32],
    tolerance: float,
) -> _Collapses:
    links = _links(faces, len(points))
    pairs = _pairs(links, points, open_to)
    errors = _errors(faces, points, pairs) + spent[pairs[:, 0]]
    good = errors < tolerance
    pairs, errors = pairs[good], errors[good]
    order = np.lexsort((pairs[:, 1], pairs[:, 0], errors))
    pairs, errors = pairs[order], errors[order]
    taken = np.zeros(len(points), dtype=bool)
    chosen = []
    for row, vertex in enumerate(pairs[:, 0].tolist()):
        if not taken[vertex]:
            chosen.append(row)
            taken[vertex] = True
            taken[links.indices[links.indptr[vertex] : links.indptr[vertex + 1]]] = True
    return _Collapses(pairs[chosen, 0], pairs[chosen, 1], errors[chosen])


def _links(faces: NDArray[np.int64], count: int) -> sp.csr_matrix:
    """Return which vertices share an edge; the values count the triangles at it."""
    start, end = faces.ravel(), np.roll(faces, -1, 1).ravel()
    ones = np.ones(2 * len(start), dtype=np.int32)
    links = sp.csr_matrix((ones, (np.r_[start, end], np.r_[end, start])), (count, count))
    links.sum_duplicates()
    return links


def _on_border(faces: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    links = _links(faces, count).tocoo()
    border = np.zeros(count, dtype=bool)
    border[links.row[links.data != 2]] = True
    return border


def _pairs(links: sp.csr_matrix, points: NDArray[np.float32], open_to: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return (vertex, neighbour that it may be drawn to) without tearing the surface or folding it together."""
    meeting = links.copy()
    meeting.data[:] = 1
    movable = np.flatnonzero(open_to)
    own = meeting[movable]
    shared = (own @ meeting).multiply(own).tocoo()
    sound = shared.data == 2
    start, end = movable[shared.row[sound]], shared.col[sound].astype(np.int64)
    distance = np.linalg.norm(points[start] - points[end], axis=1)
    order = np.lexsort((end, distance, start))
    start, end = start[order], end[order]
    first = np.searchsorted(start, start, side="left")
    near = np.arange(len(start)) - first < _NEAREST
    return np.stack([start[near], end[near]], 1)


def _errors(faces: NDArray[np.int64], points: NDArray[np.float32], pairs: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how far each pair's second vertex is from the triangles of the first, metres; inf where one would flip."""
    corners = np.argsort(faces.ravel(), kind="stable")
    begin = np.searchsorted(faces.ravel()[corners], np.arange(len(points) + 1))
    first, last = begin[pairs[:, 0]], begin[pairs[:, 0] + 1]
    row = np.repeat(np.arange(len(pairs)), last - first)
    step = np.arange(len(row)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    face, corner = np.divmod(corners[first[row] + step], 3)
    apex, target = points[pairs[row, 0]], points[pairs[row, 1]]
    second, third = faces[face, (corner + 1) % 3], faces[face, (corner + 2) % 3]
    along, up = points[second] - apex, points[third] - apex
    moved = target - apex
    stays = (second == pairs[row, 1]) | (third == pairs[row, 1])  # these two vanish
    old = _crossed(along, up)
    new = _crossed(along - moved, up - moved)
    agree = (old * new).sum(0)
    flips = agree <= _LEAST_TURN * np.sqrt((old * old).sum(0) * (new * new).sum(0))
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
    up -= along * np.einsum("ij,ij->i", along, up)[:, None]
    up /= np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-12)
    square = np.einsum("ij,ij->i", moved, moved)
    square -= np.einsum("ij,ij->i", moved, along) ** 2 + np.einsum("ij,ij->i", moved, up) ** 2
    distance = np.where(flips & ~stays, np.inf, np.sqrt(np.maximum(square, 0.0))).astype(np.float32)
    if not len(pairs):
        return np.zeros(0, dtype=np.float32)
    worst: NDArray[np.float32] = np.maximum.reduceat(distance, np.cumsum(last - first) - (last - first))
    return worst


def _crossed(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cross products in space of rows of features, shape (3, n)."""
    (ax, ay, az), (bx, by, bz) = a[:, :_SPACE].T, b[:, :_SPACE].T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])
