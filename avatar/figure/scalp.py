"""Where hair grows, measured on the reference head, so that every shape of head wears its hair in the same place."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Cut = Literal["bob", "short"]

# The height of the hairline (metres, on the reference head) by depth z, from the nape over the ear to the forehead.
_DEPTH = np.array(
    [-0.05, 0.0, 0.015, 0.028, 0.036, 0.046, 0.060, 0.0675, 0.073, 0.079, 0.090, 0.110, 0.122, 0.136, 0.15]
)
_NAPE_TO_EAR = [0.636, 0.642, 0.665, 0.695, 0.722, 0.738, 0.738]
_HEIGHT: dict[Cut, NDArray[np.float64]] = {
    "bob": np.array([*_NAPE_TO_EAR, 0.722, 0.728, 0.746, 0.769, 0.790, 0.797, 0.800, 0.800]),
    "short": np.array([*_NAPE_TO_EAR, 0.708, 0.714, 0.742, 0.777, 0.806, 0.811, 0.806, 0.806]),
}


def scalp_depth(reference: NDArray[np.floating], cut: Cut) -> NDArray[np.float64]:
    """Return how far inside the hairline points of the reference head are, metres; negative outside, shape (...)."""
    height = np.interp(reference[..., 2], _DEPTH, _HEIGHT[cut])
    return np.asarray(reference[..., 1] - height)


def ear(reference: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which points of the reference head belong to an ear, shape (...)."""
    x, y, z = np.abs(reference[..., 0]), reference[..., 1], reference[..., 2]
    return np.asarray((x > 0.060) & (y > 0.672) & (y < 0.742) & (z > 0.024) & (z < 0.078))
