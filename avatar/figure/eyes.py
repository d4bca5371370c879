"""The eyes: eyeballs with a cornea, sized to the sockets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.figure.colour import Colour
from avatar.figure.complexion import EyeStyle
from avatar.figure.geometry import Geometry, rigid
from avatar.figure.source import BaseMesh

_RINGS, _SECTORS = 14, 28
_BACK = np.radians(100.0)  # the eyeball is modelled from the pupil back to here
_CORNEA_EDGE = 0.90  # cosine of the angle at which the cornea begins to bulge
_CORNEA_BULGE = 0.045  # of the radius
_DULL_WHITE, _CLEAR_WHITE = np.array([0.66, 0.60, 0.53]), np.array([0.80, 0.77, 0.75])  # sRGB
_GREYED, _DARKENED = 0.30, 0.28  # an iris is less vivid than the colour that one calls it by, and a pale one darker


def eye_spheres(mesh: BaseMesh, body: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return (centres of the left and the right eye, shape (2, 3), and their radius), metres."""
    centres, radii = [], []
    for side in ("l", "r"):
        ball = body[np.unique(mesh.quads[f"helper-{side}-eye"])]
        low, high = ball.min(0), ball.max(0)
        centres.append((low + high) / 2)
        radii.append(float((high - low)[:2].mean() / 2))
    return np.array(centres), float(np.mean(radii))


def eye_colours(style: EyeStyle) -> dict[str, Colour]:
    """Return the colours that eyes and lashes are drawn with, by use."""
    named = np.array(style.iris)
    iris = (named + _GREYED * (named.mean() - named)) * (1.0 - _DARKENED * named.mean())
    ring = iris * (1.0 - style.ring) * 0.8
    white = _DULL_WHITE + (_CLEAR_WHITE - _DULL_WHITE) * style.clear
    return {"iris": _colour(iris), "ring": _colour(ring), "white": _colour(white), "lash": style.lash_colour}


def eyeballs(centres: NDArray[np.float64], radius: float, style: EyeStyle) -> Geometry:
    """Return both eyes, which look along +Z; ``centres`` has shape (2, 3).

    Their texture coordinates are x and y of the direction from the centre, of unit length; the shader paints by them
    and by the pupil's radius, which their edges hold.
    """
    left, right = (
        _eyeball(centre, radius, bone) for centre, bone in zip(centres, ("leftEye", "rightEye"), strict=True)
    )
    count = len(left.positions)
    return Geometry(
        np.concatenate([left.positions, right.positions]),
        np.concatenate([left.normals, right.normals]),
        np.concatenate([left.uvs, right.uvs]),
        np.concatenate([left.weights, right.weights]),
        {"eye": np.concatenate([left.triangles["eye"], right.triangles["eye"] + np.int32(count)])},
        edges=np.full(2 * count, style.pupil),
    )


def _eyeball(centre: NDArray[np.float64], radius: float, bone: str) -> Geometry:
    tilt, turn = np.meshgrid(
        np.linspace(0, 1, _RINGS) ** 1.3 * _BACK, np.linspace(0, 2 * np.pi, _SECTORS, endpoint=False), indexing="ij"
    )
    directions = np.stack([np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)], -1).reshape(-1, 3)
    bulge = 1 + _CORNEA_BULGE * np.clip((directions[:, 2] - _CORNEA_EDGE) / (1 - _CORNEA_EDGE), 0, 1)
    index = np.arange(_RINGS * _SECTORS).reshape(_RINGS, _SECTORS)
    inner, outer = index[:-1], index[1:]
    inner_next, outer_next = np.roll(inner, -1, 1), np.roll(outer, -1, 1)
    triangles = np.concatenate(
        [
            np.stack([inner.ravel(), outer.ravel(), outer_next.ravel()], 1),
            np.stack([inner.ravel(), outer_next.ravel(), inner_next.ravel()], 1),
        ]
    )
    grid = (bulge[:, None] * directions).reshape(_RINGS, _SECTORS, 3)
    down = np.gradient(grid, axis=0)
    round_about = (np.roll(grid, -1, 1) - np.roll(grid, 1, 1)) / 2
    normals = np.cross(down, round_about)
    normals[0] = [0.0, 0.0, 1.0]
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    return Geometry(
        centre + radius * grid.reshape(-1, 3),
        normals.reshape(-1, 3),
        directions[:, :2],
        rigid(bone, len(directions)),
        {"eye": triangles.astype(np.int32)},
    )


def _colour(values: NDArray[np.float64]) -> Colour:
    red, green, blue = values.tolist()
    return red, green, blue
