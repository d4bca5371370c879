"""Somebody who speaks, looks about and blinks: what benchmarks of drawing draw."""

from __future__ import annotations

import math

from avatar.pose import ARKIT_INDEX, Pose, neutral_face
from avatar.quaternions import from_angles

# About as many weights at once as speech has.
SPEAKING = (
    "jawOpen", "mouthFunnel", "mouthSmileLeft", "mouthSmileRight", "browInnerUp", "eyeLookOutLeft", "eyeLookInRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "cheekSquintLeft",
)  # fmt: skip


def speaking_pose(picture: int) -> Pose:
    """Return the pose of a picture of the film; it repeats itself only after a long time."""
    face = neutral_face()
    for index, name in enumerate(SPEAKING):
        face[ARKIT_INDEX[name]] = 0.25 + 0.2 * math.sin(picture * 0.4 + index)
    face[ARKIT_INDEX["eyeBlinkLeft"]] = face[ARKIT_INDEX["eyeBlinkRight"]] = float(picture % 40 < 3)
    yaw, pitch = 9.0 * math.sin(picture * 0.1), 4.0 * math.sin(picture * 0.07)
    return Pose(face, {"neck": from_angles(pitch, yaw, 0.0), "head": from_angles(pitch, yaw, 0.0)})
