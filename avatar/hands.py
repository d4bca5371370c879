"""Hands: their shapes as numbers, and the rotations of the fingers that make them.

Told of the left hand at rest, which hangs with the palm to the thigh and the thumb to the front; the right one is its
mirror image. A finger's flexion is shared by its three joints as tendons share it (about 0.75 : 1 : 0.65).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.pose import Quaternion
from avatar.quaternions import Vector, about, multiply

HandShape = NDArray[np.float64]  # shape (SHAPE_SIZE,): how far the thumb is laid across the palm and bent, then curls
SHAPE_SIZE = 7  # thumb across, thumb bent, index, middle, ring, little: -0.25 straight .. 0 relaxed .. 1 fist; spread

_FINGERS = ("Index", "Middle", "Ring", "Little")
_JOINTS = (("Proximal", 70.0), ("Intermediate", 94.0), ("Distal", 62.0))  # degrees of a fist, beyond relaxed
_CURL_AXIS: Vector = (0.0, 0.0, -1.0)
_SPREAD_AXIS: Vector = (1.0, 0.0, 0.0)
_SPREADS = (-9.0, -2.0, 6.0, 14.0)  # degrees from index to little at a spread of 1
_THUMB_ACROSS: Vector = (0.30, -1.0, 0.0)  # axis of laying the thumb across the palm
_THUMB_BEND: Vector = (-0.25, -1.0, -0.10)
_ACROSS_DEGREES = 40.0
_BEND_DEGREES = (("ThumbMetacarpal", 14.0), ("ThumbProximal", 52.0), ("ThumbDistal", 60.0))


def hand_shape(
    *, across: float = 0.0, bent: float = 0.0, curls: tuple[float, float, float, float], spread: float = 0.0
) -> HandShape:
    """Return a shape: the thumb laid across and bent, the four fingers curled, and spread."""
    return np.array([across, bent, *curls, spread])


_OUT, _IN = -0.22, 0.98
RELAXED = np.zeros(SHAPE_SIZE)
OPEN = hand_shape(across=-0.2, bent=-0.1, curls=(-0.19, -0.14, -0.09, -0.05), spread=-0.25)
FLAT = hand_shape(across=0.2, bent=0.15, curls=(_OUT, _OUT, _OUT, _OUT), spread=-0.75)
FIST = hand_shape(across=0.8, bent=0.75, curls=(_IN, _IN, _IN, _IN), spread=-0.9)
LOOSE = hand_shape(across=0.1, bent=0.1, curls=(0.08, 0.16, 0.22, 0.26), spread=-0.6)
POINT = hand_shape(across=0.7, bent=0.75, curls=(_OUT, 0.92, 0.95, _IN), spread=-0.7)
PINCH = hand_shape(across=0.55, bent=0.35, curls=(0.42, 0.34, 0.2, 0.1), spread=-0.3)
COUNTS: tuple[HandShape, ...] = (
    hand_shape(across=0.8, bent=0.75, curls=(_OUT, 0.95, _IN, _IN), spread=-0.6),
    hand_shape(across=0.85, bent=0.8, curls=(_OUT, _OUT, 0.95, _IN), spread=0.35),
    hand_shape(across=0.9, bent=0.85, curls=(_OUT, _OUT, _OUT, 0.92), spread=0.2),
    hand_shape(across=0.95, bent=0.8, curls=(_OUT, _OUT, _OUT, _OUT), spread=0.1),
    hand_shape(across=-0.45, bent=-0.2, curls=(_OUT, _OUT, _OUT, _OUT), spread=0.35),
)


def finger_bones(shape: HandShape) -> dict[str, Quaternion]:
    """Return the rotations of the left hand's fingers by bone name without the side; empty for a relaxed hand."""
    if not shape.any():
        return {}
    across, bent, *curls, spread = shape.tolist()
    bones: dict[str, Quaternion] = {}
    for finger, curl, apart in zip(_FINGERS, curls, _SPREADS, strict=True):
        for joint, degrees in _JOINTS:
            bones[finger + joint] = about(_CURL_AXIS, degrees * curl)
        knuckle = finger + "Proximal"
        bones[knuckle] = multiply(about(_SPREAD_AXIS, apart * spread), bones[knuckle])
    for bone, degrees in _BEND_DEGREES:
        bones[bone] = about(_THUMB_BEND, degrees * bent)
    root = _BEND_DEGREES[0][0]
    bones[root] = multiply(about(_THUMB_ACROSS, _ACROSS_DEGREES * across), bones[root])
    return bones
