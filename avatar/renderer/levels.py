"""Textures in several sizes of which one at a time is used, because looking for levels costs at every sample."""

from __future__ import annotations

import math

import moderngl
import numpy as np
from numpy.typing import NDArray

_ROWS = 128  # that are reduced at once: all of a large picture would take much memory for a moment
_LEVEL_ROUNDING = 0.35  # less than a half: rather a texture that is a little too fine than one that is soft


class Levels:
    """A picture and its reductions by halves, each of them sent to the driver when it is first wanted.

    Args:
        ctx: where they are.
        picture: uint8, shape (h, w, 4), sides powers of two.
    """

    def __init__(self, ctx: moderngl.Context, picture: NDArray[np.uint8]) -> None:
        self._ctx = ctx
        self._picture = picture
        self._levels: dict[int, moderngl.Texture] = {}
        self._latest = 0

    def suiting(self, texels: float, density: float, coarsest: int | None = None) -> moderngl.Texture:
        """Return the level that suits ``density`` samples per metre of a surface with so many texels per metre.

        One for all of a surface that is about equally far away spares a software driver its search at each sample.
        """
        wanted = math.floor(math.log2(texels / max(density, 1e-6)) + _LEVEL_ROUNDING)
        last = int(math.log2(min(self._picture.shape[:2]))) if coarsest is None else coarsest
        level = min(max(wanted, 0), last)
        if level not in self._levels:
            picture = self._reduced(level)
            height, width, components = picture.shape
            texture = self._ctx.texture((width, height), components, np.ascontiguousarray(picture))
            texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
            texture.repeat_x = texture.repeat_y = False
            self._levels[level] = texture
        self._latest = level
        return self._levels[level]

    @property
    def latest(self) -> NDArray[np.uint8]:
        """What was used last, shape (h, w, 4); the picture itself before anything was."""
        return self._reduced(self._latest)

    def release(self) -> None:
        """Free them on the graphics side."""
        for texture in self._levels.values():
            texture.release()

    def _reduced(self, level: int) -> NDArray[np.uint8]:
        picture = self._picture
        for _ in range(level):
            picture = _halved(picture)
        return picture


def _halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture of half the size, each pixel the mean of four."""
    height, width, components = picture.shape
    half = np.empty((height // 2, width // 2, components), dtype=np.uint8)
    for row in range(0, height, _ROWS):
        some = picture[row : row + _ROWS]
        sums = some[0::2].astype(np.uint16) + some[1::2]
        half[row // 2 : (row + _ROWS) // 2] = (sums[:, 0::2] + sums[:, 1::2] + 2) >> 2
    return half
