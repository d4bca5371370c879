"""Springs: hair that hangs lags behind the head, swings out and comes to rest.

Each chain of two bones is a pair of points on sticks, drawn back to where the hair hangs at rest and held back by the
air, in the manner of VRM's spring bones (VRMC_springBone 1.0: stiffness, gravity, drag, colliders). Time runs in fixed
sub-steps on one grid of seconds, so that the motion does not depend on how many pictures are drawn. Lengths are
metres, angles radians.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from avatar.errors import MotionError
from avatar.figure.figure import Figure
from avatar.figure.skeleton import BONE_INDEX, HAIR_CHAINS, Skeleton, about, rotation
from avatar.pose import IDENTITY, Pose, Quaternion

Vectors = NDArray[np.float64]  # shape (chains, 3)

SUBSTEPS = 120  # a second
LONGEST_GAP = 0.5  # seconds: after a longer one, or a step back, hair is where it comes to rest
_TRUNK = ("hips", "spine", "chest", "upperChest", "neck", "head")
_STIFFNESS = (12.0, 8.5)  # radians per second: how fast the upper and the lower bone swing by themselves
_GRAVITY = (0.25, 0.55)  # how far they hang straight down when the head tilts, 0..1
_DAMPING = 0.32  # of critical, against the head
_DRAG = 2.2  # per second, against the air
_SWING = (0.50, 0.85)  # how far they turn out at most
_CLOSER = 0.97  # of the distance from the axis of the head at rest: no hair swings further in
_ROUNDS = 2  # of keeping points outside and on their sticks
_SHORTEST = 0.015  # metres: what hangs less than that does not swing
_AT_REST = 1e-7  # of a turn's half sine: smaller is none


@dataclass(frozen=True)
class _Frame:
    """Where the head is: how it is turned, and where its joint is that was at ``pivot`` at rest."""

    turn: NDArray[np.float64]
    at: NDArray[np.float64]
    pivot: NDArray[np.float64]

    def place(self, points: Vectors) -> Vectors:
        """Return where points of the head at rest are now."""
        return np.asarray((points - self.pivot) @ self.turn.T + self.at)

    def outside(self, points: Vectors, distance: NDArray[np.float64]) -> Vectors:
        """Return points at least ``distance`` from the upright line through the joint, along neck and head."""
        local = (points - self.at) @ self.turn
        radius = np.maximum(np.hypot(local[:, 0], local[:, 2]), 1e-9)
        local[:, [0, 2]] *= np.maximum(distance / radius, 1.0)[:, None]
        return np.asarray(local @ self.turn.T + self.at)


class HairSprings:
    """The swinging hair of one figure, from one call to the next.

    Args:
        figure: whose hair it is; where nothing of it hangs, poses are returned as they are.
    """

    def __init__(self, figure: Figure) -> None:
        self._skeleton = figure.skeleton
        self._chains, self._joints, self._tips = _hanging(figure)
        self._frame = _head_frame(figure.skeleton, {}, (0.0, 0.0, 0.0))
        self._sticks = (
            _Stick(self._joints[0], self._joints[1], 0, self._frame.pivot),
            _Stick(self._joints[1], self._tips, 1, self._frame.pivot),
        )
        self._settle(self._frame)
        self._seconds: float | None = None

    @property
    def swings(self) -> bool:
        """Whether there is anything that swings."""
        return bool(self._chains)

    def follow(self, pose: Pose, seconds: float) -> Pose:
        """Return a pose with the bones of the hair filled in.

        Args:
            pose: what the body does.
            seconds: when; later than in the last call, or hair is set down where it comes to rest.

        Raises:
            MotionError: the time is not a number.
        """
        if not math.isfinite(seconds):
            raise MotionError(f"hair cannot swing at {seconds!r} seconds: give the time of the picture, or None")
        if not self._chains:
            return pose
        frame = _head_frame(self._skeleton, pose.bones, pose.root)
        gap = math.inf if self._seconds is None else seconds - self._seconds
        if self._seconds is None or not 0.0 <= gap <= LONGEST_GAP:
            self._settle(frame)
        else:
            self._run(frame, self._seconds, seconds)
        self._seconds, self._frame = seconds, frame
        return replace(pose, bones={**pose.bones, **self._bones(frame, seconds)})

    def _settle(self, frame: _Frame) -> None:
        upper = self._sticks[0].resting(frame, frame.place(self._joints[0]))
        self._points = [upper, self._sticks[1].resting(frame, upper)]
        self._speeds = [np.zeros_like(points) for points in self._points]
        self._rate = np.zeros(3)  # radians per second, of the head, when it was last seen

    def _run(self, frame: _Frame, begin: float, end: float) -> None:
        """Move on to the last point of the grid that is not after ``end``; the head gains speed evenly in between."""
        if end <= begin:
            return
        first, last = math.floor(begin * SUBSTEPS + 1e-6) + 1, math.floor(end * SUBSTEPS + 1e-6)
        before = self._frame
        turn = _rotation_vector(frame.turn @ before.turn.T)
        rate = turn / (end - begin)
        eager = min(max(float(self._rate @ rate) / max(float(rate @ rate), 1e-9), -1.0), 3.0)
        self._rate = rate
        for step in range(first, last + 1):
            even = (step / SUBSTEPS - begin) / (end - begin)
            share = even + (eager - 1.0) / 2 * even * (1.0 - even)  # it began with the mean of the last speed and this
            partly = _turned(turn, share) @ before.turn
            self._substep(_Frame(partly, before.at + share * (frame.at - before.at), frame.pivot))

    def _substep(self, frame: _Frame) -> None:
        joint = frame.place(self._joints[0])
        for level, stick in enumerate(self._sticks):
            joint, self._speeds[level] = stick.moved(frame, joint, self._points[level], self._speeds[level])
            self._points[level] = joint

    def _bones(self, frame: _Frame, seconds: float) -> dict[str, Quaternion]:
        """Return the local rotations of the bones, from where the points are ``seconds`` past the grid."""
        late = seconds - math.floor(seconds * SUBSTEPS + 1e-6) / SUBSTEPS
        joint = frame.place(self._joints[0])
        upper, lower = (points + late * speeds for points, speeds in zip(self._points, self._speeds, strict=True))
        first = _between(self._sticks[0].along, (upper - joint) @ frame.turn)
        second = _between(self._sticks[1].along, _turned_back(first, (lower - upper) @ frame.turn))
        bones: dict[str, Quaternion] = {}
        for names, *turns in zip(self._chains, first.tolist(), second.tolist(), strict=True):
            for name, (x, y, z, w) in zip(names, turns, strict=True):
                bones[name] = (x, y, z, w) if abs(x) + abs(y) + abs(z) > _AT_REST else IDENTITY
        return bones


class _Stick:
    """One bone of every chain, as a point on a stick.

    Attributes:
        along: unit vectors from the joints to the points at rest.
    """

    def __init__(self, joints: Vectors, points: Vectors, level: int, axis: NDArray[np.float64]) -> None:
        way = points - joints
        self._length = np.linalg.norm(way, axis=1, keepdims=True)
        self.along = way / np.maximum(self._length, 1e-9)
        self._level = level
        self._distance = np.hypot(points[:, 0] - axis[0], points[:, 2] - axis[2])
        self._target: Vectors | None = None

    def resting(self, frame: _Frame, joint: Vectors) -> Vectors:
        """Return where the points come to rest."""
        hanging = (1 - _GRAVITY[self._level]) * (self.along @ frame.turn.T) + _GRAVITY[self._level] * self.along
        self._target = self._held(frame, joint, joint + _unit(hanging) * self._length)
        return self._target

    def moved(self, frame: _Frame, joint: Vectors, points: Vectors, speeds: Vectors) -> tuple[Vectors, Vectors]:
        """Return (points, speeds) one sub-step later."""
        before = self._target
        target = self.resting(frame, joint)
        step, pull = 1.0 / SUBSTEPS, _STIFFNESS[self._level]
        target_speed = np.zeros_like(target) if before is None else (target - before) / step
        change = pull**2 * (target - points) + 2 * _DAMPING * pull * (target_speed - speeds) - _DRAG * speeds
        moved = self._held(frame, joint, points + step * (speeds + step * change))
        return moved, (moved - points) / step

    def _held(self, frame: _Frame, joint: Vectors, points: Vectors) -> Vectors:
        """Return points on their sticks, not swung out too far, and not further in than hair hangs at rest."""
        rest = self.along @ frame.turn.T
        way = _unit(points - joint)
        cosine = (way * rest).sum(1, keepdims=True)
        limit = _SWING[self._level]
        if cosine.min(initial=1.0) < math.cos(limit):
            aside = _unit(way - cosine * rest)
            way = np.where(cosine < math.cos(limit), math.cos(limit) * rest + math.sin(limit) * aside, way)
        points = joint + way * self._length
        for _ in range(_ROUNDS):
            points = joint + _unit(frame.outside(points, self._distance * _CLOSER) - joint) * self._length
        return np.asarray(points)


def _hanging(figure: Figure) -> tuple[list[tuple[str, str]], tuple[Vectors, Vectors], Vectors]:
    """Return (the bones of chains that carry hair, their joints, their tips), at rest."""
    joints = figure.skeleton.joints
    chains, uppers, lowers, tips = [], [], [], []
    for upper, lower in HAIR_CHAINS:
        share = np.where(figure.joints == BONE_INDEX[lower], figure.weights, 0.0).sum(1)
        if not share.any():
            continue
        start = joints[BONE_INDEX[lower]]
        middle = (share[:, None] * figure.positions).sum(0) / share.sum()
        if np.linalg.norm(middle - start) * 2 < _SHORTEST:
            continue
        chains.append((upper, lower))
        uppers.append(joints[BONE_INDEX[upper]])
        lowers.append(start)
        tips.append(start + 2 * (middle - start))
    shape = (len(chains), 3)
    return chains, (np.reshape(uppers, shape), np.reshape(lowers, shape)), np.reshape(tips, shape)


def _head_frame(skeleton: Skeleton, bones: Mapping[str, Quaternion], root: tuple[float, float, float]) -> _Frame:
    matrix = np.eye(4)
    matrix[:3, 3] = root
    for name in _TRUNK:
        turn = bones.get(name, IDENTITY)
        if turn != IDENTITY:
            matrix = matrix @ about(rotation(turn), skeleton.joints[BONE_INDEX[name]])
    pivot = skeleton.joints[BONE_INDEX["head"]]
    return _Frame(matrix[:3, :3], matrix[:3, :3] @ pivot + matrix[:3, 3], pivot)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.sqrt((vectors * vectors).sum(1, keepdims=True)), 1e-12))


def _cross(a: Vectors, b: Vectors) -> Vectors:
    """Return the cross product of rows; numpy's own is several times slower for a few of them."""
    (ax, ay, az), (bx, by, bz) = a.T, b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], 1)


def _between(first: Vectors, second: Vectors) -> NDArray[np.float64]:
    """Return the shortest rotations that take unit vectors to the directions of others, shape (n, 4), (x, y, z, w)."""
    second = _unit(second)
    turns = np.concatenate([_cross(first, second), 1.0 + (first * second).sum(1, keepdims=True)], 1)
    return _unit(turns)


def _turned_back(turns: NDArray[np.float64], vectors: Vectors) -> Vectors:
    """Return vectors turned by the opposite of unit quaternions, shape (n, 4)."""
    axis, w = -turns[:, :3], turns[:, 3:]
    twice = 2.0 * _cross(axis, vectors)
    return vectors + w * twice + _cross(axis, twice)


def _rotation_vector(turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the axis of a rotation matrix times its angle, which is well below half a turn."""
    skew = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]]) / 2
    sine = float(np.linalg.norm(skew))
    angle = math.atan2(sine, (float(np.trace(turn)) - 1) / 2)
    return skew * (angle / sine) if sine > _AT_REST else np.zeros(3)


def _turned(vector: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the matrix of ``share`` of the rotation that a vector stands for."""
    angle = float(np.linalg.norm(vector))
    if angle < _AT_REST:
        return np.eye(3)
    x, y, z = (float(part) for part in vector / angle * math.sin(angle * share / 2))
    return rotation((x, y, z, math.cos(angle * share / 2)))
