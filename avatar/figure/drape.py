"""How cloth hangs on the suit: it bridges hollows, falls from what stands out, keeps off the body and throws folds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from avatar.figure.arm_coordinates import ELBOW, WRIST, along_arm, on_arm, round_arm
from avatar.figure.painting import smoothstep
from avatar.figure.subdivision import vertex_normals
from avatar.figure.suit import Suit

_ANGLES, _HEIGHTS = 48, 44  # of the grid in which the trunk's outline is gathered
_BUST = 0.44  # metres on the reference body: below it cloth may hang free
_CREASED = 1.2  # of their height by which folds look deeper in the light than they are
_LEAST = 0.55  # of the lift that is kept everywhere between cloth and suit


@dataclass(frozen=True)
class Drape:
    """How a garment sits.

    Attributes:
        lift: metres off the suit.
        smoothing: passes that lose the forms of the body.
        fall: how fast a trunk narrows below what holds it out, metres per metre; large is tight.
        ease: metres by which sleeves are wider than the arm.
        folds: metres, height of the largest folds.
        gathered: whether the cloth is held by ribs at wrists and hem and bulges before them.
        waistband: height on the reference body of a band under which the cloth is tucked; none if it hangs free.
    """

    lift: float
    smoothing: int = 8
    fall: float = 0.6
    ease: float = 0.004
    folds: float = 0.004
    gathered: bool = False
    waistband: float | None = None


def draped(suit: Suit, drape: Drape) -> Suit:
    """Return the suit as a garment hangs on it."""
    reference = suit.reference
    smooth = suit.lifted(_smoothed(suit.positions, suit.quads, drape.smoothing))
    hung = smooth.lifted(_hung(smooth, drape.fall))
    along = along_arm(reference)
    lift = np.full(len(along), drape.lift)
    lift *= 1.0 - 0.35 * smoothstep(0.50, 0.58, reference[:, 1])
    lift += drape.ease * smoothstep(0.10, 0.20, along)
    if drape.gathered:
        before = np.exp(-(((along - WRIST + 0.085) / 0.025) ** 2)) * (along > 0)
        held = smoothstep(WRIST - 0.075, WRIST - 0.048, along)
        lift += 0.006 * before - (drape.ease + 0.35 * drape.lift) * held
        low = np.where(along < 0, reference[:, 1], 1.0)
        lift += 0.012 * np.exp(-(((low - 0.115) / 0.030) ** 2)) - 0.25 * drape.lift * (1 - smoothstep(0.06, 0.085, low))
    folds = fold_height(reference)
    lift += drape.folds * folds
    if drape.waistband is not None:
        free = np.where(along < 0, smoothstep(drape.waistband, drape.waistband + 0.035, reference[:, 1]), 1.0)
        lift = lift * free + _LEAST * drape.lift * (1 - free)
        hung = hung.lifted(smooth.positions + free[:, None] * (hung.positions - smooth.positions))
    outside = hung.positions + hung.normals * lift[:, None]
    creased = hung.normals * (_CREASED * drape.folds * folds)[:, None]
    least = suit.positions + suit.normals * (drape.lift * _LEAST)
    short = np.einsum("nk,nk->n", least - outside, suit.normals)
    outside += suit.normals * np.maximum(short, 0.0)[:, None]
    return replace(suit, positions=outside, normals=vertex_normals(outside + creased, suit.quads))


def fold_height(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the height of folds at elbows, armpits, waist and wrists, about -1..1, shape (v,)."""
    x, y, z = reference.T
    side = np.abs(x)
    along, angle = along_arm(reference), round_arm(reference)
    skew = np.where(x > 0, 0.0, 1.3)  # no two sides fold alike
    inner = 0.12 + 0.88 * np.cos(angle) ** 2 * (np.abs(angle) < np.pi / 2)
    bend = np.exp(-(((along - ELBOW) / 0.060) ** 2)) * inner
    folds = bend * _crest((along - ELBOW) / 0.046 + 0.42 * np.sin(angle + skew) + 0.18 * np.sin(2 * angle) + skew)
    twist = np.exp(-(((along - 0.13) / 0.07) ** 2)) * (0.45 + 0.55 * np.sin(angle + 1.0 + 2 * skew))
    folds += 0.60 * twist * _crest(along / 0.085 + 0.45 * np.sin(angle) + 0.3 * np.cos(angle) + skew)
    wrist = np.exp(-(((along - WRIST + 0.075) / 0.045) ** 2)) * (0.5 + 0.5 * np.sin(angle + 2.0 + skew))
    folds += 0.7 * wrist * _crest(along / 0.045 + 0.35 * np.sin(angle + skew) + skew)
    folds = np.where(along > 0, folds, 0.0)
    from_pit = np.hypot(side - 0.150, y - 0.435)
    fan = np.arctan2(y - 0.435, 0.155 - side)
    pull = np.exp(-(((from_pit - 0.05) / 0.045) ** 2)) * smoothstep(0.0, 0.03, np.abs(z - 0.02))
    folds += 0.8 * pull * np.sin(5.0 * fan + skew + 0.6 * np.sign(z - 0.02))
    columns = np.exp(-(((y - 0.24) / 0.11) ** 2)) * (along < 0)
    folds += 0.45 * columns * np.sin(2 * np.pi * x / 0.085 + 5.0 * (y - 0.3) + 1.7 * np.sin(11.0 * y + skew))
    waist = np.exp(-(((y - 0.20) / 0.075) ** 2)) * (along < 0) * (0.35 + 0.65 * smoothstep(0.05, 0.13, side))
    folds += 0.75 * waist * np.sin(2 * np.pi * y / 0.058 + 9.0 * side + 2.2 * np.sin(7.0 * x + 2.0 * z + skew))
    hips = np.exp(-(((y + 0.02) / 0.04) ** 2)) * (along < 0)
    folds += 0.5 * hips * np.sin(2 * np.pi * (side - 0.6 * y) / 0.075 + skew)
    return np.asarray(folds)


def _crest(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return folds, -1..1, that rise to narrow ridges with wide hollows between, one each turn, shape (v,)."""
    wave = np.sin(2 * np.pi * turns)
    return np.asarray(wave + 0.35 * (wave * wave - 0.5))


def _hung(suit: Suit, fall: float) -> NDArray[np.float64]:
    """Return positions in which the trunk narrows downwards by no more than ``fall`` metres a metre."""
    reference, positions = suit.reference, suit.positions
    trunk = ~on_arm(reference) & (reference[:, 1] < _BUST + 0.04)
    middle = positions[trunk, 2].mean()
    across, deep = positions[:, 0], positions[:, 2] - middle
    angle, radius, height = np.arctan2(across, deep), np.hypot(across, deep), positions[:, 1]
    low, high = height[trunk].min(), height[trunk].max()
    step = (high - low) / (_HEIGHTS - 1)
    column = (angle + np.pi) / (2 * np.pi) * _ANGLES
    row = np.clip((high - height) / step, 0, _HEIGHTS - 1)
    cells = np.rint(row[trunk]).astype(int) * _ANGLES + np.rint(column[trunk]).astype(int) % _ANGLES
    outline, weight = (
        np.bincount(cells, values, _HEIGHTS * _ANGLES).reshape(_HEIGHTS, _ANGLES)
        for values in (radius[trunk], np.ones(int(trunk.sum())))
    )
    spread = [gaussian_filter(grid, (0.8, 0.8), mode=("nearest", "wrap")) for grid in (outline, weight)]
    outline = spread[0] / np.maximum(spread[1], 1e-9)
    for lower in range(1, _HEIGHTS):
        outline[lower] = np.maximum(outline[lower], outline[lower - 1] - fall * step)
    outline = gaussian_filter1d(gaussian_filter1d(outline, 1.2, axis=1, mode="wrap"), 0.8, axis=0, mode="nearest")
    first, left = np.floor(row).astype(int), np.floor(column).astype(int)
    down, right = (row - first), (column - left)
    second = np.minimum(first + 1, _HEIGHTS - 1)
    wanted = (1 - down) * ((1 - right) * outline[first, left % _ANGLES] + right * outline[first, (left + 1) % _ANGLES])
    wanted += down * ((1 - right) * outline[second, left % _ANGLES] + right * outline[second, (left + 1) % _ANGLES])
    free = np.where(trunk, 1.0 - smoothstep(_BUST - 0.05, _BUST + 0.02, reference[:, 1]), 0.0)
    free *= smoothstep(-0.06, 0.02, reference[:, 1])  # each leg has its own outline
    out = np.maximum(wanted - radius, 0.0) * free / np.maximum(radius, 1e-6)
    moved = positions.copy()
    moved[:, 0] += across * out
    moved[:, 2] += deep * out
    return moved


def _smoothed(positions: NDArray[np.float64], quads: NDArray[np.int64], passes: int) -> NDArray[np.float64]:
    """Return the surface without its small forms (Laplacian smoothing); open edges stay."""
    count = len(positions)
    sides = np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2), 1)
    edges, faces = np.unique(sides, axis=0, return_counts=True)
    pairs = np.concatenate([edges, edges[:, ::-1]])
    links = sp.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    mean = sp.diags(1 / np.maximum(np.asarray(links.sum(1)).ravel(), 1)) @ links
    loose = np.ones((count, 1))
    loose[np.unique(edges[faces == 1])] = 0.0
    smooth = positions.copy()
    for _ in range(passes):
        smooth += 0.6 * loose * (mean @ smooth - smooth)
    return smooth
