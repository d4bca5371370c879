"""Hair: locks grown from the scalp along a combing direction, kept off the head, as tapered ribbons.

Lengths are metres. Directions are in the figure's space: +X its left, +Y up, +Z forward.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from avatar.figure.geometry import Geometry, rigid
from avatar.figure.painting import smoothstep
from avatar.figure.recipe import HairStyle
from avatar.figure.scalp import ear, scalp_depth
from avatar.figure.surface import Surface

_UP = np.array([0.0, 1.0, 0.0])
_SEED = 20
_BOB_POINTS = 9  # along a lock
_CLOSER = 1.35  # points of a long lock lie closer at its root, where it bends round the head
_NECK = 0.625  # metres on the reference head: hair hangs clear of what is below


@dataclass(frozen=True)
class _Roots:
    """Where locks begin, each shape (n, ...): on the figure, on the reference head, and how deep in the scalp."""

    points: NDArray[np.float64]
    normals: NDArray[np.float64]
    reference: NDArray[np.float64]
    depth: NDArray[np.float64]


class _Head:
    """Keeps points off the skin: a nearest-vertex approximation of its distance field."""

    def __init__(self, surface: Surface) -> None:
        used = np.unique(surface.quads["skin"])
        reference = surface.reference[used]
        used = used[(reference[:, 1] > _NECK) & ~ear(reference)]  # hair may cover the ears
        self._points, self._normals = surface.positions[used], surface.normals[used]
        self._tree = cKDTree(self._points)

    def above(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (height over the skin, shape (n,), and the skin's normal, shape (n, 3))."""
        distance, nearest = self._tree.query(points, k=10)
        share = 1.0 / (distance + 0.002)
        share /= share.sum(1, keepdims=True)
        normal = np.einsum("nk,nkc->nc", share, self._normals[nearest])
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        base = np.einsum("nk,nkc->nc", share, self._points[nearest])
        return np.einsum("nc,nc->n", points - base, normal), normal


def grown(surface: Surface, style: HairStyle, eyes: NDArray[np.float64]) -> Geometry:
    """Return the hair of a head: ribbons.

    Normals are those of the hair's volume, tangents run to the tip. The first texture coordinate goes across a lock,
    plus a number that differs between locks; the second along it, 0 at the root. The edges say how grey it is, 0..1.

    Args:
        surface: the figure's skin. style: cut, colours and how many locks.
        eyes: centres of the eyes, shape (2, 3): the cut is measured from there.
    """
    rng = np.random.default_rng(_SEED)
    roots = _roots(surface, style, rng)
    head = _Head(surface)
    spines = _bob(roots, head, eyes, rng) if style.cut == "bob" else _short(roots, head, rng)
    return _ribbons(spines, roots, style, head, rng)


def _roots(surface: Surface, style: HairStyle, rng: np.random.Generator) -> _Roots:
    triangles = surface.triangles("skin")
    depth = scalp_depth(surface.reference, style.cut)
    triangles = triangles[(depth[triangles] > 0.0).any(1)]
    a, b, c = (surface.reference[triangles[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    edge = np.exp(-np.maximum(depth[triangles].mean(1), 0) / 0.012)
    chance = area * (1 + 1.6 * edge)
    chosen = triangles[rng.choice(len(triangles), style.locks, p=chance / chance.sum())]
    share = rng.dirichlet((1.0, 1.0, 1.0), style.locks)

    def between(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.einsum("nk,nkc->nc", share, values[chosen]))

    reference = between(surface.reference)
    inside = scalp_depth(reference, style.cut) > 0
    normals = between(surface.normals)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return _Roots(
        between(surface.positions)[inside],
        normals[inside],
        reference[inside],
        scalp_depth(reference, style.cut)[inside],
    )


def _bob(roots: _Roots, head: _Head, eyes: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Grow a bob: parted at the figure's left, brushed off the face, cut level below the chin; (locks, points, 3)."""
    count, steps, stride = len(roots.points), 26, 0.0105
    eye_height, eye_side = float(eyes[:, 1].mean()), float(np.abs(eyes[:, 0]).mean())
    part = 0.020
    side = np.where(roots.reference[:, 0] > part, 1.0, -1.0)
    behind = roots.reference[:, 2] < 0.02
    side[behind] = np.sign(roots.reference[behind, 0] + 1e-9)
    sideways = side * (0.10 + 0.90 * smoothstep(0.0, 0.07, roots.reference[:, 2]))
    over = smoothstep(0.725, 0.825, roots.reference[:, 1])  # hair from higher up lies over what grows below
    layer = (0.003 + 0.013 * over) * rng.uniform(0.55, 1.0, count)
    layer *= np.clip(roots.depth / 0.02, 0.35, 1.0)
    hem = eye_height - 0.104 + rng.normal(0, 0.004, count) - 0.012 * smoothstep(0.0, 0.08, roots.points[:, 2])
    back = np.where(side > 0, -0.12, -0.38)
    wave = rng.random(count) * 2 * np.pi
    parted = rng.uniform(0.90, 1.02, count)  # how far the hair is held off the face
    forward = smoothstep(0.06, 0.13, roots.reference[:, 2])
    lifted = 0.85 * over - 0.60  # hair rooted low falls at once, or it would stand out behind the ears
    direction = np.stack([0.95 * sideways, lifted, 0.30 * forward - 0.15], 1) + (0.25 * over)[:, None] * roots.normals
    point = roots.points.copy()
    spine = [point.copy()]
    for step in range(steps):
        travelled = (step + 1) * stride
        height, normal = head.above(point)
        free = np.maximum(smoothstep(0.05, 0.11, np.full(count, travelled)), 1 - over)[:, None]
        pull = np.stack(
            [sideways * (0.75 - 0.95 * free[:, 0]), -0.55 - 0.6 * free[:, 0], back + (0.03 - back) * free[:, 0]], 1
        )
        direction = direction * 0.55 + 0.45 * pull
        inward = np.maximum(-np.einsum("nc,nc->n", direction, normal), 0)
        direction += normal * inward[:, None] * np.where(height < layer + 0.004, 0.9, 0.0)[:, None]
        loose = np.clip((height - layer) / 0.008, 0, 1) * smoothstep(eye_height - 0.055, eye_height - 0.01, point[:, 1])
        direction -= normal * (0.55 * loose)[:, None]
        direction += 0.035 * np.sin(wave + travelled * 42)[:, None] * np.cross(direction, normal)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        low = point[:, 1] < hem + 0.035
        direction[low] += np.stack([-0.32 * np.sign(point[low, 0]), 0 * hem[low], -0.10 + 0 * hem[low]], 1)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        moving = (point[:, 1] > hem)[:, None]
        point = point + stride * direction * moving
        height, normal = head.above(point)
        wanted = layer * (1 - np.exp(-travelled / 0.035)) + 0.001
        point += normal * np.maximum(wanted - height, 0)[:, None] * moving
        point = _off_the_face(point, eye_height, eye_side * parted, layer)
        spine.append(point.copy())
    return _respaced(_evened(_evened(np.stack(spine, 1))), _BOB_POINTS)


def _evened(spines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return spines without the small jolts of collision; roots stay where they are."""
    smooth = gaussian_filter1d(spines, 1.0, axis=1, mode="nearest")
    smooth[:, 0] = spines[:, 0]
    return np.asarray(smooth)


def _respaced(spines: NDArray[np.float64], points: int) -> NDArray[np.float64]:
    """Return spines with their points spread along them, closer at the root, shape (locks, points, 3)."""
    gaps = np.linalg.norm(np.diff(spines, axis=1), axis=2)
    along = np.concatenate([np.zeros((len(spines), 1)), np.cumsum(gaps + 1e-9, axis=1)], 1)
    wanted = np.linspace(0, 1, points) ** _CLOSER
    return np.array(
        [
            np.stack([np.interp(wanted * s[-1], s, spine[:, axis]) for axis in range(3)], 1)
            for s, spine in zip(along, spines, strict=True)
        ]
    )


def _off_the_face(
    points: NDArray[np.float64], eye_height: float, eye_side: NDArray[np.float64], layer: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move points sideways out of the window that shows the face."""
    x, y, z = points.T
    down = np.clip((eye_height + 0.078 - y) / 0.075, 0, 1)
    window = eye_side * (2.10 * np.sqrt(down)) + 0.6 * layer
    blocked = (z > 0.045) & (np.abs(x) < window) & (y < eye_height + 0.076)
    moved = points.copy()
    moved[blocked, 0] = np.sign(x[blocked]) * window[blocked]
    return moved


def _short(roots: _Roots, head: _Head, rng: np.random.Generator) -> NDArray[np.float64]:
    """Grow a short cut: brushed up and back on top, cropped at the sides and the back; (locks, points, 3)."""
    count, steps = len(roots.points), 3
    x, y, z = roots.reference.T
    top = smoothstep(0.775, 0.815, y + 0.10 * np.clip(z - 0.02, 0, 0.1))
    front = smoothstep(0.07, 0.125, z) * top
    length = (0.016 + 0.028 * top + 0.006 * front) * rng.uniform(0.75, 1.15, count)
    length *= np.clip(0.45 + roots.depth / 0.014, 0.45, 1.0)
    brushed = np.stack(
        [
            0.10 - 0.35 * front + 0.5 * np.sign(x) * (1 - top),
            0.10 * front - 0.75 * (1 - top),
            -0.75 * top - 0.40 * (1 - top),
        ],
        1,
    )
    brushed += rng.normal(0, 0.08, (count, 3))
    stand = (0.08 + 0.16 * top + 0.55 * front)[:, None]
    direction = brushed + roots.normals * stand
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    over = smoothstep(0.70, 0.82, y)
    layer = (0.0012 + 0.0025 * over + 0.0085 * top + 0.0050 * front) * rng.uniform(0.5, 1.1, count)
    point = roots.points - roots.normals * 0.001
    spine = [point.copy()]
    for step in range(steps):
        point = point + direction * (length / steps)[:, None]
        height, normal = head.above(point)
        wanted = layer * np.minimum(1.0, (step + 1) / 1.5)
        point += normal * np.maximum(wanted - height, 0)[:, None]
        lean = brushed + normal * (0.05 - 60.0 * np.maximum(height - layer, 0))[:, None]
        direction = 0.62 * direction + 0.38 * lean / np.linalg.norm(lean, axis=1, keepdims=True)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        spine.append(point.copy())
    return np.stack(spine, 1)


def _ribbons(
    spines: NDArray[np.float64], roots: _Roots, style: HairStyle, head: _Head, rng: np.random.Generator
) -> Geometry:
    """Return ribbons along spines, foremost first, so that what they hide is mostly rejected before it is shaded."""
    count, points, _ = spines.shape
    spines = _evened(spines)
    sunk, normals = head.above(spines.reshape(-1, 3))
    clear = np.tile(np.minimum(0.0028, 0.0010 + 0.012 * np.linspace(0, 1, points)), count)
    spines += (normals * np.maximum(clear - sunk, 0)[:, None]).reshape(spines.shape)
    order = np.argsort(-(spines[..., 2] + 0.5 * np.abs(spines[..., 0])).mean(1))
    spines, normals = spines[order], normals.reshape(count, points, 3)[order]
    tangents = np.gradient(spines, axis=1)
    tangents /= np.maximum(np.linalg.norm(tangents, axis=2, keepdims=True), 1e-9)
    across = np.cross(tangents, normals)
    across /= np.maximum(np.linalg.norm(across, axis=2, keepdims=True), 1e-9)
    along = np.linspace(0, 1, points) ** (_CLOSER if style.cut == "bob" else 1.0)
    wide = rng.uniform(0.7, 1.25, count) * (0.0068 if style.cut == "bob" else 0.0023)
    taper = (1 - 0.62 * (np.maximum(along - 0.7, 0) / 0.3) ** 1.5) * np.minimum(1.0, 0.6 + along * 4)
    offset = across * np.outer(wide, taper)[..., None]
    edges = np.stack([spines - offset, spines + offset], 2)
    volume = np.stack([normals - 0.45 * across, normals + 0.45 * across], 2)
    volume /= np.linalg.norm(volume, axis=-1, keepdims=True)
    number = rng.permutation(count).astype(np.float64)
    uvs = np.empty((count, points, 2, 2))
    uvs[..., 0] = number[:, None, None] + np.array([0.05, 0.95])
    uvs[..., 1] = along[None, :, None]
    grey = _grey(roots.reference[order], style, rng)
    index = np.arange(count * points * 2).reshape(count, points, 2)
    left, right = index[..., 0], index[..., 1]
    triangles = np.stack(
        [
            np.stack([left[:, :-1], right[:, :-1], right[:, 1:]], -1),
            np.stack([left[:, :-1], right[:, 1:], left[:, 1:]], -1),
        ],
        2,
    )
    return Geometry(
        edges.reshape(-1, 3),
        volume.reshape(-1, 3),
        uvs.reshape(-1, 2),
        rigid("head", count * points * 2),
        {"hair": triangles.reshape(-1, 3).astype(np.int32)},
        edges=np.repeat(grey, points * 2),
        tangents=np.repeat(tangents[:, :, None], 2, 2).reshape(-1, 3),
    )


def _grey(reference: NDArray[np.float64], style: HairStyle, rng: np.random.Generator) -> NDArray[np.float64]:
    temples = 1 - smoothstep(0.765, 0.815, reference[:, 1])
    share = style.grey * (0.15 + 0.85 * temples)
    return np.asarray(np.clip(share + rng.normal(0, 0.22, len(reference)) * (style.grey > 0), 0, 1))
