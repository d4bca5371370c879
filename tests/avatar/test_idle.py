"""A body that does nothing still blinks, looks, breathes and sways like one: checked over virtual minutes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.arms import WRIST
from avatar.idle import (
    BLINK_CLOSING,
    BLINK_OPENING,
    HANG,
    blink,
    breath,
    drift,
    fixation,
    flash,
    glance,
    idle_motion,
    idle_pose,
    resting_arms,
    shift,
)
from avatar.marks import SAMPLE_RATE
from avatar.motion import BLINK, FACE, HEAD, ROOT, compose, gaze_of, motion
from avatar.pose import ARKIT_INDEX

MINUTES = 10.0
STEP = 0.005  # seconds


@lru_cache
def closures(speaking: float, seed: int) -> NDArray[np.float64]:
    """Return how far the lids are shut every ``STEP`` seconds of ``MINUTES``."""
    return np.array([blink(index * STEP, seed, speaking) for index in range(int(MINUTES * 60 / STEP))])


def blinks(speaking: float, seed: int) -> list[NDArray[np.float64]]:
    """Return every blink as its closure, 0..1."""
    shut = closures(speaking, seed)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (shut > 0).astype(int), [0]])))
    return [shut[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def starts(speaking: float, seed: int) -> NDArray[np.float64]:
    shut = closures(speaking, seed)
    return np.flatnonzero((shut[1:] > 0) & (shut[:-1] == 0)).astype(np.float64) * STEP


@pytest.mark.parametrize(("speaking", "rate"), [(1.0, 26.0), (0.0, 17.0)])
def test_blinks_come_as_often_as_a_talker_or_a_listener_blinks(speaking: float, rate: float) -> None:
    counts = [len(starts(speaking, seed)) / MINUTES for seed in range(3)]
    assert np.mean(counts) == pytest.approx(rate, rel=0.1)


def test_the_gaps_between_blinks_are_log_normal() -> None:
    gaps = np.concatenate([np.diff(starts(1.0, seed)) for seed in range(3)])
    assert np.median(gaps) < 0.92 * np.mean(gaps)  # skewed to the right
    logs = np.log(gaps)
    skew = np.mean(((logs - logs.mean()) / logs.std()) ** 3)
    assert abs(skew) < 0.5  # and symmetrical in the logarithm
    assert gaps.min() > 0.25


def test_a_blink_closes_fast_and_opens_slowly() -> None:
    for closure in blinks(1.0, 4)[:50]:
        top = closure.max()
        closing = np.argmax(closure >= top - 1e-9) * STEP
        opening = (len(closure) - 1 - np.argmax(closure[::-1] >= top - 1e-9)) * STEP
        assert closing == pytest.approx(BLINK_CLOSING, abs=2 * STEP)
        assert len(closure) * STEP - opening == pytest.approx(BLINK_OPENING, abs=2 * STEP)


def test_half_of_the_blinks_are_partial() -> None:
    tops = [closure.max() for seed in range(3) for closure in blinks(1.0, seed)]
    assert np.mean(np.array(tops) < 0.9) == pytest.approx(0.5, abs=0.07)
    assert max(tops) == 1.0


def test_a_blink_shuts_both_lids_in_the_pose() -> None:
    closure = max(range(0, 30 * SAMPLE_RATE, 480), key=lambda sample: idle_motion(sample, 3, 1.0)[BLINK])
    face = idle_pose(closure, 3, 1.0).face
    assert face[ARKIT_INDEX["eyeBlinkLeft"]] > 0.95
    assert face[ARKIT_INDEX["eyeBlinkRight"]] > 0.95


def test_a_change_of_state_does_not_tear_a_blink() -> None:
    for seed in range(5):
        shut = np.array([blink(index * STEP, seed, 0.5 + 0.5 * np.sin(index * STEP)) for index in range(12_000)])
        assert np.abs(np.diff(shut)).max() < 1.7 * STEP / BLINK_CLOSING


def test_eyelids_follow_the_eyes_up_and_down() -> None:
    down, up = compose(motion(gaze=(15.0, 0.0))).face, compose(motion(gaze=(-15.0, 0.0))).face
    assert down[ARKIT_INDEX["eyeBlinkLeft"]] > 0.05
    assert up[ARKIT_INDEX["eyeBlinkLeft"]] == 0.0
    assert up[ARKIT_INDEX["eyeWideLeft"]] > 0.05


def test_saccades_take_as_long_as_their_size_says() -> None:
    step = 0.001
    path = np.array([fixation(index * step, 5) + glance(index * step, 5) for index in range(120_000)])
    moving = np.linalg.norm(np.diff(path, axis=0), axis=1) > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], moving.astype(int), [0]])))
    sizes, lengths = [], []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        sizes.append(np.linalg.norm(path[last] - path[first]))
        lengths.append((last - first) * step)
    large = np.array(sizes) > 0.3
    error = np.array(lengths)[large] - (0.0022 * np.array(sizes)[large] + 0.021)
    assert large.sum() > 60
    assert max(sizes) > 6.0
    assert np.median(np.abs(error)) < 0.002


def test_the_eyes_rest_on_the_viewers_face_and_never_freeze() -> None:
    gazes = np.array([gaze_of(idle_pose(sample, 2, 0.0, 1.0)) for sample in range(0, 60 * SAMPLE_RATE, 1200)])
    assert np.linalg.norm(gazes, axis=1).max() < 2.5
    still = np.all(np.abs(np.diff(gazes, axis=0)) < 0.02, axis=1)
    assert max(len(run) for run in "".join("s" if value else "m" for value in still).split("m")) < 60  # 3 seconds


def test_an_idle_body_looks_about_and_an_attentive_one_does_not() -> None:
    samples = range(0, 120 * SAMPLE_RATE, 1200)
    idle = np.array([np.hypot(*gaze_of(idle_pose(sample, 2))) for sample in samples])
    listening = np.array([np.hypot(*gaze_of(idle_pose(sample, 2, 0.0, 1.0))) for sample in samples])
    assert (idle > 5.0).mean() > 0.02
    assert (idle < 5.0).mean() > 0.6
    assert (listening > 5.0).mean() == 0.0


def test_the_chest_breathes_12_to_18_times_a_minute_and_out_longer_than_in() -> None:
    fill = np.array([breath(index * 0.02, 9) for index in range(3000)])
    tops = np.flatnonzero((fill[1:-1] > fill[:-2]) & (fill[1:-1] >= fill[2:]))
    assert 12 <= len(tops) <= 18
    assert (np.diff(fill) > 0).mean() < 0.45


def test_the_body_is_never_dead_and_never_jittery() -> None:
    for seed in range(3):
        angles = np.array([idle_motion(sample, seed)[HEAD] for sample in range(0, 60 * SAMPLE_RATE, 400)])
        assert np.abs(angles).max() < 4.0
        speed = np.abs(np.diff(angles, axis=0)) * SAMPLE_RATE / 400
        assert speed.max() < 4.0  # degrees a second
        for second in range(55):
            stretch = angles[60 * second : 60 * (second + 5)]
            assert np.ptp(stretch, axis=0).max() > 0.2


def test_any_sample_can_be_asked_for_alone_even_hours_later() -> None:
    late = 20 * 3600 * SAMPLE_RATE + 17
    pose = idle_pose(late, 6, 0.4, 0.2)
    for sample in range(0, 40 * 60 * SAMPLE_RATE, 60 * SAMPLE_RATE):
        idle_pose(sample, 6)
    again = idle_pose(late, 6, 0.4, 0.2)
    assert np.array_equal(pose.face, again.face)
    assert pose.bones == again.bones
    assert pose.root == again.root


def test_seeds_are_different_people() -> None:
    assert idle_pose(48_000, 1).bones != idle_pose(48_000, 2).bones


def test_weights_stay_in_range_before_zero_and_after() -> None:
    for sample in range(-10 * SAMPLE_RATE, 60 * SAMPLE_RATE, 3001):
        face = idle_pose(sample, 8, 0.5).face
        assert face.min() >= 0.0
        assert face.max() <= 1.0


def test_micro_expressions_are_rare_small_and_last_80_to_200_ms() -> None:
    step = 0.004
    lengths, sizes = [], []
    for seed in range(4):
        size = np.array([np.abs(flash(index * step, seed)[FACE]).max() for index in range(int(240 / step))])
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (size > 0).astype(int), [0]])))
        lengths += [(last - first) * step for first, last in zip(edges[::2], edges[1::2], strict=True)]
        sizes += [size[first:last].max() for first, last in zip(edges[::2], edges[1::2], strict=True)]
    assert 4 <= len(lengths) / 16.0 <= 8  # a minute
    assert min(lengths) > 0.07
    assert max(lengths) < 0.21
    assert min(sizes) > 0.15
    assert max(sizes) < 0.5


def test_eyes_drift_a_little_while_they_rest() -> None:
    path = np.array([drift(index * 0.01, 3) for index in range(3000)])
    assert 0.02 < path.std() < 0.1
    assert np.abs(np.diff(path, axis=0)).max() / 0.01 < 1.0  # degrees a second: far below a saccade


def test_arms_hang_or_rest_before_the_body_and_change_slowly() -> None:
    hanging = 0
    for seed in range(4):
        path = np.array([resting_arms(index * 0.05, seed)[0][WRIST] for index in range(6000)])
        assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() / 0.05 < 1.2  # arm lengths a second
        hanging += np.mean(np.abs(path - HANG[WRIST]).max(1) < 1e-9)
    assert 0.25 < hanging / 4 < 0.85


def test_the_weight_is_shifted_now_and_then() -> None:
    hips = np.array([shift(index * 0.1, 5)[ROOT.start] for index in range(3000)])
    assert np.ptp(hips) > 0.008
    assert np.abs(np.diff(hips)).max() / 0.1 < 0.03  # metres a second
    assert (np.abs(np.diff(hips)) == 0.0).mean() > 0.6
