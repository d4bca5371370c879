"""Faces and turns by name, and pictures of them."""

from __future__ import annotations

import math

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
