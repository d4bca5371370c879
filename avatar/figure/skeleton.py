"""The bones of a figure: VRM humanoid names, joints from the rig's marker cubes, weights, and posing.

Matrices are column-vector convention, shape (4, 4), metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.source import BaseMesh, HumanSource
from avatar.pose import IDENTITY, Quaternion

# VRM humanoid bone: (parent, bone of the source rig). A parent comes before its children. What lies below the chest
# is out of the picture, so the hips carry it.
_BONES: dict[str, tuple[str | None, str | None]] = {
    "hips": (None, "pelvis"),
    "spine": ("hips", "spine_01"),
    "chest": ("spine", "spine_02"),
    "upperChest": ("chest", "spine_03"),
    "neck": ("upperChest", "neck_01"),
    "head": ("neck", "head"),
    "leftEye": ("head", None),
    "rightEye": ("head", None),
    "leftShoulder": ("upperChest", "clavicle_l"),
    "leftUpperArm": ("leftShoulder", "upperarm_l"),
    "leftLowerArm": ("leftUpperArm", "lowerarm_l"),
    "rightShoulder": ("upperChest", "clavicle_r"),
    "rightUpperArm": ("rightShoulder", "upperarm_r"),
    "rightLowerArm": ("rightUpperArm", "lowerarm_r"),
}
BONE_NAMES: tuple[str, ...] = tuple(_BONES)
BONE_INDEX: dict[str, int] = {name: index for index, name in enumerate(BONE_NAMES)}
_PARENTS = tuple(-1 if parent is None else BONE_INDEX[parent] for parent, _ in _BONES.values())


@dataclass(frozen=True)
class Skeleton:
    """Where the joints are at rest.

    Attributes:
        joints: float64, shape (bones, 3), metres, in ``BONE_NAMES`` order.
    """

    joints: NDArray[np.float64]

    def palette(self, bones: Mapping[str, Quaternion], root: tuple[float, float, float]) -> NDArray[np.float32]:
        """Return the skinning matrices of a pose, shape (bones, 4, 4), rest space to model space.

        ``bones`` are local rotations against the rest pose; names that the figure has not are ignored.
        """
        world = np.empty((len(BONE_NAMES), 4, 4))
        for index, (name, parent) in enumerate(zip(BONE_NAMES, _PARENTS, strict=True)):
            local = about(rotation(bones.get(name, IDENTITY)), self.joints[index])
            if parent < 0:
                local[:3, 3] += root
                world[index] = local
            else:
                world[index] = world[parent] @ local
        return world.astype(np.float32)


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


def rest_joints(
    source: HumanSource, mesh: BaseMesh, positions: NDArray[np.float64], eyes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the joints of a shaped body, shape (bones, 3): the centre of each marker cube.

    Args:
        source: where the rig is.
        mesh: the base mesh, whose groups name the cubes.
        positions: the shaped body, shape (v, 3).
        eyes: centres of the left and the right eye, shape (2, 3).
    """
    cubes = source.rig()
    joints = np.zeros((len(BONE_NAMES), 3))
    for index, (_, bone) in enumerate(_BONES.values()):
        if bone is not None:
            joints[index] = positions[np.unique(mesh.quads[cubes[bone]])].mean(0)
    joints[BONE_INDEX["leftEye"]], joints[BONE_INDEX["rightEye"]] = eyes
    return joints


def body_weights(source: HumanSource, vertices: int) -> NDArray[np.float64]:
    """Return the weights of every vertex, shape (vertices, bones), rows adding up to 1.

    What belongs to bones that the figure has not (hands, legs) goes to their nearest ancestor that it has.
    """
    ours = {bone: BONE_INDEX[name] for name, (_, bone) in _BONES.items() if bone is not None}
    weights = np.zeros((vertices, len(BONE_NAMES)))
    for bone, column in source.skin_weights(vertices).items():
        weights[:, ours.get(bone, _stand_in(bone))] += column
    total = weights.sum(1, keepdims=True)
    weights[total[:, 0] < 1e-6, BONE_INDEX["hips"]] = 1.0
    return np.asarray(weights / np.maximum(weights.sum(1, keepdims=True), 1e-9))


def _stand_in(bone: str) -> int:
    hand = ("hand", "index", "middle", "pinky", "ring", "thumb")
    if bone.startswith(hand):
        return BONE_INDEX["leftLowerArm" if bone.endswith("_l") else "rightLowerArm"]
    return BONE_INDEX["hips"]
