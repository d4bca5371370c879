"""Layers become one pose by the declared rule: speech owns the mouth, the camera the rest, a lost face decays."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from avatar.mixer import (
    CHANNELS,
    PROCEDURAL,
    Channel,
    Layer,
    camera_layer,
    channel_of_bone,
    channel_of_weight,
    mix,
    speech_layer,
)
from avatar.pose import ARKIT_INDEX, ARKIT_NAMES, IDENTITY, Pose
from avatar.quaternions import from_angles


def everywhere(value: float, turn: float = 0.0) -> Pose:
    """A pose with every weight at ``value`` and every kind of bone turned by ``turn`` degrees."""
    rotation = from_angles(0.0, turn, 0.0)
    bones = dict.fromkeys(("head", "neck", "chest", "leftHand", "leftEye"), rotation)
    return Pose(np.full(52, value, np.float32), bones, (value, value, value))


def weight(pose: Pose, name: str) -> float:
    return float(pose.face[ARKIT_INDEX[name]])


def test_every_arkit_weight_belongs_to_exactly_one_channel() -> None:
    owners = {name: channel_of_weight(name) for name in ARKIT_NAMES}
    assert set(owners.values()) == {"mouth", "brows", "eyes"}
    assert {name for name, channel in owners.items() if channel == "brows"} == {
        "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    }  # fmt: skip
    assert owners["eyeBlinkLeft"] == owners["cheekSquintRight"] == "eyes"
    assert owners["jawOpen"] == owners["tongueOut"] == owners["mouthClose"] == "mouth"


def test_a_name_that_is_not_arkits_has_no_channel() -> None:
    with pytest.raises(KeyError, match="mouthOpen"):
        channel_of_weight("mouthOpen")


@pytest.mark.parametrize(
    ("bone", "channel"),
    [("head", "head"), ("neck", "head"), ("rightEye", "eyes"), ("leftThumbDistal", "hands"),
     ("rightUpperArm", "hands"), ("leftShoulder", "hands"), ("spine", "body"), ("hips", "body"),
     ("leftUpperLeg", "body")],
)  # fmt: skip
def test_bones_belong_to_channels(bone: str, channel: Channel) -> None:
    assert channel_of_bone(bone) == channel


def test_no_layers_are_a_body_at_rest() -> None:
    pose = mix([])
    assert pose.face.max() == 0.0
    assert pose.bones == {}


def test_the_procedural_layer_fills_what_nobody_owns() -> None:
    below = everywhere(0.3, 10.0)
    pose = mix([Layer(below, PROCEDURAL)])
    assert np.allclose(pose.face, below.face)
    assert pose.bones == below.bones
    assert pose.root == pytest.approx(below.root)


def test_speech_owns_the_mouth_and_nothing_else() -> None:
    pose = mix([Layer(everywhere(0.3, 10.0), PROCEDURAL), speech_layer(np.full(52, 0.9, np.float32), 1.0)])
    for name in ARKIT_NAMES:
        assert weight(pose, name) == pytest.approx(0.9 if channel_of_weight(name) == "mouth" else 0.3)
    assert pose.bones == everywhere(0.3, 10.0).bones


def test_the_camera_owns_brows_eyes_and_head_and_leaves_the_mouth_to_speech() -> None:
    pose = mix(
        [
            Layer(everywhere(0.3, 10.0), PROCEDURAL),
            camera_layer(everywhere(0.6, 30.0), unseen=0.0),
            speech_layer(np.full(52, 0.9, np.float32), 1.0),
        ]
    )
    assert weight(pose, "browInnerUp") == pytest.approx(0.6)
    assert weight(pose, "eyeBlinkLeft") == pytest.approx(0.6)
    assert weight(pose, "jawOpen") == pytest.approx(0.9)
    assert pose.bones["head"] == pytest.approx(from_angles(0.0, 30.0, 0.0))


def test_weights_blend_in_between_along_the_shorter_way() -> None:
    half: dict[Channel, float] = {"head": 0.5, "mouth": 0.25}
    pose = mix([Layer(everywhere(0.0, -20.0), PROCEDURAL), Layer(everywhere(1.0, 40.0), half)])
    assert weight(pose, "jawOpen") == pytest.approx(0.25)
    assert pose.bones["head"] == pytest.approx(from_angles(0.0, 10.0, 0.0))
    assert pose.bones["chest"] == pytest.approx(from_angles(0.0, -20.0, 0.0))
    opposite = Pose(bones={"head": (-0.0, -0.0, -0.0, -1.0)})  # the same rotation as identity
    blended = mix([Layer(Pose(bones={"head": IDENTITY}), PROCEDURAL), Layer(opposite, half)])
    assert abs(blended.bones["head"][3]) == pytest.approx(1.0)


def test_a_bone_that_only_lies_below_returns_to_rest_as_it_is_covered() -> None:
    below = Pose(bones={"head": from_angles(0.0, 30.0, 0.0)})
    pose = mix([Layer(below, PROCEDURAL), Layer(Pose(), {"head": 0.5})])
    assert pose.bones["head"] == pytest.approx(from_angles(0.0, 15.0, 0.0))


def test_a_lost_face_decays_instead_of_freezing() -> None:
    procedural = Layer(everywhere(0.0), PROCEDURAL)
    seen = [
        weight(mix([procedural, camera_layer(everywhere(1.0), unseen)]), "browInnerUp")
        for unseen in np.linspace(0, 2, 81)
    ]
    assert seen[0] == pytest.approx(1.0)
    assert seen[8] == pytest.approx(1.0)  # a frame or two without a face do not show
    assert seen[-1] == 0.0
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(seen))
    assert max(earlier - later for earlier, later in pairwise(seen)) < 0.1


def test_weights_out_of_range_are_held_in_range() -> None:
    pose = mix([Layer(everywhere(0.5), dict.fromkeys(CHANNELS, 7.0))])
    assert pose.face.max() == pytest.approx(0.5)


def test_mixing_changes_none_of_its_layers() -> None:
    below, above = everywhere(0.2, 5.0), everywhere(0.8, 25.0)
    mix([Layer(below, PROCEDURAL), Layer(above, {"head": 0.5, "mouth": 0.5, "body": 0.3})])
    assert below.face.max() == pytest.approx(0.2)
    assert below.bones == everywhere(0.2, 5.0).bones
    assert math.isclose(above.root[0], 0.8)
