"""Vertices are numbered as they are drawn: each once, what morphs first, none that nothing shows."""

from __future__ import annotations

import numpy as np

from avatar.figure import Figure
from avatar.renderer.numbering import Numbering
from tests.avatar.figures import figures, wheel

__all__ = ["figures", "wheel"]


def test_numbers_stand_for_the_same_triangles(figures: dict[str, Figure]) -> None:
    figure = figures["vera"]
    numbering = Numbering(figure)
    for part in figure.parts:
        np.testing.assert_array_equal(numbering.vertices[numbering.of(part.triangles)], part.triangles)
    assert len(np.unique(numbering.vertices)) == len(numbering.vertices)
    assert set(numbering.vertices.tolist()) == {v for part in figure.parts for v in np.unique(part.triangles).tolist()}


def test_what_morphs_comes_first_and_there_what_light_triangles_use(figures: dict[str, Figure]) -> None:
    figure = figures["vera"]
    numbering = Numbering(figure)
    morphs = numbering.vertices < figure.morphing
    assert morphs[: numbering.morphing].all()
    assert not morphs[numbering.morphing :].any()
    numbers = np.concatenate(
        [numbering.of(part.triangles if part.light is None else part.light).ravel() for part in figure.parts]
    )
    assert numbers[numbers < numbering.morphing].max() == numbering.light_morphing - 1
    assert numbering.light_morphing < 0.7 * numbering.morphing


def test_the_margins_of_the_lids_come_before_all_others(figures: dict[str, Figure]) -> None:
    for figure in figures.values():
        np.testing.assert_array_equal(Numbering(figure).vertices[:4], figure.lids.ravel())
