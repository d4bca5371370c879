"""What the shaders of the face must know of a pose besides where its vertices are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.figure import Figure
from avatar.figure.creases import line_strengths
from avatar.pose import ARKIT_INDEX

_LIPS_DRAWN = [index for name, index in ARKIT_INDEX.items() if name.startswith(("mouthLowerDown", "mouthUpperUp"))]


def face_uniforms(
    figure: Figure, face: NDArray[np.float32], margins: NDArray[np.float32]
) -> dict[str, float | tuple[float, ...]]:
    """Return uniforms by name.

    Args:
        figure: whose face it is. face: weights, shape (52,). margins: of the lids, as ``Figure.lid_heights``
            takes them.
    """
    left, right = line_strengths(face)
    return {
        "lids": figure.lid_heights(margins),
        "lips_apart": _lips_apart(face),
        "lines_left": left,
        "lines_right": right,
    }


def _lips_apart(face: NDArray[np.float32]) -> float:
    """Return how much light the lips let into the mouth, 0..1."""
    drawn = face[_LIPS_DRAWN].sum() / 4
    return float(np.clip((face[ARKIT_INDEX["jawOpen"]] - face[ARKIT_INDEX["mouthClose"]]) * 2.2 + drawn, 0.0, 1.0))
