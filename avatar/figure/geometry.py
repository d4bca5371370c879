"""What every maker of a part of a figure returns: vertices, and the triangles between them by material."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.skeleton import BONE_INDEX, BONE_NAMES

MORPH_COLUMNS = 6  # of an offset: x, y, z and the same of the normal


@dataclass(frozen=True)
class Geometry:
    """Part of a figure, bound in the pose of the source data (its arms away from the body).

    Attributes:
        positions, normals: shape (v, 3), metres.
        uvs: shape (v, 2), as the materials want them.
        weights: shape (v, bones), of ``skeleton.BONE_NAMES``, rows adding up to 1.
        triangles: by material, int32, shape (t, 3), indices into this geometry's vertices. Each becomes a part of the
            figure that is drawn, and left out, by itself.
        edges: shape (v,), see ``Figure.edges``; 1 when None.
        tangents: shape (v, 3), along locks of hair; 0 when None.
        tints: shape (v, 4), 0..1, see ``Figure.tints``; 1 when None.
        offsets: shape (morphs, v, 6), of position and normal by the figure's morphs; None when nothing morphs.
    """

    positions: NDArray[np.float64]
    normals: NDArray[np.float64]
    uvs: NDArray[np.float64]
    weights: NDArray[np.float64]
    triangles: Mapping[str, NDArray[np.int32]]
    edges: NDArray[np.float64] | None = None
    tangents: NDArray[np.float64] | None = None
    tints: NDArray[np.float64] | None = None
    offsets: NDArray[np.float32] | None = None


def rigid(bone: str, count: int) -> NDArray[np.float64]:
    """Return the weights of ``count`` vertices that follow one bone, shape (count, bones)."""
    weights = np.zeros((count, len(BONE_NAMES)))
    weights[:, BONE_INDEX[bone]] = 1.0
    return weights
