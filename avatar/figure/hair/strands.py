"""The picture of strands that every lock wears: eight locks side by side, from full to wispy, root at the bottom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.painting import smoothstep

KINDS = 8  # locks beside each other
FULL, LOOSE, WISPY = (0, 1, 2), (3, 4, 5), (6, 7)  # the locks by how densely their strands lie
WIDTH, HEIGHT = 64, 256  # texels of a lock
_SEED = 4


@dataclass(frozen=True)
class _Lock:
    """How the strands of a lock lie: how many, how thick (of the lock's width), how they gather and end."""

    strands: int
    thickness: float
    gathered: float  # share of the width that is gone at the tip
    ends: float  # where along the lock the first strand ends
    rooted: float  # where along the lock the last strand begins


_LOCKS = (
    _Lock(26, 0.050, 0.06, 0.84, 0.04),
    _Lock(25, 0.052, 0.12, 0.78, 0.04),
    _Lock(24, 0.054, 0.22, 0.74, 0.05),
    _Lock(15, 0.052, 0.40, 0.66, 0.06),
    _Lock(13, 0.054, 0.50, 0.60, 0.08),
    _Lock(11, 0.052, 0.35, 0.55, 0.10),
    _Lock(5, 0.055, 0.35, 0.60, 0.10),
    _Lock(4, 0.055, 0.15, 0.60, 0.12),
)


def strand_picture() -> NDArray[np.uint8]:
    """Return the picture, shape (HEIGHT, KINDS * WIDTH, 4), row 0 at the roots.

    Its channels: how bright the strand is (half is the mean), how its highlight is shifted (half is not at all), how
    deep in the lock it lies (0 at the bottom), and how much of the texel it covers.
    """
    rng = np.random.default_rng(_SEED)
    return np.concatenate([_painted(lock, rng) for lock in _LOCKS], axis=1)


def _painted(lock: _Lock, rng: np.random.Generator) -> NDArray[np.uint8]:
    along = ((np.arange(HEIGHT) + 0.5) / HEIGHT)[:, None]
    across = ((np.arange(WIDTH) + 0.5) / WIDTH)[None, :]
    picture = np.zeros((HEIGHT, WIDTH, 4))
    picture[..., :2] = 0.5
    spread = (np.arange(lock.strands) + rng.random(lock.strands)) / lock.strands
    for layer, place in enumerate(rng.permutation(spread)):
        depth = (layer + 1) / lock.strands
        bow = rng.normal(0, 0.030) * np.sin(np.pi * along * rng.uniform(0.6, 1.6) + rng.uniform(0, 6.3))
        bow += rng.normal(0, 0.010) * np.sin(2 * np.pi * along * rng.uniform(1.5, 3.0) + rng.uniform(0, 6.3))
        middle = 0.5 + (0.04 + 0.92 * place - 0.5) * (1 - lock.gathered * along**1.6) + bow
        edge = abs(place - 0.5) * 2  # strands at the edges of a lock end first
        end = lock.ends + (1.0 - lock.ends) * rng.random() ** 0.8 * (1 - 0.45 * edge)
        begin = lock.rooted * rng.random()
        taper = np.sqrt(np.clip((end - along) / (0.35 * end), 0, 1)) * smoothstep(begin - 0.03, begin + 0.03, along)
        half = 0.5 * lock.thickness * rng.uniform(0.7, 1.3) * taper
        off = np.abs(across - middle)
        cover = np.clip((half - off) * WIDTH + 0.5, 0, 1) * (half * WIDTH > 0.12)
        round_ = 1 - 0.35 * np.clip(off / np.maximum(half, 1e-4), 0, 1) ** 2  # a strand is brightest in its middle
        bright = np.clip(rng.normal(0.5, 0.085) + 0.10 * (depth - 0.5), 0.1, 0.9) * round_ * 1.08
        values = (bright, np.full_like(across, rng.random()), np.full_like(across, depth))
        for channel, value in enumerate(values):
            picture[..., channel] += cover * (value - picture[..., channel])
        picture[..., 3] += cover * (1 - picture[..., 3])
    _bleed(picture)
    return np.asarray(np.clip(picture, 0, 1) * 255 + 0.5, dtype=np.uint8)


def _bleed(picture: NDArray[np.float64]) -> None:
    """Give texels without strands the row's mean, so that no foreign colour seeps in when the picture is reduced."""
    cover = picture[..., 3:]
    total = np.maximum(cover.sum(1, keepdims=True), 1e-6)
    mean = (picture[..., :3] * cover).sum(1, keepdims=True) / total
    picture[..., :3] = np.where(cover > 0.02, picture[..., :3], mean)
