"""The eight expressions of the reference pictures, and how they are drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import moderngl
import numpy as np
from numpy.typing import NDArray

from avatar.figure import Figure
from avatar.pose import ARKIT_INDEX, Pose, Quaternion, neutral_face
from avatar.renderer import Camera, Lighting, OffscreenTarget, Renderer


def face(**weights: float) -> NDArray[np.float32]:
    """Return 52 weights; a name without its side sets both."""
    values = neutral_face()
    for name, weight in weights.items():
        for full in (name,) if name in ARKIT_INDEX else (f"{name}Left", f"{name}Right"):
            values[ARKIT_INDEX[full]] = weight
    return values


def turn(axis: str, degrees: float) -> Quaternion:
    """Return a rotation about "x", "y" or "z"."""
    half = math.radians(degrees) / 2
    x, y, z = (math.sin(half) if axis == name else 0.0 for name in "xyz")
    return (x, y, z, math.cos(half))


@dataclass(frozen=True)
class Expression:
    """What a reference picture shows."""

    weights: Mapping[str, float]
    bones: dict[str, Quaternion] = field(default_factory=dict)
    camera: Camera = field(default_factory=lambda: Camera("head"))

    @property
    def pose(self) -> Pose:
        """The pose of a figure that wears it."""
        return Pose(face(**self.weights), self.bones)


EXPRESSIONS: dict[str, Expression] = {
    "neutral": Expression({}),
    "joy": Expression(
        {"mouthSmile": 0.75, "cheekSquint": 0.45, "eyeSquint": 0.3, "jawOpen": 0.10, "mouthUpperUp": 0.3},
        {"head": turn("z", -4)},
    ),
    "surprise": Expression({"jawOpen": 0.55, "browInnerUp": 0.9, "browOuterUp": 0.8, "eyeWide": 0.6}),
    "sorrow": Expression(
        {"mouthFrown": 0.7, "browInnerUp": 0.9, "eyeSquint": 0.2, "mouthShrugLower": 0.35, "eyeLookDown": 0.45},
        {"head": turn("x", 9), "neck": turn("y", 12)},
    ),
    "anger": Expression(
        {
            "browDown": 0.95,
            "noseSneer": 0.6,
            "mouthPress": 0.5,
            "mouthFrown": 0.45,
            "eyeSquint": 0.45,
            "jawForward": 0.3,
        },
        {"head": turn("x", 5)},
    ),
    "kiss": Expression(
        {"mouthPucker": 0.85, "mouthFunnel": 0.15, "eyeBlink": 1.0, "browOuterUp": 0.3}, {"head": turn("z", 5)}
    ),
    "oh": Expression({"mouthFunnel": 0.65, "jawOpen": 0.32}, camera=Camera("head", yaw=-math.radians(35))),
    "tongue": Expression(
        {"tongueOut": 1.0, "jawOpen": 0.45, "mouthSmileLeft": 0.3, "browOuterUpLeft": 0.6, "eyeBlinkRight": 0.9},
        {"head": turn("y", -10)},
    ),
}


def drawn(
    ctx: moderngl.Context,
    figure: Figure,
    pose: Pose,
    *,
    size: int = 192,
    camera: Camera | None = None,
    lighting: Lighting | None = None,
    transparent: bool = False,
) -> NDArray[np.uint8]:
    """Return a picture of a pose, RGBA, shape (size, size, 4)."""
    renderer, target = Renderer(ctx, figure, lighting=lighting), OffscreenTarget(ctx, (size, size))
    try:
        target.clear()
        if transparent:
            renderer.draw(pose, target.framebuffer, background=None, camera=camera)
        else:
            renderer.draw(pose, target.framebuffer, camera=camera)
        return target.read()
    finally:
        renderer.release()
        target.release()
