"""At rest the arms hang; rotations are about the model's axes; twist spreads along the arm; joints never come apart."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.figure import Figure
from avatar.figure.skeleton import BONE_INDEX, BONE_NAMES, PARENTS
from avatar.pose import Pose, Quaternion
from tests.avatar.expressions import turn
from tests.avatar.figures import figures, wheel
from tests.avatar.test_figure import posed

__all__ = ["figures", "wheel"]

SIDES = ("left", "right")


def joint(figure: Figure, name: str, **bones: Quaternion) -> np.ndarray:
    """Return where a joint is in a pose, metres."""
    world = figure.skeleton.world(bones, (0.0, 0.0, 0.0))[BONE_INDEX[name]]
    return np.asarray(world[:3, :3] @ figure.skeleton.joints[BONE_INDEX[name]] + world[:3, 3])


def test_all_fingers_of_both_hands_have_their_bones() -> None:
    for side in SIDES:
        fingers = [f"{side}{finger}" for finger in ("Index", "Middle", "Ring", "Little")]
        wanted = [finger + part for finger in fingers for part in ("Proximal", "Intermediate", "Distal")]
        wanted += [f"{side}Thumb{part}" for part in ("Metacarpal", "Proximal", "Distal")]
        assert set(wanted) <= set(BONE_NAMES)


@pytest.mark.parametrize("side", SIDES)
def test_at_rest_the_arms_hang_with_elbows_a_little_bent(figures: dict[str, Figure], side: str) -> None:
    for figure in figures.values():
        shoulder, elbow, wrist, knuckle = (
            joint(figure, side + bone) for bone in ("UpperArm", "LowerArm", "Hand", "MiddleProximal")
        )
        assert shoulder[1] > elbow[1] > wrist[1] > knuckle[1]
        upper, lower = elbow - shoulder, wrist - elbow
        out = np.degrees(np.arcsin(abs(upper[0]) / np.linalg.norm(upper)))
        assert 3 < out < 15
        bent = np.degrees(np.arccos(upper @ lower / np.linalg.norm(upper) / np.linalg.norm(lower)))
        assert 8 < bent < 25
        assert wrist[2] > elbow[2]


@pytest.mark.parametrize(("side", "inward"), [("left", -1.0), ("right", 1.0)])
def test_at_rest_the_palms_face_the_thighs(figures: dict[str, Figure], side: str, inward: float) -> None:
    wrist, index, little = (joint(figures["vera"], side + bone) for bone in ("Hand", "IndexProximal", "LittleProximal"))
    palm = np.cross(little - wrist, index - wrist) * -inward
    assert palm[0] / np.linalg.norm(palm) * inward > 0.9


@pytest.mark.parametrize("side", SIDES)
def test_a_negative_turn_about_x_brings_the_forearm_forward(figures: dict[str, Figure], side: str) -> None:
    bent = {f"{side}LowerArm": turn("x", -80)}
    before, after = joint(figures["milo"], f"{side}Hand"), joint(figures["milo"], f"{side}Hand", **bent)
    assert after[2] - before[2] > 0.15
    assert after[1] - before[1] > 0.10


@pytest.mark.parametrize(("side", "sign"), [("left", -1), ("right", 1)])
def test_fingers_curl_into_the_palm_about_z(figures: dict[str, Figure], side: str, sign: int) -> None:
    curled = {f"{side}MiddleProximal": turn("z", sign * 60)}
    wrist = joint(figures["vera"], f"{side}Hand")
    open_, shut = (joint(figures["vera"], f"{side}MiddleDistal", **pose) - wrist for pose in ({}, curled))
    assert np.linalg.norm(shut) < np.linalg.norm(open_) - 0.03
    assert (shut[0] - open_[0]) * sign > 0.008


def test_no_pose_takes_neighbouring_bones_apart(figures: dict[str, Figure]) -> None:
    figure, rng = figures["vera"], np.random.default_rng(5)
    for _ in range(20):
        bones = {name: (*rng.normal(0, 0.4, 3), 1.0) for name in BONE_NAMES}
        palette = figure.palette(Pose(bones=bones)).astype(np.float64)
        ends = {f"{side}{part}": f"{side}{part}Twist2" for side in SIDES for part in ("UpperArm", "LowerArm")}
        for index, parent in enumerate(PARENTS):
            if parent < 0 or "Twist" in BONE_NAMES[index] or BONE_NAMES[index].endswith("Eye"):
                continue
            holder = BONE_INDEX[ends.get(BONE_NAMES[parent], BONE_NAMES[parent])]
            place = np.append(figure.skeleton.bound[index], 1.0)
            np.testing.assert_allclose(palette[index] @ place, palette[holder] @ place, atol=1e-5)


def test_a_turned_hand_takes_the_forearm_with_it_little_by_little(figures: dict[str, Figure]) -> None:
    figure = figures["milo"]
    palette = figure.palette(Pose(bones={"leftHand": turn("y", 80)}))
    still = figure.palette(Pose())
    turned = []
    for name in ("leftLowerArm", "leftLowerArmTwist1", "leftLowerArmTwist2"):
        change = palette[BONE_INDEX[name], :3, :3] @ still[BONE_INDEX[name], :3, :3].T
        turned.append(np.degrees(np.arccos(np.clip((np.trace(change) - 1) / 2, -1, 1))))
    assert turned[0] < 1
    assert 30 < turned[1] < 45
    assert 65 < turned[2] < 85


def test_a_turned_hand_does_not_wring_the_wrist(figures: dict[str, Figure]) -> None:
    figure = figures["milo"]
    wrist, elbow = (figure.skeleton.joints[BONE_INDEX[name]] for name in ("leftHand", "leftLowerArm"))
    axis = (wrist - elbow) / np.linalg.norm(wrist - elbow)

    def thickness(points: np.ndarray) -> np.ndarray:
        return np.asarray(np.linalg.norm(np.cross(points - wrist, axis), axis=1))

    rest = posed(figure, Pose())
    ring = np.abs((rest - wrist) @ axis + 0.02) < 0.02
    ring &= thickness(rest) < 0.06
    assert ring.sum() > 50
    kept = thickness(posed(figure, Pose(bones={"leftHand": turn("y", 85)}))[ring]) / thickness(rest[ring])
    assert np.median(kept) > 0.8
