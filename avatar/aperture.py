"""Aperture: how far a mouth shape parts the lips, and how far a consonant may do so beside a vowel.

A vowel is heard and seen as an opening between two narrowings (Öhman, 1966, "Coarticulation in VCV utterances": consonants
are constrictions laid over a movement from vowel to vowel), so no consonant stands as open as the vowel next to it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.visemes import ARTICULATORS

NAMES = tuple(name for names in ARTICULATORS.values() for name in names)  # of the weights in a shape, in order
OPENS = np.array([name.startswith(("jawOpen", "mouthLowerDown", "mouthUpperUp")) for name in NAMES])

# Millimetres of height between the lips for a weight of 1, fitted on the default figure's surface.
_PARTS = {
    "jawOpen": 34.0, "mouthLowerDownLeft": 2.0, "mouthLowerDownRight": 2.0, "mouthUpperUpLeft": 2.5,
    "mouthUpperUpRight": 2.5, "mouthFunnel": 8.0, "mouthPucker": -2.5,
}  # fmt: skip
_PARTING = np.array([_PARTS.get(name, 0.0) for name in NAMES])
_JAW = NAMES.index("jawOpen")
_JAW_LEAST = 0.03  # jawOpen that stays to a consonant, so that its teeth are seen
_LIPS_LEAST = 0.3  # of how far lips are drawn apart
_NARROWER_BY, _SHARE = 1.5, 0.55  # mm by which, and share to which, a consonant is narrower than its vowel
_NARROWEST = 0.8  # mm to which a vowel makes a consonant narrow

Shape = NDArray[np.float64]  # one weight per name in NAMES


def aperture(shape: Shape) -> float:
    """Return how far a shape parts the lips, in mm as if each weight did so by itself (2 mm are slack)."""
    return float(shape @ _PARTING)


def narrowed(shape: Shape, most: float) -> Shape:
    """Return a shape that parts the lips by ``most`` mm at most: first the jaw rises, then the lips come nearer."""
    over = aperture(shape) - most
    if over <= 0.0:
        return shape
    narrow = shape.copy()
    risen = min(max(narrow[_JAW] - _JAW_LEAST, 0.0), over / _PARTS["jawOpen"])
    narrow[_JAW] -= risen
    over -= risen * _PARTS["jawOpen"]
    if over > 0.0:
        drawn = float(narrow[OPENS] @ _PARTING[OPENS])
        narrow[OPENS] *= max(_LIPS_LEAST, 1.0 - over / drawn) if drawn > 0.0 else 1.0
    return narrow


def beside(vowel: float, room: float) -> float:
    """Return how far, in mm, a consonant may part the lips beside a vowel that does so by ``vowel`` mm.

    Args:
        room: seconds in which the mouth would open and narrow again; where they are few it moves less.
    """
    return max(_NARROWEST, min(vowel - _NARROWER_BY, vowel * _SHARE))
