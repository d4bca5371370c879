"""Idle: the life of a body that does nothing: blinks, fixations, breath, sway, shifts of weight, hands at rest.

Pure functions of (sample, seed).

Irregular events live in slots or blocks of time whose content is hashed from their number, so that any sample can be
asked for at once: nothing is counted up from zero.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatar.arms import ARM_SIZE, WRIST, ArmState
from avatar.curves import between, normal, saccade_seconds, sign, smooth, uniform, window
from avatar.gestures.poses import HAND_GESTURES
from avatar.marks import SAMPLE_RATE
from avatar.motion import (
    BLINK,
    BREATH,
    FACE,
    GAZE,
    HEAD,
    LEFT_ARM,
    RIGHT_ARM,
    ROOT,
    TORSO,
    Motion,
    compose,
    motion,
    still,
)
from avatar.pose import ARKIT_INDEX, Pose

# Blinks a minute: 26 in conversation, 17 at rest (Bentivoglio et al., "Analysis of blink rate patterns", 1997).
BLINKS_TALKING, BLINKS_LISTENING = 26.0, 17.0
BLINK_CLOSING, BLINK_SHUT, BLINK_OPENING = 0.066, 0.02, 0.140  # seconds
PARTIAL_BLINKS = 0.5  # share of blinks that do not cover the whole eye

_BLINK_SPREAD = 0.55  # standard deviation of the logarithm of the gaps
_BLINK_NEAREST = 0.4  # seconds between two blinks at least
_BLOCK = 30.0  # seconds of blinks that are drawn together
_FIXATION = 1.1  # seconds, mean
_FIXATION_SPREAD = (0.55, 0.95)  # degrees, pitch and yaw: the viewer's eyes and mouth
_GLANCE = 7.0  # seconds, length of a slot in which an idle body may look away once
_BREATH_SECONDS = 4.2
FLASH_SECONDS = (0.08, 0.20)  # of a micro-expression (Ekman, 2003, has them up to a fifth of a second)
_FLASH_SLOT, _FLASHING = 4.5, 0.45  # seconds in which there is one at most; share of these that have one
_SHIFT_SLOT, _SHIFT_SECONDS = 11.0, 1.5  # seconds between shifts of weight, and that one takes
_REST_SLOT, _REST_SECONDS = 27.0, 1.7  # seconds for which hands rest one way, and that they take to another
_DRIFT = 0.05  # degrees by which the eyes drift while they fixate
_DRIFT_PERIODS = (1.9, 0.83)  # seconds

# Keys of the hash, one for each use, so that no two uses share their numbers.
_KEY_BLINK, _KEY_FIXATION, _KEY_GLANCE, _KEY_WAVE, _KEY_FLASH, _KEY_SHIFT, _KEY_REST = 1, 2, 3, 4, 5, 6, 7


def idle_pose(sample: int, seed: int, speaking: float = 0.0, attention: float = 0.0) -> Pose:
    """Return the pose of a body that only lives; see ``idle_motion``."""
    return compose(idle_motion(sample, seed, speaking, attention))


def idle_motion(sample: int, seed: int, speaking: float = 0.0, attention: float = 0.0) -> Motion:
    """Return the motion of a body that only lives.

    Args:
        sample: on the output stream's axis, at ``SAMPLE_RATE``; may be negative.
        seed: of this body.
        speaking: 0 listening or idle .. 1 talking: blinks come more often, the head is livelier.
        attention: 0 lets the eyes wander off .. 1 keeps them on the viewer and the head still.
    """
    seconds = sample / SAMPLE_RATE
    vector = still()
    vector[BLINK] = blink(seconds, seed, speaking)
    vector[GAZE] = fixation(seconds, seed) + (1.0 - attention) * (1.0 - speaking) * glance(seconds, seed)
    vector[GAZE] += drift(seconds, seed)
    vector[BREATH] = breath(seconds, seed)
    vector += flash(seconds, seed) + shift(seconds, seed)
    vector[LEFT_ARM], vector[RIGHT_ARM] = resting_arms(seconds, seed)
    _sway(vector, seconds, seed, 1.0 + 0.35 * speaking - 0.45 * attention)
    return vector


def blink(seconds: float, seed: int, speaking: float) -> float:
    """Return how far the lids are shut by blinking, 0..1, at a rate between listening and talking."""
    number = math.floor(seconds / _BLOCK)
    chance = (BLINKS_LISTENING + (BLINKS_TALKING - BLINKS_LISTENING) * speaking) / BLINKS_TALKING
    for start, depth, rank in reversed(_blinks(seed, number)):
        if start <= seconds:
            shut = start + BLINK_CLOSING
            lift = shut + BLINK_SHUT
            taken = smooth((chance - rank) / 0.02 + 0.5)  # continuous, so a change of state cannot tear a blink
            return taken * depth * window(seconds, start, shut, lift, lift + BLINK_OPENING)
    return 0.0


@lru_cache(maxsize=64)
def _blinks(seed: int, number: int) -> tuple[tuple[float, float, float], ...]:
    """Return the blinks of a block: (start, depth, rank), gaps log-normal with the mean of talking.

    The first gap of a block is what remains of one that straddles its start (a length-biased gap times a uniform
    share), which keeps the rate the same all over the block. Blinks whose rank is high are left out while listening.
    """
    begin = number * _BLOCK
    middle = math.log(60.0 / BLINKS_TALKING) - _BLINK_SPREAD**2 / 2.0
    keys = (seed, _KEY_BLINK, number)
    log_gap = middle + _BLINK_SPREAD**2 + _BLINK_SPREAD * normal(*keys, 0)
    start = begin + uniform(*keys, 1) * math.exp(log_gap)
    blinks: list[tuple[float, float, float]] = []
    while start < begin + _BLOCK - _BLINK_NEAREST:
        key = len(blinks)
        partial = uniform(*keys, 2, key) < PARTIAL_BLINKS
        depth = between(0.35, 0.65, *keys, 3, key) if partial else 1.0
        blinks.append((start, depth, uniform(*keys, 4, key)))
        start += max(_BLINK_NEAREST, math.exp(middle + _BLINK_SPREAD * normal(*keys, 5, key)))
    return tuple(blinks)


def fixation(seconds: float, seed: int) -> NDArray[np.float64]:
    """Return where on the viewer the eyes rest, (pitch, yaw) degrees: small saccades from point to point."""
    slot = math.floor(seconds / _FIXATION)
    if seconds < _fixation_start(seed, slot):
        slot -= 1
    before, here = _fixation_point(seed, slot - 1), _fixation_point(seed, slot)
    length = saccade_seconds(math.dist(before, here))
    part = smooth((seconds - _fixation_start(seed, slot)) / length)
    return np.array([a + (b - a) * part for a, b in zip(before, here, strict=True)])


@lru_cache(maxsize=64)
def _fixation_start(seed: int, slot: int) -> float:
    return (slot + between(0.0, 0.7, seed, _KEY_FIXATION, slot)) * _FIXATION


@lru_cache(maxsize=64)
def _fixation_point(seed: int, slot: int) -> tuple[float, float]:
    pitch, yaw = _FIXATION_SPREAD
    spread = 0.35 if uniform(seed, _KEY_FIXATION, slot, 1) < 0.5 else 1.0  # micro-saccades, and looks at eye or mouth
    first, second = (max(-2.0, min(2.0, normal(seed, _KEY_FIXATION, slot, 2 + axis))) for axis in range(2))
    return spread * pitch * first, spread * yaw * second


def glance(seconds: float, seed: int) -> NDArray[np.float64]:
    """Return how an unoccupied body looks off for a moment, (pitch, yaw) degrees: zero most of the time."""
    slot = math.floor(seconds / _GLANCE)
    keys = (seed, _KEY_GLANCE, slot)
    if uniform(*keys, 0) > 0.55:
        return np.zeros(2)
    start = (slot + between(0.1, 0.55, *keys, 1)) * _GLANCE
    there = np.array([between(-4.0, 7.0, *keys, 2), sign(*keys, 3) * between(6.0, 13.0, *keys, 4)])
    length = saccade_seconds(float(np.hypot(*there)))
    stay = between(0.5, 1.3, *keys, 5)
    return there * window(seconds, start, start + length, start + length + stay, start + 2.0 * length + stay)


def drift(seconds: float, seed: int) -> NDArray[np.float64]:
    """Return how far the eyes wander while they rest on a point, (pitch, yaw) degrees."""
    phases = [2.0 * math.pi * uniform(seed, _KEY_FIXATION, 50 + place) for place in range(4)]
    waves = [2.0 * math.pi * seconds / period for period in _DRIFT_PERIODS]
    return _DRIFT * np.array([
        math.sin(waves[0] + phases[0]) + 0.5 * math.sin(waves[1] + phases[1]),
        math.sin(waves[0] * 1.13 + phases[2]) + 0.5 * math.sin(waves[1] * 0.9 + phases[3]),
    ])  # fmt: skip


_FLASHES = (
    motion({"browInnerUp": 0.34, "browOuterUp": 0.22, "eyeWide": 0.12}),
    motion({"browDown": 0.34, "eyeSquint": 0.16}),
    motion({"mouthDimpleLeft": 0.36, "mouthSmileLeft": 0.18}),
    motion({"mouthDimpleRight": 0.34, "mouthSmileRight": 0.2}),
    motion({"mouthPress": 0.4, "mouthRollLower": 0.1}),
    motion({"noseSneerLeft": 0.3, "noseSneerRight": 0.22, "mouthUpperUpLeft": 0.08}),
    motion({"mouthFrownLeft": 0.3, "mouthFrownRight": 0.22, "browInnerUp": 0.2}),
    motion({"cheekSquint": 0.4, "eyeSquint": 0.3, "mouthSmile": 0.14}),
)


def flash(seconds: float, seed: int) -> Motion:
    """Return the micro-expression of that moment: still most of the time."""
    slot = math.floor(seconds / _FLASH_SLOT)
    keys = (seed, _KEY_FLASH, slot)
    if uniform(*keys, 0) > _FLASHING:
        return still()
    length = between(*FLASH_SECONDS, *keys, 1)
    start = (slot + between(0.02, 0.9, *keys, 2)) * _FLASH_SLOT
    size = window(seconds, start, start + 0.4 * length, start + 0.55 * length, start + length)
    return size * between(0.6, 1.0, *keys, 3) * _FLASHES[int(uniform(*keys, 4) * len(_FLASHES))]


def shift(seconds: float, seed: int) -> Motion:
    """Return on which leg the weight stands, and what that does to hips and back."""
    slot = math.floor(seconds / _SHIFT_SLOT)
    before, here = _stance(seed, slot - 1), _stance(seed, slot)
    begin = (slot + between(0.0, 0.5, seed, _KEY_SHIFT, slot, 9)) * _SHIFT_SLOT
    return before + (here - before) * smooth((seconds - begin) / _SHIFT_SECONDS)


@lru_cache(maxsize=64)
def _stance(seed: int, slot: int) -> Motion:
    lean = between(-1.0, 1.0, seed, _KEY_SHIFT, slot)
    stance = motion(
        torso=(
            between(-0.5, 1.0, seed, _KEY_SHIFT, slot, 1),
            between(-1.6, 1.6, seed, _KEY_SHIFT, slot, 2),
            1.3 * lean,
        ),
        head=(0.0, 0.0, -0.9 * lean),
    )
    stance[ROOT.start] = 0.010 * lean
    return stance


HANG = np.zeros(ARM_SIZE)
HANG[WRIST] = (0.135, 0.014, 0.030)  # arm lengths beside the rest pose: so that fingers clear the thighs of everybody
_HANGING = (HANG, HANG)
_REST_BOW = np.array([0.28, 0.0, 0.36])  # arm lengths, times p (1 - p): how hands go round the hips on their way
# How the arms rest, and how often: hanging, hands clasped, one holding the other's wrist.
_RESTS: tuple[tuple[float, str | None], ...] = ((0.58, None), (0.84, "clasp"), (1.0, "wrist"))


def resting_arms(seconds: float, seed: int) -> tuple[ArmState, ArmState]:
    """Return the left and the right arm of a body that needs them for nothing."""
    slot = math.floor(seconds / _REST_SLOT)
    before, here = _rest(seed, slot - 1), _rest(seed, slot)
    begin = (slot + between(0.02, 0.6, seed, _KEY_REST, slot, 9)) * _REST_SLOT
    part = smooth((seconds - begin) / _REST_SECONDS)
    left, right = (a + (b - a) * part for a, b in zip(before, here, strict=True))
    if any(a is not b for a, b in zip(before, here, strict=True)):
        for arm in (left, right):
            arm[WRIST] += _REST_BOW * (part * (1.0 - part))
    return left, right


@lru_cache(maxsize=64)
def _rest(seed: int, slot: int) -> tuple[ArmState, ArmState]:
    choice = uniform(seed, _KEY_REST, slot)
    name = next(name for limit, name in _RESTS if choice < limit)
    if name is None:
        return _HANGING
    gesture = HAND_GESTURES[name]
    over, under = gesture.stroke, gesture.stroke if gesture.second is None else gesture.second
    return (over, under) if uniform(seed, _KEY_REST, 0, 1) < 0.5 else (under, over)  # always the same hand on top


def breath(seconds: float, seed: int) -> float:
    """Return the fill of the chest, 0..1: in for two fifths of a breath, out for the rest, never quite regular."""
    phase = seconds / _BREATH_SECONDS + uniform(seed, _KEY_WAVE, 100)
    phase += 0.10 * math.sin(2.0 * math.pi * (seconds / 31.0 + uniform(seed, _KEY_WAVE, 101)))
    part = phase - math.floor(phase)
    return smooth(part / 0.4) if part < 0.4 else smooth((1.0 - part) / 0.6)


# What sways: where, and how far (degrees, metres or weight).
_SWAYS: tuple[tuple[int, float], ...] = (
    (HEAD.start, 1.1), (HEAD.start + 1, 1.5), (HEAD.start + 2, 1.0),
    (TORSO.start, 0.5), (TORSO.start + 1, 0.7), (TORSO.start + 2, 0.6),
    (ROOT.start, 0.004), (ROOT.start + 2, 0.003),
)  # fmt: skip
_FLICKERS: tuple[tuple[str, float], ...] = (
    ("browInnerUp", 0.035), ("browOuterUpLeft", 0.02), ("browOuterUpRight", 0.02), ("mouthSmileLeft", 0.03),
    ("mouthSmileRight", 0.03), ("mouthPressLeft", 0.03), ("mouthPressRight", 0.025), ("eyeSquintLeft", 0.03),
    ("eyeSquintRight", 0.03),
)  # fmt: skip
_PLACES = np.array([place for place, _ in _SWAYS] + [FACE.start + ARKIT_INDEX[name] for name, _ in _FLICKERS])
_REACH = np.array([reach for _, reach in _SWAYS + _FLICKERS])
_PERIODS = np.array([17.0, 9.1, 5.3, 3.1])  # seconds; incommensurate, so that it never repeats
_SHARES = np.array([0.9, 0.7, 0.45, 0.2]) / 1.4


@lru_cache(maxsize=8)
def _waves(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return angular frequency (rad/s) and phase of every wave, both of shape (places, waves)."""
    places, waves = len(_PLACES), len(_PERIODS)
    draws = np.array([[uniform(seed, _KEY_WAVE, row, column) for column in range(2 * waves)] for row in range(places)])
    return 2.0 * np.pi / (_PERIODS * (0.85 + 0.3 * draws[:, :waves])), 2.0 * np.pi * draws[:, waves:]


def _sway(vector: Motion, seconds: float, seed: int, liveliness: float) -> None:
    """Add band-limited noise (a sum of slow sines) to head, torso and the quiet muscles of the face."""
    speed, phase = _waves(seed)
    noise = np.sin(speed * seconds + phase) @ _SHARES
    bodily = len(_SWAYS)
    noise[:bodily] *= liveliness
    noise[bodily:] = 0.5 + 0.5 * noise[bodily:]  # a muscle pulls, it does not push
    vector[_PLACES] += _REACH * noise
