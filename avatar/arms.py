"""Arms: where a wrist is and how its hand turns -> rotations of shoulder, upper arm, lower arm and hand.

Everything is told of the left arm in the frame of the chest and mirrored for the right one. Lengths are arm lengths
(upper and lower arm together), so that a large figure and a small one do the same. Two-bone inverse kinematics: the
law of cosines bends the elbow, a pole vector says where it points; the way from the rest pose is what the bones get.
The elbow is a hinge; the turn of the palm is shared by the lower arm and the hand, as the bones of the forearm do it.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avatar.curves import smooth
from avatar.hands import SHAPE_SIZE, finger_bones
from avatar.pose import Quaternion
from avatar.quaternions import (
    Vector,
    about,
    added,
    angle_about,
    arc,
    conjugate,
    cross,
    dot,
    length,
    multiply,
    rotate,
    scaled,
    turning,
    unit,
)

Side = Literal["left", "right"]
ArmState = NDArray[np.float64]  # shape (ARM_SIZE,): zero is the rest pose
WRIST = slice(0, 3)  # displacement of the wrist from where it hangs, arm lengths, +X away from the body
SWIVEL = 3  # how far the elbow is lifted outwards about the line from shoulder to wrist, degrees
TWIST, FLEXION, DEVIATION = 4, 5, 6  # of the hand: palm forward, fingers to the palm, thumb to the forearm; degrees
SHAPE = slice(7, 7 + SHAPE_SIZE)  # see ``avatar.hands``
ARM_SIZE = 7 + SHAPE_SIZE

# The rest pose (``avatar.figure.skeleton`` hangs the arms so), of the left arm; the figures' proportions on average.
UPPER_SHARE = 0.51  # of the upper arm in the length of the arm
_UPPER = unit((0.156, -0.986, -0.052))
_LOWER = unit((0.101, -0.977, 0.185))
_FINGERS: Vector = (0.0, -1.0, 0.0)
_PALM: Vector = (-1.0, 0.0, 0.0)
_HINGE = unit(cross(_UPPER, _LOWER))
_BENT = math.acos(dot(_UPPER, _LOWER))
HANGING = added(scaled(_UPPER, UPPER_SHARE), scaled(_LOWER, 1.0 - UPPER_SHARE))  # shoulder to wrist
SHOULDER = 0.36  # from the middle of the body to the shoulder joint

_POLE = unit(added(_UPPER, scaled(HANGING, -dot(_UPPER, HANGING) / dot(HANGING, HANGING))))  # the elbow at rest: back
_POLE_DOWN = 1.0  # how much it turns down for each arm length by which the wrist rises,
_POLE_ASIDE, _ASIDE_AT = 1.9, 0.36  # and how much out, most at that height: so the forearm clears the waist
_LONGEST = 0.995  # reach of the wrist
_SHORTEST = 0.30
# The trunk that a wrist keeps out of: an elliptic cylinder with room for the wrist, below the shoulders.
_TRUNK_WIDE, _TRUNK_MARGIN = 0.46, 0.05
_CHEST_DEEP, _BELLY_DEEP = 0.48, 0.62  # in front: a hand before the belly points across it
_CHEST_END, _BELLY_BEGIN = -0.28, -0.52  # heights from the shoulder
_TRUNK_TOP, _TRUNK_FADE = 0.10, 0.15
_CLAVICLE_FROM, _CLAVICLE_SHARE = 35.0, 0.22  # degrees of lift of the upper arm that the shoulder begins to share
_LIMITS = ((-110.0, 110.0), (-65.0, 75.0), (-30.0, 25.0))  # twist, flexion, deviation; degrees
_FOREARM_TWIST = 0.6  # share of the palm's turn that the lower arm takes


def arm_state(
    wrist: Vector, fingers: Vector, palm: Vector, shape: NDArray[np.float64], swivel: float = 0.0
) -> ArmState:
    """Return the state of an arm whose hand is at a place and points somewhere.

    Args:
        wrist: from the shoulder, arm lengths, +X away from the body, +Y up, +Z forward.
        fingers: where they point when they are straight.
        palm: where it faces.
        shape: of the hand, shape (SHAPE_SIZE,).
        swivel: how far the elbow is lifted outwards, degrees.
    """
    state = np.zeros(ARM_SIZE)
    state[WRIST] = np.subtract(wrist, HANGING)
    state[SWIVEL] = swivel
    state[SHAPE] = shape
    upper, bend = _solved(wrist, swivel)
    wanted = _aligned(_FINGERS, _PALM, unit(fingers), palm)
    turn = multiply(conjugate(multiply(upper, bend)), wanted)
    state[TWIST] = angle_about(turn, _LOWER)
    swing = multiply(conjugate(about(_LOWER, state[TWIST])), turn)
    state[DEVIATION], _, state[FLEXION] = scaled(turning(swing), -1.0)
    for place, (low, high) in zip((TWIST, FLEXION, DEVIATION), _LIMITS, strict=True):
        state[place] = min(max(state[place], low), high)
    return state


def arm_bones(side: Side, state: ArmState, shrug: float) -> dict[str, Quaternion]:
    """Return the rotations of an arm, from the shoulder to the finger tips.

    Args:
        side: whose.
        state: shape (ARM_SIZE,).
        shrug: lift of the shoulder, degrees.
    """
    if not state.any():
        lifted = about((0.0, 0.0, 1.0), shrug if side == "left" else -shrug)
        return {side + "Shoulder": lifted, side + "UpperArm": conjugate(lifted)}
    upper, bend = _solved(_clear(added(tuple(state[WRIST].tolist()), HANGING)), float(state[SWIVEL]))
    twist, flexion, deviation = (
        _within(float(state[place]), *limits)
        for place, limits in zip((TWIST, FLEXION, DEVIATION), _LIMITS, strict=True)
    )
    raised = math.degrees(math.acos(max(-1.0, min(1.0, -rotate(upper, _UPPER)[1]))))
    lift = shrug + _CLAVICLE_SHARE * _softplus(raised - _CLAVICLE_FROM)
    shoulder = about((0.0, 0.0, 1.0), lift)
    swing = math.hypot(flexion, deviation)
    wrist = about((-deviation, 0.0, -flexion), swing) if swing > 0.0 else (0.0, 0.0, 0.0, 1.0)
    bones = {
        "Shoulder": shoulder,
        "UpperArm": multiply(conjugate(shoulder), upper),
        "LowerArm": multiply(bend, about(_LOWER, _FOREARM_TWIST * twist)),
        "Hand": multiply(about(_LOWER, (1.0 - _FOREARM_TWIST) * twist), wrist),
        **finger_bones(state[SHAPE]),
    }
    return {side + name: turn if side == "left" else _mirrored(turn) for name, turn in bones.items()}


def _mirrored(turn: Quaternion) -> Quaternion:
    x, y, z, w = turn
    return (x, -y, -z, w)


def _solved(wrist: Vector, swivel: float) -> tuple[Quaternion, Quaternion]:
    """Return the rotations of the upper arm (in the chest) and of the elbow's hinge (in the upper arm)."""
    reach = min(max(length(wrist), _SHORTEST), _LONGEST)
    ahead = unit(wrist)
    a, b = UPPER_SHARE, 1.0 - UPPER_SHARE
    rise = max(wrist[1] - HANGING[1], 0.0)
    aside = _POLE_ASIDE * rise / (1.0 + (rise / _ASIDE_AT) ** 2)
    pole = added(_POLE, (aside, -_POLE_DOWN * rise, 0.0))
    elbow = unit(added(pole, scaled(ahead, -dot(pole, ahead))))
    if swivel:
        elbow = rotate(about(ahead, swivel), elbow)
    along = (a * a + reach * reach - b * b) / (2.0 * reach)
    off = math.sqrt(max(a * a - along * along, 0.0))
    upper = unit(added(scaled(ahead, along), scaled(elbow, off)))
    lower = unit(added(scaled(ahead, reach), scaled(upper, -a)))
    hinge = unit(cross(elbow, ahead))  # as cross(upper, lower), and steady when the arm is straight
    bent = math.acos(max(-1.0, min(1.0, dot(upper, lower))))
    return _aligned(_UPPER, _HINGE, upper, hinge), about(_HINGE, math.degrees(bent - _BENT))


def _aligned(along: Vector, across: Vector, new_along: Vector, new_across: Vector) -> Quaternion:
    """Return the rotation that takes ``along`` to ``new_along`` and ``across`` as near to ``new_across`` as it can."""
    first = arc(along, new_along)
    turned = rotate(first, across)
    sine = dot(cross(turned, new_across), new_along)
    cosine = dot(turned, new_across) - dot(turned, new_along) * dot(new_across, new_along)
    return multiply(about(new_along, math.degrees(math.atan2(sine, cosine))), first)


def _clear(wrist: Vector) -> Vector:
    """Return the wrist moved out of the trunk, on the shortest level way; C1, and unmoved outside."""
    x, y, z = wrist
    beside = x + SHOULDER
    deep = _CHEST_DEEP + (_BELLY_DEEP - _CHEST_DEEP) * smooth((_CHEST_END - y) / (_CHEST_END - _BELLY_BEGIN))
    depth = math.hypot(beside / _TRUNK_WIDE, z / deep)
    if depth >= 1.0 + _TRUNK_MARGIN:
        return wrist
    outside = 1.0
    if depth > 1.0 - _TRUNK_MARGIN:
        outside += (depth - 1.0 + _TRUNK_MARGIN) ** 2 / (4.0 * _TRUNK_MARGIN)
    beneath = (_TRUNK_TOP - y) / _TRUNK_FADE
    factor = 1.0 + (outside / max(depth, 1e-6) - 1.0) * min(max(beneath, 0.0), 1.0)
    return (beside * factor - SHOULDER, y, z * factor)


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _softplus(degrees: float, knee: float = 15.0) -> float:
    """Return 0 well below 0 and ``degrees`` well above, C1 between."""
    if degrees <= -knee:
        return 0.0
    return degrees if degrees >= knee else (degrees + knee) ** 2 / (4.0 * knee)
