"""The key light on a figure whose head turns: openness for a grid of head rotations, found once and blended later."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from avatar.figure.figure import Figure
from avatar.figure.occlusion import Occluders, SurfaceSamples, open_key, surface_samples
from avatar.figure.skeleton import BONE_INDEX
from avatar.quaternions import from_angles

YAWS = (-60.0, -40.0, -20.0, 0.0, 20.0, 40.0, 60.0)  # degrees, of the head about +Y
PITCHES = (-25.0, 0.0, 25.0)  # degrees, of the head about +X: positive looks down
_NECK_SHARE = 0.4  # of a head's turn
_REACH = 0.50  # metres from the head's joint: what lies further away is not shaded by it
_SPACING = 0.005  # metres, between the points that cast shade
_DIRECTIONS = 10  # to the key light, for each rotation
_SOFTENING = 4  # passes over the shades: a large light throws no sharp ones
_CLOTH_SOFTENING = 8  # more of them over clothes, on which the ends of long hair would throw a blot
_CLOTH = {"knit", "rib", "weave", "stripes", "checks"}
_ROUGH = {"lash"}  # materials whose shades are not softened
_CASTS_NONE = {"lash"}
_EVEN = 1e-6  # metres: vertices that are closer are one place
_FULL = 256  # the sum of the weights of a blend


def with_head_shades(figure: Figure) -> Figure:
    """Return a figure that knows how its key light changes when the head turns.

    The second column of its ``shades`` is what dims that light in any case (short hair on the scalp); it comes back
    as the openness of the figure at rest.
    """
    rest, rest_normals = _turned(figure, 0.0, 0.0)
    near = np.linalg.norm(rest - figure.skeleton.joints[BONE_INDEX["head"]], axis=1) < _REACH
    casting = np.concatenate([part.triangles for part in figure.parts if part.material not in _CASTS_NONE])
    samples = surface_samples(rest, casting, _SPACING)
    cells = np.empty((len(YAWS) * len(PITCHES), len(rest)), dtype=np.float32)
    cells[:, ~near] = open_key(rest[~near], rest_normals[~near], Occluders(samples.points(rest)), _DIRECTIONS)
    close = near[samples.corners[:, 0]]
    samples = SurfaceSamples(samples.corners[close], samples.shares[close], samples.on[close])
    for cell, (yaw, pitch) in enumerate(product(YAWS, PITCHES)):
        positions, normals = _turned(figure, yaw, pitch)
        cells[cell, near] = open_key(positions[near], normals[near], Occluders(samples.points(positions)), _DIRECTIONS)
    cells = _softened(figure, cells) * figure.shades[:, 1]
    straight = cells[YAWS.index(0.0) * len(PITCHES) + PITCHES.index(0.0)]
    return replace(
        figure,
        shades=np.stack([figure.shades[:, 0], straight], 1),
        key_shades=np.rint(cells * 255).astype(np.uint8).reshape(len(YAWS), len(PITCHES), -1),
    )


def key_shade(key_shades: NDArray[np.uint8], head: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return openness to the key light, 255 is all of it, shape (v,).

    Args:
        key_shades: of the grid, shape (yaws, pitches, v).
        head: rotation of the head against the rest pose, shape (3, 3).
    """
    ahead = head[:, 2]
    yaw = math.degrees(math.atan2(ahead[0], ahead[2]))
    pitch = math.degrees(math.asin(max(-1.0, min(1.0, -float(ahead[1])))))
    (column, right), (row, lower) = _between(yaw, YAWS), _between(pitch, PITCHES)
    blend = np.full(key_shades.shape[2], _FULL // 2, dtype=np.uint16)
    for across, share in ((column, _FULL - right), (column + 1, right)):
        below = share * lower // _FULL
        for down, weight in ((row, share - below), (row + 1, below)):
            if weight:
                blend += key_shades[across, down] * np.uint16(weight)
    return np.asarray(blend >> 8, dtype=np.uint8)


def _between(angle: float, angles: tuple[float, ...]) -> tuple[int, int]:
    """Return which of the even steps an angle lies in and how far through it, out of ``_FULL``."""
    place = (angle - angles[0]) / (angles[1] - angles[0])
    step = min(max(math.floor(place), 0), len(angles) - 2)
    return step, min(max(round((place - step) * _FULL), 0), _FULL)


def _turned(figure: Figure, yaw: float, pitch: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return positions and normals, each shape (v, 3), of a figure whose head is turned by so many degrees."""
    bones = {
        bone: from_angles(pitch * share, yaw * share, 0.0)
        for bone, share in (("neck", _NECK_SHARE), ("head", 1.0 - _NECK_SHARE))
    }
    palette = figure.skeleton.palette(bones, (0.0, 0.0, 0.0)).reshape(-1, 16)
    rows = np.repeat(np.arange(len(figure.joints)), figure.joints.shape[1])
    weights = sp.csr_matrix((figure.weights.ravel(), (rows, figure.joints.ravel())), (len(figure.joints), len(palette)))
    blended = (weights @ palette).reshape(-1, 4, 4)[:, :3]
    moved = np.einsum("vij,vj->vi", blended[:, :, :3], figure.positions) + blended[:, :, 3]
    return moved, np.einsum("vij,vj->vi", blended[:, :, :3], figure.normals)


def _softened(figure: Figure, shades: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return shades, shape (n, v), averaged with those of neighbours, so that a single lock of hair throws no blot."""
    smooth = np.concatenate([part.triangles for part in figure.parts if part.material not in _ROUGH])
    vertices = np.unique(smooth)
    _, place = np.unique(
        np.round(figure.positions[vertices] / _EVEN).astype(np.int64), axis=0, return_inverse=True
    )  # what lies on both sides of a seam has one
    count, place = int(place.max()) + 1, place.ravel()
    sides = place[np.searchsorted(vertices, np.stack([smooth, np.roll(smooth, -1, 1)], -1).reshape(-1, 2))]
    links = sp.csr_matrix((np.ones(len(sides), np.float32), (sides[:, 0], sides[:, 1])), (count, count))
    mean = _mean_of_rows(((links + links.T) > 0).astype(np.float32) + sp.identity(count, dtype=np.float32))
    gather = sp.csr_matrix((np.ones(len(place), np.float32), (place, np.arange(len(place)))), (count, len(place)))
    soft = _mean_of_rows(gather) @ shades[:, vertices].T
    for _ in range(_SOFTENING):
        soft = mean @ soft
    worn = np.concatenate([part.triangles.ravel() for part in figure.parts if part.material in _CLOTH])
    cloth = np.unique(place[np.searchsorted(vertices, worn)])
    mean = mean[cloth]
    for _ in range(_CLOTH_SOFTENING):
        soft[cloth] = mean @ soft
    softened = shades.copy()
    softened[:, vertices] = soft[place].T
    return softened


def _mean_of_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    return sp.diags((1 / np.asarray(matrix.sum(1)).ravel()).astype(np.float32)) @ matrix
