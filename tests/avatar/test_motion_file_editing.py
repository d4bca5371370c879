"""Motions are cut, retimed, sampled anew, joined and closed to loops without a jump, a gap or a frame out of order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice, pairwise

import numpy as np
import pytest

from avatar.errors import MotionFileError
from avatar.motion_file import Event, Frame, blended, clock, frames_until, joined, looped, resampled, retimed, trimmed
from avatar.pose import ARKIT_INDEX, IDENTITY, Pose
from avatar.quaternions import conjugate, from_angles, multiply, turning

JAW = ARKIT_INDEX["jawOpen"]
FPS = 30


def swing(seconds: float, *, offset: float = 0.0, period: float = 1.7) -> Pose:
    """A head that shakes, with a jaw and a root that go along."""
    wave = math.sin(2 * math.pi * seconds / period)
    face = np.zeros(52, np.float32)
    face[JAW] = 0.5 + 0.4 * wave
    return Pose(face, {"head": from_angles(0, offset + 20 * wave, 0)}, (0.02 * wave, 0.0, 0.0))


def swinging(length: float, fps: float = FPS, **how: float) -> list[Frame]:
    count = round(length * fps) + 1
    return [
        Frame(i / fps, swing(i / fps, **how), (Event("beat", str(i)),) if i % 10 == 0 else ()) for i in range(count)
    ]


def yaw(frame: Frame) -> float:
    return turning(frame.pose.bones.get("head", IDENTITY))[1]


def jump(one: Frame, other: Frame) -> float:
    """Return how far the head turns from one frame to another, degrees."""
    difference = multiply(conjugate(one.pose.bones["head"]), other.pose.bones["head"])
    return math.hypot(*turning(difference))


def in_order(frames: list[Frame]) -> bool:
    return all(one.seconds < other.seconds for one, other in pairwise(frames))


def test_between_two_poses_weights_go_straight_and_rotations_the_short_way_at_constant_speed() -> None:
    face = np.zeros(52, np.float32)
    face[JAW] = 0.8
    x, y, z, w = from_angles(0, 80, 0)
    first, second = Pose(), Pose(face, {"head": (-x, -y, -z, -w), "neck": from_angles(10, 0, 0)}, (0.0, 0.4, 0.0))
    for share in (0.25, 0.5, 0.9):
        pose = blended(first, second, share)
        assert turning(pose.bones["head"])[1] == pytest.approx(80 * share, abs=1e-6)
        assert turning(pose.bones["neck"])[0] == pytest.approx(10 * share, abs=1e-6)
        assert pose.face[JAW] == pytest.approx(0.8 * share)
        assert pose.root[1] == pytest.approx(0.4 * share)
    assert blended(first, second, 0.0) is first
    assert blended(first, second, 1.0) is second


def test_a_trimmed_motion_begins_at_zero_and_holds_the_same_poses() -> None:
    frames = swinging(3.0)
    cut = list(trimmed(iter(frames), 1.0, 2.0))
    assert len(cut) == 31
    assert cut[0].seconds == 0.0
    assert cut[-1].seconds == pytest.approx(1.0)
    assert [frame.pose for frame in cut] == [frame.pose for frame in frames[30:61]]
    with pytest.raises(MotionFileError, match="no frame from 8 to 9 s"):
        list(trimmed(iter(frames), 8.0, 9.0))


def test_trimming_reads_no_further_than_it_has_to() -> None:
    def endless() -> Iterator[Frame]:
        index = 0
        while True:
            yield Frame(float(index))
            index += 1

    assert len(list(trimmed(endless(), 2.0, 5.0))) == 4


def test_a_retimed_motion_goes_as_much_faster() -> None:
    frames = swinging(2.0)
    fast = list(retimed(frames, 2.5))
    assert fast[-1].seconds == pytest.approx(0.8)
    assert [frame.pose for frame in fast] == [frame.pose for frame in frames]
    for speed in (0.0, -1.0, math.nan):
        with pytest.raises(MotionFileError):
            list(retimed(frames, speed))


def test_sampling_at_the_own_rate_gives_the_very_frames() -> None:
    for fps in (7, 24, 29, 30, 60):
        frames = [Frame(time, swing(time)) for time in islice(clock(fps), 2 * fps)]
        assert frames_until(frames[-1].seconds, fps) == len(frames)
        again = list(resampled(frames, clock(fps)))
        assert len(again) == len(frames)
        assert all(one.pose is other.pose for one, other in zip(frames, again, strict=True))


@pytest.mark.parametrize("fps", [12, 25, 47, 120])
def test_sampling_at_another_rate_follows_the_same_curve(fps: int) -> None:
    again = list(resampled(swinging(3.0, fps=60), clock(fps)))
    assert len(again) == frames_until(3.0, fps)
    for frame in again:
        assert yaw(frame) == pytest.approx(20 * math.sin(2 * math.pi * frame.seconds / 1.7), abs=0.05)
        assert frame.pose.face[JAW] == pytest.approx(0.5 + 0.4 * math.sin(2 * math.pi * frame.seconds / 1.7), abs=0.002)


@pytest.mark.parametrize("fps", [5, 30, 100])
def test_no_event_is_lost_or_doubled_by_sampling_and_none_comes_early(fps: int) -> None:
    again = list(resampled(swinging(2.0), clock(fps)))
    found = [(event.name, frame.seconds) for frame in again for event in frame.events]
    assert [name for name, _ in found] == [str(index) for index in range(0, 61, 10)]
    for name, seconds in found:
        assert -1e-3 <= seconds - int(name) / FPS <= 1 / fps + 1e-3


def test_nothing_sampled_is_nothing() -> None:
    assert list(resampled([], clock(30))) == []


def test_motions_put_end_to_end_keep_every_frame() -> None:
    one, other = swinging(1.0), swinging(2.0, offset=5.0)
    whole = list(joined([iter(one), iter(other)], 0.0, 1 / FPS))
    assert len(whole) == len(one) + len(other)
    assert in_order(whole)
    assert np.diff([frame.seconds for frame in whole]) == pytest.approx(1 / FPS)
    assert [frame.pose for frame in whole] == [frame.pose for frame in one + other]


def test_motions_that_fade_go_over_without_a_jump() -> None:
    one, other, third = swinging(1.5), swinging(1.0, fps=25, offset=40.0), swinging(1.0, offset=-10.0)
    whole = list(joined([iter(one), iter(other), iter(third)], 0.4, 1 / FPS))
    assert in_order(whole)
    assert whole[-1].seconds == pytest.approx(1.5 + 1.0 + 1.0 - 2 * 0.4, abs=1e-6)
    assert max(jump(a, b) for a, b in pairwise(whole)) < 12.0  # 50 degrees in 0.4 s, eased, and the own swing
    assert whole[0].pose is one[0].pose
    assert whole[-1].pose is third[-1].pose
    hard = list(joined([iter(one), iter(other), iter(third)], 0.0, 1 / FPS))
    assert max(jump(a, b) for a, b in pairwise(hard)) > 30.0


def test_a_motion_shorter_than_its_seam_is_refused() -> None:
    for parts in ((swinging(1.0), swinging(0.3)), (swinging(0.3), swinging(1.0))):
        with pytest.raises(MotionFileError, match=r"shorter than the 0\.5 s"):
            list(joined(map(iter, parts), 0.5, 1 / FPS))
    with pytest.raises(MotionFileError, match="without frames"):
        list(joined([iter(swinging(1.0)), iter([])], 0.0, 1 / FPS))
    with pytest.raises(MotionFileError, match="not possible"):
        list(joined([iter(swinging(1.0))], 11.0, 1 / FPS))


@pytest.mark.parametrize("times", [1, 3])
def test_a_loop_can_be_repeated_without_a_jump(times: int) -> None:
    frames = swinging(2.0)
    loop = list(looped(lambda: frames, 0.5, times))
    assert in_order(loop)
    assert np.diff([frame.seconds for frame in loop]) == pytest.approx(1 / FPS, abs=1e-6)
    assert len(loop) == times * 45
    longest = max(jump(a, b) for a, b in pairwise(frames))
    assert jump(loop[-1], loop[0]) <= longest
    assert max(jump(a, b) for a, b in pairwise(loop)) < 2 * longest
    assert jump(frames[-1], frames[0]) > 4 * longest


def test_sparse_frames_still_make_a_loop() -> None:
    frames = [Frame(float(index), swing(index)) for index in range(4)]
    loop = list(looped(lambda: frames, 0.5, 2))
    assert in_order(loop)
    assert [frame.seconds for frame in loop] == pytest.approx([0.5, 1.5, 3.0, 4.0])


def test_a_motion_too_short_for_a_loop_is_refused() -> None:
    for length, seam in ((0.9, 0.5), (0.2, 0.5), (2.0, 0.0), (2.0, math.nan)):
        frames = swinging(length)
        with pytest.raises(MotionFileError):
            list(looped(lambda frames=frames: frames, seam))  # type: ignore[misc]  # bound now, not at the call
