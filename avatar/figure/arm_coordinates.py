"""Coordinates along and round an arm, by which sleeves and skin are cut.

Places on the reference body (the unshaped base mesh), metres, +X its left, +Y up, +Z forward.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ELBOW, WRIST = 0.228, 0.454  # metres along the arm from the shoulder
_SHOULDER, _ELBOW, _WRIST = np.array([[0.168, 0.525, 0.015], [0.313, 0.349, 0.013], [0.431, 0.245, 0.176]])
_FINGERTIPS = np.array([0.50, 0.13, 0.30])
_ARM_REACH = 0.13  # metres: what lies further from an arm belongs to the trunk
_ARMHOLE = np.array([0.92, -0.38, 0.0])  # across it, outwards
_ARMPIT_SIDE = 0.148  # of the chest, where the armhole is lowest


def along_arm(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far down an arm points are, metres from the shoulder's joint, negative on the trunk, shape (...)."""
    point = reference.copy()
    point[..., 0] = np.abs(point[..., 0])
    upper, lower = _ELBOW - _SHOULDER, _WRIST - _ELBOW
    upper_length, lower_length = np.linalg.norm(upper), np.linalg.norm(lower)
    down = (point - _SHOULDER) @ upper / upper_length
    further = (point - _ELBOW) @ lower / lower_length
    past = (point - _ELBOW) @ (upper / upper_length + lower / lower_length) > 0
    along = np.where(past, upper_length + np.maximum(further, 0.0), np.minimum(down, upper_length))
    return np.asarray(np.where(on_arm(point), along, -1.0))


def on_arm(reference: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points lie outside the armholes, shape (...)."""
    x, y = np.abs(reference[..., 0]), reference[..., 1]
    across = (x - _ARMPIT_SIDE) * _ARMHOLE[0] + (y - 0.44) * _ARMHOLE[1]
    return np.asarray((across > 0) & (_from_arm(reference) < _ARM_REACH))


def _from_arm(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of points from the line through the joints of an arm, metres, shape (...)."""
    point = reference.copy()
    point[..., 0] = np.abs(point[..., 0])
    nearest = np.full(point.shape[:-1], np.inf)
    for start, end in ((_SHOULDER, _ELBOW), (_ELBOW, _FINGERTIPS)):
        line = end - start
        share = np.clip((point - start) @ line / (line @ line), 0.0, 1.0)
        nearest = np.minimum(nearest, np.linalg.norm(point - start - share[..., None] * line, axis=-1))
    return nearest


def round_arm(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the angle of points about an arm, radians, 0 at its front and growing outwards, shape (...)."""
    point = reference.copy()
    point[..., 0] = np.abs(point[..., 0])
    past = along_arm(reference) > ELBOW
    upper, lower = _ELBOW - _SHOULDER, _WRIST - _ELBOW
    from_axis = np.where(past[..., None], point - _ELBOW, point - _SHOULDER)
    axis = np.where(past[..., None], lower / np.linalg.norm(lower), upper / np.linalg.norm(upper))
    hinge = np.cross(upper, lower)
    hinge /= np.linalg.norm(hinge)
    front = np.cross(hinge, axis)
    return np.asarray(np.arctan2(-(from_axis @ hinge), np.einsum("...k,...k->...", from_axis, front)))
