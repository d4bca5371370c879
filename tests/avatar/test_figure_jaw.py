"""Cheeks, jaw and neck stay whole in every ARKit shape, and in any two at once: no skin turns over or tears."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from avatar.figure import Figure
from avatar.pose import ARKIT_NAMES
from tests.avatar.expressions import face
from tests.avatar.figures import figures, wheel

__all__ = ["figures", "wheel"]

_HARD = [
    ("mouthLeft", "mouthSmileLeft"),
    ("mouthSmileRight", "mouthStretchRight"),
    ("mouthSmileLeft", "mouthDimpleLeft"),
    ("mouthSmileRight", "mouthPressRight"),
    ("jawLeft", "mouthSmileLeft"),
    ("mouthFunnel", "mouthSmileLeft"),
    ("jawOpen", "mouthClose"),
    ("jawOpen", "mouthStretchLeft"),
]
_SAMPLED = 110  # of the 1,326 pairs
_TORN = 2.6  # times as long as at rest


def below_the_cheekbones(figure: Figure) -> np.ndarray:
    """Return the triangles of cheeks, jaw and neck, without the lips."""
    skin = np.concatenate([part.triangles for part in figure.parts if part.material == "skin"])
    skin = skin[(skin < figure.morphing).all(1)]
    x, y, z = figure.positions[skin].mean(1).T
    _, eye, front = figure.eyes.mean(0)
    lips = (np.hypot(x / 0.034, (y - eye + 0.068) / 0.022) < 1) & (z > front - 0.02)
    return np.asarray(skin[(y < eye - 0.045) & ~lips])


@pytest.mark.parametrize("name", ["vera", "milo"])
def test_no_shape_and_no_two_shapes_fold_or_tear_cheeks_jaw_and_neck(figures: dict[str, Figure], name: str) -> None:
    figure = figures[name]
    triangles = below_the_cheekbones(figure)
    pairs = list(combinations(ARKIT_NAMES, 2))
    sampled = np.random.default_rng(3).choice(len(pairs), _SAMPLED, replace=False)
    chosen = [(shape, shape) for shape in ARKIT_NAMES] + _HARD + [pairs[index] for index in sampled]
    rest = figure.positions[: figure.morphing].astype(np.float64)[triangles]
    facing = np.cross(rest[:, 1] - rest[:, 0], rest[:, 2] - rest[:, 0])
    sides = np.linalg.norm(rest - np.roll(rest, 1, axis=1), axis=2)
    for pair in chosen:
        moved = figure.morphed(face(**dict.fromkeys(pair, 1.0)))[:, :3].astype(np.float64)[triangles]
        turned = np.cross(moved[:, 1] - moved[:, 0], moved[:, 2] - moved[:, 0])
        assert ((turned * facing).sum(1) > 0).all(), pair
        stretched = np.linalg.norm(moved - np.roll(moved, 1, axis=1), axis=2) / np.maximum(sides, 1e-6)
        assert stretched.max() < _TORN, pair
