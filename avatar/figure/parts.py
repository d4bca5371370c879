"""Turns the parts that the makers returned into what is drawn: which triangles, in what order, following which bone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.figure.figure import Part
from avatar.figure.skeleton import BONE_INDEX, BONE_NAMES

_RIGID_SHARE = 0.995  # of a bone: what follows it as much follows it alone
_ALONE = [BONE_INDEX[name] for name in ("head", "leftEye", "rightEye")]  # what follows these is drawn by itself
_TWO_SIDED = {"rib", "weave", "stripes", "checks", "hair", "lash"}
# Seen from the front, what is drawn first hides much of what follows; what is blended comes last.
_ORDER = ("hair", "rib", "knit", "stripes", "checks", "weave", "skin", "eye", "mouth", "teeth", "tongue")
_LAST = ("lash",)


def strongest(weights: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return each vertex's four strongest bones and their weights, adding up to 1, each shape (v, 4)."""
    bones = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    shares = np.take_along_axis(weights, bones, 1)
    shares /= shares.sum(1, keepdims=True)
    return bones.astype(np.uint8), shares.astype(np.float32)


def split(
    material: str,
    triangles: NDArray[np.int32],
    *,
    bones: NDArray[np.uint8],
    shares: NDArray[np.float32],
    rear: NDArray[np.bool_],
    ahead: NDArray[np.bool_],
) -> list[Part]:
    """Return one material of one maker as parts: what follows a single bone apart from what bends, hair front to back.

    Args:
        material: what it is drawn with. triangles: shape (t, 3), indices of the figure's vertices.
        bones, shares: of every vertex, shape (v, 4). rear: which vertices nobody in front of the figure sees.
        ahead: which lie before the middle of the head.
    """
    owner = np.where(shares[:, 0] > _RIGID_SHARE, bones[:, 0].astype(np.int64), -1)[triangles]
    owner = np.where((owner == owner[:, :1]).all(1) & np.isin(owner[:, 0], _ALONE), owner[:, 0], -1)
    behind = rear[triangles].all(1) if material == "hair" else np.zeros(len(triangles), dtype=bool)
    after = ~ahead[triangles[:, 0]] if material == "hair" else np.zeros(len(triangles), dtype=bool)
    parts = []
    for is_rear, is_after in ((False, False), (False, True), (True, False), (True, True)):
        for bone in np.unique(owner)[::-1]:
            chosen = (owner == bone) & (behind == is_rear) & (after == is_after)
            if chosen.any():
                name = BONE_NAMES[bone] if bone >= 0 else None
                parts.append(Part(material, triangles[chosen], name, material in _TWO_SIDED, is_rear))
    return parts


def ordered(parts: list[Part], ahead: NDArray[np.bool_]) -> tuple[Part, ...]:
    """Return parts in drawing order: hair before the face first, then the rest of the figure, then hair behind."""

    def rank(part: Part) -> int:
        if part.material in _LAST:
            return 2 * len(_ORDER)
        behind = part.material == "hair" and (part.rear or not ahead[part.triangles[0, 0]])
        return len(_ORDER) if behind else _ORDER.index(part.material)

    return tuple(sorted(parts, key=rank))
