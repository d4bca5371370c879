"""Light on arms that move: what hangs in the shade of the body at rest comes out of it when an arm is raised.

The shade of hands, sleeves and flanks is therefore found with the arms away from the body, as the mesh is bound, and of
the trunk kept in part. The key light on an arm, which may turn any way, is dimmed by what is close on all sides.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from avatar.figure.figure import Figure
from avatar.figure.occlusion import Occluders, open_sky, surface_samples
from avatar.figure.skeleton import BONE_NAMES

_SPACING = 0.006  # metres, between the points that cast shade
_DIRECTIONS = 48  # of the sky
_TRUNK_SHARE = 0.5  # how far the shade that arms throw on clothes is taken back
_OPEN = 0.75  # of the sky: where as much is open the key light is not dimmed at all
_LIMBS = ("UpperArm", "LowerArm", "Hand", "Thumb", "Index", "Middle", "Ring", "Little")
_CLOTHES = ("knit", "rib", "weave", "stripes", "checks")
_CASTS_NONE = {"lash"}


def with_arm_shades(figure: Figure) -> Figure:
    """Return a figure whose arms and flanks are lit as if the arms were held away from the body."""
    share = arm_share(figure)
    clothes = np.zeros(len(share), dtype=bool)
    for part in figure.parts:
        if part.material in _CLOTHES:
            clothes[part.triangles.ravel()] = True
    free = np.maximum(share, np.where(clothes, _TRUNK_SHARE, 0.0))
    chosen = np.flatnonzero(free)
    casting = np.concatenate([part.triangles for part in figure.parts if part.material not in _CASTS_NONE])
    points = surface_samples(figure.positions, casting, _SPACING).points(figure.positions)
    sky = open_sky(figure.positions[chosen], figure.normals[chosen], Occluders(points), _DIRECTIONS)
    shades, key_shades = figure.shades.copy(), figure.key_shades.copy()
    shades[chosen, 0] += free[chosen] * (sky - shades[chosen, 0])
    key = np.minimum(sky / _OPEN, 1.0)
    shades[chosen, 1] += share[chosen] * (key - shades[chosen, 1])
    held = key_shades[:, :, chosen].astype(np.float32)
    key_shades[:, :, chosen] = np.rint(held + share[chosen] * (255 * key - held)).astype(np.uint8)
    return replace(figure, shades=shades, key_shades=key_shades)


def arm_share(figure: Figure) -> NDArray[np.float32]:
    """Return how far each vertex follows an arm or a hand, 0..1, shape (v,)."""
    of_arm = np.array([any(limb in name for limb in _LIMBS) for name in BONE_NAMES])
    return np.asarray((figure.weights * of_arm[figure.joints]).sum(1), dtype=np.float32)
