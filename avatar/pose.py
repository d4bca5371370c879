"""Pose: one instant of a body. The only thing that motion produces and the renderer takes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from avatar.errors import PoseError

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
_SHORTEST = 1e-6  # length of a quaternion that still says which way


def neutral_face() -> NDArray[np.float32]:
    """Return 52 zero weights."""
    return np.zeros(len(ARKIT_NAMES), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """One instant of a body, right-handed, +Y up, +Z towards the viewer, metres.

    Attributes:
        face: float32, shape (52,), weights 0..1 in ``ARKIT_NAMES`` order; what is beyond is drawn as the nearer of 0
            and 1. Gaze is the ``eyeLook*`` weights.
        bones: local rotations against the rest pose by VRM humanoid bone name ("head", "neck", "upperChest",
            "chest", "spine", "leftUpperArm", ...); a bone that is not named is at rest, a name that the
            figure has not is ignored. A quaternion of another length than 1 counts as the unit one along it.
        root: displacement of the hips, metres.
    """

    face: NDArray[np.float32] = field(default_factory=neutral_face)
    bones: dict[str, Quaternion] = field(default_factory=dict)
    root: tuple[float, float, float] = (0.0, 0.0, 0.0)


def checked(pose: Pose) -> Pose:
    """Return a pose that can be drawn: the same, its weights brought into 0..1.

    Raises:
        PoseError: the face has not 52 weights; a weight, a rotation or the root is no finite number; a rotation has
            no direction. The message names it.
    """
    weights = np.asarray(pose.face, dtype=np.float32)
    if weights.shape != (len(ARKIT_NAMES),):
        raise PoseError(f"a face has {len(ARKIT_NAMES)} weights; this one has the shape {weights.shape}")
    if not np.isfinite(weights).all():
        index = int(np.flatnonzero(~np.isfinite(weights))[0])
        raise PoseError(f"the weight of {ARKIT_NAMES[index]} is {weights[index]}; weights are numbers from 0 to 1")
    for name, turn in pose.bones.items():
        length = math.hypot(*turn)
        if len(turn) != 4 or not math.isfinite(length):
            raise PoseError(f"the rotation of {name} is {turn}; a rotation is a quaternion of four finite numbers")
        if length < _SHORTEST:
            raise PoseError(f"the rotation of {name} has the length {length}, so it says no direction")
    if len(pose.root) != 3 or not all(map(math.isfinite, pose.root)):
        raise PoseError(f"the root is {pose.root}; it is a displacement of three finite numbers, in metres")
    return replace(pose, face=np.clip(weights, 0.0, 1.0))
