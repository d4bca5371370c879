"""A posed figure's trunk, head and thighs as one closed surface, and how deep arms and hands reach into it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from avatar.figure import Figure
from avatar.figure.skeleton import BONE_INDEX
from avatar.pose import Pose

_CORE = ("hips", "spine", "chest", "upperChest", "neck", "head", "leftUpperLeg", "rightUpperLeg")
_SOFT = frozenset(("hair", "lash", "mouth", "teeth", "tongue", "eye", "brow", "beard"))
_FINGERS = ("Thumb", "Index", "Middle", "Ring", "Little")
_PROBES = {"LowerArm": 30, "Hand": 24}  # places of each surface that are followed,
_FINGER_PROBES = 4  # and of each joint of a finger


class Solid:
    """The surfaces of skin and clothes of a figure, skinned as they are drawn.

    A place is inside where a ray from it to the viewer leaves the surface more often than it enters it: collars and
    hems, where one shell lies over another, count as what they cover; the openings for the arms are aside of the ray.
    """

    def __init__(self, figure: Figure) -> None:
        self._figure = figure
        owner = figure.joints[np.arange(len(figure.positions)), figure.weights.argmax(1)]
        drawn = np.concatenate([part.triangles for part in figure.parts if part.material not in _SOFT])
        core = drawn[np.isin(owner, [BONE_INDEX[bone] for bone in _CORE])[drawn].all(1)]
        self._vertices, triangles = np.unique(core, return_inverse=True)
        self._triangles = triangles.reshape(-1, 3)
        hard = np.unique(drawn)
        probes: list[NDArray[np.int64]] = []
        self._parts: list[str] = []
        for bone in self._limbs():
            surface = hard[owner[hard] == BONE_INDEX[bone]]
            wanted = min(next((n for end, n in _PROBES.items() if bone.endswith(end)), _FINGER_PROBES), len(surface))
            probes.append(surface[np.linspace(0, len(surface) - 1, wanted).astype(int)])
            self._parts += [bone] * wanted
        self._probes = np.concatenate(probes)

    @property
    def parts(self) -> frozenset[str]:
        """The bones whose surfaces are followed."""
        return frozenset(self._parts)

    def depths(self, pose: Pose) -> dict[str, float]:
        """Return by bone how deep what moves with it reaches into the body, metres; only what does."""
        surface, places = self._skinned(pose, self._vertices), self._skinned(pose, self._probes)
        inside = self._inside(places, surface[self._triangles])
        if not inside.any():
            return {}
        distances, _ = cKDTree(self._dense(surface)).query(places[inside])
        found: dict[str, float] = {}
        for place, distance in zip(np.nonzero(inside)[0], distances, strict=True):
            part = self._parts[place]
            found[part] = max(found.get(part, 0.0), float(distance))
        return found

    def distance(self, pose: Pose) -> float:
        """Return how near a hand or a forearm comes to the body's surface, metres."""
        surface, places = self._skinned(pose, self._vertices), self._skinned(pose, self._probes)
        return float(cKDTree(self._dense(surface)).query(places)[0].min())

    def height(self, pose: Pose, bone: str) -> float:
        """Return how high a bone's joint is in a pose, metres."""
        skeleton = self._figure.skeleton
        matrix, joint = skeleton.world(pose.bones, pose.root)[BONE_INDEX[bone]], skeleton.joints[BONE_INDEX[bone]]
        return float(matrix[1, :3] @ joint + matrix[1, 3])

    def _dense(self, surface: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([surface, surface[self._triangles].mean(1)])

    def _skinned(self, pose: Pose, vertices: NDArray[np.int64]) -> NDArray[np.float64]:
        figure = self._figure
        matrices = figure.palette(pose).astype(np.float64)
        blended = np.einsum("vk,vkij->vij", figure.weights[vertices], matrices[figure.joints[vertices]])
        turned = np.einsum("vij,vj->vi", blended[:, :3, :3], figure.positions[vertices])
        return np.asarray(turned + blended[:, :3, 3], dtype=np.float64)

    @staticmethod
    def _inside(places: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which of the places (p, 3) the triangles (t, 3, 3) enclose."""
        low, high = corners[:, :, :2].min(1), corners[:, :, :2].max(1)
        near = (high >= places[:, :2].min(0)).all(1) & (low <= places[:, :2].max(0)).all(1)
        corners, low, high = corners[near], low[near], high[near]
        meets = (places[:, None, 0] >= low[:, 0]) & (places[:, None, 0] <= high[:, 0])
        meets &= (places[:, None, 1] >= low[:, 1]) & (places[:, None, 1] <= high[:, 1])
        place, triangle = np.nonzero(meets)
        a, b, c = np.moveaxis(corners[triangle], 1, 0)
        p = places[place]
        first, second, third = _twice_area(b, c, p), _twice_area(c, a, p), _twice_area(a, b, p)
        whole = first + second + third
        crossed = (np.sign(first) == np.sign(second)) & (np.sign(second) == np.sign(third)) & (whole != 0.0)
        whole = np.where(crossed, whole, 1.0)
        ahead = crossed & ((first * a[:, 2] + second * b[:, 2] + third * c[:, 2]) / whole > p[:, 2])
        count = np.zeros(len(places))
        np.add.at(count, place[ahead], np.sign(whole[ahead]))
        return np.asarray(count > 0.0)

    @staticmethod
    def _limbs() -> list[str]:
        ends = ("Metacarpal", "Proximal", "Intermediate", "Distal")
        names = ["LowerArm", "Hand", *(finger + end for finger in _FINGERS for end in ends)]
        return [side + name for side in ("left", "right") for name in names if side + name in BONE_INDEX]


def _twice_area(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return twice the area of triangles as they are seen from the front, above 0 where they face the viewer."""
    turned: NDArray[np.float64] = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    return turned
