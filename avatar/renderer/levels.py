"""Textures in several sizes of which one at a time is used, because looking for levels costs at every sample."""

from __future__ import annotations

import math

import moderngl
import numpy as np
from numpy.typing import NDArray

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

    def suiting(self, texels: float, density: float, coarsest: int | None = None) -> moderngl.Texture:
        """Return the level that suits ``density`` samples per metre of a surface with so many texels per metre.

        One for all of a surface that is about equally far away spares a software driver its search at each sample.
        """
        wanted = math.floor(math.log2(texels / max(density, 1e-6)) + _LEVEL_ROUNDING)
        last = int(math.log2(min(self._picture.shape[:2]))) if coarsest is None else coarsest
        level = min(max(wanted, 0), last)
        if level not in self._levels:
            picture = self._picture
            for _ in range(level):
                picture = _halved(picture)
            height, width, components = picture.shape
            texture = self._ctx.texture((width, height), components, np.ascontiguousarray(picture))
            texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
            texture.repeat_x = texture.repeat_y = False
            self._levels[level] = texture
        return self._levels[level]

    def release(self) -> None:
        """Free them on the graphics side."""
        for texture in self._levels.values():
            texture.release()


def _halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture of half the size, each pixel the mean of four."""
    rows = picture[0::2].astype(np.uint16) + picture[1::2]
    return np.asarray((rows[:, 0::2] + rows[:, 1::2] + 2) >> 2, dtype=np.uint8)
