"""Beards: short locks rooted in the face, which move with its every shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.figure.geometry import Geometry
from avatar.figure.hair.locks import unit
from avatar.figure.hair.ribbons import strip_triangles
from avatar.figure.hair.roots import evenly_spread
from avatar.figure.hair.strands import KINDS, LOOSE, WISPY
from avatar.figure.hair.style import BeardStyle
from avatar.figure.painting import smoothstep
from avatar.figure.scalp import ear
from avatar.figure.surface import Surface

_LOCKS = {"moustache": 130, "goatee": 260, "full": 560}
_CANDIDATES = 5  # per lock
_KINDS = (*LOOSE[1:], WISPY[0])
_POINTS = 2  # along a lock
_WIDTH = 0.0065  # metres
_SUNK = 0.0005  # metres: roots lie under the skin
_OPEN = (0.62, 0.85)  # light at the root and at the tip
_LONGER_CHIN = 0.5  # how much longer a beard is at the chin
_LIP = 0.0070  # metres: a moustache ends above the lips
_DENSER_LIP = 1.5  # how much denser it grows over the lips
_LEAST = 0.35  # of the cover: where less grows no lock is rooted


def beard_cover(reference: NDArray[np.floating], style: BeardStyle) -> NDArray[np.float32]:
    """Return how densely the beard grows at places of the reference head, 0..1, shape (...)."""
    x, y, z = np.abs(reference[..., 0]), reference[..., 1], reference[..., 2]
    mouth = smoothstep(1.15, 0.85, np.hypot(x / 0.031, (y - 0.660) / 0.0125))
    over_lip = smoothstep(1.25, 0.80, np.hypot((x - 0.010) / 0.026, (y - 0.6765) / 0.0075)) * smoothstep(0.10, 0.12, z)
    beside = smoothstep(1.3, 0.8, np.hypot((x - 0.034) / 0.008, (y - 0.655) / 0.020)) * smoothstep(0.10, 0.12, z)
    chin = smoothstep(1.15, 0.85, np.hypot(x / 0.030, (y - 0.622) / 0.027)) * smoothstep(0.085, 0.105, z)
    low = 0.594 + 0.45 * np.clip(0.105 - z, 0, 0.06)  # the beard ends where the throat begins
    cheek = 0.664 + 0.95 * np.clip(x - 0.036, 0, 0.05)
    jaw = smoothstep(0.004, -0.006, y - cheek) * smoothstep(low, low + 0.014, y) * smoothstep(0.046, 0.064, z)
    jaw = jaw * ~ear(reference)
    grown = {
        "none": np.zeros_like(over_lip),
        "moustache": over_lip,
        "goatee": np.maximum(np.maximum(over_lip, beside), chin),
        "full": np.maximum(np.maximum(over_lip, beside), jaw),
    }[style.cut]
    return np.asarray(grown * (1 - mouth), dtype=np.float32)


def bearded(face: Surface, style: BeardStyle) -> Geometry | None:
    """Return the locks of a beard; None for a shaven face.

    Args:
        face: the refined skin with its morphs. style: how the beard is trimmed.
    """
    if style.cut == "none":
        return None
    rng = np.random.default_rng(style.seed)
    corners, share = _rooted(face, style, rng)
    count = len(corners)

    def blended(values: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray(np.einsum("nk,nk...->n...", share, values[corners]), dtype=np.float64)

    root, normal, reference = blended(face.positions), unit(blended(face.normals)), blended(face.reference)
    lines = _grown(root, normal, reference, style, rng)
    tangents = unit(np.gradient(lines, axis=1))
    across = unit(np.cross(tangents, normal[:, None]))
    half = _WIDTH / 2 * rng.uniform(0.7, 1.2, count)[:, None] * np.array([1.0, 0.75])
    strip = np.stack([lines - across * half[..., None], lines + across * half[..., None]], 2)
    uvs = np.empty((count, _POINTS, 2, 2))
    number = np.arange(count) * KINDS + rng.choice(np.array(_KINDS), count)
    uvs[..., 0] = number[:, None, None] + np.array([0.01, 0.99])
    uvs[..., 1] = np.linspace(0, 1, _POINTS)[None, :, None]
    each = _POINTS * 2
    light = np.linspace(*_OPEN, _POINTS)[None, :, None] * tangents
    offsets = np.zeros((len(face.offsets), count, 6), dtype=np.float32)
    for corner in range(3):
        offsets += share[None, :, corner, None].astype(np.float32) * face.offsets[:, corners[:, corner]]
    offsets[..., 3:] = 0.0
    return Geometry(
        strip.reshape(-1, 3),
        np.repeat(normal, each, axis=0),
        uvs.reshape(-1, 2),
        np.repeat(blended(face.weights), each, axis=0),
        {"hair": strip_triangles(count, _POINTS)},
        edges=np.repeat(_grey(reference, style, rng), each),
        tangents=np.repeat(light[:, :, None], 2, 2).reshape(-1, 3),
        offsets=np.repeat(offsets, each, axis=1),
    )


def _rooted(
    face: Surface, style: BeardStyle, rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the triangles that locks are rooted in, as vertices, shape (n, 3), and where in them, shape (n, 3)."""
    triangles = face.triangles("skin")
    cover = beard_cover(face.reference, style)[triangles].mean(1)
    triangles, cover = triangles[cover > _LEAST], cover[cover > _LEAST]
    a, b, c = (face.reference[triangles[:, k]] for k in range(3))
    chance = np.linalg.norm(np.cross(b - a, c - a), axis=1) * cover
    count = round(_LOCKS[style.cut] * style.density)
    tries = triangles[rng.choice(len(triangles), _CANDIDATES * count, p=chance / chance.sum())]
    share = rng.dirichlet((1.0, 1.0, 1.0), len(tries))
    places = np.einsum("nk,nkc->nc", share, face.reference[tries])
    dense = 1.0 + _DENSER_LIP * smoothstep(0.668, 0.673, places[:, 1]) * smoothstep(0.036, 0.030, np.abs(places[:, 0]))
    spread = evenly_spread(places, dense.astype(np.float64), count)
    return tries[spread], share[spread]


def _grown(
    root: NDArray[np.float64],
    normal: NDArray[np.float64],
    reference: NDArray[np.float64],
    style: BeardStyle,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return the lines of the locks, shape (n, points, 3)."""
    x, y, z = reference.T
    lip = smoothstep(0.669, 0.673, y) * smoothstep(0.036, 0.030, np.abs(x))
    chin = smoothstep(0.65, 0.60, y) * smoothstep(0.05, 0.02, np.abs(x)) * smoothstep(0.09, 0.11, z)
    length = style.length * (1 + _LONGER_CHIN * chin) * rng.uniform(0.75, 1.15, len(root))
    length = np.where(lip > 0.5, np.minimum(length, _LIP + 0.3 * np.abs(x)), length)
    down = np.stack([np.zeros_like(x), -np.ones_like(x), 0.15 + 0 * x], 1)
    aside = np.stack([np.sign(x) * 0.75, -0.75 + 0 * x, 0 * x], 1)
    combed = down * (1 - lip[:, None]) + aside * lip[:, None] + rng.normal(0, 0.16, root.shape)
    combed -= normal * (combed * normal).sum(1, keepdims=True)
    combed = unit(combed)
    steps = np.linspace(0, 1, _POINTS)[None, :, None]
    rise = (0.26 + 0.12 * chin[:, None, None] + rng.uniform(-0.10, 0.10, (len(root), 1, 1))) * steps
    return np.asarray(
        root[:, None]
        - normal[:, None] * _SUNK
        + length[:, None, None] * (combed[:, None] * steps + normal[:, None] * rise)
    )


def _grey(reference: NDArray[np.float64], style: BeardStyle, rng: np.random.Generator) -> NDArray[np.float64]:
    chin = smoothstep(0.045, 0.015, np.abs(reference[:, 0])) * smoothstep(0.65, 0.63, reference[:, 1])
    share = style.grey * (0.75 + 0.5 * chin)
    return np.asarray(np.clip(share + rng.normal(0, 0.06, len(reference)) * (style.grey > 0), 0, 1))
