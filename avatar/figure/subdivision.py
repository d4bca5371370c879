"""Catmull-Clark subdivision of a quad mesh as a sparse matrix, so that every morph target shares one matrix.

Rules: E. Catmull and J. Clark, "Recursively generated B-spline surfaces on arbitrary topological meshes", 1978, with
the usual cubic-spline rule on boundary edges.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Quads = NDArray[np.int64]


def compact(quads: Quads) -> tuple[NDArray[np.int64], Quads]:
    """Return (used vertices, quads re-indexed into them)."""
    used, inverse = np.unique(quads, return_inverse=True)
    return used, inverse.reshape(quads.shape)


def subdivide(quads: Quads, vertices: int, *, smooth: bool = True) -> tuple[sp.csr_matrix, Quads]:
    """Return (matrix, quads) of one level.

    Args:
        quads: shape (f, 4), indices below ``vertices``.
        vertices: how many there are.
        smooth: False splits linearly, which is what texture coordinates need.

    Returns:
        The matrix, shape (vertices + edges + faces, vertices), that takes any per-vertex quantity to the finer mesh,
        and the finer quads, shape (4 f, 4): the k-th quarter of them holds the k-th corner of each face.
    """
    faces = len(quads)
    sides = np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2), 1)
    edges, side_edge, sharing = np.unique(sides, axis=0, return_inverse=True, return_counts=True)
    side_edge = side_edge.reshape(faces, 4)
    count = len(edges)
    face_points = _incidence(np.repeat(np.arange(faces), 4), quads.ravel(), (faces, vertices)) * 0.25
    midpoints = _incidence(np.repeat(np.arange(count), 2), edges.ravel(), (count, vertices)) * 0.5
    if smooth:
        boundary = sharing == 1
        edge_faces = _incidence(side_edge.ravel(), np.repeat(np.arange(faces), 4), (count, faces))
        mean_face = sp.diags(1.0 / sharing) @ edge_faces @ face_points
        edge_points = sp.diags(np.where(boundary, 1.0, 0.5)) @ midpoints + sp.diags(np.where(boundary, 0.0, 0.5)) @ (
            mean_face
        )
        corner_points = _corner_rule(
            quads, edges, boundary, face_points=face_points, midpoints=midpoints, vertices=vertices
        )
    else:
        edge_points, corner_points = midpoints, sp.identity(vertices, format="csr")
    matrix = sp.vstack([corner_points, edge_points, face_points]).tocsr()
    a, b, c, d = quads.T
    ab, bc, cd, da = (vertices + side_edge).T
    middle = vertices + count + np.arange(faces)
    corners = [(a, ab, middle, da), (ab, b, bc, middle), (middle, bc, c, cd), (da, middle, cd, d)]
    return matrix, np.concatenate([np.stack(corner, 1) for corner in corners])


def vertex_normals(positions: NDArray[np.float64], quads: Quads) -> NDArray[np.float64]:
    """Return unit normals, area weighted, shape (v, 3)."""
    across = positions[quads[:, 2]] - positions[quads[:, 0]]
    along = positions[quads[:, 3]] - positions[quads[:, 1]]
    face = np.cross(across, along)
    normals = np.zeros_like(positions)
    for corner in range(4):
        for axis in range(3):
            normals[:, axis] += np.bincount(quads[:, corner], face[:, axis], len(positions))
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def _incidence(rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)


def _corner_rule(
    quads: Quads,
    edges: NDArray[np.int64],
    boundary: NDArray[np.bool_],
    *,
    face_points: sp.csr_matrix,
    midpoints: sp.csr_matrix,
    vertices: int,
) -> sp.csr_matrix:
    touching_edges = _incidence(edges.ravel(), np.repeat(np.arange(len(edges)), 2), (vertices, len(edges)))
    touching_faces = _incidence(quads.ravel(), np.repeat(np.arange(len(quads)), 4), (vertices, len(quads)))
    valence = np.maximum(_row_sums(touching_edges), 1.0)
    face_mean = sp.diags(1.0 / np.maximum(_row_sums(touching_faces), 1.0)) @ touching_faces @ face_points
    edge_mean = sp.diags(1.0 / valence) @ touching_edges @ midpoints
    identity = sp.identity(vertices, format="csr")
    inner = sp.diags(1.0 / valence) @ (face_mean + 2.0 * edge_mean + sp.diags(valence - 3.0) @ identity)
    rim_edges = touching_edges @ sp.diags(boundary.astype(np.float64))
    rim_count = _row_sums(rim_edges)
    rim = 0.5 * identity + sp.diags(0.5 / np.maximum(rim_count, 1.0)) @ rim_edges @ midpoints
    on_rim = rim_count > 0
    return sp.diags((~on_rim).astype(np.float64)) @ inner + sp.diags(on_rim.astype(np.float64)) @ rim


def _row_sums(matrix: sp.csr_matrix) -> NDArray[np.float64]:
    sums: NDArray[np.float64] = np.asarray(matrix.sum(1), dtype=np.float64).ravel()
    return sums
