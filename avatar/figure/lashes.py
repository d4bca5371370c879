"""Lashes: strips that grow from the margins of the lids, turn with them, and are split into hairs by their shader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.complexion import EyeStyle
from avatar.figure.geometry import MORPH_COLUMNS, Geometry, rigid
from avatar.figure.lids import Lids
from avatar.figure.loops import Loop
from avatar.figure.surface import Surface

_ROWS = 4  # of vertices, from root to tip
_FANNED = 0.55  # how far the outer lashes lean outwards


@dataclass(frozen=True)
class _Row:
    """How the lashes of one lid grow.

    Attributes:
        columns: of the strip. hairs: drawn along it. shortest, longest: by ``EyeStyle.lashes``, metres.
        root, tip: how far up they point there, against 1 forwards. turn: how far they turn with the lid.
    """

    columns: int
    hairs: int
    shortest: float
    longest: float
    root: float
    tip: float
    turn: float


_UPPER = _Row(34, 118, 0.0050, 0.0098, -0.15, 1.15, 1.7)
_LOWER = _Row(24, 62, 0.0022, 0.0046, -0.75, -0.45, 1.0)


def lashes(face: Surface, lids: Sequence[Lids], eyes: NDArray[np.float64], radius: float, style: EyeStyle) -> Geometry:
    """Return the lashes of both eyes. Their texture coordinates count hairs along the lid, and run from root to tip.

    Args:
        face: the skin with its morphs. lids: of the left and the right eye.
        eyes: their centres, shape (2, 3). radius: metres. style: how long they are.
    """
    strips = [
        _strip(face, margin, eye, style, row)
        for own, eye in zip(lids, eyes, strict=True)
        for margin, row in ((own.upper, _UPPER), (own.lower, _LOWER))
    ]
    starts = np.cumsum([0] + [len(strip.positions) for strip in strips])
    triangles = [strip.triangles["lash"] + np.int32(start) for strip, start in zip(strips, starts, strict=False)]
    return Geometry(
        np.concatenate([strip.positions for strip in strips]),
        np.concatenate([strip.normals for strip in strips]),
        np.concatenate([strip.uvs for strip in strips]),
        np.concatenate([strip.weights for strip in strips]),
        {"lash": np.concatenate(triangles)},
        offsets=np.concatenate([strip.offsets for strip in strips if strip.offsets is not None], axis=1),
    )


def _strip(face: Surface, margin: Loop, eye: NDArray[np.float64], style: EyeStyle, row: _Row) -> Geometry:
    along = np.linspace(0.10, 1.0, row.columns)  # no lash grows at the tear duct
    at = along * (len(margin) - 1)
    before = np.minimum(at.astype(int), len(margin) - 2)
    share = (at - before)[:, None]
    roots = face.positions[margin[before]] * (1 - share) + face.positions[margin[before + 1]] * share
    moved = face.offsets[:, margin[before], :3] * (1 - share) + face.offsets[:, margin[before + 1], :3] * share
    outward = roots - eye
    ahead = outward * [1.0, 0.15, 1.0]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    ahead[:, 0] += np.sign(eye[0]) * _FANNED * (along - 0.45)
    length = row.shortest + (row.longest - row.shortest) * style.lashes
    lengths = length * (0.45 + 0.55 * np.sin(np.clip(along * 1.25, 0, 1.25) * np.pi / 1.9))
    stalks = [np.zeros_like(roots)]
    for t in (np.arange(_ROWS - 1) + 0.5) / (_ROWS - 1):
        direction = ahead + np.array([0.0, row.root + (row.tip - row.root) * t, 0.0])
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        stalks.append(stalks[-1] + direction * (lengths / (_ROWS - 1))[:, None])
    stalk = np.stack(stalks, 1)  # (columns, rows, 3)
    turned = _turned(stalk, outward, outward + moved, row.turn)
    offsets = moved[:, :, None] + turned - stalk
    count = row.columns * _ROWS
    index = np.arange(count).reshape(row.columns, _ROWS)
    a, b, c, d = (part.ravel() for part in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    uvs = np.stack(np.broadcast_arrays((along * row.hairs)[:, None], np.linspace(0, 1, _ROWS)[None]), -1)
    both = np.zeros((len(offsets), count, MORPH_COLUMNS), dtype=np.float32)
    both[..., :3] = offsets.reshape(len(offsets), count, 3)
    return Geometry(
        (roots[:, None] + stalk).reshape(count, 3),
        np.tile([0.0, 0.0, 1.0], (count, 1)),
        uvs.reshape(count, 2),
        rigid("head", count),
        {"lash": np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)},
        offsets=both,
    )


def _turned(
    stalk: NDArray[np.float64], before: NDArray[np.float64], after: NDArray[np.float64], gain: float
) -> NDArray[np.float64]:
    """Return stalks turned ``gain`` times as far as ``before`` turns to ``after``, after O. Rodrigues (1840).

    Args:
        stalk: shape (n, rows, 3). before: shape (n, 3). after: shape (m, n, 3). gain: see above.
    """
    axis = np.cross(np.broadcast_to(before, after.shape), after)
    sine = np.linalg.norm(axis, axis=-1)
    angle = gain * np.arctan2(sine, (after * before).sum(-1))[..., None, None]
    axis = (axis / np.maximum(sine, 1e-15)[..., None])[:, :, None]
    around = (axis * stalk).sum(-1, keepdims=True)
    sideways = np.cross(np.broadcast_to(axis, (*axis.shape[:2], *stalk.shape[1:])), stalk)
    return np.asarray(stalk * np.cos(angle) + sideways * np.sin(angle) + axis * around * (1.0 - np.cos(angle)))
