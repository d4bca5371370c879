"""Grows the hair of a head from its style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.anatomy import Anatomy
from avatar.figure.geometry import Geometry
from avatar.figure.hair.cropped import cropped
from avatar.figure.hair.curled import curled
from avatar.figure.hair.cuts import COILS, CROPS, DRAPES, TIES
from avatar.figure.hair.draped import draped
from avatar.figure.hair.gathered import gathered
from avatar.figure.hair.locks import Locks
from avatar.figure.hair.mould import Mould
from avatar.figure.hair.ribbons import ribbons
from avatar.figure.hair.roots import Head
from avatar.figure.hair.style import Colour, HairStyle
from avatar.figure.hair.swing import swinging
from avatar.figure.painting import smoothstep
from avatar.figure.surface import Surface

_HANG = 0.735  # metres on the reference head: below the temples hair hangs free
_SHORT_RANGE = (0.25, 0.65)  # how far from root to tip the colours of short locks go
_GREY_SPREAD = 0.06  # of the greyness between neighbouring locks
_GREY_FADE = (0.765, 0.815)  # metres on the reference head: from the temples up, grey comes later


@dataclass(frozen=True)
class Hair:
    """The hair of a head: what is drawn, and where the bones are that it swings by."""

    geometry: Geometry
    joints: dict[str, NDArray[np.float64]]


def grown(face: Surface, anatomy: Anatomy, style: HairStyle, clothes: Sequence[Geometry] = ()) -> Hair | None:
    """Return the hair of a head; None for a bald one.

    Args:
        face: the refined skin. anatomy: the body under it. style: how the hair is worn. clothes: what it lies on.
    """
    mould = Mould(face, anatomy, clothes)
    rng = np.random.default_rng(style.seed)
    coats = _coats(Head(face, mould, style, rng))
    if not coats:
        return None
    strips = ribbons(coats, mould, rng)
    tied = TIES.get(style.cut)
    weights, joints = swinging(strips, _HANG if tied is None else tied.place[1], lies=tied is None)
    geometry = Geometry(
        strips.positions,
        strips.normals,
        strips.uvs,
        weights,
        {"hair": strips.triangles},
        edges=_grey(strips.roots, strips.uvs[:, 0], style),
        tangents=strips.tangents,
    )
    return Hair(geometry, joints)


def lock_colours(style: HairStyle) -> tuple[Colour, Colour]:
    """Return the colours at the root and at the tip of a lock; short locks go only part of the way between the two."""
    low, high = _SHORT_RANGE if style.cut in CROPS or style.cut in COILS else (0.0, 1.0)
    root, tip = np.array(style.root), np.array(style.tip)

    def between(share: float) -> Colour:
        red, green, blue = (float(part) for part in root + share * (tip - root))
        return red, green, blue

    return between(low), between(high)


def _coats(head: Head) -> list[Locks]:
    cut = head.style.cut
    if cut in CROPS:
        return cropped(CROPS[cut], head)
    if cut in DRAPES:
        return draped(DRAPES[cut], head)
    if cut in COILS:
        return curled(COILS[cut], head)
    if cut in TIES:
        return gathered(TIES[cut], head)
    return []


def _grey(roots: NDArray[np.float64], lock: NDArray[np.float64], style: HairStyle) -> NDArray[np.float64]:
    """Return how grey each vertex is, 0..1, alike along a lock."""
    if style.grey == 0.0:
        return np.zeros(len(roots))
    number = np.floor(lock).astype(np.int64)
    differs = np.random.default_rng(style.seed).normal(0, _GREY_SPREAD, number.max() + 1)[number]
    temples = 1 - smoothstep(*_GREY_FADE, roots[:, 1])
    late = (1 - temples) * 0.85 * (1 - style.grey)  # the last to go is the top
    return np.asarray(np.clip(style.grey * (1 - late) + differs, 0, 1))
