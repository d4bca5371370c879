"""Textures are as fine as the picture can show, and their reductions are means."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from avatar.renderer.levels import Levels
from tests.avatar.figures import ctx

__all__ = ["ctx"]


@pytest.mark.parametrize(
    ("texels", "density", "side"), [(1000, 1000, 16), (1000, 4000, 16), (1000, 260, 4), (1000, 500, 8), (1000, 0.0, 1)]
)
def test_the_level_has_about_a_texel_for_a_sample(
    ctx: moderngl.Context, texels: float, density: float, side: int
) -> None:
    levels = Levels(ctx, np.zeros((16, 16, 4), np.uint8))
    assert levels.suiting(texels, density).size == (side, side)
    levels.release()


def test_a_level_is_the_mean_of_what_it_stands_for(ctx: moderngl.Context) -> None:
    picture = np.random.default_rng(2).integers(0, 256, (8, 16, 4), dtype=np.uint8)
    levels = Levels(ctx, picture)
    texture = levels.suiting(4.0, 1.0)
    assert texture.size == (4, 2)
    mean = picture.reshape(2, 4, 4, 4, 4).mean((1, 3))
    shown = np.frombuffer(texture.read(), np.uint8).reshape(2, 4, 4)
    assert np.abs(shown - mean).max() <= 1
    levels.release()


def test_no_level_is_coarser_than_the_coarsest_allowed(ctx: moderngl.Context) -> None:
    levels = Levels(ctx, np.zeros((16, 16, 4), np.uint8))
    assert levels.suiting(1000, 1, coarsest=1).size == (8, 8)
    levels.release()
