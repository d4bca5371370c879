"""Spreads the twist of an arm along it, so that skin and sleeves do not wring where a bone turns on its axis.

Upper arm and forearm have three matrices each: at the upper end, which swings with the bone but does not twist; in the
middle, with half of the twist; and at the lower end with all of it. The forearm also takes the twist of the hand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from avatar.figure.arm_coordinates import ELBOW, WRIST, along_arm

SEGMENTS: tuple[str, ...] = ("UpperArm", "LowerArm")
TWIST_BONES: dict[str, str] = {  # and the bone whose weights they share
    f"{side}{segment}Twist{number}": f"{side}{segment}"
    for side in ("left", "right")
    for segment in SEGMENTS
    for number in (1, 2)
}
_ENDS = {"UpperArm": (0.0, ELBOW), "LowerArm": (ELBOW, WRIST)}  # metres along the arm


def spread_weights(
    weights: NDArray[np.float64], reference: NDArray[np.float64], index: Mapping[str, int]
) -> NDArray[np.float64]:
    """Return weights, shape (v, bones), in which the bones of the arms share theirs with their twist bones.

    Args:
        weights: of each vertex. reference: where the vertices are on the reference body, shape (v, 3).
        index: the column of each bone.
    """
    shared = weights.copy()
    along = along_arm(reference)
    for side in ("left", "right"):
        for segment in SEGMENTS:
            upper, lower = _ENDS[segment]
            place = np.clip((along - upper) / (lower - upper), 0.0, 1.0)
            bone = weights[:, index[side + segment]]
            shared[:, index[side + segment]] = bone * np.maximum(1.0 - 2.0 * place, 0.0)
            shared[:, index[f"{side}{segment}Twist1"]] = bone * (1.0 - np.abs(2.0 * place - 1.0))
            shared[:, index[f"{side}{segment}Twist2"]] = bone * np.maximum(2.0 * place - 1.0, 0.0)
    return shared


def spread_twist(
    matrices: NDArray[np.float64], bound: NDArray[np.float64], index: Mapping[str, int]
) -> NDArray[np.float64]:
    """Return skinning matrices, shape (bones, 4, 4), with those of the arms and their twist bones set.

    Args:
        matrices: of a pose, where the bones of the arms twist all over. bound: joints where the mesh is bound, shape
            (bones, 3). index: the row of each bone.
    """
    spread = matrices.copy()
    for side in ("left", "right"):
        for above, segment, below in (("Shoulder", "UpperArm", "LowerArm"), ("UpperArm", "LowerArm", "Hand")):
            name = side + segment
            bone, child = index[name], index[side + below]
            parent, own = matrices[index[side + above], :3, :3], matrices[bone, :3, :3]
            axis = bound[child] - bound[bone]
            axis = axis / math.sqrt(axis @ axis)
            turn = parent.T @ own
            swing = _shortest_arc(axis, turn @ axis)
            twist = _angle_about(axis, swing.T @ turn)
            if below == "Hand":
                twist += _angle_about(axis, own.T @ matrices[child, :3, :3])
            joint = own @ bound[bone] + matrices[bone, :3, 3]
            for row, share in ((bone, 0.0), (index[f"{name}Twist1"], 0.5), (index[f"{name}Twist2"], 1.0)):
                turned = parent @ swing @ _about(axis, share * twist)
                spread[row, :3, :3] = turned
                spread[row, :3, 3] = joint - turned @ bound[bone]
    return spread


def _shortest_arc(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rotation, shape (3, 3), that takes one unit vector to another the shortest way."""
    (a, b, c), (e, f, g) = start, end
    x, y, z = b * g - c * f, c * e - a * g, a * f - b * e  # many times faster than NumPy's cross for a single vector
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / max(1.0 + start @ end, 1e-6))


def _about(axis: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    """Return a rotation about a unit vector, shape (3, 3) (O. Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * (cross @ cross))


def _angle_about(axis: NDArray[np.float64], turn: NDArray[np.float64]) -> float:
    """Return how far a rotation turns about a unit vector, radians, its swing left aside."""
    square = turn - turn.T
    sine = 0.5 * (axis[0] * square[2, 1] + axis[1] * square[0, 2] + axis[2] * square[1, 0])
    cosine = 0.5 * (turn.trace() - 1.0)
    # With the quaternion (v, w): tan(angle / 2) = v.axis / w, where 2 w v.axis is the sine and 2 w^2 is 1 + cosine.
    return 2.0 * math.atan2(sine, 1.0 + cosine)
