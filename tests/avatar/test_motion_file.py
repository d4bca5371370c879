"""A motion file carries poses bit for bit; what is none is refused by line and field, and nothing is half-written."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar.clip import performed
from avatar.errors import MotionFileError, PoseError
from avatar.figure.skeleton import BONE_NAMES, HAIR_CHAINS
from avatar.figure.twist import TWIST_BONES
from avatar.marks import Mark
from avatar.motion_file import VRM_BONES, Event, Frame, Header, MotionReader, MotionWriter, survey
from avatar.motion_file.format import decoded_frame, encoded_frame
from avatar.pose import ARKIT_NAMES, Pose
from avatar.quaternions import from_angles

HEADER = Header(fps=25.0, figure="vera", made=("a test",))
HEADER_LINE = '{"format": "visavis-motion", "version": 1}'


def nodding(count: int) -> Iterator[Frame]:
    """A head that goes down a degree a frame, with a jaw that opens."""
    for index in range(count):
        face = np.zeros(52, np.float32)
        face[17] = index / count
        yield Frame(index / 25, Pose(face, {"head": from_angles(index, 0, 0)}, (0.0, 0.01 * index, 0.0)))


def written(path: Path, *frames: Frame) -> Path:
    with MotionWriter(path, HEADER) as writer:
        for frame in frames:
            writer.write(frame)
    return path


def refusal(path: Path, *lines: str) -> str:
    """Return why a file of these lines cannot be read."""
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(MotionFileError) as refused:
        survey(path)
    return str(refused.value)


def test_what_a_host_does_comes_back_bit_for_bit(tmp_path: Path) -> None:
    marks = [
        Mark("mood", 0, 0, "joy"),
        Mark("word", 4_000, 12_000, "Hello"),
        Mark("gesture", 4_000, 4_000, "wave", 1.0),
    ]
    frames = [frame for frame, _ in zip(performed(marks, 12, seed=3), range(30), strict=False)]
    assert max(frame.pose.face.max() for frame in frames) > 0.2
    assert {event for frame in frames for event in frame.events} >= {Event("word", "Hello"), Event("gesture", "wave")}
    with MotionReader(written(tmp_path / "a.jsonl", *frames)) as motion:
        assert motion.header == HEADER
        read = list(motion)
    assert len(read) == len(frames)
    for one, other in zip(frames, read, strict=True):
        assert (one.seconds, one.events) == (other.seconds, other.events)
        assert one.pose.bones == other.pose.bones
        assert one.pose.root == other.pose.root
        assert np.array_equal(one.pose.face, other.pose.face)
        assert other.pose.face.dtype == np.float32


@given(st.lists(st.floats(0, 1, width=32), min_size=52, max_size=52), st.floats(-180, 180), st.floats(-90, 90))
def test_any_weights_and_rotations_come_back_bit_for_bit(weights: list[float], yaw: float, root: float) -> None:
    pose = Pose(np.array(weights, np.float32), {"leftHand": from_angles(1.0, yaw, 3.0)}, (root, 0.0, -root))
    read = decoded_frame(encoded_frame(Frame(0.1, pose))).pose
    assert np.array_equal(read.face, pose.face)
    assert (read.bones, read.root) == (pose.bones, pose.root)


def test_every_bone_that_a_pose_can_turn_has_a_place() -> None:
    hair = {name for chain in HAIR_CHAINS for name in chain}
    assert set(BONE_NAMES) - hair - set(TWIST_BONES) <= VRM_BONES


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"time": 0, "face": {"jawOpen": NaN}}', "line 3: face.jawOpen: nan is no number"),
        ('{"time": 0, "bones": {"head": [0, 0, Infinity, 1]}}', "line 3: bones.head.2: inf is no number"),
        ('{"time": 0, "face": {"jawOpen": 1.5}}', "line 3: face.jawOpen: 1.5 is no weight"),
        ('{"time": 0, "face": {"jawOpen": -0.1}}', "line 3: face.jawOpen: -0.1 is no weight"),
        ('{"time": 0, "face": {"jawOpen": "wide"}}', "line 3: Expected `float`"),
        ('{"time": 0, "face": {"jawopen": 0.5}}', "no weight 'jawopen'"),
        ('{"time": 0, "bones": {"tail": [0, 0, 0, 1]}}', "no bone 'tail'"),
        ('{"time": 0, "bones": {"head": [0, 0, 0, 0]}}', "bones.head: a quaternion of length 0"),
        ('{"time": 0, "bones": {"head": [0, 0, 1]}}', "$.bones[...]"),
        ('{"time": 0, "root": [0, 1e9, 0]}', "root: y is 1000000000.0 m"),
        ('{"time": -1}', "$.time"),
        ('{"time": "now"}', "$.time"),
        ('{"face": {}}', "`time`"),
        ('{"time": 0, "bonse": {}}', "`bonse`"),
        ('{"time": 0, "events": [{"kind": "", "name": "x"}]}', "$.events[0].kind"),
        ("not JSON", "line 3: it is no JSON"),
        ("[" * 5_000, "line 3: Expected `object`"),
        ("\udcff\udcfe", "line 3"),
        ("", "line 3: it is no JSON"),
        ('{"time": 0.0, "face": {}}', "line 3: time: 0.0 s does not come after 0.0 s"),
        (f'{{"time": 1, "x": "{"y" * 200_000}"}}', "line 3: longer than 128 KB"),
    ],
)
def test_a_line_that_is_no_frame_is_refused_by_line_and_field(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(f'{HEADER_LINE}\n{{"time": 0.0}}\n{line}\n'.encode("utf-8", "surrogateescape"))
    with pytest.raises(MotionFileError) as refused:
        survey(path)
    assert words in str(refused.value)
    assert "bad.jsonl, line 3" in str(refused.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "no motion file"),
        ("RIFF", "no motion file"),
        ("[]", "Expected `object`"),
        ('{"visavis_log": 1}', "visavis_log"),
        ('{"format": "bvh"}', "'bvh'"),
        ('{"format": "visavis-motion", "version": 2}', "version 2"),
        ('{"format": "visavis-motion", "fps": 0}', "$.fps"),
        (HEADER_LINE, "has no frames"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, line: str, words: str) -> None:
    assert words in refusal(tmp_path / "bad.jsonl", line)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MotionFileError, match=r"gone\.jsonl cannot be read"):
        survey(tmp_path / "gone.jsonl")


@pytest.mark.parametrize("missing", [1, 2, 30, 60])
def test_of_a_recording_that_was_killed_what_came_before_is_kept(tmp_path: Path, missing: int) -> None:
    path = written(tmp_path / "cut.jsonl", *nodding(4))
    path.write_bytes(path.read_bytes()[:-missing])
    summary = survey(path)
    if missing == 1:  # only the line's end: nothing is lost
        assert (summary.frames, summary.notice) == (4, None)
    else:
        assert summary.frames == 3
        assert summary.notice is not None
        assert "line 5" in summary.notice


def test_a_rotation_that_is_clearly_not_of_unit_length_is_brought_there() -> None:
    turn = decoded_frame(b'{"time": 0, "bones": {"head": [0, 0, 3, 4]}}').pose.bones["head"]
    assert turn == pytest.approx((0, 0, 0.6, 0.8))


def test_a_writer_brings_weights_into_range_and_refuses_what_is_no_pose(tmp_path: Path) -> None:
    face = np.full(52, 1.7, np.float32)
    assert np.all(decoded_frame(encoded_frame(Frame(0.0, Pose(face)))).pose.face == 1.0)
    for bad in (Pose(np.full(52, np.nan, np.float32)), Pose(bones={"head": (0.0, 0.0, 0.0, 0.0)})):
        with pytest.raises(PoseError):
            encoded_frame(Frame(0.0, bad))
    for frame in (Frame(-1.0), Frame(float("nan")), Frame(0.0, Pose(bones={"tail": (0.0, 0.0, 0.0, 1.0)}))):
        with pytest.raises(MotionFileError):
            encoded_frame(frame)


def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", *nodding(2))
    before = path.read_bytes()
    with pytest.raises(MotionFileError, match="cannot follow"):
        written(path, Frame(1.0), Frame(0.5))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(MotionFileError, match="cannot be written"):
        written(tmp_path / "nowhere" / "a.jsonl", Frame(0.0))


def test_a_survey_tells_what_is_in_a_file(tmp_path: Path) -> None:
    summary = survey(written(tmp_path / "a.jsonl", *nodding(5)))
    assert (summary.frames, summary.begin, summary.end) == (5, 0.0, 4 / 25)
    assert summary.longest_gap == pytest.approx(0.04)
    assert summary.weights == {ARKIT_NAMES[17]: 4}
    assert summary.bones == {"head": 5}


def test_weights_of_zero_and_bodies_at_rest_take_no_room(tmp_path: Path) -> None:
    line = written(tmp_path / "a.jsonl", Frame(0.5)).read_text().splitlines()[1]
    assert json.loads(line) == {"time": 0.5}


def test_a_file_with_too_many_frames_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.jsonl", *nodding(5))
    monkeypatch.setattr("avatar.motion_file.reading.MAX_FRAMES", 5)
    assert survey(path).frames == 5
    monkeypatch.setattr("avatar.motion_file.reading.MAX_FRAMES", 4)
    with pytest.raises(MotionFileError, match="line 6: more than 4 frames"):
        survey(path)


def test_a_longer_file_takes_no_more_memory(tmp_path: Path) -> None:
    short, long = (written(tmp_path / f"{count}.jsonl", *nodding(count)) for count in (100, 2_000))
    survey(short)
    peaks = []
    for path in (short, long):
        tracemalloc.start()
        survey(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert long.stat().st_size > 15 * short.stat().st_size
    assert peaks[1] < 1.5 * peaks[0]


def test_frames_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", *nodding(5))
    path.write_text(path.read_text() + "broken\n")
    with MotionReader(path) as motion:
        assert [frame.seconds for _, frame in zip(range(5), motion, strict=False)] == [0, 0.04, 0.08, 0.12, 0.16]
