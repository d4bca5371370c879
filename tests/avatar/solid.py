"""A figure's trunk and head as solids, and how far hands and arms stay outside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from avatar.figure import Figure
from avatar.figure.skeleton import BONE_INDEX
from avatar.pose import Pose

FAR = 0.08  # metres: what is further from the surface is outside
_CORE = ("hips", "spine", "chest", "upperChest", "neck", "head")
_NEIGHBOURS = 7  # places of the surface that must agree with the nearest: at a hem that faces anywhere
_SOFT = frozenset(("hair", "lash", "mouth", "teeth", "tongue", "eye", "brow", "beard"))
_FINGERS = ("Index", "Middle", "Ring", "Little")


class Solid:
    """The surface of skin and clothes about trunk, neck and head; each stretch of it moves with its bone."""

    def __init__(self, figure: Figure) -> None:
        self._skeleton = figure.skeleton
        matrices = figure.palette(Pose()).astype(np.float64)[figure.joints]
        blended = np.einsum("vk,vkij->vij", figure.weights, matrices)
        places = np.einsum("vij,vj->vi", blended[:, :3, :3], figure.positions) + blended[:, :3, 3]
        normals = np.einsum("vij,vj->vi", blended[:, :3, :3], figure.normals)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        owner = figure.joints[np.arange(len(places)), figure.weights.argmax(1)]
        hard = np.zeros(len(places), dtype=bool)
        for part in figure.parts:
            if part.material not in _SOFT:
                hard[np.unique(part.triangles)] = True
        self._surfaces = []
        for bone in _CORE:
            chosen = hard & (owner == BONE_INDEX[bone])
            if chosen.sum() > 20:
                self._surfaces.append((bone, cKDTree(places[chosen]), places[chosen], normals[chosen]))

    def clearance(self, pose: Pose) -> dict[str, float]:
        """Return how far the middle of each part of arms and hands is outside, metres; ``FAR`` for what is farther."""
        world = self._skeleton.world(pose.bones, pose.root)
        parts = {f"{side} {name}": place for side in ("left", "right") for name, place in self._arm(world, side)}
        points = np.array(list(parts.values()))
        best, closest = np.full(len(points), FAR), np.full(len(points), FAR)
        for bone, tree, places, normals in self._surfaces:
            back = np.linalg.inv(world[BONE_INDEX[bone]])
            local = points @ back[:3, :3].T + back[:3, 3]
            distance, nearest = tree.query(local, _NEIGHBOURS)
            ways = local[:, None] - places[nearest]
            each = np.einsum("pkv,pkv->pk", ways, normals[nearest])
            signed = np.maximum(each[:, 0], np.median(each, axis=1))
            closer = distance[:, 0] < closest
            best[closer], closest[closer] = signed[closer], distance[closer, 0]
        return dict(zip(parts, best.tolist(), strict=True))

    def height(self, pose: Pose, bone: str) -> float:
        """Return how high a bone's joint is in a pose, metres."""
        return float(self._joint(self._skeleton.world(pose.bones, pose.root), bone)[1])

    def _joint(self, world: NDArray[np.float64], bone: str) -> NDArray[np.float64]:
        matrix, joint = world[BONE_INDEX[bone]], self._skeleton.joints[BONE_INDEX[bone]]
        return np.asarray(matrix[:3, :3] @ joint + matrix[:3, 3])

    def _arm(self, world: NDArray[np.float64], side: str) -> list[tuple[str, NDArray[np.float64]]]:
        elbow, wrist = self._joint(world, f"{side}LowerArm"), self._joint(world, f"{side}Hand")
        parts = [("elbow", elbow), ("wrist", wrist), ("lower arm", 0.5 * (elbow + wrist))]
        chains = [(finger, ("Proximal", "Intermediate", "Distal")) for finger in _FINGERS]
        for finger, joints in [("Thumb", ("Metacarpal", "Proximal", "Distal")), *chains]:
            root, middle, last = (self._joint(world, side + finger + joint) for joint in joints)
            parts += [
                (f"{finger} root", root),
                (f"{finger} middle", middle),
                (f"{finger} tip", 1.8 * last - 0.8 * middle),
            ]
        return parts
