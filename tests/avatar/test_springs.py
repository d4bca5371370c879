"""Hair that hangs lags behind the head, swings and comes to rest, the same at any frame rate, and stays outside."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.errors import MotionError
from avatar.figure import Figure
from avatar.figure.skeleton import BONE_INDEX, HAIR_CHAINS
from avatar.pose import IDENTITY, Pose, Quaternion
from avatar.quaternions import from_angles
from avatar.springs import HairSprings
from tests.avatar.expressions import turn
from tests.avatar.figures import figures, wheel

__all__ = ["figures", "wheel"]

TOLERANCE = 0.003  # metres, between frame rates, while the head shakes at half a metre per second
_BELOW = np.array([0.0, -0.08, 0.0])  # metres: a point that hangs from the lower joint
LOWER = [lower for _, lower in HAIR_CHAINS]


def nodding(seconds: float) -> Pose:
    """A quick shake of the head that ends at half a second."""
    swing = np.sin(2 * np.pi * seconds) ** 2 * (seconds < 0.5)
    return Pose(bones={"neck": from_angles(0, 18 * swing, 0), "head": from_angles(10 * swing, 30 * swing, 0)})


def tips(figure: Figure, pose: Pose) -> np.ndarray:
    """Return where the ends of the chains hang, shape (chains, 3)."""
    palette = figure.palette(pose)
    ends = [figure.skeleton.joints[BONE_INDEX[bone]] + _BELOW for bone in LOWER]
    return np.array(
        [
            palette[BONE_INDEX[bone], :3, :3] @ end + palette[BONE_INDEX[bone], :3, 3]
            for bone, end in zip(LOWER, ends, strict=True)
        ]
    )


def followed(figure: Figure, rate: int, seconds: float) -> dict[int, np.ndarray]:
    """Return the tips by 120ths of a second."""
    springs = HairSprings(figure)
    return {
        frame * 120 // rate: tips(figure, springs.follow(nodding(frame / rate), frame / rate))
        for frame in range(round(seconds * rate) + 1)
    }


def hair_bones(pose: Pose) -> dict[str, Quaternion]:
    return {name: turned for name, turned in pose.bones.items() if name.startswith("hair")}


def test_the_same_motion_at_any_frame_rate_swings_hair_alike(figures: dict[str, Figure]) -> None:
    exact = followed(figures["vera"], 120, 1.5)
    for rate in (24, 30, 60):
        for instant, where in followed(figures["vera"], rate, 1.5).items():
            assert np.linalg.norm(where - exact[instant], axis=1).max() < TOLERANCE


def test_hair_lags_behind_a_quick_turn(figures: dict[str, Figure]) -> None:
    figure, springs = figures["vera"], HairSprings(figures["vera"])
    springs.follow(Pose(), 0.0)
    quick = Pose(bones={"head": turn("y", 30)})
    pose = springs.follow(quick, 1 / 30)
    behind = np.linalg.norm(tips(figure, pose) - tips(figure, Pose()), axis=1)
    rigid = np.linalg.norm(tips(figure, quick) - tips(figure, Pose()), axis=1)
    assert behind.mean() < 0.75 * rigid.mean()


def test_hair_swings_past_its_rest_and_settles_there(figures: dict[str, Figure]) -> None:
    springs = HairSprings(figures["vera"])
    poses = [springs.follow(nodding(frame / 30), frame / 30) for frame in range(150)]
    size = [max(np.linalg.norm(turned[:3]) for turned in hair_bones(pose).values()) for pose in poses]
    assert max(size) > 0.02
    assert size[-1] < 1e-4
    assert hair_bones(springs.follow(Pose(), 99.0)) == dict.fromkeys(hair_bones(poses[0]), IDENTITY)


def test_a_jump_in_time_sets_hair_down_at_once(figures: dict[str, Figure]) -> None:
    springs, pose = HairSprings(figures["vera"]), Pose(bones={"head": turn("z", 20)})
    for frame in range(12):
        springs.follow(nodding(frame / 30), frame / 30)
    resting = HairSprings(figures["vera"]).follow(pose, 0.0)
    for later in (40.0, 3.0):  # a leap ahead, a step back
        assert springs.follow(pose, later).bones == resting.bones
    assert hair_bones(resting) != dict.fromkeys(hair_bones(resting), IDENTITY)  # it hangs down when the head tilts


def test_hair_never_swings_into_head_or_neck(figures: dict[str, Figure]) -> None:
    figure, springs = figures["vera"], HairSprings(figures["vera"])
    pivot = figure.skeleton.joints[BONE_INDEX["head"]]
    joints = [figure.skeleton.joints[BONE_INDEX[bone]] for bone in LOWER]
    rest = np.hypot(*(np.array(joints) - pivot)[:, [0, 2]].T)
    rng = np.random.default_rng(3)
    angles = np.zeros(3)
    for frame in range(300):
        angles = 0.8 * angles + rng.normal(0, (12, 25, 9))
        pose = springs.follow(Pose(bones={"head": from_angles(*angles)}), frame / 30)
        palette = figure.palette(pose)
        turned = palette[BONE_INDEX["head"], :3, :3]
        for chain, bone in enumerate(LOWER):
            place = palette[BONE_INDEX[bone], :3, :3] @ joints[chain] + palette[BONE_INDEX[bone], :3, 3]
            local = turned.T @ (place - pivot)
            assert np.hypot(local[0], local[2]) > 0.93 * rest[chain]


def test_short_hair_leaves_the_pose_as_it_is(figures: dict[str, Figure]) -> None:
    springs = HairSprings(figures["milo"])
    assert not springs.swings
    pose = nodding(0.2)
    assert springs.follow(pose, 0.0) is pose


def test_what_the_body_does_stays_as_it_was(figures: dict[str, Figure]) -> None:
    pose = Pose(bones={"head": turn("y", 20), "leftHand": turn("x", 10)}, root=(0.0, 0.01, 0.0))
    followed_pose = HairSprings(figures["vera"]).follow(pose, 0.0)
    assert {name: followed_pose.bones[name] for name in pose.bones} == pose.bones
    assert followed_pose.root == pose.root
    assert followed_pose.face is pose.face


def test_two_runs_swing_alike_to_the_bit(figures: dict[str, Figure]) -> None:
    first, second = HairSprings(figures["vera"]), HairSprings(figures["vera"])
    for frame in range(40):
        assert (
            first.follow(nodding(frame / 25), frame / 25).bones == second.follow(nodding(frame / 25), frame / 25).bones
        )


@pytest.mark.parametrize("seconds", [float("nan"), float("inf")])
def test_a_time_that_is_no_number_is_refused(figures: dict[str, Figure], seconds: float) -> None:
    with pytest.raises(MotionError, match="seconds"):
        HairSprings(figures["vera"]).follow(Pose(), seconds)
