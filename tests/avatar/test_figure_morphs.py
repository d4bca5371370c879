"""Some of a face's vertices move as they do among all of them."""

from __future__ import annotations

import numpy as np

from avatar.figure import Figure
from tests.avatar.expressions import face
from tests.avatar.figures import figures, wheel

__all__ = ["figures", "wheel"]


def test_chosen_vertices_move_as_among_all_in_the_order_asked_for(figures: dict[str, Figure]) -> None:
    figure = figures["vera"]
    some = np.random.default_rng(5).permutation(figure.morphing)[:700]
    weights = face(jawOpen=0.6, eyeBlinkLeft=1.0, mouthSmileRight=0.4, browInnerUp=0.3)
    moved = figure.moving.chosen(some).moved(weights)
    np.testing.assert_array_equal(moved, figure.morphed(weights)[some])
    assert np.abs(moved - figure.moving.chosen(some).moved(face())).max() > 0.005


def test_a_face_at_rest_is_where_the_figure_is(figures: dict[str, Figure]) -> None:
    figure = figures["vera"]
    some = np.array([7, 3, 11])
    np.testing.assert_array_equal(figure.moving.chosen(some).moved(face())[:, :3], figure.positions[some])
