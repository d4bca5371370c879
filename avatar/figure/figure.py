"""A figure: one person's geometry, morphs, bones and textures, ready to be posed and drawn. Knows no OpenGL."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from avatar.figure.morphs import Morphs
from avatar.figure.skeleton import Skeleton
from avatar.pose import ARKIT_INDEX, IDENTITY, Pose, Quaternion

GAZE_LIMIT = math.radians(28.0)  # of an eyeLook weight of 1


@dataclass(frozen=True)
class Part:
    """Triangles that are drawn with one material.

    Attributes:
        material: "skin", "mouth", "teeth", "tongue", "eye", "lash", "hair", or of clothes "knit", "rib", "weave",
            "stripes" or "checks".
        triangles: int32, shape (t, 3), indices into the figure's vertices.
        bone: the one that all of it follows; None where the vertices' weights say.
        two_sided: whether its back can be seen.
        rear: whether it can be left out for a viewer in front of the head (``occlusion.FRONT_YAW``, ``FRONT_PITCH``).
        covered: whether it can be left out for a viewer right in front (``hair.cover.CLOSE_YAW``, ``CLOSE_PITCH``).
        light: int32, shape (fewer, 3), triangles that do for small pictures; None where there are no fewer.
    """

    material: str
    triangles: NDArray[np.int32]
    bone: str | None = None
    two_sided: bool = False
    rear: bool = False
    covered: bool = False
    light: NDArray[np.int32] | None = None


@dataclass(frozen=True)
class Figure:
    """A person who can be posed.

    Attributes:
        name: what it is called.
        positions, normals: float32, shape (v, 3), metres, +Y up, +Z towards the viewer; with the arms away from the
            body, as they are bound. ``palette`` takes them to the rest pose, which differs in the arms only.
        uvs: float32, shape (v, 2).
        shades: float32, shape (v, 2): how open the surface is to the sky, and to the key light; 0..1.
        tangents: float32, shape (v, 3), along the locks of hair; 0 elsewhere.
        key_shades: uint8, shape (yaws, pitches, v): how open it is to the key light when the head is turned, 255 is
            all of it; see ``head_shade``.
        edges: float32, shape (v,): of hair, how grey it is; of eyes, the pupil's share of the iris's radius; of skin,
            how dry it is; else 1.
        tints: uint8, shape (v, 4): of clothes, the sRGB colour and how much light reaches into the folds; of the
            face, whether the lines of forehead, frown, eyes and smile run there; else 255.
        joints: uint8, shape (v, 4), bone indices. weights: float32, shape (v, 4), adding up to 1.
        morphs: float32 CSC matrix, shape (6 * morphing, 52 + CORRECTIVES): position and normal offsets of the first
            ``morphing`` vertices, interleaved as (x, y, z, nx, ny, nz), by ARKit weight and those of ``correctives``.
        parts: what is drawn, in drawing order.
        skeleton: the bones.
        skin: uint8, shape (s, s, 4): sRGB, and the relief of pores and lines, flat at 128; row 0 at v = 0.
        colours: sRGB colours by use ("iris", "hair_root", "cloth", ...).
        eyes: float64, shape (2, 3), centres of the left and the right eye, metres.
        eye_radius: metres.
        lids: int32, shape (2, 2): the vertices in the middle of the upper and the lower lid's margin, left and right.
        crown: height of the top of the hair, metres. chest: height of the lowest thing that is modelled.
        teeth_front: how far forward the teeth reach, metres; the mouth darkens behind them.
    """

    name: str
    positions: NDArray[np.float32]
    normals: NDArray[np.float32]
    uvs: NDArray[np.float32]
    shades: NDArray[np.float32]
    key_shades: NDArray[np.uint8]
    edges: NDArray[np.float32]
    tangents: NDArray[np.float32]
    tints: NDArray[np.uint8]
    joints: NDArray[np.uint8]
    weights: NDArray[np.float32]
    morphs: sp.csc_matrix
    parts: tuple[Part, ...]
    skeleton: Skeleton
    skin: NDArray[np.uint8]
    colours: dict[str, tuple[float, float, float]]
    eyes: NDArray[np.float64]
    eye_radius: float
    lids: NDArray[np.int32]
    crown: float
    chest: float
    teeth_front: float

    @property
    def morphing(self) -> int:
        """How many of the vertices, counted from the first, morph."""
        return int(self.morphs.shape[0]) // 6

    def morphed(self, face: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return positions and normals (not of unit length) of the morphing vertices, shape (morphing, 6)."""
        return self.moving.moved(face)

    @property
    def moving(self) -> Morphs:
        """The vertices that morph."""
        rest = np.concatenate([self.positions[: self.morphing], self.normals[: self.morphing]], axis=1)
        return Morphs(rest, self.morphs)

    def lid_heights(self, margins: NDArray[np.float32]) -> tuple[float, float, float, float]:
        """Return the heights of the left upper and lower and the right upper and lower lid above the eyes, in radii.

        Args:
            margins: where the vertices ``lids`` are, shape (2, 2, 3).
        """
        heights = (margins[..., 1] - self.eyes[:, None, 1]) / self.eye_radius
        left_upper, left_lower, right_upper, right_lower = heights.ravel().tolist()
        return left_upper, left_lower, right_upper, right_lower

    def palette(self, pose: Pose) -> NDArray[np.float32]:
        """Return the skinning matrices of a pose, the eyes turned by its gaze, shape (bones, 4, 4)."""
        bones = dict(pose.bones)
        for bone, side in (("leftEye", "Left"), ("rightEye", "Right")):
            bones[bone] = _multiply(bones.get(bone, IDENTITY), gaze(pose.face, side))
        return self.skeleton.palette(bones, pose.root)


def gaze(face: NDArray[np.float32], side: str) -> Quaternion:
    """Return the rotation of one eye that its four ``eyeLook`` weights ask for; ``side`` is "Left" or "Right".

    The figure's left eye looks out towards +X.
    """

    def weight(name: str) -> float:
        return float(face[ARKIT_INDEX[f"eyeLook{name}{side}"]])

    outward = 1.0 if side == "Left" else -1.0
    yaw = (weight("Out") - weight("In")) * outward * GAZE_LIMIT
    pitch = (weight("Down") - weight("Up")) * GAZE_LIMIT
    sin_yaw, cos_yaw = math.sin(yaw / 2), math.cos(yaw / 2)
    sin_pitch, cos_pitch = math.sin(pitch / 2), math.cos(pitch / 2)
    return (cos_yaw * sin_pitch, sin_yaw * cos_pitch, -sin_yaw * sin_pitch, cos_yaw * cos_pitch)


def _multiply(a: Quaternion, b: Quaternion) -> Quaternion:
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )
