"""Aperture: how far a mouth shape parts the lips, and how far a consonant may do so beside a vowel.

A vowel is heard and seen as an opening between two narrowings (Öhman, 1966, "Coarticulation in VCV utterances":
consonants are constrictions laid over a movement from vowel to vowel), so none stands as open as a vowel beside it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.curves import smooth
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
_NARROWER_BY, _SHARE = 1.5, 0.45  # mm by which, and share to which, a consonant is narrower than its vowel
_HURRIED, _UNHURRIED = 0.070, 0.100  # seconds of room in which a mouth hardly moves, and moves as it likes
_STIRS = 0.4  # mm by which it then does
_CLOSING_HURRIED, _CLOSING_UNHURRIED = 0.080, 0.115  # the same where the lips meet after it
_BELOW = 1.0  # mm by which a vowel is then aimed below the consonant before it, which insists less
_NARROWEST = 2.6  # mm to which all this makes a shape narrow: below that lips that are not to touch would

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
    moved = smooth((room - _HURRIED) / (_UNHURRIED - _HURRIED))
    return max(_NARROWEST, vowel - (_STIRS + (max(_NARROWER_BY, (1.0 - _SHARE) * vowel) - _STIRS) * moved))


def undershot(vowel: Shape, consonant: float, room: float) -> Shape:
    """Return a vowel before lips that meet, which hardly opens wider than the consonant before it if there is no time.

    A target that there is no time for is undershot (Lindblom, 1963, "Spectrographic study of vowel reduction").

    Args:
        consonant: mm by which it parts the lips. room: seconds from its middle to the contact.
    """
    hurry = 1.0 - smooth((room - _CLOSING_HURRIED) / (_CLOSING_UNHURRIED - _CLOSING_HURRIED))
    return narrowed(vowel, aperture(vowel) + hurry * min(0.0, max(consonant - _BELOW, _NARROWEST) - aperture(vowel)))
