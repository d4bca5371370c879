"""Texture coordinates for the eyelash strips: along the lid and from root to tip, found from the strips' outlines."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import spsolve

from avatar.errors import FigureSourceError


def strip_coordinates(
    quads: NDArray[np.int64], positions: NDArray[np.float64], eye: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return coordinates of the vertices of one strip, shape (n, 2), in the order of ``np.unique(quads)``.

    The first runs along the lid from the inner corner of the eye, 0..1; the second from the roots to the tips, 0..1.
    Inside they are harmonic, that is, each the mean of its neighbours.

    Args:
        quads: the strip, a grid of quads, shape (q, 4). positions: of all vertices, shape (v, 3).
        eye: centre of the eyeball, shape (3,).

    Raises:
        FigureSourceError: the strip is not a grid with four corners.
    """
    used, local = np.unique(quads, return_inverse=True)
    local = local.reshape(quads.shape)
    sides = _sides(local, len(used))
    first, second = sorted(sides, key=len)[2:]  # the two long sides
    points = positions[used]
    ordered = [side if abs(points[side[0], 0]) < abs(points[side[-1], 0]) else side[::-1] for side in (first, second)]
    roots, tips = sorted(ordered, key=lambda side: float(np.linalg.norm(points[side] - eye, axis=1).mean()))
    fixed = np.full((len(used), 2), np.nan)
    for side, value in ((roots, 0.0), (tips, 1.0)):
        fixed[side, 0], fixed[side, 1] = np.linspace(0, 1, len(side)), value
    for side in sorted(sides, key=len)[:2]:
        rising = side if fixed[side[0], 1] == 0.0 else side[::-1]
        fixed[rising, 1] = np.linspace(0, 1, len(rising))
        fixed[rising, 0] = np.round(fixed[rising[0], 0])
    return _harmonic(local, fixed)


def _sides(quads: NDArray[np.int64], count: int) -> list[NDArray[np.int64]]:
    """Return the four sides of a grid of quads, each from corner to corner."""
    directed = np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2)
    undirected = {tuple(sorted(edge)): 0 for edge in directed.tolist()}
    for edge in directed.tolist():
        undirected[tuple(sorted(edge))] += 1
    following = {a: b for a, b in directed.tolist() if undirected[tuple(sorted((a, b)))] == 1}
    corners = np.flatnonzero(np.bincount(quads.ravel(), minlength=count) == 1)
    if len(corners) != 4:
        raise FigureSourceError(
            f"an eyelash strip has {len(corners)} corners, not 4: this is not the pinned figure data"
        )
    sides = []
    for corner in corners.tolist():
        side = [corner, following[corner]]
        while side[-1] not in corners:
            side.append(following[side[-1]])
        sides.append(np.array(side))
    return sides


def _harmonic(quads: NDArray[np.int64], fixed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values that are as given where ``fixed`` is a number and the mean of their neighbours elsewhere."""
    count = len(fixed)
    edges = np.unique(np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2), 1), axis=0)
    pairs = np.concatenate([edges, edges[:, ::-1]])
    links = sp.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    laplacian = (sp.diags(np.asarray(links.sum(1)).ravel()) - links).tocsr()
    known = ~np.isnan(fixed[:, 0])
    values = np.where(known[:, None], fixed, 0.0)
    inner = ~known
    if inner.any():
        right = -(laplacian[inner][:, known] @ values[known])
        values[inner] = spsolve(laplacian[inner][:, inner].tocsc(), right).reshape(-1, 2)
    return values
