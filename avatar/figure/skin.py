"""Paints the skin: tone, redness, lips, brows, freckles, stubble and roughness, over a map of the reference head.

Places are metres on the reference (unshaped) head, where the eyes are at (0.031, 0.7285) and the mouth at y = 0.66.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from avatar.figure.brows import brow_cover
from avatar.figure.painting import Plane, blob, rasterised, smoothstep, value_noise
from avatar.figure.recipe import FigureRecipe
from avatar.figure.scalp import scalp_depth
from avatar.figure.source import HumanSource
from avatar.figure.surface import Surface

SIZE = 2048  # texels
_MAP_SIZE = 1024  # of the position map, which is smooth
_MASK_SIZE = 2048

# The body's UV layout spreads over hands and feet: only the head and the top of the chest are kept.
_HEAD_ORIGIN, _HEAD_EXTENT = np.array([0.635, 0.13]), np.array([0.365, 0.71])
_CHEST_ORIGIN, _CHEST_EXTENT = np.array([0.14, 0.80]), np.array([0.50, 0.18])
_HEAD_WIDTH = 0.73  # of the texture; the chest lies beside it, turned by a quarter


@dataclass(frozen=True)
class _Canvas:
    """What the painter knows of each texel: its place on the reference head, each shape (SIZE, SIZE)."""

    x: Plane
    y: Plane
    z: Plane
    front: Plane

    @property
    def side(self) -> Plane:
        return np.abs(self.x)


def atlas(uvs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return body UVs, shape (n, 2), moved into the figure's texture."""
    head = (uvs - _HEAD_ORIGIN) / _HEAD_EXTENT * [_HEAD_WIDTH, 1.0]
    chest = ((uvs - _CHEST_ORIGIN) / _CHEST_EXTENT)[:, ::-1] * [1.0 - _HEAD_WIDTH, 1.0] + [_HEAD_WIDTH, 0.0]
    beside = np.clip(chest, [_HEAD_WIDTH + 0.004, 0.0], 1.0)
    moved: NDArray[np.float64] = np.where(uvs[:, :1] > _HEAD_ORIGIN[0], np.clip(head, 0.0, [_HEAD_WIDTH, 1.0]), beside)
    return moved


def painted(source: HumanSource, surface: Surface, recipe: FigureRecipe) -> NDArray[np.uint8]:
    """Return the skin texture, shape (SIZE, SIZE, 4): sRGB and roughness, row 0 at v = 0."""
    canvas = _canvas(surface)
    lips, ears = _mask(source, "lips", 1.2), _mask(source, "ears", 6.0)
    colour = _tone(canvas, recipe, ears)
    colour *= 1 - recipe.stubble * _beard(canvas)[..., None] * np.array([0.30, 0.27, 0.22], np.float32)
    if recipe.freckles:
        colour *= 1 - recipe.freckles * _freckles(canvas)[..., None] * np.array([0.16, 0.24, 0.28], np.float32)
    colour = _lips(colour, canvas, lips, recipe)
    scalp = np.array(recipe.hair.root) * (1 - 0.3 * recipe.hair.grey) + 0.20 * recipe.hair.grey
    colour = _over(colour, tuple(scalp), 0.92 * _hair_shadow(canvas, recipe))
    colour = _over(
        colour, recipe.brows, recipe.brow_weight * brow_cover(canvas.x, canvas.y, canvas.z, recipe.brows_style)
    )
    colour = _over(colour, (0.13, 0.08, 0.07), _lid_line(canvas, surface) * (0.75 if recipe.sex == "female" else 0.5))
    roughness = _roughness(canvas, lips)
    return np.asarray(np.clip(np.dstack([colour, roughness]), 0, 1) * 255 + 0.5, dtype=np.uint8)


def _canvas(surface: Surface) -> _Canvas:
    triangles = surface.triangles("skin")
    places = rasterised(surface.uvs, triangles, surface.reference, _MAP_SIZE)
    x, y, z = (
        ndimage.zoom(places[..., axis], SIZE / _MAP_SIZE, order=1, grid_mode=True, mode="nearest") for axis in range(3)
    )
    return _Canvas(x, y, z, smoothstep(0.07, 0.10, z))


def _mask(source: HumanSource, name: str, blur: float) -> Plane:
    """Return one of the body's masks, 0..1, moved into the figure's texture as ``atlas`` does."""
    rows, columns = (np.mgrid[0:SIZE, 0:SIZE] + 0.5) / SIZE
    u = columns / _HEAD_WIDTH * _HEAD_EXTENT[0] + _HEAD_ORIGIN[0]
    v = rows * _HEAD_EXTENT[1] + _HEAD_ORIGIN[1]
    mask = ndimage.map_coordinates(source.mask(name, _MASK_SIZE), [v * _MASK_SIZE - 0.5, u * _MASK_SIZE - 0.5], order=1)
    return np.asarray(ndimage.gaussian_filter(np.where(columns < _HEAD_WIDTH, mask, 0.0), blur), dtype=np.float32)


def _tone(canvas: _Canvas, recipe: FigureRecipe, ears: Plane) -> NDArray[np.float32]:
    side, y = canvas.side, canvas.y
    patches = value_noise(SIZE, 36, 1) + 0.6 * value_noise(SIZE, 110, 2)
    blotches = value_noise(SIZE, 60, 3) + 0.5 * value_noise(SIZE, 190, 4)
    pores = value_noise(SIZE, 700, 5) + 0.7 * value_noise(SIZE, 1500, 6)
    colour = np.ones((SIZE, SIZE, 3), np.float32) * np.array(recipe.skin, np.float32)
    colour *= 1 + patches[..., None] * np.array([0.035, 0.045, 0.05], np.float32) + 0.035 * pores[..., None]
    colour *= 1 - np.clip(blotches, 0, 1)[..., None] * np.array([0.0, 0.05, 0.05], np.float32)
    warm = 0.85 * blob(side, y, (0.041, 0.688), (0.019, 0.016)) + 0.35 * blob(side, y, (0.046, 0.704), (0.020, 0.012))
    warm += 0.75 * blob(side, y, (0.0, 0.693), (0.011, 0.011)) + 0.6 * blob(side, y, (0.012, 0.688), (0.006, 0.008))
    warm += 0.35 * blob(side, y, (0.0, 0.630), (0.016, 0.010)) + 0.25 * blob(side, y, (0.0, 0.765), (0.05, 0.02))
    redness = warm * canvas.front * (1 + 0.5 * blotches) + 0.55 * ears
    colour *= 1 - redness[..., None] * np.array([0.015, 0.135, 0.125], np.float32)
    pale = 0.6 * blob(side, y, (0.0, 0.785), (0.035, 0.014)) + 0.5 * blob(side, y, (0.0, 0.722), (0.007, 0.016))
    colour *= 1 + (pale * canvas.front)[..., None] * np.array([0.01, 0.025, 0.015], np.float32)
    tired = blob(side, y, (0.026, 0.7165), (0.014, 0.0055)) + 0.7 * blob(side, y, (0.0195, 0.729), (0.005, 0.008))
    lid = blob(side, y, (0.032, 0.7385), (0.020, 0.0075))
    colour *= 1 - (tired * canvas.front)[..., None] * np.array([0.07, 0.12, 0.07], np.float32)
    colour *= 1 - (lid * canvas.front)[..., None] * np.array([0.07, 0.13, 0.11], np.float32)
    return colour


def _beard(canvas: _Canvas) -> Plane:
    """Return the shadow of a shaved beard: soft, with darker dots where the hairs come out."""
    side, y, z = canvas.side, canvas.y, canvas.z
    upper_lip = blob(side, y, (0.012, 0.676), (0.020, 0.0065))
    cheek_line = 0.668 + 1.05 * np.clip(side - 0.032, 0, 0.05)
    jaw = (1 - smoothstep(-0.010, 0.006, y - cheek_line)) * smoothstep(0.565, 0.615, y) * smoothstep(0.048, 0.075, z)
    mouth = blob(side, y, (0.0, 0.660), (0.030, 0.013))
    cover = np.clip(np.maximum(upper_lip * 0.9, jaw * (1 - 0.9 * mouth)), 0, 1)
    dots = smoothstep(0.10, 0.36, value_noise(SIZE, 620, 21))
    patch = 0.85 + 0.5 * value_noise(SIZE, 50, 22)
    return np.asarray(cover * patch * (0.40 + 0.95 * dots), dtype=np.float32)


def _freckles(canvas: _Canvas) -> Plane:
    zone = (
        np.clip(blob(canvas.side, canvas.y, (0.028, 0.705), (0.030, 0.014)) + 0.25 * canvas.front, 0, 1) * canvas.front
    )
    spots = smoothstep(0.27, 0.40, value_noise(SIZE, 330, 31)) + smoothstep(0.33, 0.42, value_noise(SIZE, 210, 32))
    return np.asarray(zone * np.clip(spots, 0, 1), dtype=np.float32)


def _lips(colour: NDArray[np.float32], canvas: _Canvas, lips: Plane, recipe: FigureRecipe) -> NDArray[np.float32]:
    cover = smoothstep(0.28, 0.72, lips)
    creases = np.sin(canvas.x * 5200 + 5 * value_noise(SIZE, 120, 41) + 9 * value_noise(SIZE, 40, 42))
    inner = blob(canvas.x, canvas.y, (0.0, 0.6605), (0.030, 0.0028))
    upper = smoothstep(0.660, 0.663, canvas.y)
    tint = np.array(recipe.lips, np.float32) * (1 + 0.045 * creases - 0.22 * inner - 0.07 * upper)[..., None]
    full = 0.92 if recipe.sex == "female" else 0.62
    return np.asarray(colour * (1 - full * cover[..., None]) + tint * (full * cover[..., None]), dtype=np.float32)


def _hair_shadow(canvas: _Canvas, recipe: FigureRecipe) -> Plane:
    """Return where the scalp is darkened by the roots, fading out past a hairline that is not quite even."""
    place = np.stack([canvas.x, canvas.y, canvas.z], -1)
    depth = (
        scalp_depth(place, recipe.hair.cut) + 0.006 * value_noise(SIZE, 160, 51) + 0.005 * value_noise(SIZE, 420, 52)
    )
    return smoothstep(-0.006, 0.002, depth)


def _lid_line(canvas: _Canvas, surface: Surface) -> Plane:
    """Return the dark line of the lash roots along the lid margins."""
    roots = np.unique(surface.quads["lash"])
    tree = cKDTree(surface.reference[roots])
    near = (canvas.z > 0.12) & (np.abs(canvas.y - 0.7285) < 0.02) & (canvas.side < 0.06)
    line = np.zeros((SIZE, SIZE), np.float32)
    distance, _ = tree.query(np.stack([canvas.x[near], canvas.y[near], canvas.z[near]], 1))
    line[near] = 1 - smoothstep(0.0004, 0.0016, distance)
    return line


def _roughness(canvas: _Canvas, lips: Plane) -> Plane:
    side, y = canvas.side, canvas.y
    shine = blob(side, y, (0.0, 0.70), (0.012, 0.03)) + 0.7 * blob(side, y, (0.0, 0.775), (0.04, 0.02))
    shine += 0.5 * blob(side, y, (0.045, 0.708), (0.016, 0.012)) + 0.6 * blob(side, y, (0.031, 0.738), (0.02, 0.008))
    rough = 0.56 - 0.09 * shine * canvas.front + 0.10 * value_noise(SIZE, 520, 61) + 0.06 * value_noise(SIZE, 90, 62)
    wet = smoothstep(0.35, 0.75, lips)
    return np.asarray(rough * (1 - wet) + 0.36 * wet, dtype=np.float32)


def _over(colour: NDArray[np.float32], paint: tuple[float, float, float], cover: Plane) -> NDArray[np.float32]:
    cover = np.clip(cover, 0, 1)[..., None]
    return np.asarray(colour * (1 - cover) + np.array(paint, np.float32) * cover, dtype=np.float32)
