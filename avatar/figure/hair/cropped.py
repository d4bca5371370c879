"""Hair that is cut short: combed over the top, cropped at the sides and the back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.hair.locks import Coat, Lines, Locks, clumped, evened, respaced
from avatar.figure.hair.roots import Head, Roots
from avatar.figure.hair.style import HairStyle
from avatar.figure.painting import smoothstep

_ROOT_CLEAR = 0.0006  # metres
_STEPS = 9  # of growth
_FADE = 0.018  # metres inside the hairline over which hair grows to its length


@dataclass(frozen=True)
class Crop:
    """How one short cut lies.

    Attributes:
        top, sides: lengths, metres.
        combed: where the top is combed: towards the far side of the parting, up, and back; (0, 0, -1) is straight back.
        stand: how steeply roots leave the scalp at the front, on the top and at the sides.
        layer: how high over the scalp the top and the sides lie, metres.
        clump: how strongly locks draw together. steps: of growth.
    """

    top: float
    sides: float
    combed: tuple[float, float, float]
    stand: tuple[float, float, float]
    layer: tuple[float, float]
    clump: float
    coats: tuple[Coat, ...]


def cropped(crop: Crop, head: Head) -> list[Locks]:
    """Return the coats of short hair."""
    return [_coat(crop, coat, head) for coat in crop.coats]


def _coat(crop: Crop, coat: Coat, head: Head) -> Locks:
    lines = respaced(evened(_grown(crop, coat, head)), coat.points)
    if crop.clump:
        lines = clumped(lines, 5, crop.clump, head.rng)
    return coat.dressed(lines, _ROOT_CLEAR, head.rng, still=True)


def _grown(crop: Crop, coat: Coat, head: Head) -> Lines:
    roots, style, rng = head.roots(coat), head.style, head.rng
    count = len(roots)
    x, _, z = roots.points.T
    top, front = roots.top, roots.front
    length = (crop.sides + (crop.top - crop.sides) * top) * style.length * rng.uniform(0.78, 1.12, count)
    length *= np.clip(0.35 + roots.depth / _FADE, 0.35, 1.0)
    length = np.minimum(length * (1 + 0.25 * coat.jitter * rng.random(count)), coat.longest)
    layer = (crop.layer[1] + (crop.layer[0] - crop.layer[1]) * top + 0.35 * crop.layer[0] * front) * style.volume
    layer *= coat.lift * rng.uniform(0.75, 1.08, count) * np.clip(0.25 + roots.depth / 0.02, 0.25, 1.0)
    brushed = _combed(crop, roots, style) + rng.normal(0, 0.06 + 0.10 * coat.jitter, (count, 3))
    stand = crop.stand[2] + (crop.stand[1] - crop.stand[2]) * top + (crop.stand[0] - crop.stand[1]) * front
    direction = brushed + roots.normals * (stand * coat.lift)[:, None]
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    point = roots.points - roots.normals * 0.0008
    lines = [point.copy()]
    steps = _STEPS
    wander = 30 * x + 50 * z + rng.normal(0, 0.4, count)
    for step in range(steps):
        point = point + direction * (length / steps)[:, None]
        height, normal = head.mould.above(point)
        share = (step + 1) / steps
        wanted = layer * min(1.0, 1.6 * share) * (1 - 0.25 * share**3)
        point += normal * np.maximum(wanted - height, 0)[:, None]
        lean = brushed - normal * np.einsum("nc,nc->n", brushed, normal)[:, None]
        lean += normal * (0.03 - 70.0 * np.maximum(height - wanted, 0))[:, None]
        lean[:, 1] -= 0.50 * share
        lean += (0.10 + 0.9 * style.curl) * np.sin(wander + 260 * length * share)[:, None] * np.cross(normal, brushed)
        direction = 0.72 * direction + 0.28 * lean / np.linalg.norm(lean, axis=1, keepdims=True)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        lines.append(point.copy())
    return np.stack(lines, 1)


def _combed(crop: Crop, roots: Roots, style: HairStyle) -> NDArray[np.float64]:
    """Return which way hair lies at the roots, shape (n, 3)."""
    across, up, back = crop.combed
    top = roots.top[:, None]
    x, y, z = roots.points.T
    far = -1.0 if style.parting >= 0 else 1.0
    own = np.where(roots.side == -far, -0.8, 1.0)  # what grows below the parting is combed down its own side
    parted = smoothstep(-0.01, 0.06, z)  # further back all hair is combed back
    upper = np.stack([far * across * own * parted, up * roots.front, back - 0.6 * (1 - parted)], 1)
    upper[:, 0] += 0.25 * x / 0.07
    upper[:, 1] -= 0.5 * (1 - parted)
    ahead = smoothstep(0.045, 0.075, z)  # before the ear hair lies down and forward, behind it down and back
    low = smoothstep(0.70, 0.66, y)
    lower = np.stack([0.20 * np.sign(x), -0.85 - 0.3 * low, -0.50 + 0.55 * ahead + 0.3 * low], 1)
    return np.asarray(upper * top + lower * (1 - top))
