"""Pose: one instant of a body. The only thing that motion produces and the renderer takes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# The 52 blend shape locations of ARKit's ARFaceAnchor, in its order.
ARKIT_NAMES: tuple[str, ...] = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose",
    "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight",
    "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft",
    "mouthStretchRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft",
    "mouthUpperUpRight", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
ARKIT_INDEX: dict[str, int] = {name: index for index, name in enumerate(ARKIT_NAMES)}

EYE_LOOK_DEGREES = 28.0  # how far an eyeLook weight of 1 turns the eye; nothing in ARKit says, so we do

Quaternion = tuple[float, float, float, float]  # unit, (x, y, z, w)
IDENTITY: Quaternion = (0.0, 0.0, 0.0, 1.0)


def neutral_face() -> NDArray[np.float32]:
    """Return 52 zero weights."""
    return np.zeros(len(ARKIT_NAMES), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """One instant of a body, right-handed, +Y up, +Z towards the viewer, metres.

    Attributes:
        face: float32, shape (52,), weights 0..1 in ``ARKIT_NAMES`` order. Gaze is the ``eyeLook*`` weights.
        bones: local rotations against the rest pose by VRM humanoid bone name ("head", "neck", "upperChest",
            "chest", "spine", "leftUpperArm", ...); a bone that is not named is at rest.
        root: displacement of the hips, metres.
    """

    face: NDArray[np.float32] = field(default_factory=neutral_face)
    bones: dict[str, Quaternion] = field(default_factory=dict)
    root: tuple[float, float, float] = (0.0, 0.0, 0.0)
