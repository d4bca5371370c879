"""Locks: lines grown from the scalp, bent, waved, gathered and cut, before they become ribbons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

Lines = NDArray[np.float64]  # shape (locks, points, 3), metres on the reference head, root first

_CLOSER = 1.25  # points of a lock lie closer at its root, where it bends round the head


@dataclass(frozen=True)
class Locks:
    """Locks of one coat, on the reference head.

    Attributes:
        lines: shape (n, p, 3).
        width: metres, shape (n,).
        kind: which picture of strands each wears (``strands``), shape (n,).
        open: how much light reaches them, 0 deep inside to 1 on top, shape (n,).
        clear: how far off the skin they are kept, metres, shape (n,).
        twist: how far they are turned about their own direction, radians, shape (n,).
        still: whether they never swing.
    """

    lines: Lines
    width: NDArray[np.float64]
    kind: NDArray[np.int64]
    open: NDArray[np.float64]
    clear: NDArray[np.float64]
    twist: NDArray[np.float64]
    still: bool = False

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Coat:
    """How the locks of one layer of hair look; a style grows several over each other.

    Attributes:
        count: how many locks. width: metres, mean. kinds: of strands.
        open: light on them, 0..1. lift: factor on how far the layer stands off the head.
        jitter: how unruly they are. points: along each. turned: spread of their twist, radians.
        inside: metres within the hairline between which they are rooted. longest: metres that they grow at most.
    """

    count: int
    width: float
    kinds: tuple[int, ...]
    open: float
    lift: float
    jitter: float
    points: int
    turned: float = 0.12
    inside: tuple[float, float] = (0.0, 1.0)
    longest: float = 1.0

    def dressed(self, lines: Lines, clear: float, rng: np.random.Generator, *, still: bool = False) -> Locks:
        """Return the coat's locks along lines."""
        count = len(lines)
        return Locks(
            lines,
            self.width * rng.uniform(0.75, 1.25, count),
            rng.choice(np.array(self.kinds), count),
            np.clip(self.open + rng.normal(0, 0.05, count), 0.2, 1.0),
            np.full(count, clear) * (0.5 + 0.5 * self.lift),
            rng.normal(0, self.turned, count),
            still,
        )


def evened(lines: Lines, sigma: float = 1.0) -> Lines:
    """Return lines without the small jolts of collision; roots stay where they are."""
    smooth = gaussian_filter1d(lines, sigma, axis=1, mode="nearest")
    smooth[:, 0] = lines[:, 0]
    return np.asarray(smooth)


def respaced(lines: Lines, points: int, longest: NDArray[np.float64] | None = None) -> Lines:
    """Return lines with ``points`` points spread along them, cut at ``longest`` metres, shape (locks, points, 3)."""
    gaps = np.linalg.norm(np.diff(lines, axis=1), axis=2)
    along = np.concatenate([np.zeros((len(lines), 1)), np.cumsum(gaps + 1e-9, axis=1)], 1)
    reach = along[:, -1] if longest is None else np.minimum(along[:, -1], longest)
    wanted = np.linspace(0, 1, points) ** _CLOSER
    return np.array(
        [
            np.stack([np.interp(wanted * r, s, line[:, axis]) for axis in range(3)], 1)
            for r, s, line in zip(reach, along, lines, strict=True)
        ]
    )


def cut_at(lines: Lines, hem: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how long lines are down to where they first sink below ``hem``, metres, shape (locks,)."""
    gaps = np.linalg.norm(np.diff(lines, axis=1), axis=2)
    along = np.concatenate([np.zeros((len(lines), 1)), np.cumsum(gaps, axis=1)], 1)
    below = lines[..., 1] < hem[:, None]
    first = np.where(below.any(1), below.argmax(1), lines.shape[1] - 1)
    rows = np.arange(len(lines))
    last = np.maximum(first - 1, 0)
    drop = np.maximum(lines[rows, last, 1] - lines[rows, first, 1], 1e-6)
    share = np.where(below.any(1), np.clip((lines[rows, last, 1] - hem) / drop, 0, 1), 1.0)
    return np.asarray(np.maximum(along[rows, last] + share * (along[rows, first] - along[rows, last]), 0.006))


def clumped(lines: Lines, every: int, strength: float, rng: np.random.Generator) -> Lines:
    """Return lines that draw together in groups of about ``every`` towards their tips."""
    count, points, _ = lines.shape
    centres = lines[rng.choice(count, max(count // every, 1), replace=False)]
    middle = points // 2
    _, nearest = cKDTree(centres[:, middle]).query(lines[:, middle])
    pull = strength * np.linspace(0, 1, points)[None, :, None] ** 1.3
    return np.asarray(lines + pull * (centres[nearest] - lines))


def waved(
    lines: Lines, normals: Lines, *, height: float, length: float, phase: NDArray[np.float64], from_root: float
) -> Lines:
    """Return lines with waves in and out of the head's surface and along it.

    Args:
        lines, normals: shape (n, p, 3). height, length: of a wave, metres. phase: radians, shape (n,).
        from_root: metres over which the waves set in.
    """
    gaps = np.linalg.norm(np.diff(lines, axis=1), axis=2)
    along = np.concatenate([np.zeros((len(lines), 1)), np.cumsum(gaps, axis=1)], 1)
    tangents = np.gradient(lines, axis=1)
    across = np.cross(tangents, normals)
    across /= np.maximum(np.linalg.norm(across, axis=2, keepdims=True), 1e-9)
    grown = height * np.clip(along / from_root, 0, 1) ** 1.5
    turn = 2 * np.pi * along / length + phase[:, None]
    return np.asarray(
        lines + across * (grown * np.sin(turn))[..., None] + normals * (0.6 * grown * (1 + np.cos(turn)))[..., None]
    )


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return vectors, shape (..., 3), of length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
