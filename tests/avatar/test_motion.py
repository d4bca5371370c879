"""Motion vectors and the curves that make them become poses: steps, pulses, gaze held against the head."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar.curves import PulseTrack, StepTrack, normal, smooth, uniform, window
from avatar.expressions import expression
from avatar.marks import MOODS
from avatar.motion import BREATH, FACE, VERGENCE, VIEWER_METRES, compose, gaze_of, motion, still, vergence
from avatar.pose import ARKIT_INDEX, EYE_LOOK_DEGREES
from avatar.quaternions import from_angles, multiply, power, rotate

SMALL = st.floats(-5.0, 5.0)  # degrees; three of them stay within what the eyes reach


@given(st.tuples(SMALL, SMALL, SMALL), SMALL, st.tuples(SMALL, SMALL))
def test_the_gaze_is_where_it_should_be_whatever_head_and_body_do(
    head: tuple[float, float, float], lean: float, gaze: tuple[float, float]
) -> None:
    pose = compose(motion(head=head, torso=(lean, -lean, head[2]), gaze=gaze))
    assert gaze_of(pose) == pytest.approx(gaze, abs=0.35)


def test_eyes_turn_no_further_than_they_reach() -> None:
    face = compose(motion(gaze=(0.0, 80.0))).face
    assert 0.8 < face[ARKIT_INDEX["eyeLookOutLeft"]] < 1.0
    assert face[ARKIT_INDEX["eyeLookInLeft"]] == 0.0


def test_looking_left_turns_the_left_eye_out_and_the_right_eye_in() -> None:
    face = compose(motion(gaze=(0.0, 14.0))).face
    assert face[ARKIT_INDEX["eyeLookOutLeft"]] == pytest.approx(0.5, abs=0.05)
    assert face[ARKIT_INDEX["eyeLookInRight"]] == pytest.approx(0.5, abs=0.05)
    assert face[ARKIT_INDEX["eyeLookOutRight"]] == 0.0


def test_the_eyes_meet_on_the_viewer() -> None:
    face = compose(still()).face
    assert face[ARKIT_INDEX["eyeLookInLeft"]] == face[ARKIT_INDEX["eyeLookInRight"]] > 0.0


def test_the_eyes_turn_in_for_what_is_near_and_less_for_what_is_far() -> None:
    turned_in = []
    for metres in (0.5, VIEWER_METRES, 6.0):
        vector = still()
        vector[VERGENCE] = vergence(metres)
        turned_in.append(compose(vector).face[ARKIT_INDEX["eyeLookInLeft"]] * EYE_LOOK_DEGREES)
    assert turned_in == pytest.approx([np.degrees(np.arctan(0.032 / metres)) for metres in (0.5, 1.7, 6.0)], abs=0.01)


def test_neck_and_skull_share_a_turn_of_the_head() -> None:
    bones = compose(motion(head=(5.0, 20.0, -4.0))).bones
    assert multiply(bones["neck"], bones["head"]) == pytest.approx(from_angles(5.0, 20.0, -4.0))
    assert bones["neck"] == pytest.approx(power(from_angles(5.0, 20.0, -4.0), 0.45))


def test_breath_lifts_the_shoulders_and_leaves_the_head_level() -> None:
    vector = still()
    vector[BREATH] = 1.0
    bones = compose(vector).bones
    assert rotate(bones["leftShoulder"], (1.0, 0.0, 0.0))[1] > 0.01
    assert rotate(bones["rightShoulder"], (-1.0, 0.0, 0.0))[1] > 0.01
    level = multiply(multiply(bones["upperChest"], bones["neck"]), bones["head"])
    assert rotate(level, (0.0, 0.0, 1.0)) == pytest.approx((0.0, 0.0, 1.0))


def test_a_name_without_a_side_is_both_and_an_unknown_one_is_an_error() -> None:
    vector = motion({"mouthSmile": 0.5, "jawOpen": 0.2})
    assert vector[FACE][ARKIT_INDEX["mouthSmileLeft"]] == vector[FACE][ARKIT_INDEX["mouthSmileRight"]] == 0.5
    with pytest.raises(KeyError):
        motion({"mouthOpen": 1.0})


def test_every_mood_is_a_face_of_its_own_and_slightly_asymmetrical() -> None:
    faces = [expression(mood)[FACE] for mood in MOODS]
    for index, face in enumerate(faces):
        assert face.min() >= 0.0
        assert face.max() <= 1.0
        assert all(np.linalg.norm(face - other) > 0.5 for other in faces[:index])
        assert all(np.count_nonzero(np.abs(face - other) > 0.15) >= 3 for other in faces[:index])
    lopsided = [mood for mood, face in zip(MOODS, faces, strict=True) if _lopsided(face)]
    assert set(MOODS) - set(lopsided) == {"neutral"}


def test_joy_reaches_the_eyes() -> None:
    face = expression("joy")[FACE]
    assert min(face[ARKIT_INDEX[name]] for name in ("cheekSquintLeft", "cheekSquintRight", "eyeSquintLeft")) > 0.3


def test_a_mood_grows_with_its_strength_and_a_strength_out_of_range_is_brought_back_into_it() -> None:
    assert np.allclose(expression("fear", 0.4), 0.4 * expression("fear"))
    assert np.array_equal(expression("fear", 7.0), expression("fear"))
    assert not expression("fear", -1.0).any()


def _lopsided(face: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    return any(
        face[index] != face[ARKIT_INDEX[name.replace("Left", "Right")]]
        for name, index in ARKIT_INDEX.items()
        if name.endswith("Left")
    )


def test_steps_glide_from_wherever_the_last_one_got_to() -> None:
    track = StepTrack(np.zeros(1))
    track.step(1.0, 1.0, np.ones(1))
    track.step(1.5, 1.0, np.zeros(1))
    assert track.at(0.9)[0] == 0.0
    assert track.at(1.5)[0] == pytest.approx(0.5)
    assert track.at(9.0)[0] == 0.0
    path = np.array([track.at(index * 0.001)[0] for index in range(3000)])
    assert np.abs(np.diff(path)).max() < 0.0025
    assert np.abs(np.diff(path, 2)).max() < 2e-5


def test_forgetting_the_past_leaves_the_present_alone() -> None:
    steps, pulses = StepTrack(np.zeros(1)), PulseTrack(1)
    for second in range(20):
        steps.step(float(second), 0.7, np.full(1, float(second % 3)))
        pulses.add(second, second + 0.2, second + 0.3, second + 1.4, np.ones(1))
    before = [(steps.at(moment)[0], pulses.at(moment)[0]) for moment in np.arange(10.0, 25.0, 0.1)]
    steps.forget_before(10.0)
    pulses.forget_before(10.0)
    after = [(steps.at(moment)[0], pulses.at(moment)[0]) for moment in np.arange(10.0, 25.0, 0.1)]
    assert np.allclose(before, after)


def test_pulses_add_up_and_end() -> None:
    pulses = PulseTrack(1)
    pulses.add(0.0, 0.1, 5.0, 6.0, np.ones(1))
    pulses.add(1.0, 1.5, 1.5, 2.0, np.full(1, 0.5))
    assert pulses.at(1.5)[0] == pytest.approx(1.5)
    assert pulses.at(3.0)[0] == 1.0
    assert pulses.at(6.0)[0] == 0.0


def test_ramps_and_windows_are_flat_at_their_ends() -> None:
    assert (smooth(-1.0), smooth(0.5), smooth(2.0)) == (0.0, 0.5, 1.0)
    assert smooth(1e-4) < 1e-7
    assert [window(moment, 1.0, 2.0, 3.0, 4.0) for moment in (1.0, 1.5, 2.0, 2.5, 3.5, 4.0)] == [0, 0.5, 1, 1, 0.5, 0]


def test_hashed_numbers_are_spread_and_depend_on_every_key() -> None:
    draws = np.array([uniform(1, 2, index) for index in range(4000)])
    assert draws.mean() == pytest.approx(0.5, abs=0.02)
    assert draws.std() == pytest.approx(np.sqrt(1 / 12), abs=0.01)
    assert len({uniform(1, 2, 3), uniform(2, 1, 3), uniform(1, 2, 3, 0), uniform(-1, 2, 3)}) == 4
    bell = np.array([normal(5, index) for index in range(4000)])
    assert bell.mean() == pytest.approx(0.0, abs=0.05)
    assert bell.std() == pytest.approx(1.0, abs=0.04)
