"""What the vertices of the face know for its shader: which lines deepen there as it moves, and how dry it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from avatar.figure.creases import line_zones
from avatar.figure.geometry import Geometry
from avatar.figure.lids import Lids
from avatar.figure.lips import face_lips
from avatar.figure.painting import blob, smoothstep
from avatar.figure.recipe import FigureRecipe
from avatar.figure.surface import Surface

_DRIEST_LIPS, _WETTEST_LIPS, _WET_LID = 0.75, 0.10, 0.05
_CORNER = (0.022, 0.015)  # metres from the middle: lips are dry at the corners of the mouth
_RED_LOOPS = 14  # of the lips, from the inside of the mouth outward, are moist


def with_traits(geometry: Geometry, face: Surface, lids: Sequence[Lids], recipe: FigureRecipe) -> Geometry:
    """Return the geometry of a face with its traits: ``tints`` are the lines of forehead, frown, eyes and smile."""
    return replace(geometry, tints=line_zones(face.reference), edges=_dryness(face, lids, recipe))


def _dryness(face: Surface, lids: Sequence[Lids], recipe: FigureRecipe) -> NDArray[np.float64]:
    x, y, z = face.reference.astype(np.float32).T
    side = np.abs(x)
    oily = blob(side, y, (0.0, 0.70), (0.010, 0.03)) + 0.7 * blob(side, y, (0.0, 0.775), (0.04, 0.02))
    oily += 0.5 * blob(side, y, (0.045, 0.708), (0.016, 0.012)) + 0.7 * blob(side, y, (0.031, 0.738), (0.02, 0.008))
    dry = 1.0 - (0.12 + 0.50 * recipe.skin.shine) * np.clip(oily, 0, 1) * smoothstep(0.07, 0.10, z)
    lips = face_lips(face)
    for lip in (lips.upper, lips.lower):
        moist = lip[:_RED_LOOPS]
        wet = _DRIEST_LIPS + (_WETTEST_LIPS - _DRIEST_LIPS) * recipe.lips.gloss
        dry[moist] += (wet - dry[moist]) * smoothstep(*_CORNER, side[moist])
    for own in lids:
        dry[own.wet] = _WET_LID
    return np.asarray(dry, dtype=np.float64)
