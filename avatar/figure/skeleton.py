"""The bones of a figure: VRM humanoid names, joints from the rig's marker cubes, weights, and posing.

The source holds the arms away from the body with bent elbows; there the mesh is bound. At rest the figure stands with
its arms hanging. The way from the one to the other is part of the skinning matrices, so that a pose of no rotations is
the rest pose, and every rotation is about axes that are parallel to the model's axes at rest.

Matrices are column-vector convention, shape (4, 4), metres.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from avatar.figure.source import BaseMesh, HumanSource
from avatar.figure.twist import TWIST_BONES, spread_twist, spread_weights
from avatar.pose import IDENTITY, Quaternion

_TRUNK: dict[str, tuple[str | None, str | None]] = {
    "hips": (None, "pelvis"),
    "spine": ("hips", "spine_01"),
    "chest": ("spine", "spine_02"),
    "upperChest": ("chest", "spine_03"),
    "neck": ("upperChest", "neck_01"),
    "head": ("neck", "head"),
    "leftEye": ("head", None),
    "rightEye": ("head", None),
}
_FINGERS = {
    "Thumb": ("thumb", ("Metacarpal", "Proximal", "Distal")),
    "Index": ("index", ("Proximal", "Intermediate", "Distal")),
    "Middle": ("middle", ("Proximal", "Intermediate", "Distal")),
    "Ring": ("ring", ("Proximal", "Intermediate", "Distal")),
    "Little": ("pinky", ("Proximal", "Intermediate", "Distal")),
}
# What swings of the hair: chains round the head, each a child of the head and a child of that one.
HAIR_CHAINS: tuple[tuple[str, str], ...] = tuple((f"hair{k:02d}", f"hair{k + 8:02d}") for k in range(1, 9))


def _limbs(side: str) -> dict[str, tuple[str | None, str | None]]:
    end = side[0]
    bones: dict[str, tuple[str | None, str | None]] = {
        f"{side}Shoulder": ("upperChest", f"clavicle_{end}"),
        f"{side}UpperArm": (f"{side}Shoulder", f"upperarm_{end}"),
        f"{side}LowerArm": (f"{side}UpperArm", f"lowerarm_{end}"),
        f"{side}Hand": (f"{side}LowerArm", f"hand_{end}"),
        f"{side}UpperLeg": ("hips", f"thigh_{end}"),
    }
    for finger, (source, segments) in _FINGERS.items():
        parent = f"{side}Hand"
        for number, segment in enumerate(segments, start=1):
            name = f"{side}{finger}{segment}"
            bones[name] = (parent, f"{source}_{number:02d}_{end}")
            parent = name
    return bones


# Bone: (parent, bone of the source rig). A parent comes before its children.
_BONES: dict[str, tuple[str | None, str | None]] = {
    **_TRUNK,
    **_limbs("left"),
    **_limbs("right"),
    **{upper: ("head", None) for upper, _ in HAIR_CHAINS},
    **{lower: (upper, None) for upper, lower in HAIR_CHAINS},
    **{twist: (bone, None) for twist, bone in TWIST_BONES.items()},  # which follow the others; no pose turns them
}
BONE_NAMES: tuple[str, ...] = tuple(_BONES)
BONE_INDEX: dict[str, int] = {name: index for index, name in enumerate(BONE_NAMES)}
PARENTS: tuple[int, ...] = tuple(-1 if parent is None else BONE_INDEX[parent] for parent, _ in _BONES.values())
_STAND_INS = {"calf": "UpperLeg", "foot": "UpperLeg", "ball": "UpperLeg"}  # what carries bones that we have not

# The rest pose, of the left arm; the right one mirrors it. Degrees.
_SHOULDER_DROP = 4.0  # of the collar bone, which the source holds high
_ARM_OUT = 9.0  # of the upper arm from hanging straight
_ARM_BACK = 3.0
_ELBOW_BENT = 14.0
_ELBOW_INWARD = 12.0  # how far towards the middle the forearm swings when the elbow bends
_HAND_FORWARD = 4.0  # of the hand from hanging straight
_CURLS = {"Proximal": 16.0, "Intermediate": 14.0, "Distal": 9.0}  # of the fingers, more than in the source
_CURL_BY_FINGER = {"Index": 0.7, "Middle": 0.95, "Ring": 1.1, "Little": 1.2}


@dataclass(frozen=True)
class Skeleton:
    """Where the joints are.

    Attributes:
        joints: float64, shape (bones, 3), metres, at rest, in ``BONE_NAMES`` order.
        unbound: float64, shape (bones, 4, 4): takes what follows a bone from where the mesh is bound to the rest pose.
    """

    joints: NDArray[np.float64]
    unbound: NDArray[np.float64]

    def world(self, bones: Mapping[str, Quaternion], root: tuple[float, float, float]) -> NDArray[np.float64]:
        """Return the matrices of a pose, shape (bones, 4, 4), from the rest pose to model space.

        ``bones`` are local rotations against the rest pose; names that the figure has not are ignored.
        """
        world = np.empty((len(BONE_NAMES), 4, 4))
        ground = np.eye(4)
        ground[:3, 3] = root
        for index, (name, parent) in enumerate(zip(BONE_NAMES, PARENTS, strict=True)):
            turn = bones.get(name, IDENTITY)
            above = ground if parent < 0 else world[parent]
            world[index] = above if turn == IDENTITY else above @ about(rotation(turn), self.joints[index])
        return world

    def with_joints(self, joints: Mapping[str, NDArray[np.float64]]) -> Skeleton:
        """Return the skeleton with the joints of some bones of the hair, which are bound where they rest, elsewhere."""
        moved = self.joints.copy()
        for name, place in joints.items():
            moved[BONE_INDEX[name]] = place
        return Skeleton(moved, self.unbound)

    def palette(self, bones: Mapping[str, Quaternion], root: tuple[float, float, float]) -> NDArray[np.float32]:
        """Return the skinning matrices of a pose, shape (bones, 4, 4), from where the mesh is bound to model space.

        ``bones`` are local rotations against the rest pose; names that the figure has not are ignored.
        """
        matrices = spread_twist(self.world(bones, root) @ self.unbound, self.bound, BONE_INDEX)
        return matrices.astype(np.float32)

    @cached_property
    def bound(self) -> NDArray[np.float64]:
        """The joints where the mesh is bound, shape (bones, 3), metres."""
        turns, moves = self.unbound[:, :3, :3], self.unbound[:, :3, 3]
        return np.asarray(np.einsum("bji,bj->bi", turns, self.joints - moves))


def rotation(quaternion: Quaternion) -> NDArray[np.float64]:
    """Return the matrix of a quaternion (x, y, z, w), shape (3, 3); one that is not of unit length is normalised."""
    x, y, z, w = np.asarray(quaternion, dtype=np.float64) / max(float(np.linalg.norm(quaternion)), 1e-12)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def about(turn: NDArray[np.float64], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (4, 4) matrix of a (3, 3) rotation about ``centre``."""
    matrix = np.eye(4)
    matrix[:3, :3] = turn
    matrix[:3, 3] = centre - turn @ centre
    return matrix


def skinned(
    positions: NDArray[np.float64],
    normals: NDArray[np.float64],
    weights: NDArray[np.float64],
    palette: NDArray[np.floating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return positions and unit normals, each shape (v, 3), of vertices with weights, shape (v, bones)."""
    blended = (weights @ palette.reshape(len(palette), 16)).reshape(-1, 4, 4)
    moved = np.einsum("vij,vj->vi", blended[:, :3, :3], positions) + blended[:, :3, 3]
    turned = np.einsum("vij,vj->vi", blended[:, :3, :3], normals)
    return moved, turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-12)


def fitted_skeleton(
    source: HumanSource, mesh: BaseMesh, positions: NDArray[np.float64], eyes: NDArray[np.float64]
) -> Skeleton:
    """Return the skeleton of a shaped body; each joint is the centre of its marker cube.

    Args:
        source: where the rig is.
        mesh: the base mesh, whose groups name the cubes.
        positions: the shaped body, shape (v, 3).
        eyes: centres of the left and the right eye, shape (2, 3).
    """
    cubes = source.rig()
    bound = np.zeros((len(BONE_NAMES), 3))
    for index, (_, bone) in enumerate(_BONES.values()):
        if bone is not None:
            bound[index] = positions[np.unique(mesh.quads[cubes[bone]])].mean(0)
    bound[BONE_INDEX["leftEye"]], bound[BONE_INDEX["rightEye"]] = eyes
    for name, (carrier, marked) in _BONES.items():
        if marked is None and carrier is not None and not name.endswith("Eye"):
            bound[BONE_INDEX[name]] = bound[BONE_INDEX[carrier]]
    turns = np.tile(np.eye(3), (len(BONE_NAMES), 1, 1))
    for side, mirror in (("left", 1.0), ("right", -1.0)):
        _hang_arm(side, np.array([mirror, 1.0, 1.0]), bound, turns)
    joints, unbound = bound.copy(), np.tile(np.eye(4), (len(BONE_NAMES), 1, 1))
    for index, parent in enumerate(PARENTS):
        if parent >= 0:
            joints[index] = joints[parent] + turns[parent] @ (bound[index] - bound[parent])
        unbound[index, :3, :3] = turns[index]
        unbound[index, :3, 3] = joints[index] - turns[index] @ bound[index]
    return Skeleton(joints, unbound)


def body_weights(source: HumanSource, mesh: BaseMesh) -> NDArray[np.float64]:
    """Return the weights of every vertex of the base mesh, shape (v, bones), rows adding up to 1.

    What belongs to bones that the figure has not (lower legs, feet) goes to their nearest ancestor that it has.
    """
    ours = {bone: BONE_INDEX[name] for name, (_, bone) in _BONES.items() if bone is not None}
    weights = np.zeros((len(mesh.positions), len(BONE_NAMES)))
    for bone, column in source.skin_weights(len(mesh.positions)).items():
        weights[:, ours.get(bone, _stand_in(bone))] += column
    total = weights.sum(1, keepdims=True)
    weights[total[:, 0] < 1e-6, BONE_INDEX["hips"]] = 1.0
    weights /= np.maximum(weights.sum(1, keepdims=True), 1e-9)
    return spread_weights(weights, mesh.positions, BONE_INDEX)


def _stand_in(bone: str) -> int:
    name, _, end = bone.partition("_")
    if name not in _STAND_INS:
        return BONE_INDEX["hips"]
    return BONE_INDEX[("left" if end == "l" else "right") + _STAND_INS[name]]


def _hang_arm(side: str, mirror: NDArray[np.float64], bound: NDArray[np.float64], turns: NDArray[np.float64]) -> None:
    """Fill in the rotations from bound to rest, model space, of one arm and its hand; ``mirror`` is (1 or -1, 1, 1)."""
    shoulder, elbow, wrist, knuckle, index, little = (
        bound[BONE_INDEX[side + bone]] * mirror
        for bone in ("UpperArm", "LowerArm", "Hand", "MiddleProximal", "IndexProximal", "LittleProximal")
    )
    upper, lower, hand = elbow - shoulder, wrist - elbow, knuckle - wrist
    hinge = np.cross(upper, lower)
    palm = np.cross(little - wrist, index - wrist)
    out, back = math.radians(_ARM_OUT), math.radians(_ARM_BACK)
    hanging = np.array([math.sin(out), -math.cos(out), -math.sin(back)])
    inward, bent = math.radians(_ELBOW_INWARD), math.radians(_ELBOW_BENT)
    hinge_at_rest = np.array([-math.cos(inward), 0.0, -math.sin(inward)])
    hinge_at_rest -= hanging * (hinge_at_rest @ hanging) / (hanging @ hanging)
    lower_at_rest = _turned(hanging, hinge_at_rest, bent)
    forward = math.radians(_HAND_FORWARD)
    hand_at_rest = np.array([0.0, -math.cos(forward), math.sin(forward)])
    flip = np.diag(mirror)
    drop = -math.radians(_SHOULDER_DROP) * mirror[0]
    turns[BONE_INDEX[f"{side}Shoulder"]] = rotation((0.0, 0.0, math.sin(drop / 2), math.cos(drop / 2)))
    for bone, turn in (
        ("UpperArm", _frame(hanging, hinge_at_rest) @ _frame(upper, hinge).T),
        ("LowerArm", _frame(lower_at_rest, hinge_at_rest) @ _frame(lower, hinge).T),
        ("Hand", _frame(hand_at_rest, np.array([-1.0, 0.0, 0.0])) @ _frame(hand, palm).T),
    ):
        turns[BONE_INDEX[side + bone]] = flip @ turn @ flip
    for finger, (_, segments) in _FINGERS.items():
        curled = 0.0
        for segment in segments:
            curled -= math.radians(_CURLS.get(segment, 0.0) * _CURL_BY_FINGER.get(finger, 0.0)) * mirror[0]
            curl = rotation((0.0, 0.0, math.sin(curled / 2), math.cos(curled / 2)))
            turns[BONE_INDEX[f"{side}{finger}{segment}"]] = curl @ turns[BONE_INDEX[f"{side}Hand"]]


def _frame(along: NDArray[np.float64], across: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix, shape (3, 3), whose columns are ``along``, ``across`` made square to it, and their product."""
    first = along / np.linalg.norm(along)
    second = across - first * (first @ across)
    second /= np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)], 1)


def _turned(vector: NDArray[np.float64], axis: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    x, y, z = axis / np.linalg.norm(axis) * math.sin(angle / 2)
    return rotation((x, y, z, math.cos(angle / 2))) @ vector
