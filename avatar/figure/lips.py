"""Lips that stay shut: the source leaves slits at the corners of the mouth, and some of its shapes open others.

How far apart lips are is measured as it is seen from the front: in a column, from the lowest of all that belongs to the
upper lip to the highest of all that belongs to the lower one; negative where they overlap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from avatar.figure.loops import Loop, loops_outside, rim
from avatar.figure.painting import smoothstep
from avatar.figure.surface import Surface
from avatar.pose import ARKIT_INDEX

_MOUTH = np.array([0.0, 0.660])  # metres: x and y of the closed lips on the reference head
_RIM_REACH, _MESH_REACH = (0.035, 0.020), (0.060, 0.045)  # metres round it
_IN_FRONT = 0.10  # metres: the lips lie before this depth
_LOOPS = 16  # from the rim, which lies inside the mouth, outward over the red of the lips
_CONTACT_LOOPS = 9  # of them can touch the other lip
_COLUMNS = 61  # in which the gap is measured
_OVERLAP = 0.0003  # metres: shut lips overlap at least as much
_PASSES = 4  # until they do: moving one loop uncovers another
_SAME = 1e-7  # metres
# What leaves shut lips shut.
_SHUT = (
    "mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch", "mouthPress", "mouthPucker", "mouthLeft", "mouthRight",
    "mouthRoll", "mouthShrug", "cheek", "noseSneer", "jawLeft", "jawRight", "jawForward",
)  # fmt: skip
SEALED = tuple(name for name in ARKIT_INDEX if name.startswith(_SHUT))


@dataclass(frozen=True)
class Lips:
    """The lips as loops of vertices, from the inside of the mouth outward, cut at its corners.

    Attributes:
        upper, lower: shape (loops, n), each from the right corner to the left one.
    """

    upper: NDArray[np.int64]
    lower: NDArray[np.int64]

    def gap(self, positions: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (columns, how far apart the lips are in each), metres, each of one shape.

        Args:
            positions: of the face's vertices, shape (v, 3).
        """
        lips = [positions[lip[:_CONTACT_LOOPS]].astype(np.float64) for lip in (self.upper, self.lower)]
        columns = np.linspace(max(lip[..., 0].min() for lip in lips), min(lip[..., 0].max() for lip in lips), _COLUMNS)
        upper = np.min([_height(columns, loop, np.inf) for loop in lips[0]], axis=0)
        lower = np.max([_height(columns, loop, -np.inf) for loop in lips[1]], axis=0)
        return columns, np.where(np.isfinite(upper) & np.isfinite(lower), upper - lower, 0.0)


def face_lips(face: Surface) -> Lips:
    """Return the lips of a face."""
    away = np.abs(face.reference[:, :2] - _MOUTH)
    near = (away < _RIM_REACH).all(1) & (face.reference[:, 2] > _IN_FRONT)
    quads = face.quads["skin"]
    quads = quads[(away < _MESH_REACH).all(1)[quads].all(1)]
    loops = np.array(loops_outside(quads, rim(quads, near), _LOOPS - 1))
    x = face.positions[loops[_CONTACT_LOOPS // 2], 0]
    loops = np.roll(loops, -int(np.argmin(x)), axis=1)
    corner = int(np.argmax(np.roll(x, -int(np.argmin(x)))))
    first, second = loops[:, : corner + 1], np.append(loops[:, corner:], loops[:, :1], axis=1)[:, ::-1]
    upper, lower = sorted((first, second), key=lambda half: -float(face.positions[half[_LOOPS // 2], 1].mean()))
    return Lips(upper, lower)


def settled_lips(face: Surface, lips: Lips) -> Surface:
    """Return the face with its lips shut at rest and by every shape that should shut them.

    At the end of its offsets comes the one that takes ``mouthClose`` back.
    """
    positions, offsets = face.positions.copy(), face.offsets.copy()
    columns, gap = lips.gap(positions)
    _shut(positions, lips, columns, gap + _OVERLAP, along=positions)
    rest = lips.gap(positions)
    together = offsets[ARKIT_INDEX["jawOpen"], :, :3]
    for name in (*SEALED, "mouthClose"):
        own = offsets[ARKIT_INDEX[name]]
        for _ in range(_PASSES):
            moved = positions + own[:, :3] + (together if name == "mouthClose" else 0.0)
            columns, gap = lips.gap(moved)
            wider = gap - np.minimum(np.interp(columns, *rest), -_OVERLAP)
            if wider.max() <= 0:
                break
            _shut(own, lips, columns, wider, along=moved)
    outside, inside = _twins(face, lips)
    positions[inside], offsets[:, inside] = positions[outside], offsets[:, outside]
    not_closed = -offsets[ARKIT_INDEX["mouthClose"], None]
    return replace(face, positions=positions, offsets=np.concatenate([offsets, not_closed]))


def _twins(face: Surface, lips: Lips) -> tuple[Loop, Loop]:
    """Return the vertices of the rim, and those of the mouth's lining that lie in the same places."""
    lining = np.unique(face.quads["mouth"])
    edge = np.unique(np.concatenate([lips.upper[0], lips.lower[0]]))
    distance, nearest = cKDTree(face.reference[lining]).query(face.reference[edge])
    same = distance < _SAME
    return edge[same], lining[nearest[same]]


def _shut(
    heights: NDArray[np.floating],
    lips: Lips,
    columns: NDArray[np.float64],
    apart: NDArray[np.float64],
    *,
    along: NDArray[np.floating],
) -> None:
    """Move both lips towards each other where they are ``apart``, less and less from the contact outward.

    Args:
        heights: what is moved, its second column the height, shape (v, ...). columns, apart: of ``Lips.gap``.
        along: where the vertices are, shape (v, 3).
    """
    near = np.maximum(apart, 0.0) / 2
    fade = 1.0 - smoothstep(_CONTACT_LOOPS - 1, _LOOPS, np.arange(_LOOPS, dtype=np.float64))[:, None]
    for lip, way in ((lips.upper, -1.0), (lips.lower, 1.0)):
        inner = lip[:, 1:-1]  # the corners belong to both
        heights[inner, 1] += (way * fade * np.interp(along[inner, 0], columns, near)).astype(heights.dtype)


def _height(columns: NDArray[np.float64], loop: NDArray[np.float64], beyond: float) -> NDArray[np.float64]:
    """Return the height of one lip's loop, shape (n, 3), in each column."""
    order = np.argsort(loop[:, 0], kind="stable")
    height: NDArray[np.float64] = np.interp(columns, loop[order, 0], loop[order, 1], left=beyond, right=beyond)
    return height
