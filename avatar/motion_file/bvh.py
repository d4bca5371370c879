"""Writes a motion as BVH (Biovision hierarchy), which animation programs read: joints, rest offsets, angles a frame.

The rest pose is the figure's own (standing, arms hanging). Offsets and positions are centimetres, as most programs take
them; angles are degrees in the channel order Z, X, Y, so that a joint is turned by Rz * Rx * Ry. A face has no place in
BVH, and hair swings by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from avatar.figure.skeleton import BONE_INDEX, BONE_NAMES, PARENTS, Skeleton, rotation
from avatar.motion_file.format import VRM_BONES, Frame
from avatar.pose import IDENTITY, Pose, Quaternion

CENTIMETRES = 100.0  # in a metre
_GIMBAL = 1.0 - 1e-9  # sine of a turn about X beyond which those about Z and Y are one
_TIP = 0.8  # length of the last bone of a chain, of the one before it
_CROWN = (0.0, 0.18, 0.0)  # metres, from the head's joint to where its bone ends


@dataclass(frozen=True)
class _Joint:
    name: str
    offset: NDArray[np.float64]  # from the parent's joint, metres
    children: tuple[_Joint, ...]


def write_bvh(file: BinaryIO, skeleton: Skeleton, frames: Iterable[Frame], count: int, seconds_a_frame: float) -> None:
    """Write the skeleton's hierarchy and ``count`` frames.

    Args:
        file: open for bytes.
        skeleton: of the figure that does it; bones that it has not are left out.
        frames: evenly spaced.
        count: how many of them are written; there are at least as many.
        seconds_a_frame: from one to the next.
    """
    root = _hierarchy(skeleton, "hips")
    lines = ["HIERARCHY", *_described(root, 0), "MOTION", f"Frames: {count}", f"Frame Time: {seconds_a_frame:.9f}"]
    file.write("".join(f"{line}\n" for line in lines).encode())
    order = tuple(_names(root))
    for _, frame in zip(range(count), frames, strict=False):
        file.write(_row(frame.pose, skeleton, order).encode())


def angles(turn: Quaternion) -> tuple[float, float, float]:
    """Return a rotation as (z, x, y), degrees: it is Rz * Rx * Ry.

    With column vectors the matrix of that product has sin(x) at (2, 1), -sin(z) cos(x) at (0, 1), cos(z) cos(x) at
    (1, 1), -cos(x) sin(y) at (2, 0) and cos(x) cos(y) at (2, 2). Where x is a quarter turn, y is taken to be 0.
    """
    matrix = rotation(turn)
    sine = float(matrix[2, 1])
    if abs(sine) > _GIMBAL:
        z, y = math.atan2(matrix[1, 0], matrix[0, 0]), 0.0
    else:
        z, y = math.atan2(-matrix[0, 1], matrix[1, 1]), math.atan2(-matrix[2, 0], matrix[2, 2])
    return math.degrees(z), math.degrees(math.asin(max(-1.0, min(1.0, sine)))), math.degrees(y)


def _hierarchy(skeleton: Skeleton, name: str) -> _Joint:
    index = BONE_INDEX[name]
    parent = PARENTS[index]
    offset = skeleton.joints[index] - (skeleton.joints[parent] if parent >= 0 else 0.0)
    below = (child for child, above in zip(BONE_NAMES, PARENTS, strict=True) if above == index and child in VRM_BONES)
    return _Joint(name, offset, tuple(_hierarchy(skeleton, child) for child in below))


def _names(joint: _Joint) -> Iterator[str]:
    yield joint.name
    for child in joint.children:
        yield from _names(child)


def _described(joint: _Joint, depth: int) -> Iterator[str]:
    """Yield the lines of a joint and all below it. The root stands at the origin: its position is in its channels."""
    indent = "\t" * depth
    turns = "Zrotation Xrotation Yrotation"
    yield f"{indent}{'JOINT' if depth else 'ROOT'} {joint.name}"
    yield f"{indent}{{"
    yield f"{indent}\tOFFSET {_triple(joint.offset if depth else np.zeros(3))}"
    channels = f"3 {turns}" if depth else f"6 Xposition Yposition Zposition {turns}"
    yield f"{indent}\tCHANNELS {channels}"
    for child in joint.children:
        yield from _described(child, depth + 1)
    if not joint.children or joint.name == "head":
        end = np.array(_CROWN) if joint.name == "head" else _TIP * joint.offset
        yield from (f"{indent}\tEnd Site", f"{indent}\t{{", f"{indent}\t\tOFFSET {_triple(end)}", f"{indent}\t}}")
    yield f"{indent}}}"


def _row(pose: Pose, skeleton: Skeleton, order: Iterable[str]) -> str:
    values = [_triple(skeleton.joints[BONE_INDEX["hips"]] + pose.root)]
    values += [" ".join(f"{angle:.6f}" for angle in angles(pose.bones.get(name, IDENTITY))) for name in order]
    return " ".join(values) + "\n"


def _triple(metres: NDArray[np.float64]) -> str:
    return " ".join(f"{value * CENTIMETRES:.6f}" for value in metres)
