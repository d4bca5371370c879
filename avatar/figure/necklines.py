"""Necklines: how far inside a garment's neck points of the reference body are, metres; negative outside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUND = 0.006  # metres: no opening ends in a sharper point, which a seam could not follow
_HIGHEST = 0.625  # metres: no garment reaches the jaw


def crew_neckline(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """A round neck close to the throat; ``reference`` has shape (..., 3), what is returned (...)."""
    x, y, z = np.moveaxis(reference, -1, 0)
    drop = 0.016 + 0.059 * np.clip((z + 0.02) / 0.09, 0, 1)
    below = np.maximum(0.602 - y, 0) / drop
    return np.asarray(np.minimum((np.hypot(x / 0.070, below) - 1) * drop, _HIGHEST - y))


def hood_neckline(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """A wide round neck from which a hood falls."""
    x, y, z = np.moveaxis(reference, -1, 0)
    drop = 0.020 + 0.075 * np.clip((z + 0.02) / 0.09, 0, 1)
    below = np.maximum(0.607 - y, 0) / drop
    return np.asarray(np.minimum((np.hypot(x / 0.080, below) - 1) * drop, _HIGHEST - y))


def open_neckline(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """A shirt with its top button open."""
    return _opened(reference, top=0.588, width=0.055, point=0.500, slope=0.38)


def v_neckline(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """A V neck down to the breastbone."""
    return _opened(reference, top=0.576, width=0.06, point=0.428, slope=0.60)


def blazer_neckline(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """The long opening of a jacket, down to its button."""
    return _opened(reference, top=0.585, width=0.06, point=0.235, slope=0.30)


def _opened(
    reference: NDArray[np.float64], *, top: float, width: float, point: float, slope: float
) -> NDArray[np.float64]:
    """Return the distance inside a neck that ends in a point in front.

    Args:
        reference: points. top: height of the neck above the shoulders. width: where it begins to fall off sideways.
        point: height of the lowest point. slope: half its opening, metres a metre.
    """
    x, y, z = np.moveaxis(reference, -1, 0)
    round_neck = top - 0.36 * z + 0.8 * np.maximum(np.abs(x) - width, 0) - y
    opening = np.where(z > 0.02, (np.hypot(x, _ROUND) - _ROUND - slope * (y - point)) / np.hypot(1.0, slope), 1.0)
    return np.asarray(np.minimum(round_neck, opening))
