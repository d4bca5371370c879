"""Motion: the vector in which movements are planned and added, and its way to a ``Pose``.

Rotations do not add, gaze depends on where the head ends up, and eyelids follow both; so movements are summed as
face weights and angles first, and only the sum becomes bones and ``eyeLook`` weights. Angles are degrees with the
signs of ``quaternions.from_angles``; gaze is the direction of the eyes in the world, (0, 0) is the viewer.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from avatar.arms import ARM_SIZE, Side, arm_bones
from avatar.pose import ARKIT_INDEX, ARKIT_NAMES, EYE_LOOK_DEGREES, Pose, Quaternion
from avatar.quaternions import conjugate, from_angles, multiply, power, rotate

Motion = NDArray[np.float64]  # shape (SIZE,)

FACE = slice(0, len(ARKIT_NAMES))
HEAD = slice(52, 55)  # pitch, yaw, roll against the chest, degrees
TORSO = slice(55, 58)  # pitch, yaw, roll of the upper body against the hips, degrees
GAZE = slice(58, 60)  # pitch, yaw in the world, degrees
BLINK = 60  # 0 open .. 1 shut
BREATH = 61  # 0 out .. 1 in
SHRUG = 62  # shoulder lift, degrees
ROOT = slice(63, 66)  # displacement of the hips, metres
LEFT_ARM = slice(66, 66 + ARM_SIZE)  # see ``avatar.arms``; 0 hangs at the side
RIGHT_ARM = slice(LEFT_ARM.stop, LEFT_ARM.stop + ARM_SIZE)
HELD = slice(RIGHT_ARM.stop, RIGHT_ARM.stop + 2)  # how far speech has the left and the right arm, 0..1
ARMS = slice(LEFT_ARM.start, HELD.stop)
VERGENCE = HELD.stop  # how much further each eye turns in than to meet on the viewer, degrees
SIZE = VERGENCE + 1

_NECK_SHARE = 0.45  # of a head rotation; the rest is the skull on the atlas
_TORSO_SHARES = {"spine": 0.3, "chest": 0.3, "upperChest": 0.4}
_BREATH_PITCH = -1.1  # degrees of the upper chest at full breath; the neck takes it back
_BREATH_SHRUG = 1.3  # degrees of the shoulders at full breath
_LID_BY_DOWN = 0.16  # eyeBlink per eyeLookDown: lids follow the eyeball (Guitton et al., 1991)
_LID_BY_UP = 0.25  # eyeWide per eyeLookUp
_EYE_FROM_MIDDLE = 0.032  # metres
VIEWER_METRES = 1.7  # how far away the viewer is
_GAZE_REACH = 27.0  # degrees that the eyes can turn in the head

_ARMS: tuple[tuple[Side, slice], ...] = (("left", LEFT_ARM), ("right", RIGHT_ARM))

_BLINKS = [ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]
_WIDES = [ARKIT_INDEX["eyeWideLeft"], ARKIT_INDEX["eyeWideRight"]]
_LOOK = {name: ARKIT_INDEX[f"eyeLook{name}"] for name in (
    "UpLeft", "UpRight", "DownLeft", "DownRight", "InLeft", "InRight", "OutLeft", "OutRight")}  # fmt: skip


def still() -> Motion:
    """Return the motion of a body at rest that looks at the viewer."""
    return np.zeros(SIZE)


def motion(
    face: dict[str, float] | None = None,
    *,
    head: tuple[float, float, float] = (0.0, 0.0, 0.0),
    torso: tuple[float, float, float] = (0.0, 0.0, 0.0),
    gaze: tuple[float, float] = (0.0, 0.0),
    blink: float = 0.0,
    shrug: float = 0.0,
) -> Motion:
    """Return a motion vector; a face name without "Left" or "Right" sets both sides.

    Raises:
        KeyError: ``face`` has a name that ARKit has not.
    """
    vector = still()
    for name, weight in (face or {}).items():
        for full in (name,) if name in ARKIT_INDEX else (name + "Left", name + "Right"):
            vector[ARKIT_INDEX[full]] = weight
    vector[HEAD] = head
    vector[TORSO] = torso
    vector[GAZE] = gaze
    vector[BLINK] = blink
    vector[SHRUG] = shrug
    return vector


def compose(vector: Motion) -> Pose:
    """Return the Pose of a motion vector.

    Gaze is held against the head (the vestibulo-ocular reflex): whatever head and torso do, the eyes turn so that
    they keep looking where ``GAZE`` says, as far as they reach.
    """
    head = from_angles(*vector[HEAD].tolist())
    torso = from_angles(*vector[TORSO].tolist())
    bones: dict[str, Quaternion] = {name: power(torso, share) for name, share in _TORSO_SHARES.items()}
    bones["neck"], bones["head"] = power(head, _NECK_SHARE), power(head, 1.0 - _NECK_SHARE)

    breath = float(vector[BREATH])
    swell = from_angles(_BREATH_PITCH * breath, 0.0, 0.0)
    bones["upperChest"] = multiply(bones["upperChest"], swell)
    bones["neck"] = multiply(conjugate(swell), bones["neck"])
    lift = _BREATH_SHRUG * breath + float(vector[SHRUG])
    for side, arm in _ARMS:
        bones.update(arm_bones(side, vector[arm], lift))

    face = np.clip(vector[FACE], 0.0, 1.0)
    converged = _turned_in(VIEWER_METRES) + float(vector[VERGENCE])
    _look(face, *eye_angles(multiply(torso, head), *vector[GAZE].tolist()), converged)
    _blink(face, min(1.0, max(0.0, float(vector[BLINK]))))
    x, y, z = vector[ROOT].tolist()
    return Pose(np.minimum(face, 1.0).astype(np.float32), bones, (x, y, z))


def eye_angles(skull: Quaternion, pitch: float, yaw: float) -> tuple[float, float]:
    """Return pitch and yaw of the eyes in the head, degrees, for a gaze in the world and a skull's rotation in it."""
    pitch, yaw = math.radians(pitch), math.radians(yaw)
    ahead = (math.sin(yaw) * math.cos(pitch), -math.sin(pitch), math.cos(yaw) * math.cos(pitch))
    x, y, z = rotate(conjugate(skull), ahead)
    return _reach(math.degrees(-math.asin(max(-1.0, min(1.0, y))))), _reach(math.degrees(math.atan2(x, z)))


def gaze_of(pose: Pose) -> tuple[float, float]:
    """Return pitch and yaw of a pose's gaze in the world, degrees: where it really looks, (0, 0) at the viewer."""
    face = pose.face
    pitch = float(face[_LOOK["DownLeft"]] - face[_LOOK["UpLeft"]]) * EYE_LOOK_DEGREES
    left = face[_LOOK["OutLeft"]] - face[_LOOK["InLeft"]]
    right = face[_LOOK["InRight"]] - face[_LOOK["OutRight"]]
    yaw = 0.5 * float(left + right) * EYE_LOOK_DEGREES
    skull: Quaternion = (0.0, 0.0, 0.0, 1.0)
    for name in ("hips", "spine", "chest", "upperChest", "neck", "head"):
        skull = multiply(skull, pose.bones.get(name, (0.0, 0.0, 0.0, 1.0)))
    x, y, z = rotate(multiply(skull, from_angles(pitch, yaw, 0.0)), (0.0, 0.0, 1.0))
    return math.degrees(-math.asin(max(-1.0, min(1.0, y)))), math.degrees(math.atan2(x, z))


def _reach(degrees: float) -> float:
    """Bend angles towards the limit of the eyes: unchanged while small, never beyond ``_GAZE_REACH``."""
    knee = 0.7 * _GAZE_REACH
    beyond = abs(degrees) - knee
    if beyond <= 0.0:
        return degrees
    room = _GAZE_REACH - knee
    return math.copysign(knee + room * math.tanh(beyond / room), degrees)


def vergence(metres: float) -> float:
    """Return ``VERGENCE`` for something so far away: below 0 beyond the viewer."""
    return _turned_in(metres) - _turned_in(VIEWER_METRES)


def _turned_in(metres: float) -> float:
    return math.degrees(math.atan2(_EYE_FROM_MIDDLE, metres))


def _look(face: NDArray[np.float64], pitch: float, yaw: float, converged: float) -> None:
    down = pitch / EYE_LOOK_DEGREES
    left, right = (yaw - converged) / EYE_LOOK_DEGREES, (yaw + converged) / EYE_LOOK_DEGREES
    face[_LOOK["DownLeft"]] = face[_LOOK["DownRight"]] = max(0.0, down)
    face[_LOOK["UpLeft"]] = face[_LOOK["UpRight"]] = max(0.0, -down)
    face[_LOOK["OutLeft"]], face[_LOOK["InLeft"]] = max(0.0, left), max(0.0, -left)
    face[_LOOK["InRight"]], face[_LOOK["OutRight"]] = max(0.0, right), max(0.0, -right)
    face[_BLINKS] += _LID_BY_DOWN * max(0.0, down)
    face[_WIDES] += _LID_BY_UP * max(0.0, -down)


def _blink(face: NDArray[np.float64], shut: float) -> None:
    face[_BLINKS] = 1.0 - (1.0 - np.minimum(face[_BLINKS], 1.0)) * (1.0 - shut)
    face[_WIDES] *= 1.0 - shut
