"""Which parts of a figure are in the picture: boxes round what follows each bone, seen through the camera."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.figure import Figure, Part
from avatar.figure.skeleton import BONE_INDEX

_FOLLOWS = 1e-3  # weight: what follows a bone less does not stretch its box
_MORPH_REACH = 0.03  # metres: how far morphs move a vertex
_CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], dtype=np.float64)


class Visibility:
    """Knows the boxes of a figure's parts.

    A skinned vertex lies between the places where each of its bones alone would put it, so it lies within the hull of
    the boxes of these bones; a part whose boxes are all beyond the same side of the picture cannot be seen.
    """

    def __init__(self, figure: Figure) -> None:
        corners: list[NDArray[np.float64]] = []
        bones: list[int] = []
        first: list[int] = []
        for part in figure.parts:
            first.append(len(bones))
            for bone, low, high in _boxes(figure, part):
                bones.append(bone)
                corners.append(np.concatenate([low + _CORNERS * (high - low), np.ones((8, 1))], axis=1))
        self._corners = np.array(corners).reshape(-1, 8, 4)
        self._bones = np.array(bones, dtype=np.intp)
        self._first = np.array(first, dtype=np.intp)

    def seen(self, palette: NDArray[np.float32], view_projection: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which parts may be in the picture, shape (parts,).

        Args:
            palette: skinning matrices, shape (bones, 4, 4).
            view_projection: shape (4, 4), of the camera.
        """
        matrices = view_projection @ palette[self._bones].astype(np.float64)
        x, y, _, w = np.moveaxis(self._corners @ np.swapaxes(matrices, 1, 2), -1, 0)
        beyond = np.stack([x > w, x < -w, y > w, y < -w], axis=1).all(-1)
        return np.asarray(~np.logical_and.reduceat(beyond, self._first, axis=0).any(1))


def _boxes(figure: Figure, part: Part) -> list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
    """Return (bone, lowest corner, highest corner) for each bone that moves some of a part."""
    vertices = np.unique(part.triangles)
    positions = figure.positions[vertices].astype(np.float64)
    reach = np.where(vertices < figure.morphing, _MORPH_REACH, 0.0)[:, None]
    low, high = positions - reach, positions + reach
    if part.bone is not None:
        return [(BONE_INDEX[part.bone], low.min(0), high.max(0))]
    joints, weights = figure.joints[vertices], figure.weights[vertices]
    boxes = []
    for bone in np.unique(joints[weights > _FOLLOWS]):
        follows = ((joints == bone) & (weights > _FOLLOWS)).any(1)
        boxes.append((int(bone), low[follows].min(0), high[follows].max(0)))
    return boxes
