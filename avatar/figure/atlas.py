"""Where the skin lies in the figure's texture: the face large, then the rest of the head, chest and arms, hands.

The body's own layout gives the face a twentieth of its area. Here head, upper body and hands have a slot each, and the
head's is stretched so that a texel of the face measures about a sixth of a millimetre.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HEAD_WIDTH = 0.70  # of the texture; beside the head lie the upper body and below it the hands, both turned by a quarter
_HANDS_HEIGHT = 0.28
_GUTTER = 0.004  # between the slots
HANDS_LEFT, HANDS_TOP = HEAD_WIDTH + _GUTTER, _HANDS_HEIGHT  # the corner of the hands' slot, which begins at v = 0
# The head in the body's layout, and what its knots become, 0..1 of its slot: dense over the face.
_HEAD_U, _HEAD_U_SLOT = np.array([0.635, 0.79, 0.96, 1.0]), np.array([0.0, 0.18, 0.92, 1.0])
_HEAD_V, _HEAD_V_SLOT = np.array([0.13, 0.39, 0.58, 0.84]), np.array([0.0, 0.22, 0.78, 1.0])
_UPPER_LOW, _UPPER_EXTENT = np.array([0.0, 0.74]), np.array([0.76, 0.25])
_HANDS_LOW, _HANDS_EXTENT = np.array([0.355, 0.005]), np.array([0.415, 0.20])


def atlas(uvs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return body UVs, shape (n, 2), moved into the figure's texture."""
    u, v = uvs[:, 0], uvs[:, 1]
    fingers = (v < 0.173) & (v > np.where(u < 0.757, 0.07, 0.11)) & (u < 0.768)  # between the nose and the nape
    hands = (u > 0.3) & np.where(u < 0.715, v < 0.207, fingers)
    upper = ~hands & ((u < 0.64) | ((u < 0.77) & (v > 0.765 + 0.5 * (u - 0.70))))
    head = np.stack([np.interp(u, _HEAD_U, _HEAD_U_SLOT) * HEAD_WIDTH, np.interp(v, _HEAD_V, _HEAD_V_SLOT)], 1)
    beside = _slot(uvs, _UPPER_LOW, _UPPER_EXTENT) * [1.0, 1.0 - _HANDS_HEIGHT - _GUTTER]
    below = _slot(uvs, _HANDS_LOW, _HANDS_EXTENT) * [1.0, _HANDS_HEIGHT]
    beside[:, 1] += _HANDS_HEIGHT + _GUTTER
    moved: NDArray[np.float64] = np.where(hands[:, None], below, np.where(upper[:, None], beside, head))
    return moved


def of_body(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the body's (v, u) of places in the head's slot, given as v and u of the texture, 0..1."""
    u = np.interp(columns / HEAD_WIDTH, _HEAD_U_SLOT, _HEAD_U)
    return np.interp(rows, _HEAD_V_SLOT, _HEAD_V), u


def _slot(uvs: NDArray[np.float64], low: NDArray[np.float64], extent: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return UVs inside a box turned by a quarter into the column beside the head, 0..1 along it."""
    inside = np.clip((uvs - low) / extent, 0.0, 1.0)[:, ::-1]
    return np.asarray(inside * [1.0 - HEAD_WIDTH - _GUTTER, 1.0] + [HEAD_WIDTH + _GUTTER, 0.0])
