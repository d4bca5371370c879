"""A motion as BVH: whoever reads the hierarchy and turns its joints finds them where the figure has them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar.clip import performed
from avatar.figure import Figure
from avatar.figure.skeleton import BONE_INDEX, BONE_NAMES, rotation
from avatar.marks import Mark
from avatar.motion_file import VRM_BONES, Frame
from avatar.motion_file.bvh import angles, write_bvh
from avatar.pose import Pose
from avatar.quaternions import from_angles
from tests.avatar.figures import figures, wheel

__all__ = ["figures", "wheel"]

NEAR = 2e-6  # metres


@dataclass
class Joint:
    """A joint as the reader of the test finds it."""

    name: str
    parent: int
    offset: np.ndarray = field(default_factory=lambda: np.zeros(3))
    channels: list[str] = field(default_factory=list)


def read_bvh(text: str) -> tuple[list[Joint], np.ndarray, float]:
    """Return the joints (end sites have no channels), the values of every frame, and the seconds of a frame."""
    head, _, motion = text.partition("MOTION\n")
    joints: list[Joint] = []
    stack: list[int] = []
    for line in head.splitlines()[1:]:
        words = line.split()
        match words[0]:
            case "ROOT" | "JOINT" | "End":
                joints.append(Joint(words[1], stack[-1] if stack else -1))
            case "{":
                stack.append(len(joints) - 1)
            case "}":
                stack.pop()
            case "OFFSET":
                joints[stack[-1]].offset = np.array(words[1:], float)
            case "CHANNELS":
                assert int(words[1]) == len(words) - 2
                joints[stack[-1]].channels = words[2:]
    assert not stack
    count, time, *rows = motion.splitlines()
    values = np.array([row.split() for row in rows], float)
    assert count == f"Frames: {len(values)}"
    return joints, values, float(time.removeprefix("Frame Time: "))


def axis_turn(channel: str, degrees: float) -> np.ndarray:
    """Return the matrix of a turn about the axis that a channel names."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    first, second = {"X": (1, 2), "Y": (2, 0), "Z": (0, 1)}[channel[0]]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = cosine
    matrix[second, first], matrix[first, second] = sine, -sine
    return matrix


def places(joints: list[Joint], row: np.ndarray) -> dict[str, np.ndarray]:
    """Return where the joints are, centimetres, by the rule of the format: offset, then channels in their order."""
    values = iter(row)
    turns: list[np.ndarray] = []
    where: list[np.ndarray] = []
    for joint in joints:
        turn, place = (turns[joint.parent], where[joint.parent]) if joint.parent >= 0 else (np.eye(3), np.zeros(3))
        place = place + turn @ joint.offset
        for channel in joint.channels:
            value = next(values)
            if channel.endswith("position"):
                place = place + value * np.eye(3)["XYZ".index(channel[0])]
            else:
                turn = turn @ axis_turn(channel, value)
        turns.append(turn)
        where.append(place)
    assert next(values, None) is None
    return {joint.name: place for joint, place in zip(joints, where, strict=True)}


def exported(figure: Figure, frames: list[Frame]) -> str:
    file = io.BytesIO()
    write_bvh(file, figure.skeleton, frames, len(frames), 0.04)
    return file.getvalue().decode()


def figure_joint(figure: Figure, pose: Pose, name: str) -> np.ndarray:
    index = BONE_INDEX[name]
    world = figure.skeleton.world(pose.bones, pose.root)[index]
    return np.asarray(world[:3, :3] @ figure.skeleton.joints[index] + world[:3, 3])


@pytest.mark.parametrize("name", ["vera", "milo"])
def test_every_joint_is_where_the_figure_has_it(figures: dict[str, Figure], name: str) -> None:
    marks = [Mark("word", 0, 9_000, "Hello"), Mark("gesture", 2_000, 2_000, "wave")]
    frames = list(islice(performed(marks, 10, seed=1), 20))
    frames.append(
        Frame(3.0, Pose(bones={"hips": from_angles(5, 40, -20), "head": from_angles(1, 2, 3)}, root=(1, 2, 3)))
    )
    joints, values, seconds = read_bvh(exported(figures[name], frames))
    assert seconds == 0.04
    assert len(values) == len(frames)
    moved = 0.0
    for frame, row in zip(frames, values, strict=True):
        found = places(joints, row)
        for bone in set(BONE_NAMES) & VRM_BONES:
            expected = figure_joint(figures[name], frame.pose, bone)
            assert np.abs(found[bone] / 100 - expected).max() < NEAR, bone
            moved = max(moved, float(np.abs(expected - figure_joint(figures[name], Pose(), bone)).max()))
    assert moved > 0.1


def test_what_bvh_has_no_place_for_is_left_out(figures: dict[str, Figure]) -> None:
    joints, _, _ = read_bvh(exported(figures["vera"], [Frame(0.0)]))
    names = {joint.name for joint in joints} - {"Site"}
    assert names == set(BONE_NAMES) & VRM_BONES
    assert joints[0].name == "hips"
    ends = [joint for joint in joints if joint.name == "Site"]
    assert all(np.linalg.norm(end.offset) > 0.5 for end in ends)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-180, 180))
def test_any_rotation_is_the_product_of_its_angles(pitch: float, yaw: float, roll: float) -> None:
    turn = from_angles(pitch, yaw, roll)
    z, x, y = angles(turn)
    assert np.abs(axis_turn("Z", z) @ axis_turn("X", x) @ axis_turn("Y", y) - rotation(turn)).max() < 1e-4


@pytest.mark.parametrize("pitch", [90.0, -90.0])
def test_at_a_quarter_turn_the_angles_still_say_the_rotation(pitch: float) -> None:
    turn = from_angles(pitch, 0.0, 30.0)
    z, x, y = angles(turn)
    assert np.abs(axis_turn("Z", z) @ axis_turn("X", x) @ axis_turn("Y", y) - rotation(turn)).max() < 1e-6
