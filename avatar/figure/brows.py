"""Eyebrows, drawn hair by hair from the front and laid onto the skin, so that they move with it."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from avatar.figure.colour import Colour, Share

_SCALE = 16_000  # pixels per metre of the drawing
_LEFT, _LOW, _WIDTH, _HEIGHT = 0.004, 0.735, 0.062, 0.040  # metres on the reference head: what the drawing covers
_SEGMENTS = 7
_SPARSEST, _BUSHIEST = 160, 820  # hairs of a brow


class BrowStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The brows: lengths in metres on the reference head, shares 0..1.

    Attributes:
        colour: of the hairs. density: from sparse to bushy.
        start, end: distance of the inner and outer end from the middle of the face.
        height: of the inner end. arch: how far the highest point lies above it. drop: how far the tail falls again.
        thickness: of the inner third.
    """

    colour: Colour = (0.19, 0.13, 0.10)
    density: Share = 0.5
    start: Annotated[float, msgspec.Meta(ge=0.004, le=0.02)] = 0.0115
    end: Annotated[float, msgspec.Meta(ge=0.035, le=0.062)] = 0.0535
    height: Annotated[float, msgspec.Meta(ge=0.738, le=0.755)] = 0.7475
    arch: Annotated[float, msgspec.Meta(ge=0.0, le=0.014)] = 0.0065
    drop: Annotated[float, msgspec.Meta(ge=0.0, le=0.010)] = 0.0035
    thickness: Annotated[float, msgspec.Meta(ge=0.002, le=0.013)] = 0.0062


def brow_cover(
    x: NDArray[np.float32], y: NDArray[np.float32], z: NDArray[np.float32], style: BrowStyle
) -> NDArray[np.float32]:
    """Return how much of each point of the reference head brow hair covers, 0..1, in the shape of ``x``."""
    column, row = (np.abs(x) - _LEFT) * _SCALE, (_LOW + _HEIGHT - y) * _SCALE
    near = (z > 0.09) & (column > 0) & (column < _WIDTH * _SCALE) & (row > 0) & (row < _HEIGHT * _SCALE)
    cover = np.zeros(x.shape, np.float32)
    for side, seed in ((1.0, 11), (-1.0, 12)):
        chosen = near & (x * side > 0)
        cover[chosen] = ndimage.map_coordinates(_drawing(style, seed), [row[chosen], column[chosen]], order=1)
    return cover


@lru_cache(maxsize=4)
def _drawing(style: BrowStyle, seed: int) -> NDArray[np.float32]:
    """Return one brow seen from the front, inner end at the left, 0..1."""
    rng = np.random.default_rng(seed)
    size = (int(_WIDTH * _SCALE), int(_HEIGHT * _SCALE))
    picture = Image.new("L", size, 0)
    pen = ImageDraw.Draw(picture)
    for _ in range(round(_SPARSEST + (_BUSHIEST - _SPARSEST) * style.density)):
        along = float(rng.beta(1.05, 1.15))
        across = float(np.clip(rng.normal(0.0, 0.42), -1, 1))
        _hair(pen, rng, style, along, across)
    hairs = ndimage.gaussian_filter(np.asarray(picture, np.float32) / 255.0, 1.3)
    under = ndimage.gaussian_filter(hairs[::4, ::4], 4.5).repeat(4, 0).repeat(4, 1)[: hairs.shape[0], : hairs.shape[1]]
    return np.asarray(np.clip(0.85 * hairs + 0.40 * under, 0, 0.94), dtype=np.float32)


def _spine(style: BrowStyle, along: float) -> tuple[float, float, float]:
    """Return (x, y, half thickness) of the brow at ``along``, 0 at the inner end and 1 at the tail."""
    x = style.start + (style.end - style.start) * along
    rise = np.sin(min(along / 0.64, 1.0) * np.pi / 2) ** 1.4 * style.arch
    fall = max(0.0, (along - 0.62) / 0.38) ** 1.6 * (style.arch * 0.55 + style.drop)
    taper = 1.0 - 0.72 * max(0.0, (along - 0.35) / 0.65) ** 1.2
    return x, style.height + rise - fall, style.thickness * taper * min(1.0, 0.62 + along * 3) / 2


def _hair(pen: ImageDraw.ImageDraw, rng: np.random.Generator, style: BrowStyle, along: float, across: float) -> None:
    x, y, half = _spine(style, along)
    ahead = _spine(style, min(along + 0.06, 1.0))
    flow = np.arctan2(ahead[1] - y, max(ahead[0] - x, 1e-5))
    upright = np.radians(68) * max(0.0, 1 - along / 0.30) ** 0.9
    angle = flow + upright + (0.34 - 0.62 * across) * (1 - 0.5 * along) * 0.55 + rng.normal(0, 0.10)
    length = rng.uniform(0.0048, 0.0082) * (1 - 0.35 * along)
    bend = rng.normal(-0.35, 0.15) - 0.5 * upright
    point = np.array([x, y + across * half * 1.15 - (0.0012 if upright > 0 else 0.0)])
    tone = int(rng.uniform(120, 235) * min(1.0, 0.5 + along * 5))
    for step in range(_SEGMENTS):
        there = point + length / _SEGMENTS * np.array([np.cos(angle), np.sin(angle)])
        ends = [((p[0] - _LEFT) * _SCALE, (_LOW + _HEIGHT - p[1]) * _SCALE) for p in (point, there)]
        pen.line(
            [tuple(end) for end in ends],
            fill=round(tone * min(1.0, 0.45 + 0.25 * step)),
            width=max(1, round(5.0 * (1 - step / _SEGMENTS) ** 0.7)),
        )
        point, angle = there, angle + bend / _SEGMENTS
