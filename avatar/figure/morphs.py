"""Vertices that a face moves: where they rest, and how each shape moves them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from avatar.figure.correctives import correctives, eased

COLUMNS = 6  # of a vertex: position and normal
_DRAWN_WEIGHT = 1e-4  # a smaller weight moves nothing that could be seen


@dataclass(frozen=True)
class Morphs:
    """Some vertices of a figure and their shapes.

    Attributes:
        rest: float32, shape (v, 6), positions and normals.
        offsets: float32 CSC matrix, shape (6 v, 52 + CORRECTIVES), as ``Figure.morphs``.
    """

    rest: NDArray[np.float32]
    offsets: sp.csc_matrix

    def moved(self, face: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return positions and normals (not of unit length), shape (v, 6), for 52 weights."""
        weights = np.concatenate([eased(face), correctives(face)])
        active = np.flatnonzero(np.abs(weights) > _DRAWN_WEIGHT)
        if not active.size:
            return self.rest
        moved: NDArray[np.float32] = self.rest + (self.offsets[:, active] @ weights[active]).reshape(-1, COLUMNS)
        return moved

    def chosen(self, vertices: NDArray[np.integer]) -> Morphs:
        """Return those of some vertices, each named at most once, in their order."""
        number = np.full(len(self.rest), -1, dtype=np.int32)
        number[vertices] = np.arange(len(vertices), dtype=np.int32)
        vertex, column = np.divmod(self.offsets.indices, COLUMNS)
        row = number[vertex]
        kept = row >= 0
        starts = np.concatenate([[0], np.cumsum(kept)])[self.offsets.indptr]
        rows = row[kept] * COLUMNS + column[kept]
        shape = len(vertices) * COLUMNS, self.offsets.shape[1]
        return Morphs(self.rest[vertices], sp.csc_matrix((self.offsets.data[kept], rows, starts), shape))
