"""Where hair grows, measured on the reference head, so that every shape of head wears its hair in the same place.

Places are metres on the reference head, where the eyes are at (0.031, 0.7285, 0.15).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avatar.figure.hair.style import HairStyle
from avatar.figure.painting import smoothstep

Hairline = Literal["round", "square"]

_PARTING_REACH = 0.042  # metres to the side that a parting can lie
PARTING_FRONT, PARTING_BACK = 0.128, 0.015  # metres: how far forward and back a parting reaches
# The height of the hairline (metres) by depth z, from the nape over the ear to the forehead.
_DEPTH = np.array(
    [-0.05, 0.0, 0.015, 0.028, 0.036, 0.046, 0.060, 0.0675, 0.073, 0.079, 0.090, 0.110, 0.122, 0.136, 0.15]
)
_NAPE_TO_EAR = [0.636, 0.642, 0.665, 0.695, 0.722, 0.738, 0.738]
_HEIGHT: dict[Hairline, NDArray[np.float64]] = {
    "round": np.array([*_NAPE_TO_EAR, 0.722, 0.728, 0.746, 0.769, 0.790, 0.797, 0.800, 0.800]),
    "square": np.array([*_NAPE_TO_EAR, 0.708, 0.714, 0.742, 0.777, 0.806, 0.811, 0.806, 0.806]),
}
_SQUARE_CUTS = {"bald", "buzz", "short", "parted", "receding"}
_RECEDED = 0.024  # metres that the temples draw back at most
_CROWN_RIM = 0.772  # metres: above it a receding head is bald
_FADE = {"bald": 0.012, "buzz": 0.009, "short": 0.008, "parted": 0.008, "receding": 0.010}  # metres, at the hairline
_SOFT_FADE = 0.006
_TINT = {"buzz": 0.80}  # how much of the skin the roots hide; else all
# How much light reaches the scalp between the locks; else less.
_LIGHT_BETWEEN = {
    "bald": 1.0, "buzz": 0.9, "bun": 0.8, "ponytail": 0.8, "short": 0.6, "parted": 0.5, "receding": 0.7
}  # fmt: skip
_LITTLE_LIGHT = 0.45
_GAMMA = 2.2
_GREY = np.array([0.235, 0.228, 0.218])  # of hair without pigment, linear; as in shaders/hair.vert
_BETWEEN_ROOTS = 0.55  # of the hair's colour is left between its roots
_PARTING_WIDTH = 0.0016  # metres
_PARTING_SHOWS = 0.28  # of the scalp


def parting_place(style: HairStyle) -> float:
    """Return where the hair parts, metres to the figure's left."""
    return style.parting * _PARTING_REACH


def scalp_depth(reference: NDArray[np.floating], style: HairStyle) -> NDArray[np.float64]:
    """Return how far inside the hairline points of the reference head are, metres; negative outside, shape (...)."""
    x, y, z = np.abs(reference[..., 0]), reference[..., 1], reference[..., 2]
    square = style.cut in _SQUARE_CUTS
    height = np.interp(z, _DEPTH, _HEIGHT["square" if square else "round"])
    temple = np.exp(-(((x - 0.043) / 0.017) ** 2)) * smoothstep(0.070, 0.100, z)
    recession = max(style.recession, 0.8 if style.cut == "receding" else 0.0)
    depth = y - height - _RECEDED * recession * temple
    if style.cut == "receding":
        rim = _CROWN_RIM - 0.045 * smoothstep(0.035, 0.085, z) + 0.012 * smoothstep(0.0, -0.03, z)
        depth = np.minimum(depth, rim - y)
    return np.asarray(depth)


def scalp_cover(
    reference: NDArray[np.floating], style: HairStyle, unevenness: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Return how much of the scalp's skin the roots of the hair hide, 0..1, shape (...).

    Args:
        reference: places on the reference head, shape (..., 3).
        style: the hair.
        unevenness: what the hairline wanders by, metres, shape (...).
    """
    fade = _FADE.get(style.cut, _SOFT_FADE)
    cover = smoothstep(-fade, 0.35 * fade, scalp_depth(reference, style) + unevenness)
    tint = style.stubble if style.cut == "bald" else _TINT.get(style.cut, 1.0)
    if style.cut in ("bob", "long", "wavy", "parted"):
        aside = np.abs(reference[..., 0] - parting_place(style)) / _PARTING_WIDTH
        line = np.exp(-(aside**2)) * smoothstep(PARTING_BACK - 0.01, PARTING_BACK + 0.02, reference[..., 2])
        cover = cover * (1.0 - _PARTING_SHOWS * line * smoothstep(0.76, 0.80, reference[..., 1]))
    return np.asarray(cover * tint, dtype=np.float32)


def scalp_light(reference: NDArray[np.floating], style: HairStyle) -> NDArray[np.float32]:
    """Return the share of the light that reaches the scalp between the locks, 0..1, shape (...)."""
    inside = smoothstep(0.0, 0.012, scalp_depth(reference, style))
    return np.asarray(1.0 - (1.0 - _LIGHT_BETWEEN.get(style.cut, _LITTLE_LIGHT)) * inside, dtype=np.float32)


def scalp_colour(style: HairStyle) -> NDArray[np.float32]:
    """Return the colour that roots give to the skin between them, sRGB, shape (3,)."""
    light = np.power(style.root, _GAMMA) * (1 - style.grey) + _GREY * style.grey
    return np.power(light * _BETWEEN_ROOTS, 1 / _GAMMA).astype(np.float32)


def ear(reference: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which points of the reference head belong to an ear, shape (...)."""
    x, y, z = np.abs(reference[..., 0]), reference[..., 1], reference[..., 2]
    return np.asarray((x > 0.060) & (y > 0.672) & (y < 0.742) & (z > 0.024) & (z < 0.078))
