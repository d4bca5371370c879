"""The mixer: several poses -> one, channel by channel, by a declared rule.

The rule: the procedural layer (idle, moods, gestures) fills everything; a camera layer over it owns brows, eyes, head,
hands and body, and the mouth while nobody speaks; a speech layer over both owns the mouth. A layer covers what lies
below it by its weight in each channel. A face that the camera has lost decays to what lies below, it does not freeze.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avatar.curves import smooth
from avatar.pose import ARKIT_NAMES, IDENTITY, Pose, Quaternion
from avatar.quaternions import slerp

Channel = Literal["mouth", "brows", "eyes", "head", "hands", "body"]
CHANNELS: tuple[Channel, ...] = ("mouth", "brows", "eyes", "head", "hands", "body")

# What a layer of each source owns when it is fully there.
PROCEDURAL: Mapping[Channel, float] = dict.fromkeys(CHANNELS, 1.0)
CAMERA: Mapping[Channel, float] = dict.fromkeys(CHANNELS, 1.0)
SPEECH: Mapping[Channel, float] = {"mouth": 1.0}

_HOLD = 0.25  # seconds for which a lost face is believed
_DECAY = 0.9  # seconds in which it is given up

_PREFIXES: tuple[tuple[str, Channel], ...] = (
    ("eye", "eyes"), ("cheekSquint", "eyes"), ("brow", "brows"), ("jaw", "mouth"), ("mouth", "mouth"),
    ("cheekPuff", "mouth"), ("noseSneer", "mouth"), ("tongue", "mouth"),
)  # fmt: skip
_ARM_PARTS = ("Shoulder", "Arm", "Hand", "Thumb", "Index", "Middle", "Ring", "Little")


def channel_of_weight(name: str) -> Channel:
    """Return the channel of an ARKit weight.

    Raises:
        KeyError: ``name`` is none of ``ARKIT_NAMES``.
    """
    if name in ARKIT_NAMES:
        for prefix, channel in _PREFIXES:
            if name.startswith(prefix):
                return channel
    raise KeyError(name)


@cache
def channel_of_bone(name: str) -> Channel:
    """Return the channel of a VRM humanoid bone: arms and fingers are "hands", what is not the head is "body"."""
    if name in ("neck", "head", "jaw"):
        return "head"
    if name in ("leftEye", "rightEye"):
        return "eyes"
    return "hands" if any(part in name for part in _ARM_PARTS) else "body"


_FACE_CHANNELS = np.array([CHANNELS.index(channel_of_weight(name)) for name in ARKIT_NAMES])


@dataclass(frozen=True, slots=True)
class Layer:
    """A pose and how far it covers what lies below.

    Attributes:
        pose: what this source wants.
        weights: 0..1 by channel; a channel that is not named is left alone.
    """

    pose: Pose
    weights: Mapping[Channel, float]

    def scaled(self, factor: float) -> Layer:
        """Return the layer with all its weights times ``factor``."""
        return Layer(self.pose, {channel: weight * factor for channel, weight in self.weights.items()})


def camera_layer(pose: Pose, unseen: float) -> Layer:
    """Return the layer of a tracked person whose face was last seen ``unseen`` seconds ago."""
    return Layer(pose, CAMERA).scaled(1.0 - smooth((unseen - _HOLD) / _DECAY))


def speech_layer(face: NDArray[np.float32], presence: float) -> Layer:
    """Return the layer of a speaking mouth; ``presence`` is 0..1."""
    return Layer(Pose(face=face), SPEECH).scaled(presence)


def mix(layers: Sequence[Layer]) -> Pose:
    """Return one pose from layers, lowest first; below the lowest is a body at rest."""
    result = Pose()
    for layer in layers:
        result = _cover(result, layer)
    return result


def _cover(below: Pose, layer: Layer) -> Pose:
    weights = [min(1.0, max(0.0, layer.weights.get(channel, 0.0))) for channel in CHANNELS]
    above = layer.pose
    by_name = np.array(weights, dtype=np.float32)[_FACE_CHANNELS]
    face = below.face + (above.face - below.face) * by_name
    by_channel = dict(zip(CHANNELS, weights, strict=True))
    body = by_channel["body"]
    x, y, z = (a + (b - a) * body for a, b in zip(below.root, above.root, strict=True))
    return Pose(face, _cover_bones(below.bones, above.bones, by_channel), (x, y, z))


def _cover_bones(
    below: Mapping[str, Quaternion], above: Mapping[str, Quaternion], weights: Mapping[Channel, float]
) -> dict[str, Quaternion]:
    bones = dict(below)
    for name in below.keys() | above.keys():
        weight = weights[channel_of_bone(name)]
        if weight >= 1.0:
            bones[name] = above.get(name, IDENTITY)
        elif weight > 0.0:
            bones[name] = slerp(below.get(name, IDENTITY), above.get(name, IDENTITY), weight)
    return bones
