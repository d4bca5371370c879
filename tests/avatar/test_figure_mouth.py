"""Inside the mouth: incisors show below the upper lip, the tongue lies low, and its tip can be lifted."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.figure import Figure
from avatar.pose import Pose
from tests.avatar.expressions import face
from tests.avatar.figures import COUPLE, figures, wheel
from tests.avatar.test_figure import posed, vertices

__all__ = ["figures", "wheel"]

_SHUT, _AGAPE = Pose(), Pose(face(jawOpen=1.0))


class Mouth:
    """Where the parts of a figure's mouth are in a pose; heights in metres."""

    def __init__(self, figure: Figure, **weights: float) -> None:
        at, shut = posed(figure, Pose(face(**weights))), posed(figure, _SHUT)
        fall = shut[:, 1] - posed(figure, _AGAPE)[:, 1]  # what the jaw carries, falls
        teeth, skin, tongue = (vertices(figure, part) for part in ("teeth", "skin", "tongue"))
        upper, lower = teeth[fall[teeth] < 0.002], teeth[fall[teeth] > 0.006]
        front = figure.teeth_front
        middle = skin[(np.abs(shut[skin, 0]) < 0.002) & (shut[skin, 2] > front)]
        middle = middle[np.abs(shut[middle, 1] - shut[upper, 1].min()) < 0.02]
        self.upper_lip = at[middle[fall[middle] < 0.005], 1].min()
        self.lower_lip = at[middle[fall[middle] > 0.025], 1].max()
        self.upper_teeth = at[upper[shut[upper, 2] > front - 0.006], 1].min()
        self.lower_teeth = at[lower[shut[lower, 2] > front - 0.010], 1].max()
        tip = shut[tongue, 2].max()
        self.tip = at[tongue[shut[tongue, 2] > tip - 0.004], 1].max()
        self.back = at[tongue[shut[tongue, 2] < tip - 0.030], 1].mean()
        self.tongue = at[tongue[shut[tongue, 2] > tip - 0.020], 1].max()


@pytest.mark.parametrize("name", COUPLE)
@pytest.mark.parametrize("jaw", [0.1, 0.2, 0.4])
def test_the_upper_incisors_show_and_the_lower_stay_behind_the_lip(
    figures: dict[str, Figure], name: str, jaw: float
) -> None:
    mouth = Mouth(figures[name], jawOpen=jaw)
    assert 0.002 < mouth.upper_lip - mouth.upper_teeth < 0.006
    assert mouth.lower_teeth < mouth.lower_lip + 0.001


@pytest.mark.parametrize("name", COUPLE)
def test_the_gap_over_the_tongue_grows_with_the_opening(figures: dict[str, Figure], name: str) -> None:
    gaps = [(mouth := Mouth(figures[name], jawOpen=jaw)).upper_teeth - mouth.tongue for jaw in (0.2, 0.35, 0.5)]
    assert gaps[0] > 0.001
    assert gaps[1] > gaps[0] + 0.002
    assert gaps[2] > gaps[1] + 0.002


@pytest.mark.parametrize("name", COUPLE)
@pytest.mark.parametrize("jaw", [0.15, 0.3])
def test_a_little_tongue_out_lifts_only_the_tip_however_far_the_jaw_is_open(
    figures: dict[str, Figure], name: str, jaw: float
) -> None:
    low, lifted = Mouth(figures[name], jawOpen=jaw), Mouth(figures[name], jawOpen=jaw, tongueOut=0.25)
    assert abs(lifted.tip - lifted.upper_teeth) < 0.004
    assert lifted.tip - low.tip > 0.003
    assert abs(lifted.back - low.back) < 0.0025


@pytest.mark.parametrize("name", COUPLE)
def test_all_of_the_tongue_out_lies_over_the_lower_lip(figures: dict[str, Figure], name: str) -> None:
    mouth = Mouth(figures[name], jawOpen=0.4, tongueOut=1.0)
    assert mouth.tip > mouth.lower_lip
