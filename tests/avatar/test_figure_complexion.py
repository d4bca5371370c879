"""Skin, lips, brows and eyes are what their declarations say, from very fair to very dark."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np
import pytest

from avatar.figure.atlas import HEAD_WIDTH, atlas, of_body
from avatar.figure.brows import BrowStyle
from avatar.figure.canvas import Planes
from avatar.figure.complexion import EyeStyle, LipStyle, SkinStyle, lip_colour, skin_colour
from avatar.figure.creases import crease_relief, line_strengths, line_zones
from avatar.figure.painting import enlarged, stamped, strokes
from avatar.pose import neutral_face
from tests.avatar.expressions import face


def test_a_darker_tone_is_darker_in_every_channel() -> None:
    tones = [skin_colour(SkinStyle(tone=tone)) for tone in np.linspace(0, 1, 9)]
    assert all((darker < fairer).all() for fairer, darker in pairwise(tones))


def test_a_warm_undertone_is_yellower_than_a_cool_one() -> None:
    warm, cool = skin_colour(SkinStyle(undertone=1.0)), skin_colour(SkinStyle(undertone=-1.0))
    assert warm[0] - warm[2] > cool[0] - cool[2]


@pytest.mark.parametrize("tone", [0.0, 0.5, 1.0])
def test_lips_are_redder_than_the_skin_around_them(tone: float) -> None:
    skin = SkinStyle(tone=tone)
    of_skin, lips = skin_colour(skin), lip_colour(LipStyle(), skin)
    assert lips[0] / lips[1] > of_skin[0] / of_skin[1]


@pytest.mark.parametrize(
    ("style", "fields"),
    [
        (SkinStyle, {"tone": 1.2}),
        (SkinStyle, {"undertone": -2.0}),
        (LipStyle, {"gloss": -0.1}),
        (EyeStyle, {"pupil": 0.9}),
        (BrowStyle, {"thickness": 0.5}),
        (BrowStyle, {"bushy": 1.0}),
    ],
)
def test_what_no_face_has_is_refused(style: type[msgspec.Struct], fields: dict[str, float]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(fields))):
        msgspec.convert(fields, style)


def test_the_texture_leads_back_to_the_body() -> None:
    rng = np.random.default_rng(3)
    face = np.stack([rng.uniform(0.78, 0.97, 200), rng.uniform(0.35, 0.62, 200)], 1)
    moved = atlas(face)
    assert (moved[:, 0] < HEAD_WIDTH).all()
    v, u = of_body(moved[:, 1], moved[:, 0])
    np.testing.assert_allclose(np.stack([u, v], 1), face, atol=1e-9)


def test_head_body_and_hands_have_a_place_each_in_the_texture() -> None:
    head, chest, arm, hand = atlas(np.array([[0.85, 0.5], [0.38, 0.93], [0.70, 0.85], [0.45, 0.1]]))
    assert head[0] < HEAD_WIDTH < min(chest[0], arm[0], hand[0])
    assert hand[1] < 0.28 < min(chest[1], arm[1])


def line(x: float, y: float, age: float) -> tuple[float, float]:
    """Return how deep the deepest line near a place is in the relief, and in the colour that stays."""
    around = np.mgrid[-0.004:0.0041:0.0002, -0.004:0.0041:0.0002].astype(np.float32)
    relief, stays = crease_relief(Planes(x + around[1], y + around[0], np.full_like(around[0], 0.12)), age)
    return float(-relief.min()), float(-stays.min())


FOLDS = {"forehead": (0.02, 0.77), "frown": (0.007, 0.752), "crow's feet": (0.056, 0.729), "smile": (0.027, 0.678)}


def test_lines_lie_where_faces_fold_and_nowhere_else() -> None:
    assert all(line(*place, age=1.0)[0] > 0.5 for place in FOLDS.values())
    assert line(0.045, 0.690, age=1.0)[0] < 0.05  # the cheek
    assert line(0.0, 0.640, age=1.0)[0] < 0.05  # the chin


def test_lines_fold_young_faces_too_but_stay_in_old_ones_and_forehead_and_frown_least() -> None:
    for place in FOLDS.values():
        young, old = line(*place, age=0.1), line(*place, age=0.9)
        assert 0.1 < young[0] < 0.6 * old[0]
        assert young[1] < 0.05 < old[1]
    stays = {name: line(*place, age=1.0)[1] for name, place in FOLDS.items()}
    assert stays["frown"] < stays["forehead"] < 0.7 * stays["smile"]


def test_each_kind_of_line_has_its_place_and_what_deepens_it() -> None:
    places = np.array([[0.01, 0.775, 0.12], [0.006, 0.75, 0.12], [-0.055, 0.728, 0.12], [0.027, 0.678, 0.12]])
    np.testing.assert_array_less(np.full(4, 0.9), line_zones(places).diagonal())
    assert line_zones(np.array([[0.0, 0.640, 0.12], [0.01, 0.775, 0.02]])).max() == 0  # the chin, the back of the head
    for shape, kind in (("browInnerUp", 0), ("browDown", 1), ("cheekSquint", 2), ("mouthSmile", 3)):
        left, right = line_strengths(face(**{shape: 1.0}))
        assert left[kind] == right[kind] > 0.5


def test_lines_deepen_on_the_side_that_moves_and_not_without_end() -> None:
    assert line_strengths(neutral_face()) == ((0.0,) * 4, (0.0,) * 4)
    left, right = line_strengths(face(mouthSmileLeft=1.0, noseSneerLeft=1.0, cheekSquintLeft=1.0))
    assert max(left) == 1.0
    assert max(right) == 0.0


def test_spots_and_strokes_lie_where_they_are_put() -> None:
    spot = stamped(64, np.array([[40.5, 20.5]]), np.array([2.0]), np.array([0.8]))
    assert divmod(int(spot.argmax()), 64) == (20, 40)
    assert spot.max() == pytest.approx(0.8)
    stroke = strokes(64, np.array([[10.0, 30.0]]), np.array([0.0]), length=4, strength=np.array([1.0]))
    assert np.flatnonzero(stroke[30]).tolist() == [10, 11, 12, 13]
    assert np.count_nonzero(stroke) == 4


def test_a_box_of_a_plane_is_enlarged_without_a_shift() -> None:
    ramp = np.tile(np.arange(16, dtype=np.float32), (16, 1))
    np.testing.assert_allclose(enlarged(ramp, (16, 16), (4, 4, 12, 12))[8, 2:-2], np.arange(4.75, 10.3, 0.5) - 0.0)
